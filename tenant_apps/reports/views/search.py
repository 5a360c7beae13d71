"""One box for everything."""

from typing import Any

from django.db.models import Case, Q, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shared_apps.core.access import allow, can
from shared_apps.tenants.features import is_on
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.office_selectors import find_bookings
from tenant_apps.catalogue.models import Course
from tenant_apps.people.finding import like
from tenant_apps.people.models import Student
from tenant_apps.scheduling.models import Session

MOST = 6


@require_GET
@allow("office.enter")
def search(request: HttpRequest) -> HttpResponse:
    """Bookings, students, courses and sessions that match `?q=`; only links when htmx asks."""
    q = request.GET.get("q", "").strip()
    found = _find(request.user, q) if len(q) > 1 else {}
    template = "reports/_found.html" if request.htmx else "reports/search.html"  # type: ignore[attr-defined]
    return render(request, template, {"q": q, **found, "any": any(found.values())})


def _find(user: Any, q: str) -> dict[str, list[Any]]:
    words = q.split()
    students, courses, sessions = like(q, "person__"), Q(), Q()
    for word in words:
        courses &= Q(title__icontains=word)
        sessions &= Q(course__title__icontains=word) | Q(place__name__icontains=word)
    bookings = (
        find_bookings(Booking.objects.visible_to(user), q) if can(user, "bookings.view") else Booking.objects.none()
    )
    if not is_on("courses"):
        return {"students": _students(user, q, students)}
    return {
        "bookings": list(bookings.select_related("session__course").order_by("-created_at")[:MOST]),
        "students": _students(user, q, students),
        "courses": list(Course.objects.in_office_of(user).filter(courses).order_by("title")[:MOST]),
        "sessions": list(
            Session.objects.visible_to(user).ahead().filter(sessions).select_related("course", "place")[:MOST]
        ),
    }


def _students(user: Any, q: str, where: Q) -> list[Student]:
    if not can(user, "students.view"):
        return []
    first = Case(When(person__name__icontains=q, then=0), default=1)  # a name says more than a part of an address
    rows = Student.objects.visible_to(user).filter(where).select_related("person")
    return list(rows.order_by(first, "person__name")[:MOST])
