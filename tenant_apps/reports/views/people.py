"""Students with what they booked and paid."""

from uuid import UUID

from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from shared_apps.core.access import allow, can
from shared_apps.core.office import back_to, page_of, remember_list, sorted_rows
from tenant_apps.people.models import Student
from tenant_apps.reports.selectors import account_of

SORTS = {
    "name": "person__name", "email": "person__email", "bookings": "bookings", "last": "last",
    "since": "person__created_at",
}  # fmt: skip
STATES = {"active": (_("Active"), Q(person__active=True)), "inactive": (_("Inactive"), Q(person__active=False))}


@require_GET
@allow("students.view")
def students(request: HttpRequest) -> HttpResponse:
    """Everybody who was ever a student here."""
    remember_list(request, "students")
    mine = Student.objects.visible_to(request.user)
    rows, q, status = mine, request.GET.get("q", "").strip(), request.GET.get("status", "")
    for word in q.split():
        rows = rows.filter(
            Q(person__name__icontains=word) | Q(person__email__icontains=word) | Q(person__phone__icontains=word)
        )  # fmt: skip
    if status in STATES:
        rows = rows.filter(STATES[status][1])
    rows = rows.select_related("person").annotate(
        bookings=Count("person__bookings"), last=Max("person__bookings__created_at")
    )
    counts = mine.aggregate(**{name: Count("pk", filter=where) for name, (_title, where) in STATES.items()})
    context = {
        "nav": "students", "page": page_of(request, sorted_rows(request, rows, SORTS, usual="name")), "q": q,
        "status": status, "states": [(name, title, counts[name]) for name, (title, _w) in STATES.items()],
        "filtered": bool(q or status),
    }  # fmt: skip
    return render(request, "reports/students.html", context)


@require_GET
@allow("students.view")
def student(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One student: who they are, what they booked, what they paid."""
    found = get_object_or_404(Student.objects.visible_to(request.user).select_related("person"), pk=pk)
    sees_money = can(request.user, "bookings.manage")
    context = {
        "nav": "students", "student": found, "person": found.person, "back": back_to(request, "students"),
        "account": account_of(found.person) if sees_money else None,
    }  # fmt: skip
    return render(request, "reports/student.html", context)
