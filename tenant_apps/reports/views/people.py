"""Students with what they booked and paid."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from shared_apps.core.permissions import allow, can
from shared_apps.events.timeline import history
from shared_apps.jobs.exports import Export
from shared_apps.tenants.features import is_on
from shared_apps.web.filtering import known_filters, sort_keys
from shared_apps.web.office import back_to, page_of, remember_list, sorted_rows
from tenant_apps.messaging.office.selectors import messages_for
from tenant_apps.people.finding import like
from tenant_apps.people.models import AccessKind, Person, Student, StudentQuerySet
from tenant_apps.reports.selectors import account_of

SORTS = {
    "name": "person__name", "email": "person__email", "bookings": "bookings", "last": "last",
    "since": "person__created_at",
}  # fmt: skip
HEAD = ["Name", "Email", "Phone", "Organisation", "Active", "Bookings", "Last booked", "Known since"]
STATES = {"active": (_("Active"), Q(person__active=True)), "inactive": (_("Inactive"), Q(person__active=False))}
filters = known_filters(status=STATES, sort=sort_keys(SORTS))


@require_GET
@allow("students.view")
@filters
def students(request: HttpRequest) -> HttpResponse:
    """Everybody who was ever a student here."""
    remember_list(request, "students")
    mine = Student.objects.visible_to(request.user)
    q, status = request.GET.get("q", "").strip(), request.GET.get("status", "")
    counts = mine.aggregate(**{name: Count("pk", filter=where) for name, (_title, where) in STATES.items()})
    context = {
        "nav": "students", "page": page_of(request, _filtered(request, mine)), "q": q,
        "status": status, "states": [(name, title, counts[name]) for name, (title, _w) in STATES.items()],
        "filtered": bool(q or status), "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "reports/students.html", context)


# Days are those of the provider's zone.
EXPORT = Export(
    "reports.students", what="students", head=HEAD,
    rows=lambda request: (
        _filtered(request, Student.objects.visible_to(request.user)).select_related("person__organisation")
    ),
    line=lambda row: (
        row.person.name, row.person.email, row.person.phone, row.person.organisation or "",
        "yes" if row.person.active else "no", row.bookings, f"{localtime(row.last):%Y-%m-%d}" if row.last else "",
        f"{localtime(row.person.created_at):%Y-%m-%d}",
    ),
)  # fmt: skip


@require_http_methods(["GET", "POST"])
@allow("students.manage")
@filters
def students_export(request: HttpRequest) -> HttpResponse:
    """The filtered list as CSV."""
    return EXPORT.answer(request, title=_("Students as a file"))


def _filtered(request: HttpRequest, rows: StudentQuerySet) -> QuerySet[Any]:
    q, status = request.GET.get("q", "").strip(), request.GET.get("status", "")
    rows = rows.filter(like(q, "person__"))
    if status in STATES:
        rows = rows.filter(STATES[status][1])
    rows = rows.select_related("person").annotate(
        bookings=Count("person__bookings"), last=Max("person__bookings__created_at")
    )
    return sorted_rows(request, rows, SORTS, usual="name")


@require_GET
@allow("students.view")
def student(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One student: who they are, what they booked, what they paid."""
    rows = Student.objects.visible_to(request.user).select_related("person__user")
    found = rows.filter(pk=pk).first()
    if found is None:
        joined = get_object_or_404(Person.objects.visible_to(request.user).exclude(merged_into=None), pk=pk)
        return redirect("office:student", joined.merged_into_id)
    sees_money = can(request.user, "bookings.manage")
    manages = can(request.user, "students.manage")
    emails = messages_for(found.person.email, about=found.person.bookings.values("pk"))
    context = {
        "nav": "students", "student": found, "person": found.person, "back": back_to(request, "students"),
        "account": account_of(found.person) if sees_money else None,
        "emails": emails[:12] if sees_money else None, "known_address": found.person.email,
        "merges": found.person.merges.standing().select_related("absorbed") if manages else [],
        "others": found.person.access.exclude(kind=AccessKind.SELF).select_related("user") if manages else [],
        "history": history(found.person) if sees_money else [], "books": is_on("courses"),
    }  # fmt: skip
    return render(request, "reports/student.html", context)
