"""What a notice says: the provider's own words where it has some, else ours."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import structlog
from django.template.loader import render_to_string
from liquid.exceptions import LiquidError

from shared_apps.core.lines import one_line
from tenant_apps.messaging import liquid
from tenant_apps.messaging.frame import frame
from tenant_apps.messaging.kinds import EMAIL, Context, Kind
from tenant_apps.messaging.models import Wording

log = structlog.get_logger()
SHORT = "short"  # the wording for telephones, chats and the inbox
DETAILS = "details"
Wordings = Mapping[str, Wording]


@dataclass(frozen=True)
class Said:
    """The texts of one notice: of its email, and the short one."""

    subject: str
    text: str
    html: str
    short: str


def choose(kind: Kind, wordings: Iterable[Wording], *, language: str) -> dict[str, Wording]:
    """Of the provider's `wordings` those of `kind` by channel: in `language`, else in the one that there is."""
    found: dict[str, Wording] = {}
    for row in wordings:
        if row.kind == kind.name and (row.channel not in found or row.language == language):
            found[row.channel] = row
    return found


def say(kind: Kind, context: Context, wordings: Wordings) -> Said:
    """What a notice of `kind` says. Words of the provider that can't be filled, or are empty then, give way to ours."""
    values = kind.values(context)
    details: dict[str, object] = {**frame(), **context}
    subject, text, html = _own_email(kind, wordings, values, details) or _our_email(kind, details)
    return Said(subject, text, html, short_text(kind, values, wordings))


def short_text(kind: Kind, values: Mapping[str, str], wordings: Wordings) -> str:
    """One or two sentences, for a telephone."""
    if SHORT in wordings:
        try:
            own = one_line(liquid.fill(wordings[SHORT].body, values))
            if not liquid.says_nothing(own):
                return own
        except LiquidError:
            log.exception("a wording could not be filled", kind=kind.name, channel=SHORT)
    return one_line(liquid.fill(str(kind.short), values))


def own_email(
    kind: Kind, *, title: str, body: str, values: Mapping[str, str], details: Context, facts: str
) -> tuple[str, str, str] | None:
    """An email in the provider's words: subject, text, HTML; None if nothing is left of `body`. Raises `LiquidError`.

    A line with nothing but the link becomes a button, and `{{ details }}` what the template `facts` says (without
    `.txt` and `.html`), as our own email has it.
    """
    mark = secrets.token_hex(16)  # nobody can write it, so nothing that somebody typed is taken for the facts
    filled = liquid.fill(body, {**values, DETAILS: mark})
    told = render_to_string(f"{facts}.txt", dict(details)).strip() if facts else ""
    if liquid.says_nothing(filled.replace(mark, told)):
        return None
    link = values.get("link", "")
    parts = []
    for paragraph in filled.replace("\r\n", "\n").replace(mark, f"\n\n{mark}\n\n").split("\n\n"):
        words = paragraph.strip()
        if words:
            parts.append((words, "details" if words == mark else "link" if words == link else "words"))
    context = {**details, "subject": title, "parts": parts, "facts": f"{facts}.html", "label": kind.action}
    site = str(details.get("site_name", ""))
    text = "\n\n".join([told if what == "details" else words for words, what in parts] + [site])
    return title, text, render_to_string("messages/own.html", context)


def own_subject(subject: str, values: Mapping[str, str]) -> str:
    """A subject in the provider's words; "" if nothing of it is seen. Raises `LiquidError`."""
    title = one_line(liquid.fill(subject, values))
    return "" if liquid.says_nothing(title) else title


def _own_email(
    kind: Kind, wordings: Wordings, values: Mapping[str, str], details: Context
) -> tuple[str, str, str] | None:
    own = wordings.get(EMAIL)
    if own is None:
        return None
    try:
        title = own_subject(own.subject, values)
        made = own_email(
            kind,
            title=title or _our_email(kind, details)[0],
            body=own.body,
            values=values,
            details={**details, "show_link": True},
            facts=kind.details,
        )
    except LiquidError:
        log.exception("a wording could not be filled", kind=kind.name, channel=EMAIL)
        return None
    return made or _our_email(kind, details, subject=title)


def _our_email(kind: Kind, details: Context, *, subject: str = "") -> tuple[str, str, str]:
    """The email of the kind's templates, under a `subject` of its own if one is given.

    The text's first line is the subject; `{% subject %}` keeps it one.
    """
    app, name = kind.name.split("/")
    ours, _, text = render_to_string(f"{app}/messages/{name}.txt", dict(details)).strip().partition("\n")
    subject = subject or one_line(ours)
    html = render_to_string(f"{app}/messages/{name}.html", {**details, "subject": subject})
    return subject, text.strip(), html
