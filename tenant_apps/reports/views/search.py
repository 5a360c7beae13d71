"""One box for everything."""

from typing import TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shared_apps.accounts.models import User
from shared_apps.core.permissions import allow, can
from shared_apps.tenants.features import is_on
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.office.selectors import find_bookings
from tenant_apps.catalogue.models import Course
from tenant_apps.people.finding import like, nearly
from tenant_apps.people.models import Student
from tenant_apps.reports.actions import Action, find_actions
from tenant_apps.scheduling.models import Session

Found: TypeAlias = "dict[str, list[Booking] | list[Student] | list[Course] | list[Session]]"  # by what they are
MOST = 6
LONGEST = 100


@require_GET
@allow("office.enter")
def search(request: HttpRequest) -> HttpResponse:
    """What can be done, bookings, students, courses and sessions that match `?q=`; only links when htmx asks.

    When no record matches, those are shown whose names are one letter off.
    """
    q = request.GET.get("q", "").strip()[:LONGEST]
    found: Found = {}
    actions: list[Action] = []
    similar = False
    if len(q) > 1:
        actions = find_actions(request.user, q)[:MOST]
        found = _find(request.user, q)
        if not any(found.values()) and not actions:
            found = _find_similar(request.user, q)
            similar = any(found.values())
    context = {"q": q, **found, "actions": actions, "similar": similar, "any": bool(actions) or any(found.values())}
    template = "reports/_found.html" if vars(request)["htmx"] else "reports/search.html"
    return render(request, template, context)


def _find(user: User | AnonymousUser, q: str) -> Found:
    courses, sessions = Q(), Q()
    for word in q.split():
        courses &= Q(title__icontains=word)
        sessions &= Q(course__title__icontains=word) | Q(place__name__icontains=word)
    bookings = None
    if can(user, "bookings.view"):
        bookings = find_bookings(Booking.objects.visible_to(user), q, by_email=can(user, "bookings.manage"))
    return _rows(user, q, bookings, students=like(q, "person__"), courses=courses, sessions=sessions)


def _find_similar(user: User | AnonymousUser, q: str) -> Found:
    titles = nearly(q, "title")
    if titles is None:
        return {}
    dates = nearly(q, "course__title", "place__name")
    names, bookings = nearly(q, "contact_name", "buyer__name"), None
    if names is not None and can(user, "bookings.view"):
        bookings = Booking.objects.visible_to(user).filter(names)
    return _rows(user, q, bookings, students=nearly(q, "person__name"), courses=titles, sessions=dates)


def _rows(
    user: User | AnonymousUser,
    q: str,
    bookings: QuerySet[Booking] | None,
    *,
    students: Q | None,
    courses: Q,
    sessions: Q | None,
) -> Found:
    found: Found = {}
    if students is not None and can(user, "students.view"):
        # A name says more than a part of an address.
        first = Case(When(person__name__icontains=q, then=0), default=1)
        rows = Student.objects.visible_to(user).filter(students).select_related("person")
        found["students"] = list(rows.order_by(first, "person__name")[:MOST])
    if not is_on("courses"):
        return found
    if bookings is not None:
        found["bookings"] = list(bookings.select_related("session__course").order_by("-created_at")[:MOST])
    found["courses"] = list(Course.objects.in_office_of(user).filter(courses).order_by("title")[:MOST])
    dates = Session.objects.visible_to(user).ahead().filter(sessions or Q())
    found["sessions"] = list(dates.select_related("course", "place")[:MOST])
    return found
