"""Who waits for a date of which course: the demand, as a page and as a file."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from shared_apps.accounts.models import User
from shared_apps.core.permissions import allow
from shared_apps.jobs.exports import Export
from shared_apps.lists.acts import Act
from shared_apps.lists.columns import Column
from shared_apps.lists.lists import AnyRows, OfficeList
from shared_apps.lists.words import ListPage
from shared_apps.web.filtering import an_id, known_filters, sort_keys
from shared_apps.web.office import remember_list, uuid_in
from tenant_apps.catalogue.models import Course
from tenant_apps.interest.models import OFFICE, Interest, InterestStatus
from tenant_apps.interest.selectors import demand
from tenant_apps.interest.services import leave_interest
from tenant_apps.people.finding import find_people
from tenant_apps.people.models import Person

HEAD = ["Course", "Name", "Email", "Phone", "Seats", "Since", "Status", "Told"]


def _rows(request: HttpRequest) -> AnyRows:
    """Those that the address asks for: who still waits, unless it names another status."""
    rows: AnyRows = Interest.objects.visible_to(request.user).select_related("person", "course")
    status, q = request.GET.get("status", ""), request.GET.get("q", "").strip()
    rows = rows.filter(status=status if status in InterestStatus.values else InterestStatus.WAITING)
    if course := uuid_in(request, "course"):
        rows = rows.filter(course_id=course)
    return rows.filter(person__in=find_people(Person.objects.all(), q).values("pk")) if q else rows


def _remove(key: UUID, by: User | None) -> None:
    leave_interest(Interest.objects.get(pk=key), by=by)


def _label(key: UUID) -> str:
    return str(Interest.objects.select_related("person").get(pk=key).person)


LIST = OfficeList(
    "interest", permission=OFFICE, export="office:interest_export", usual="course", rows=_rows,
    page=ListPage(
        title=gettext_lazy("Asked for"), row="interest/office/_row.html",
        search=gettext_lazy("Search who waits for a date"), finds=gettext_lazy("Name, email, phone"),
        no_match=gettext_lazy("Nobody matches"), show_all=gettext_lazy("Show everybody"),
        hint=gettext_lazy("Who would come to which course, if it had a date. They are told as soon as you open one."),
        fields=("course",),
    ),
    columns=[
        Column("who", gettext_lazy("Who"), sort="person__name", wide=2, fixed=True, phone="main"),
        Column("course", gettext_lazy("Course"), sort="course__title", wide=3, phone="wide"),
        Column("seats", gettext_lazy("Seats"), sort="seats", num=True, phone="top"),
        Column("status", gettext_lazy("Status"), sort="status", phone="end"),
        Column("since", gettext_lazy("Since"), sort="created_at", num=True, phone="hide"),
        Column("phone", gettext_lazy("Phone"), off=True, phone="hide"),
        Column("email", gettext_lazy("Email"), wide=2, goes=1, phone="hide"),
    ],
    views=[
        ("", gettext_lazy("Waiting")), ("status=told", gettext_lazy("Told of a date")),
        ("status=left", gettext_lazy("Left")),
    ],
    acts=[
        Act(
            "interest.remove", title=gettext_lazy("Take off the list"), icon="circle-x", label=_label, do=_remove,
            permission=OFFICE, done=gettext_lazy("Taken off the list"),
            asks=gettext_lazy("They will not hear of dates any more. People: %d."),
        ),
    ],
)  # fmt: skip
filters = known_filters(status=InterestStatus.values, course=an_id, sort=sort_keys(LIST.sorts))


@require_GET
@allow("bookings.manage")
@filters
def interest(request: HttpRequest) -> HttpResponse:
    """How much each course without dates is asked for, and by whom."""
    remember_list(request, "interest")
    seen = LIST.seen(request, LIST.sorted(request, _rows(request)))
    chosen = {name: request.GET.get(name, "") for name in ("q", "status", "course")}
    wanted = demand()
    context = {
        "nav": "interest", "list": seen, "page": seen.page, "chosen": chosen, "demand": wanted,
        "courses": [Course(pk=row.course_id, title=row.title) for row in wanted],
        "filtered": any(chosen.values()), "narrowed": bool(chosen["course"]),
    }  # fmt: skip
    return render(request, "interest/office/interest.html", context)


# Times are those of the provider's zone.
EXPORT = Export(
    "interest.export", what="interest", permission=OFFICE, head=HEAD,
    rows=lambda request: LIST.sorted(request, _rows(request)),
    line=lambda row: (
        row.course.title, row.person.name, row.person.email, row.person.phone, row.seats,
        f"{localtime(row.created_at):%Y-%m-%d %H:%M}", row.get_status_display(),
        f"{localtime(row.told_at):%Y-%m-%d %H:%M}" if row.told_at else "",
    ),
)  # fmt: skip


@require_http_methods(["GET", "POST"])
@allow("bookings.manage")
@filters
def interest_export(request: HttpRequest) -> HttpResponse:
    """The filtered list as CSV, or of it those that were chosen."""
    return EXPORT.answer(request, title=_("Interest in courses as a file"))
