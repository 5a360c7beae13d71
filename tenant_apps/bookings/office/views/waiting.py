"""Who waits for seats: the list of all, one place in line, and adding somebody."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from shared_apps.accounts.models import User
from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from shared_apps.core.time import local
from shared_apps.jobs.exports import Export
from shared_apps.lists.acts import Act
from shared_apps.lists.columns import Column
from shared_apps.lists.lists import AnyRows, OfficeList
from shared_apps.lists.words import ListPage
from shared_apps.web.filtering import an_id, known_filters, sort_keys
from shared_apps.web.office import back_to, form_page, refusals_on, remember_list, uuid_in
from tenant_apps.bookings.models import IN_LINE, WaitingListEntry, WaitingStatus
from tenant_apps.bookings.office.waiting_forms import MoveInLineForm, NewEntryForm, OfferForm, RemoveForm
from tenant_apps.bookings.waiting_by_hand import move_in_line, offer_by_hand, remove_from_waiting_list
from tenant_apps.bookings.waiting_list import join_waiting_list, open_offer
from tenant_apps.catalogue.models import Course
from tenant_apps.people.finding import find_people
from tenant_apps.people.models import Person
from tenant_apps.people.services import meet_as_typed
from tenant_apps.scheduling.models import Offer, OfferStatus, Session

HEAD = ["Course", "Starts", "Position", "Name", "Email", "Phone", "Seats", "Since", "Status", "Offer until"]


def _offer(key: UUID, by: User | None) -> None:
    offer_by_hand(WaitingListEntry.objects.get(pk=key), by=by)


def _remove(key: UUID, by: User | None) -> None:
    remove_from_waiting_list(WaitingListEntry.objects.get(pk=key), by=by)


def _label(key: UUID) -> str:
    return str(WaitingListEntry.objects.select_related("person").get(pk=key).person)


def _rows(request: HttpRequest) -> AnyRows:
    """Those that the address asks for: who is in line, unless it names another status."""
    rows: AnyRows = with_offers(WaitingListEntry.objects.visible_to(request.user).with_position())
    status, q = request.GET.get("status", ""), request.GET.get("q", "").strip()
    rows = rows.filter(status=status) if status in WaitingStatus.values else rows.filter(status__in=IN_LINE)
    if course := uuid_in(request, "course"):
        rows = rows.filter(session__course_id=course)
    if session := uuid_in(request, "session"):
        rows = rows.filter(session_id=session)
    return rows.filter(person__in=find_people(Person.objects.all(), q).values("pk")) if q else rows


def with_offers(rows: AnyRows) -> AnyRows:
    """Each with the time `until` which seats are kept for it."""
    offers = Offer.objects.filter(entry_id=OuterRef("pk"), status=OfferStatus.OFFERED).values("until")
    return rows.annotate(until=Subquery(offers[:1])).select_related("person", "session__course", "session__place")


LIST = OfficeList(
    "waiting_list", permission="bookings.manage", export="office:waiting_list_export", usual="date", rows=_rows,
    page=ListPage(
        title=gettext_lazy("Waiting list"), row="bookings/office/_waiting_row.html",
        search=gettext_lazy("Search who waits"), finds=gettext_lazy("Name, email, phone"),
        no_match=gettext_lazy("Nobody matches"), show_all=gettext_lazy("Show everybody in line"),
        fields=("course",),
    ),
    columns=[
        Column("who", gettext_lazy("Who"), sort="person__name", wide=2, fixed=True, phone="main"),
        Column("course", gettext_lazy("Course"), sort="session__course__title", wide=3, phone="wide"),
        Column("date", gettext_lazy("Session"), sort="session__starts_at"),
        Column("position", gettext_lazy("Place"), sort="position", num=True, phone="top"),
        Column("seats", gettext_lazy("Seats"), sort="seats", num=True, phone="hide"),
        Column("status", gettext_lazy("Status"), sort="status", phone="end"),
        Column("since", gettext_lazy("Since"), sort="created_at", num=True, goes=2, phone="hide"),
        Column("phone", gettext_lazy("Phone"), off=True, phone="hide"),
        Column("email", gettext_lazy("Email"), off=True, phone="hide"),
    ],
    views=[
        ("", gettext_lazy("In line")), ("status=offered", gettext_lazy("Offers under way")),
        ("status=expired", gettext_lazy("Ran out")),
    ],
    acts=[
        Act(
            "bookings.offer_by_hand", title=gettext_lazy("Offer seats"), icon="hourglass", label=_label, do=_offer,
            permission="bookings.manage", done=gettext_lazy("Offered"),
            asks=gettext_lazy("Offer the seats that they wait for, whoever is ahead of them? People: %d."),
        ),
        Act(
            "bookings.remove_from_waiting_list", title=gettext_lazy("Take off the list"), icon="circle-x", label=_label,
            permission="bookings.manage", do=_remove, done=gettext_lazy("Taken off the list"),
            asks=gettext_lazy("Take them off the waiting list? Each of them is told. People: %d."),
        ),
    ],
)  # fmt: skip
filters = known_filters(status=WaitingStatus.values, course=an_id, session=an_id, sort=sort_keys(LIST.sorts))


@require_GET
@allow("bookings.manage")
@filters
def waiting_list(request: HttpRequest) -> HttpResponse:
    """Everybody who waits for seats, the next date first."""
    remember_list(request, "waiting_list")
    rows = LIST.sorted(request, _rows(request)) if "sort" in request.GET else _in_order(_rows(request))
    seen = LIST.seen(request, rows)
    chosen = {name: request.GET.get(name, "") for name in ("q", "status", "course", "session")}
    asked = uuid_in(request, "session")
    session = Session.objects.select_related("course").filter(pk=asked).first() if asked else None
    context = {
        "nav": "waiting_list", "list": seen, "page": seen.page, "chosen": chosen, "session": session,
        "courses": Course.objects.filter(sessions__waiting_list__status__in=IN_LINE).distinct().order_by("title"),
        "filtered": any(chosen.values()), "narrowed": any(chosen[name] for name in ("course", "session")),
    }  # fmt: skip
    return render(request, "bookings/office/waiting_list.html", context)


def _in_order(rows: AnyRows) -> AnyRows:
    return rows.order_by("session__starts_at", "session", F("position").asc(nulls_last=True), "-pk")


# Times are those of the provider's zone.
EXPORT = Export(
    "bookings.export_waiting_list", what="waiting-list", permission="bookings.manage", head=HEAD,
    rows=lambda request: _in_order(_rows(request)),
    line=lambda row: (
        row.session.course.title, f"{local(row.session.starts_at):%Y-%m-%d %H:%M}", row.position or "", row.person.name,
        row.person.email, row.person.phone, row.seats, f"{localtime(row.created_at):%Y-%m-%d %H:%M}",
        row.get_status_display(), f"{localtime(row.until):%Y-%m-%d %H:%M}" if row.until else "",
    ),
)  # fmt: skip


@require_http_methods(["GET", "POST"])
@allow("bookings.manage")
@filters
def waiting_list_export(request: HttpRequest) -> HttpResponse:
    """The filtered list as CSV, or of it those that were chosen."""
    return EXPORT.answer(request, title=_("The waiting list as a file"))


@require_http_methods(["GET", "POST"])
@allow("bookings.manage")
def waiting(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One place in line. POST offers seats, gives another place, or takes it away, as `act` says."""
    rows = WaitingListEntry.objects.visible_to(request.user).with_position()
    entry = get_object_or_404(rows.select_related("person", "session__course", "session__place"), pk=pk)
    act = request.POST.get("act", "")
    offer = OfferForm(request.POST if act == "offer" else None, entry=entry, prefix="offer")
    moving = MoveInLineForm(
        request.POST if act == "move" else None, prefix="move", initial={"to": getattr(entry, "position", 1)}
    )
    removing = RemoveForm(request.POST if act == "remove" else None, prefix="remove")
    sent: Form | None = {"offer": offer, "move": moving, "remove": removing}.get(act)
    if sent is not None and sent.is_valid():
        with refusals_on(sent):
            messages.success(request, _act(act, entry, sent, by=signed_in(request)))
            return redirect("office:session", entry.session_id)
    context = {
        "nav": "waiting_list", "entry": entry, "session": entry.session, "waits": entry.status in IN_LINE,
        "offer": open_offer(entry), "offer_form": offer, "move_form": moving, "remove_form": removing,
        "back": back_to(request, "waiting_list"),
        "in_line": WaitingListEntry.objects.in_line().filter(session=entry.session_id).count(),
    }  # fmt: skip
    return form_page(request, "bookings/office/waiting.html", context)


