"""Waiting for seats of a full session: joining, one's own place, and leaving."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shared_apps.accounts.services import owns_email
from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.errors import DomainError
from shared_apps.core.permissions import allow
from shared_apps.core.states import Actor
from shared_apps.web.networks import network_of
from shared_apps.web.views import shown_again, too_many_requests
from tenant_apps.bookings.errors import AlreadyBooked, AlreadyWaiting, SeatsFree
from tenant_apps.bookings.hold_limits import wait_of_stranger
from tenant_apps.bookings.models import IN_LINE, Booking, WaitingListEntry
from tenant_apps.bookings.offer_links import offer_token
from tenant_apps.bookings.selectors import days_of, other_dates, token_of
from tenant_apps.bookings.terms import why_not_payable
from tenant_apps.bookings.views.book import closed
from tenant_apps.bookings.waiting_forms import WaitForSeats, can_wait
from tenant_apps.bookings.waiting_links import Asked, asked_by, place_of, place_token
from tenant_apps.bookings.waiting_list import join_waiting_list, leave_waiting_list, open_offer, position_of
from tenant_apps.bookings.waiting_notifications import send_join_link
from tenant_apps.checkout.road import private_page
from tenant_apps.people.identity import find_person
from tenant_apps.people.models import Person
from tenant_apps.people.services import meet_person
from tenant_apps.scheduling.models import Session

SENT = "waiting-list-link"  # in the browser's session: to which address the link of which session went


@shown_again
@require_http_methods(["GET", "HEAD", "POST"])
@allow("public")
@private_page
def wait(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """GET asks for how many seats somebody waits; POST puts them in line, or sends the link that does."""
    sessions = Session.objects.visible_to(request.user) | Session.objects.public()
    session = get_object_or_404(sessions.select_related("course", "place", "room"), pk=session_id)
    if refusal := session.why_not_bookable(0) or why_not_payable(session):
        return closed(request, session, refusal, status=409 if request.method == "POST" else 200)
    if not can_wait(session):
        return redirect("book", session.pk)
    stale = request.method == "POST" and getattr(request, "stale", False)
    form = WaitForSeats(request.POST or None, session=session, initial=_known(request))
    if request.method == "POST" and not stale and form.is_valid():
        return _asked(request, session, form)
    sent = request.session.get(SENT, ["", ""])
    context = {
        **_facts(session), "form": form, "others": other_dates(session), "waiting": _in_line(session),
        "sent_to": sent[1] if request.method != "POST" and sent[0] == str(session.pk) else "",
    }  # fmt: skip
    return render(request, "bookings/wait.html", context, status=422 if request.method == "POST" else 200)


def _asked(request: HttpRequest, session: Session, form: WaitForSeats) -> HttpResponse:
    given = form.cleaned_data
    email, by = given["email"].strip().lower(), signed_in(request)
    asked = Asked(str(session.pk), given["name"], email, given["phone"], given["seats"])
    if owns_email(by, email):
        return _join(request, session, asked)
    if seconds := wait_of_stranger(network_of(request)):
        return too_many_requests(request, wait=seconds)
    send_join_link(asked, session)
    request.session[SENT] = [str(session.pk), email]
    return redirect("wait", session.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("public")
@private_page
def waiting_join(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the email. Programs that look at links do no more than that, so joining is a button."""
    asked = asked_by(token)
    rows = Session.objects.select_related("course", "place", "room")
    session = rows.filter(pk=asked.session_id).first() if asked else None
    if asked is None or session is None:
        raise Http404
    if request.method == "POST":
        request.session.pop(SENT, None)
        return _join(request, session, asked)
    if refusal := session.why_not_bookable(0):
        return closed(request, session, refusal, status=200)
    context = {**_facts(session), "seats": asked.seats, "waiting": _in_line(session)}
    return render(request, "bookings/waiting_join.html", context)


def _join(request: HttpRequest, session: Session, asked: Asked) -> HttpResponse:
    """Put whoever proved the address in line, or lead them to what they have instead."""
    try:
        with transaction.atomic():
            person = meet_person(name=asked.name, email=asked.email, phone=asked.phone, student=False)
            entry = join_waiting_list(session=session, person=person, seats=asked.seats, by=signed_in(request))
    except SeatsFree as refusal:
        messages.info(request, refusal.message)
        return redirect("book", session.pk)
    except (AlreadyBooked, AlreadyWaiting) as refusal:
        whose = find_person(asked.email)
        places = WaitingListEntry.objects.in_line().filter(session=session, person=whose)
        if place := places.select_related("person").first():
            messages.info(request, _("You are on this waiting list already."))
            return redirect("waiting_place", place_token(place))
        messages.info(request, refusal.message)
        booked = Booking.objects.live().filter(session=session, buyer=whose).first()
        return redirect("booking", token_of(booked)) if booked else redirect("wait", session.pk)
    except DomainError as refusal:
        return closed(request, session, refusal, status=refusal.status)
    messages.success(request, _("You are on the waiting list."))
    return redirect("waiting_place", place_token(entry))


@require_http_methods(["GET", "HEAD", "POST"])
@allow("public")
@private_page
def waiting_place(request: HttpRequest, token: str) -> HttpResponse:
    """One's own place in line, by the link in the email; POST leaves the list."""
    entry = place_of(token)
    if entry is None:
        raise Http404
    if request.method == "POST":
        try:
            leave_waiting_list(entry, by=signed_in(request), acting=Actor.BUYER)
            messages.success(request, _("You left the waiting list."))
        except DomainError as refusal:
            messages.error(request, refusal.message)
        return redirect("waiting_place", token)
    offer = open_offer(entry)
    waits = entry.status in IN_LINE
    session = entry.session
    context = {
        **_facts(session), "entry": entry, "offer": offer, "waits": waits, "position": position_of(entry),
        "offer_url": reverse("offer", args=[offer_token(offer)]) if offer else "",
        "again": not waits and session.is_bookable and can_wait(session),
        "others": [] if waits else other_dates(session),
    }  # fmt: skip
    return render(request, "bookings/waiting_place.html", context)


def _known(request: HttpRequest) -> dict[str, object]:
    user = signed_in(request)
    if user is None:
        return {}
    person: Person | None = getattr(user, "person", None)
    return {"name": user.name, "email": user.email, "phone": person.phone if person else ""}


def _in_line(session: Session) -> int:
    return WaitingListEntry.objects.in_line().filter(session=session).count()


def _facts(session: Session) -> dict[str, object]:
    return {"session": session, "course": session.course, "days": days_of(session), "nav": "courses"}
