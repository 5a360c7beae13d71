"""One box for everything."""

from typing import TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shared_apps.accounts.models import User
from shared_apps.core.db import TooSlow, patience_of
from shared_apps.core.named import typed_words
from shared_apps.core.permissions import allow, can
from shared_apps.core.search import BEGINS, LONGEST, SIMILAR, AnyRows, similar_last
from shared_apps.tenants.features import is_on
from shared_apps.web.office import recent_records
from tenant_apps.bookings.finding import find_bookings
from tenant_apps.bookings.models import Booking
from tenant_apps.catalogue.models import Course
from tenant_apps.catalogue.search import matching
from tenant_apps.messaging.models import Message
from tenant_apps.messaging.office.selectors import find_messages
from tenant_apps.people.finding import find_students
from tenant_apps.people.models import Student
from tenant_apps.reports.actions import Action, find_actions
from tenant_apps.reports.commands import Step, find_steps
from tenant_apps.scheduling.finding import find_sessions
from tenant_apps.scheduling.models import Session

# By what they are.
Found: TypeAlias = "dict[str, list[Booking] | list[Student] | list[Course] | list[Session] | list[Message]]"
MOST, MOST_EMAILS = 6, 3
PATIENCE = 2.0  # seconds for one query


@require_GET
@allow("office.enter")
def search(request: HttpRequest) -> HttpResponse:
    """What can be done, and people, bookings, courses, sessions and emails that match `?q=`; only links when htmx asks.

    What resembles `?q=` but for a letter comes after what has it. Before anything is typed, what was looked at last.
    """
    q = request.GET.get("q", "").strip()[:LONGEST]
    found: Found = {}
    actions: list[Action] = []
    steps: list[Step] = []
    too_slow = False
    if len(q) > 1:
        actions = find_actions(request.user, q)[:MOST]
        try:
            with patience_of(PATIENCE):
                steps = find_steps(request.user, q)
                found = _find(request.user, q)
        except TooSlow:
            too_slow = True
    recent = [] if q else _recent(request)
    rows = [row for group in found.values() for row in group]
    similar = bool(rows) and not (actions or steps) and all(vars(row)["match"] == SIMILAR for row in rows)
    context = {
        "q": q, **found, "steps": steps, **_in_order(q, actions, found), "similar": similar, "recent": recent,
        "any": bool(steps or actions or rows), "too_slow": too_slow,
    }  # fmt: skip
    template = "reports/_found.html" if vars(request)["htmx"] else "reports/search.html"
    return render(request, template, context)


def _in_order(q: str, actions: list[Action], found: Found) -> dict[str, object]:
    """What is shown before and after what: Enter opens the first.

    People who are called so, or whose names begin so, come before settings and lists; what does not only resemble what
    was typed comes before all that does.
    """
    students = found.get("students", [])
    called = [row for row in students if vars(row)["match"] <= BEGINS]
    typed = typed_words(q)
    meant = [one for one in actions if one.is_meant(typed)]
    first = [one for one in meant if one.is_its_own_page or not called]
    has_records = any(vars(row)["match"] != SIMILAR for group in found.values() for row in group)
    rest = [one for one in actions if one not in meant]
    return {
        "called": called,
        "other_students": [row for row in students if row not in called],
        "first_actions": first if has_records else first + rest,
        "actions": [one for one in meant if one not in first],
        "last_actions": rest if has_records else [],
    }


def _recent(request: HttpRequest) -> list[tuple[str, Model]]:
    """What was looked at last and may still be seen, as `(page, row)`."""
    user, seen = request.user, recent_records(request)
    of: dict[str, AnyRows] = {
        "booking": Booking.objects.visible_to(user).select_related("session__course"),
        "student": Student.objects.visible_to(user).select_related("person"),
        "course": Course.objects.in_office_of(user),
        "session": Session.objects.visible_to(user).select_related("course", "place"),
    }
    rows: dict[tuple[str, str], Model] = {}
    for page, known in of.items():
        if (page == "student" or is_on("courses")) and (keys := [pk for name, pk in seen if name == page]):
            rows |= {(page, str(row.pk)): row for row in known.filter(pk__in=keys)}
    return [(one[0], rows[one]) for one in seen if one in rows]


def _find(user: User | AnonymousUser, q: str) -> Found:
    found: Found = {}
    if can(user, "students.view"):
        people = find_students(Student.objects.visible_to(user), q)
        found["students"] = list(people.select_related("person").order_by("match", "person__name")[:MOST])
    if can(user, "bookings.manage"):
        found["emails"] = list(find_messages(q).exclude(match=SIMILAR)[:MOST_EMAILS])
    if not is_on("courses"):
        return found
    if can(user, "bookings.view"):
        bookings = find_bookings(Booking.objects.visible_to(user), q, by_email=can(user, "bookings.manage"))
        found["bookings"] = list(bookings.select_related("session__course").order_by("match", "-created_at")[:MOST])
    courses = matching(Course.objects.in_office_of(user), q, forgiving=True)
    found["courses"] = list(courses.order_by("-relevance", "title")[:MOST])
    dates = find_sessions(Session.objects.visible_to(user).ahead(), q, user=user)
    dates = dates.select_related("course", "place").order_by(similar_last(), F("next_day"), "pk")
    found["sessions"] = list(dates[:MOST])
    return found
