"""Kinds of jobs: what an app does bit by bit.

Work on one thing after the other, each in a transaction of its own, which also says that it is done:

    call_off = job("bookings.call_off", _cancel)          # _cancel(key, job) is run for each key
    begin(call_off, keys, title=_("Calling off …"), by=user)

Its `finish` may make a file of what all of it came to, once the last one is done.

Work that makes a file, in one go and from its beginning if its worker dies:

    export = file_job("bookings.export", _lines, permission="bookings.manage")  # _lines(job) yields rows of a table
    begin_file(export, name="bookings.csv", total=len, title=_("Bookings as a file"), by=user, params={…})
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.files import File
from django.db import transaction
from django.urls import get_resolver
from django.utils.translation import gettext as _

from shared_apps.core.db import is_away
from shared_apps.core.types import Words
from shared_apps.jobs.models import Job

log = structlog.get_logger()
Do = Callable[[UUID, Job], object]
Lines = Callable[[Job], Iterable[Sequence[object]]]
Label = Callable[[UUID], str]
Leads = Callable[[Job], tuple[Words, str]]
Finish = Callable[[Job], File | None]


@dataclass(frozen=True)
class Kind:
    """What a job of this name does: `do` for each of its keys, or the `lines` of a table. `may_stop`: half way.

    `label` says which item one was, to people who read what could not be done. `permission`: whoever lost it since
    gets nothing of the lines, and nothing more is done for them. `leads` to what a job is about: what that is called,
    and its address. `finish` makes the file of a job that has a name for one; it may be called again.
    """

    name: str
    do: Do | None = None
    lines: Lines | None = None
    may_stop: bool = True
    label: Label = str
    permission: str = ""
    leads: Leads | None = None
    finish: Finish | None = None

    def called(self, key: UUID) -> str:
        """Its label of an item; something that always can be said if the item is gone, or the label goes wrong."""
        try:
            with transaction.atomic():
                return self.label(key)
        except Exception as error:
            if is_away(error):
                raise
            if not isinstance(error, ObjectDoesNotExist):
                log.exception("no label", kind=self.name, key=str(key))
            return _("One of them")


_kinds: dict[str, Kind] = {}


def job(
    name: str, do: Do, *, may_stop: bool = True, label: Label = str, permission: str = "", leads: Leads | None = None,
    finish: Finish | None = None,
) -> Kind:  # fmt: skip
    """A kind of job that runs `do` for each of its keys. A `DomainError` of one is told, and keeps no other back.

    With a `permission`, whoever began it must have it still before each key.
    """
    return _known(Kind(name, do=do, may_stop=may_stop, label=label, permission=permission, leads=leads, finish=finish))


def file_job(name: str, lines: Lines, *, permission: str, leads: Leads | None = None) -> Kind:
    """A kind of job that writes `lines`, the first being the head, into a CSV file for those with a `permission`."""
    return _known(Kind(name, lines=lines, permission=permission, leads=leads))


def kind_of(job: Job) -> Kind | None:
    """The kind of a job; None if this release has no such kind."""
    if job.kind not in _kinds:
        # Exports stand with their pages, and a worker has opened none of these.
        _patterns = get_resolver(settings.TENANT_URLCONF).url_patterns
    return _kinds.get(job.kind)


def _known(kind: Kind) -> Kind:
    if kind.name in _kinds:
        raise ValueError(f"Two kinds of jobs are called {kind.name}")
    _kinds[kind.name] = kind
    return kind
