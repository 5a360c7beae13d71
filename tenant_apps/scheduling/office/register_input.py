"""What a register's page sends: marks that were made on this device, perhaps an hour ago without a signal."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shared_apps.core.digits import whole_number
from shared_apps.core.lines import validate_line
from shared_apps.core.time import now
from shared_apps.web.office import uuid_of
from tenant_apps.scheduling.attendance import Mark
from tenant_apps.scheduling.models import MARKED, AttendanceStatus
from tenant_apps.scheduling.signatures import NoSignature, Signature

MOST_MARKS = 500
OLDEST = timedelta(days=31)


class Unreadable(Exception):
    """The whole of what was sent can't be read."""


@dataclass(frozen=True)
class SentMark:
    """A mark and the day that it is of."""

    day: UUID
    mark: Mark


@dataclass(frozen=True)
class Sent:
    """The account that was signed in when the marks were made; those that can be read, and why others can't, by key."""

    user: str
    marks: list[SentMark]
    refused: dict[str, str]


def read_marks(body: bytes) -> Sent:
    """Read `{"user", "now", "marks": [{"key", "day", "attendee", "status", "at", "note"?, "signature"?}]}`.

    `now` and `at` are milliseconds on the clock of the device, which may be wrong: what counts is how long ago.
    Raises `Unreadable`.
    """
    try:
        given = json.loads(body)
        marks, sent_at, user = given["marks"], _milliseconds(given["now"]), str(given["user"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unreadable from error
    if not isinstance(marks, list) or len(marks) > MOST_MARKS:
        raise Unreadable
    moment, read, refused = now(), [], {}
    for one in marks:
        key = uuid_of(str(one.get("key"))) if isinstance(one, dict) else None
        if key is None:
            raise Unreadable
        try:
            read.append(_mark(one, key, sent_at, moment))
        except (ValueError, KeyError, TypeError, OverflowError, ValidationError, NoSignature):
            refused[str(key)] = _("This can't be read.")
    return Sent(user, read, refused)


def _milliseconds(told: object) -> int:
    if (found := whole_number(str(told), -(10**17), 10**17)) is None:
        raise ValueError(told)
    return found


def _mark(one: Mapping[str, object], key: UUID, sent_at: int, moment: datetime) -> SentMark:
    ago = timedelta(milliseconds=sent_at - _milliseconds(one["at"]))
    note = one.get("note")
    if note is not None:
        note = str(note).strip()[:300]
        validate_line(note)
    status = AttendanceStatus(str(one["status"]))
    if status not in MARKED:
        raise ValueError(status)
    signature = Signature.parse(one["signature"]) if one.get("signature") else None
    mark = Mark(
        attendee_id=UUID(str(one["attendee"])), status=status, note=note, key=key, signature=signature,
        at=moment - min(max(ago, timedelta(0)), OLDEST),
    )  # fmt: skip
    return SentMark(UUID(str(one["day"])), mark)


def device_of(agent: str) -> str:
    """The browser and what it runs on, as its owner would call it."""
    browsers = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
    systems = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "Mac OS": "Mac",
               "Linux": "Linux"}  # fmt: skip
    browser = next((name for mark, name in browsers.items() if mark in agent), _("A browser"))
    system = next((name for mark, name in systems.items() if mark in agent), "")
    return _("%(browser)s on %(system)s") % {"browser": browser, "system": system} if system else browser
