"""The filters that narrow the list of courses, each with a link to the list without it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shared_apps.web.forms import choice_field
from shared_apps.web.templatetags.muster import day, money
from tenant_apps.website.course_query import CourseQuery, CourseQueryForm


@dataclass(frozen=True)
class ActiveFilter:
    """`label` says what is asked; without the `names` in the query it is asked no more."""

    label: str
    name: str
    href: str


def active_filters(form: CourseQueryForm, query: CourseQuery) -> list[ActiveFilter]:
    """The filters that are on; each with the URL of the same list without it."""
    return [ActiveFilter(label, name, _without(form, name)) for name, label in _labels(form, query)]


def _labels(form: CourseQueryForm, query: CourseQuery) -> Iterator[tuple[str, str]]:
    if query.q:
        yield "q", f"“{query.q}”"
    for name in ("category", "audience", "place"):
        value = getattr(query, name)
        if value:
            choices: Any = choice_field(form, name).choices
            yield name, str(dict(choices)[value])
    if query.since:
        yield "since", _("From %(day)s") % {"day": day(query.since, "d MMM y")}
    if query.until:
        yield "until", _("Until %(day)s") % {"day": day(query.until, "d MMM y")}
    if query.free:
        yield "free", _("Free courses")
    if query.upto is not None:
        yield "upto", _("Up to %(price)s") % {"price": money(query.upto)}
    if query.seats:
        yield "seats", _("1 free seat") if query.seats == 1 else _("%(n)s free seats") % {"n": query.seats}


def _without(form: CourseQueryForm, name: str) -> str:
    given: Any = form.data
    query = given.copy()
    for key in (name, "page"):
        query.pop(key, None)
    return f"?{query.urlencode()}"
