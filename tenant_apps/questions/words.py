"""How an answer is told, to people and to programs. What is kept of one: see `fields`."""

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _t

from shared_apps.web.templatetags.muster import day
from tenant_apps.questions.models import Kind


def in_words(kind: str, text: str) -> str:
    """An answer as people read it, on one line or more."""
    if kind == Kind.YES_NO:
        return {"yes": _t("Yes"), "no": _t("No")}.get(text, text)
    if kind == Kind.SEVERAL:
        return ", ".join(text.splitlines())
    if kind == Kind.DATE and (known := parse_date(text) if text else None):
        return str(day(known))
    return text


def as_json(kind: str, text: str) -> str | bool | list[str]:
    """An answer as the API says it."""
    if kind == Kind.YES_NO:
        return text == "yes"
    return text.splitlines() if kind == Kind.SEVERAL else text