def _act(act: str, entry: WaitingListEntry, sent: Form, *, by: User | None) -> str:
    given, who = sent.cleaned_data, {"name": entry.person}
    if act == "offer":
        offer_by_hand(entry, seats=given["seats"], by=by)
        return _("Seats are kept for %(name)s, who is told.") % who
    if act == "move":
        move_in_line(entry, to=given["to"], reason=given["reason"], by=by)
        return _("%(name)s has another place in line.") % who
    remove_from_waiting_list(entry, reason=given["reason"], by=by)
    return _("%(name)s is off the waiting list, and told so.") % who


@require_http_methods(["GET", "POST"])
@allow("bookings.manage")
def waiting_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put somebody on the waiting list of a session who called."""
    rows = Session.objects.visible_to(request.user).select_related("course")
    session = get_object_or_404(rows, pk=pk)
    form = NewEntryForm(request.POST or None, session=session)
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form), transaction.atomic():
            person = meet_as_typed(name=given["name"], email=given["email"], phone=given["phone"])
            join_waiting_list(
                session=session, person=person, seats=given["seats"], by=signed_in(request), by_office=True
            )
            messages.success(request, _("%s is on the waiting list.") % person)
            return redirect("office:session", pk)
    context = {"nav": "sessions", "session": session, "form": form}
    return form_page(request, "bookings/office/waiting_new.html", context)
