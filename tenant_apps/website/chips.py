"""What the list is narrowed by, one removable chip each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shared_apps.web.templatetags.muster import day, money
from tenant_apps.website.asked import Asked, AskForm


@dataclass(frozen=True)
class Chip:
    """`label` says what is asked; without the `names` in the query it is asked no more."""

    label: str
    name: str
    href: str


def chips(form: AskForm, asked: Asked) -> list[Chip]:
    """The filters that are on; each with the URL of the same list without it."""
    return [Chip(label, name, _without(form, name)) for name, label in _labels(form, asked)]


def _labels(form: AskForm, asked: Asked) -> Iterator[tuple[str, str]]:
    if asked.q:
        yield "q", f"“{asked.q}”"
    for name in ("category", "audience", "place"):
        value = getattr(asked, name)
        if value:
            yield name, str(dict(form.fields[name].choices)[value])  # type: ignore[attr-defined]
    if asked.since:
        yield "since", _("From %(day)s") % {"day": day(asked.since, "d MMM y")}
    if asked.until:
        yield "until", _("Until %(day)s") % {"day": day(asked.until, "d MMM y")}
    if asked.free:
        yield "free", _("Free courses")
    if asked.upto is not None:
        yield "upto", _("Up to %(price)s") % {"price": money(asked.upto)}
    if asked.seats:
        yield "seats", _("1 free seat") if asked.seats == 1 else _("%(n)s free seats") % {"n": asked.seats}


def _without(form: AskForm, name: str) -> str:
    given: Any = form.data
    query = given.copy()
    for key in (name, "page"):
        query.pop(key, None)
    return f"?{query.urlencode()}"
