"""A provider's own words and ways: checked when they are saved, shown with made-up values, sent as a test."""

from collections.abc import Callable, Collection, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from liquid.exceptions import LiquidError

from shared_apps.accounts.models import User
from shared_apps.core.errors import DomainError
from shared_apps.core.lines import one_line
from shared_apps.events.bus import emit
from shared_apps.tenants.context import current_tenant
from shared_apps.timers.soon import work_on_commit
from tenant_apps.messaging import liquid
from tenant_apps.messaging.channels import all_channels
from tenant_apps.messaging.events import MessagingChanged, WordingChanged
from tenant_apps.messaging.frame import frame
from tenant_apps.messaging.kinds import EMAIL, Kind
from tenant_apps.messaging.models import Message, MessagingSettings, Wording
from tenant_apps.messaging.routing import Hours
from tenant_apps.messaging.wording import DETAILS, SHORT, own_email, own_subject, short_text

LONGEST_SHORT = 500  # letters, as they are written
SAMPLE_FACTS = "messages/_sample_facts"


class WordingRefused(DomainError):
    """A text that can't be used; `fields` says which and why."""

    code = "wording_refused"


def sample_of(kind: Kind) -> dict[str, str]:
    """Made-up values, with links to the provider's own site so that a preview looks as the real thing."""
    site = current_tenant().base_url
    return {name: f"{site}/…" if name == "link" else value for name, value in kind.sample.items()}


def check_wording(kind: Kind, channel: str, *, subject: str, body: str) -> dict[str, list[str]]:
    """What is wrong with a wording, by field; empty when it can be used."""
    faults: dict[str, list[str]] = {}
    sample = sample_of(kind)
    if channel == EMAIL:
        if not subject.strip():
            faults["subject"] = [_("An email needs a subject.")]
        else:
            _note(faults, "subject", lambda: liquid.check(subject, sample=sample))
    elif len(body) > LONGEST_SHORT:
        faults["body"] = [_("A text for telephones has at most %d letters.") % LONGEST_SHORT]
    if not body.strip():
        faults["body"] = [_("Write a text, or take ours.")]
    elif "body" not in faults:
        also = [DETAILS] if channel == EMAIL and kind.details else []
        _note(faults, "body", lambda: liquid.check(body, sample=sample, also=also))
    return faults


@transaction.atomic
def change_wording(
    kind: Kind, channel: str, *, subject: str, body: str, language: str = "", template: str = "", by: User | None
) -> Wording:
    """Say `kind` by `channel` ("email" or "short") in these words from now on. Raises `WordingRefused`.

    `template`: the id of the text that WhatsApp has approved, which it takes from those who write first.
    """
    if faults := check_wording(kind, channel, subject=subject, body=body):
        raise WordingRefused(fields=faults)
    row, _new = Wording.objects.update_or_create(
        kind=kind.name, channel=channel, language=language or current_tenant().locale,
        defaults={
            "subject": one_line(subject) if channel == EMAIL else "", "body": body.strip(),
            "provider_template": template,
        },
    )  # fmt: skip
    emit(WordingChanged(kind=kind.name), by=by, subject=row)
    return row


@transaction.atomic
def take_ours(kind: Kind, channel: str, *, by: User | None) -> bool:
    """Say it in our words again; whether there were others."""
    gone, _rows = Wording.objects.filter(kind=kind.name, channel=channel).delete()
    if gone:
        emit(WordingChanged(kind=kind.name), by=by)
    return bool(gone)


def preview(kind: Kind, channel: str, *, subject: str, body: str) -> tuple[str, str, str]:
    """How a wording looks with made-up values: subject, text and HTML, which a short one has not.

    Raises `WordingRefused`.
    """
    if faults := check_wording(kind, channel, subject=subject, body=body):
        raise WordingRefused(fields=faults)
    values = sample_of(kind)
    try:
        if channel != EMAIL:
            own = {SHORT: Wording(kind=kind.name, channel=SHORT, body=body)}
            return "", short_text(kind, values, own), ""
        title, facts = own_subject(subject, values), SAMPLE_FACTS if kind.details else ""
        details = {**frame(), "sample": values}
        made = own_email(kind, title=title, body=body, values=values, details=details, facts=facts)
        return made or (title, "", "")
    except LiquidError as error:
        raise WordingRefused(fields={"body": [str(error)]}) from error


def lines_with_gaps(kind: Kind, *, subject: str, body: str) -> list[str]:
    """The lines of a wording as those read them for whom its variables that may be empty are: "Hi ,".

    Only the lines that say something else then, and still say something. Raises `LiquidError`.
    """
    values = sample_of(kind)
    bare = values | {one.name: "" for one in kind.variables if one.may_lack}
    lines: list[str] = []
    for text in (subject, body):
        whole = liquid.fill(text, {**values, DETAILS: ""}).splitlines()
        lines += [line.strip() for line in liquid.fill(text, {**bare, DETAILS: ""}).splitlines() if line not in whole]
    return [line for line in lines if line]


@transaction.atomic
def send_test(kind: Kind, channel: str, *, subject: str, body: str, to: User) -> Message:
    """Send an email with this wording and made-up values to whoever writes it. Raises `WordingRefused`."""
    title, text, html = preview(kind, channel, subject=subject, body=body)
    title = title or str(kind.label)
    message = Message.objects.create(
        kind="messaging/test",
        to=to.email,
        subject=(_("Test: %s") % title)[:200],
        text=text,
        html=html,
    )
    work_on_commit()
    return message


@transaction.atomic
def change_messaging(
    *, channels: Mapping[str, Collection[str]] | None = None, quiet: Hours | None = None, by: User | None
) -> MessagingSettings:  # fmt: skip
    """By which channels each kind goes, and the quiet hours of those who have none of their own."""
    row = MessagingSettings.objects.locked()
    if channels is not None:
        known = [channel.name for channel in all_channels()]
        row.channels = {**row.channels, **{kind: _ordered(names, known) for kind, names in channels.items()}}
    if quiet is not None:
        row.quiet_from, row.quiet_until = quiet
    row.save()
    emit(MessagingChanged(), by=by, subject=row)
    return row


def _ordered(names: Collection[str], known: Sequence[str]) -> list[str]:
    return [name for name in known if name in names]


def _note(faults: dict[str, list[str]], field: str, check: Callable[[], None]) -> None:
    try:
        check()
    except ValidationError as error:
        faults[field] = list(error.messages)
