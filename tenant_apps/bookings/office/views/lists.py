"""All bookings, as a page and as a file."""

from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from shared_apps.accounts.models import User
from shared_apps.core.permissions import allow, can
from shared_apps.core.time import local, start_of_week
from shared_apps.jobs.exports import Export
from shared_apps.lists.acts import Act
from shared_apps.lists.columns import Column
from shared_apps.lists.lists import AnyRows, OfficeList
from shared_apps.lists.words import ListPage
from shared_apps.web.filtering import a_day, an_id, known_filters, sort_keys
from shared_apps.web.office import moment_in, remember_list, uuid_in
from tenant_apps.bookings.errors import NothingToSend
from tenant_apps.bookings.finding import find_bookings
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.notifications import send_again
from tenant_apps.bookings.office.selectors import is_overdue, with_money
from tenant_apps.catalogue.models import Course
from tenant_apps.scheduling.models import Session

MONEY = {"due": _("Money due"), "overdue": _("Overdue")}
HEAD = [
    "Reference", "Status", "Booked", "Course", "Starts", "Name", "Email", "Phone", "Company", "Seats", "Attendees",
    "Currency", "Total", "Held", "Due",
]  # fmt: skip


def _rows(request: HttpRequest) -> AnyRows:
    return _filtered(request, _chosen(request))


def _send_again(key: UUID, by: User | None) -> None:
    if not send_again(Booking.objects.get(pk=key)):
        raise NothingToSend


LIST = OfficeList(
    "bookings", permission="bookings.view", export="office:bookings_export", usual="-booked", rows=_rows,
    page=ListPage(
        title=_("Bookings"), row="bookings/office/_row.html",
        search=_("Search bookings"), finds=_("Reference, name, email, phone"),
        no_match=_("No booking matches"), show_all=_("Show all bookings"),
        fields=("course", "from", "to"),
    ),
    columns=[
        Column("ref", _("Reference"), sort="reference", phone="hide"),
        Column("who", _("Who"), sort="contact_name", wide=2, fixed=True, phone="main"),
        Column("course", _("Course"), sort="session__course__title", wide=3, phone="wide"),
        Column("date", _("Session"), sort="session__starts_at"),
        Column("trainer", _("Trainer"), sort="session__trainer__person__name", off=True, phone="hide"),
        Column("seats", _("Seats"), sort="seats", num=True, goes=2, phone="hide"),
        Column("status", _("Status"), sort="status", phone="top"),
        Column("total", _("Total"), sort="money_total", num=True, goes=2, for_money=True, phone="hide"),
        Column("due", _("Due"), sort="money_due", num=True, for_money=True),
        Column("booked", _("Booked"), sort="created_at", num=True, goes=1, phone="hide"),
        Column("phone", _("Phone"), off=True, for_money=True, phone="hide"),
        Column("email", _("Email"), off=True, for_money=True, phone="hide"),
    ],
    views=[
        ("money=due", _("Money due")), ("money=overdue", _("Overdue")), ("confirmed=week", _("Confirmed this week")),
    ],
    acts=[
        Act(
            "bookings.send_again", title=_("Send the email again"), icon="mail", permission="bookings.manage",
            do=_send_again, label=lambda key: Booking.objects.get(pk=key).reference, done=_("Sent again"),
            asks=_("Send the confirmation, or the link to pay, once more? Bookings: %d."),
        ),
    ],
)  # fmt: skip
filters = known_filters(
    status=BookingStatus.values, money=MONEY, confirmed=["week"], course=an_id, from__=a_day, to=a_day,
    sort=sort_keys(LIST.sorts),
)  # fmt: skip


@require_GET
@allow("bookings.view")
@filters
def bookings(request: HttpRequest) -> HttpResponse:
    """All bookings, or those of a trainer's sessions."""
    remember_list(request, "bookings")
    chosen = _chosen(request)
    mine = Booking.objects.visible_to(request.user)
    rows = _filtered(request, chosen).select_related("session__course", "buyer", "order", "session__trainer__person")
    seen = LIST.seen(request, LIST.sorted(request, rows))
    others = {**chosen, "status": ""}  # a state leads to what it counts: the other filters stay
    counted = _filtered(request, others).order_by() if any(others.values()) else mine
    counts = counted.aggregate(**{value: Count("pk", filter=Q(status=value)) for value in BookingStatus.values})
    sees_money = can(request.user, "bookings.manage")
    context = {
        "nav": "bookings", "list": seen, "page": seen.page, "chosen": chosen, "sees_money": sees_money,
        "takes_money": can(request.user, "payments.take"),
        "states": [(value, title, counts[value]) for value, title in BookingStatus.choices],
        "courses": Course.objects.in_office_of(request.user).order_by("title").only("title"),
        "filtered": any(chosen.values()), "narrowed": any(chosen[name] for name in ("course", "from", "to")),
        "since": chosen["from"], "until": chosen["to"],
    }  # fmt: skip
    return render(request, "bookings/office/bookings.html", context)


# Times are those of the provider's zone.
EXPORT = Export(
    "bookings.export", what="bookings", permission="bookings.manage", head=HEAD,
    rows=lambda request: LIST.sorted(
        request,
        _rows(request).select_related("session__course", "buyer", "order").prefetch_related("attendees"),
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
    """The filtered list as CSV, or of it those that were chosen."""
    return EXPORT.answer(request, title=_("Bookings as a file"))


def _chosen(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "") for name in ("q", "status", "course", "from", "to", "money", "confirmed")}


def _filtered(request: HttpRequest, chosen: dict[str, str]) -> AnyRows:
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
