"""Students with what they booked and paid."""

from functools import partial
from uuid import UUID

from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from shared_apps.accounts.models import User
from shared_apps.core.permissions import allow, can
from shared_apps.events.timeline import history
from shared_apps.jobs.exports import Export
from shared_apps.lists.acts import Act
from shared_apps.lists.columns import Column
from shared_apps.lists.lists import AnyRows, OfficeList
from shared_apps.lists.words import ListPage
from shared_apps.tenants.features import is_on
from shared_apps.web.filtering import known_filters, sort_keys
from shared_apps.web.office import back_to, remember_list, remember_record
from tenant_apps.messaging.office.selectors import messages_for
from tenant_apps.people.finding import find_students
from tenant_apps.people.models import AccessKind, Person, Student, StudentQuerySet
from tenant_apps.people.services import activate_person, deactivate_person
from tenant_apps.reports.selectors import account_of

HEAD = ["Name", "Email", "Phone", "Organisation", "Active", "Bookings", "Last booked", "Known since"]
STATES = {"active": Q(person__active=True), "inactive": Q(person__active=False)}


def _rows(request: HttpRequest) -> AnyRows:
    return _filtered(request, Student.objects.visible_to(request.user))


def _set_active(key: UUID, by: User | None, *, on: bool) -> None:
    person = Student.objects.select_related("person").get(pk=key).person
    (activate_person if on else deactivate_person)(person, by=by)


def _label(key: UUID) -> str:
    return str(Student.objects.select_related("person").get(pk=key))


LIST = OfficeList(
    "students", permission="students.view", export="office:students_export", money="students.manage", usual="name",
    rows=_rows,
    page=ListPage(
        title=_("Students"), row="reports/_student_row.html",
        search=_("Search students"), finds=_("Name, email or phone"),
        no_match=_("Nobody matches"), show_all=_("Show all students"),
    ),
    columns=[
        Column("name", _("Name"), sort="person__name", wide=2, fixed=True, phone="main"),
        Column("email", _("Email"), sort="person__email", wide=3, phone="wide"),
        Column("phone", _("Phone"), phone="hide"),
        Column("company", _("Company"), sort="person__organisation__name", off=True, phone="hide"),
        Column("bookings", _("Bookings"), sort="bookings", num=True, phone="top"),
        Column("last", _("Last booked"), sort="last", phone="hide"),
        Column("since", _("Known since"), sort="person__created_at", off=True, phone="hide"),
    ],
    views=[("status=active", _("Active")), ("status=inactive", _("Inactive"))],
    acts=[
        Act(
            "reports.deactivate_students", title=_("Make inactive"), icon="user-x", permission="students.manage",
            do=partial(_set_active, on=False), label=_label, done=_("Inactive now"), back="reports.activate_students",
            asks=_("Take %d students out of the lists? Their bookings and payments stay."),
        ),
        Act(
            "reports.activate_students", title=_("Make active"), icon="user-check", permission="students.manage",
            do=partial(_set_active, on=True), label=_label, done=_("Active again"), back="",
        ),
    ],
)  # fmt: skip
filters = known_filters(status=STATES, sort=sort_keys(LIST.sorts))


@require_GET
@allow("students.view")
@filters
def students(request: HttpRequest) -> HttpResponse:
    """Everybody who was ever a student here."""
    remember_list(request, "students")
    seen = LIST.seen(request, _rows(request))
    filtered = bool(request.GET.get("q", "").strip() or request.GET.get("status"))
    context = {"nav": "students", "list": seen, "page": seen.page, "filtered": filtered}
    return render(request, "reports/students.html", context)


# Days are those of the provider's zone.
EXPORT = Export(
    "reports.students", what="students", permission="students.manage", head=HEAD,
    rows=lambda request: (
        _rows(request)
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


def _filtered(request: HttpRequest, rows: StudentQuerySet) -> AnyRows:
    q, status = request.GET.get("q", "").strip(), request.GET.get("status", "")
    found = find_students(rows, q)
    if status in STATES:
        found = found.filter(STATES[status])
    found = found.select_related("person__organisation").annotate(
        bookings=Count("person__bookings"), last=Max("person__bookings__created_at")
    )
    return LIST.sorted(request, found)


@require_GET
@allow("students.view")
def student(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One student: who they are, what they booked, what they paid."""
    rows = Student.objects.visible_to(request.user).select_related("person__user")
    found = rows.filter(pk=pk).first()
    if found is None:
        joined = get_object_or_404(Person.objects.visible_to(request.user).exclude(merged_into=None), pk=pk)
        return redirect("office:student", joined.merged_into_id)
    remember_record(request, "student", pk)
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
