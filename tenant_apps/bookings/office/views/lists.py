"""All bookings, as a page and as a file."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from shared_apps.core.permissions import allow, can
from shared_apps.core.time import local, start_of_week
from shared_apps.jobs.exports import Export
from shared_apps.web.filtering import a_day, an_id, known_filters, sort_keys
from shared_apps.web.office import moment_in, page_of, remember_list, sorted_rows, uuid_in
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.office.selectors import find_bookings, is_overdue, with_money
from tenant_apps.catalogue.models import Course
from tenant_apps.scheduling.models import Session

SORTS = {
    "ref": "reference", "who": "contact_name", "course": "session__course__title", "date": "session__starts_at",
    "booked": "created_at", "seats": "seats", "status": "status", "total": "money_total", "due": "money_due",
}  # fmt: skip
MONEY = {"due": _("Money due"), "overdue": _("Overdue")}
filters = known_filters(
    status=BookingStatus.values, money=MONEY, confirmed=["week"], course=an_id, from__=a_day, to=a_day,
    sort=sort_keys(SORTS),
)  # fmt: skip
HEAD = [
    "Reference", "Status", "Booked", "Course", "Starts", "Name", "Email", "Phone", "Company", "Seats", "Attendees",
    "Currency", "Total", "Held", "Due",
]  # fmt: skip


@require_GET
@allow("bookings.view")
@filters
def bookings(request: HttpRequest) -> HttpResponse:
    """All bookings, or those of a trainer's sessions."""
    remember_list(request, "bookings")
    chosen = _chosen(request)
    mine = Booking.objects.visible_to(request.user)
    rows = _filtered(request, chosen).select_related(
        "session__course", "buyer", "order", "session__trainer__person"
    )  # fmt: skip
    rows = sorted_rows(request, rows, SORTS, usual="-booked")
    counts = mine.aggregate(**{value: Count("pk", filter=Q(status=value)) for value in BookingStatus.values})
    sees_money = can(request.user, "bookings.manage")
    context = {
        "nav": "bookings", "page": page_of(request, rows), "chosen": chosen, "sees_money": sees_money,
        "states": [(value, title, counts[value]) for value, title in BookingStatus.choices],
        "money_filters": list(MONEY.items()) if sees_money else [],
        "courses": Course.objects.in_office_of(request.user).order_by("title").only("title"),
        "filtered": any(chosen.values()), "narrowed": any(chosen[name] for name in ("course", "from", "to")),
        "since": chosen["from"], "until": chosen["to"],
        "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "bookings/office/bookings.html", context)


# Times are those of the provider's zone.
EXPORT = Export(
    "bookings.export", what="bookings", head=HEAD,
    rows=lambda request: sorted_rows(
        request,
        _filtered(request, _chosen(request))
        .select_related("session__course", "buyer", "order").prefetch_related("attendees"),
        SORTS, usual="-booked",
    ),
    line=lambda row: (
        row.reference, row.get_status_display(), f"{localtime(row.created_at):%Y-%m-%d %H:%M}",
        row.session.course.title, f"{local(row.session.starts_at):%Y-%m-%d %H:%M}", row.contact_name,
        row.buyer.email, row.contact_phone, row.company, row.seats,
        ", ".join(attendee.name for attendee in row.attendees.all()),
        row.order.currency if row.order else "", row.money_total if row.order else 0, row.money_held, row.money_due,
    ),
)  # fmt: skip


@require_http_methods(["GET", "POST"])
@allow("bookings.manage")
@filters
def bookings_export(request: HttpRequest) -> HttpResponse:
    """The filtered list as CSV."""
    return EXPORT.answer(request, title=_("Bookings as a file"))


def _chosen(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "") for name in ("q", "status", "course", "from", "to", "money", "confirmed")}


def _filtered(request: HttpRequest, chosen: dict[str, str]) -> QuerySet[Any]:
    rows = find_bookings(
        Booking.objects.visible_to(request.user), chosen["q"], by_email=can(request.user, "bookings.manage")
    )
    if chosen["status"] in BookingStatus.values:
        rows = rows.filter(status=chosen["status"])
    if course := uuid_in(request, "course"):
        rows = rows.filter(session__course_id=course)
    if chosen["confirmed"]:
        rows = rows.filter(confirmed_at__gte=start_of_week())
    since, until = moment_in(request, "from"), moment_in(request, "to", end=True)
    if since or until:
        rows = rows.filter(session__in=Session.objects.taught_within(since, until))
    found = with_money(rows)
    if chosen["money"] in MONEY and can(request.user, "bookings.manage"):
        found = found.filter(is_overdue() if chosen["money"] == "overdue" else Q(money_due__gt=0))
    return found
