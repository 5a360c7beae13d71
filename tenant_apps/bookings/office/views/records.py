"""One booking, and what the office does with it."""

import re
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.errors import DomainError
from shared_apps.core.money import display
from shared_apps.core.permissions import allow, can
from shared_apps.core.time import now, start_of_today
from shared_apps.events.timeline import history
from shared_apps.tenants.context import current_tenant
from shared_apps.web.office import (
    back_to,
    form_page,
    refusals_on,
    remember_record,
    say_with_undo,
    uuid_in,
    uuid_of,
    where_one_was,
)
from shared_apps.web.templatetags.muster import clock
from shared_apps.web.templatetags.muster import day as day_text
from tenant_apps.bookings.accepting import acceptance_of, to_accept
from tenant_apps.bookings.attendees import who_it_may_be
from tenant_apps.bookings.care import missing_of
from tenant_apps.bookings.desk import book_for, pay_with_kept_money, take_payment
from tenant_apps.bookings.details import set_internal_notes
from tenant_apps.bookings.models import STANDING, Booking, BookingStatus, WaitingListEntry
from tenant_apps.bookings.notifications import send_again
from tenant_apps.bookings.office.cancel_form import CancelForm
from tenant_apps.bookings.office.forms import NewBookingForm, NotesForm
from tenant_apps.bookings.office.selectors import movements
from tenant_apps.bookings.office.views.answers import answers_on
from tenant_apps.bookings.selectors import failed_refunds, link_to, paid_with, refunds_to_hand_over, token_of
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.bookings.terms import refund_quote
from tenant_apps.bookings.transfer_quotes import why_not_movable
from tenant_apps.messaging.office.selectors import messages_about
from tenant_apps.payments.errors import TakenBackAlready
from tenant_apps.payments.kept import kept_elsewhere
from tenant_apps.payments.models import Payment
from tenant_apps.payments.office.money_forms import PaymentForm, by_hand_choices
from tenant_apps.payments.receipts import has_receipt
from tenant_apps.payments.selectors import money_of
from tenant_apps.payments.taking_back import may_still_be_taken_back, take_back_payment
from tenant_apps.people.finding import find_people
from tenant_apps.people.models import Person

SUM = re.compile(r"[0-9]{1,7}(\.[0-9]{1,2})?")


def _found(request: HttpRequest, pk: UUID) -> Booking:
    rows = Booking.objects.visible_to(request.user).select_related(
        "session__course", "session__place", "session__trainer__person", "buyer__student", "order"
    )
    return get_object_or_404(rows, pk=pk)


@require_GET
@allow("bookings.view")
def booking(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One booking: what it is, what happened, its money and its people."""
    found = _found(request, pk)
    remember_record(request, "booking", pk)
    return render(request, "bookings/office/booking.html", _all_about(request, found, NotesForm(instance=found)))


def _all_about(request: HttpRequest, found: Booking, notes: NotesForm) -> dict[str, object]:
    sees_money = can(request.user, "bookings.manage")
    money = money_of(found.order) if sees_money else None
    named = list(found.attendees.select_related("care"))
    missing = {row.pk: missing_of(row, found.session) for row in named}
    maybe = who_it_may_be(named) if sees_money else {}
    seats = {n: (row, maybe.get(row.pk, ()), missing[row.pk]) for n, row in enumerate(named, 1)}
    others = paid_with(found) if sees_money else []
    moved = movements(found.order) if sees_money and found.order else []
    came = [row for _kind, row in moved if isinstance(row, Payment)] if can(request.user, "payments.take") else []
    context: dict[str, object] = {
        "nav": "bookings", "booking": found, "session": found.session, "money": money, "sees_money": sees_money,
        "attendees": [(n, *seats.get(n, (None, (), []))) for n in range(1, found.seats + 1)],
        "may_be_changed": found.may_be_changed(by_office=True),
        "history": history(found, found.order, money=sees_money), "back": back_to(request, "bookings"),
        "movements": moved,
        "mistakes": {one.pk for one in came if may_still_be_taken_back(one)},
        "days": list(found.session.days.all()),
        "can_pay": bool(money and money.due and found.status in STANDING),
        "is_late": bool(money and money.balance_due_at and money.balance_due_at < start_of_today()),
        "can_cancel": found.why_not_cancellable(by=signed_in(request), by_office=True) is None,
        "can_move": why_not_movable(found, by_office=True) is None,
        "link": link_to(found) if sees_money else "", "token": token_of(found) if sees_money else "",
        "failed_refunds": failed_refunds(found) if sees_money else [],
        "to_hand_over": refunds_to_hand_over(found) if sees_money else [],
        "receipt": has_receipt(money), "paid_with": others, "acceptance": acceptance_of(found),
        "not_accepted": to_accept(found) is not None,
        "only_of_others": not found.stands and any(one.stands for one in others),
        "kept": kept_elsewhere(found.order) if money and money.due and found.order and found.status in STANDING else 0,
    }  # fmt: skip
    context |= answers_on(found, signed_in(request))
    if sees_money:
        context["notes"] = notes
        context["emails"] = messages_about(found.pk)[:20]
    return context


@require_http_methods(["GET", "POST"])
@allow("payments.take")
def booking_record_payment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write down cash or a transfer: all that is due, a part of it, or more, which is kept for them."""
    found = _found(request, pk)
    money = money_of(found.order)
    if money is None:
        raise Http404
    form = PaymentForm(
        request.POST or None, money=money, is_hold=found.status == BookingStatus.PENDING, initial=_money_said(request)
    )  # fmt: skip
    if form.is_valid():
        with refusals_on(form):
            payment = take_payment(found, undo_offered=True, by=signed_in(request), **form.cleaned_data)
            text = _("%s recorded.") % display(payment.amount, payment.currency)
            say_with_undo(request, text, reverse("office:booking_take_back_payment", args=[pk, payment.pk]))
            return redirect("office:booking", pk)
    can_pay = found.status in STANDING
    context = {"nav": "bookings", "booking": found, "money": money, "form": form, "can_pay": can_pay}
    return form_page(request, "bookings/office/record_payment.html", context)


@require_POST
@allow("payments.take")
def booking_take_back_payment(request: HttpRequest, pk: UUID, payment: UUID) -> HttpResponse:
    """Take back what was written down by mistake, and go back to where that was pressed."""
    found = _found(request, pk)
    payments = Payment.objects.visible_to(request.user).filter(order__isnull=False, order=found.order_id)
    row = get_object_or_404(payments.select_related("order"), pk=payment)
    try:
        take_back_payment(row, by=signed_in(request))
    except TakenBackAlready as already:  # the button was pressed twice
        messages.info(request, already.message)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        money = money_of(row.order)
        sums = {
            "sum": display(row.amount, row.currency), "who": found.contact_name,
            "due": display(money.due if money else row.amount, row.currency),
        }  # fmt: skip
        text = _("%(sum)s is taken back. %(who)s owes %(due)s.") % sums
        if found.status == BookingStatus.CONFIRMED and money and money.due and not money.paid:
            text = f"{text} {_('The booking stays confirmed: cancel it if it should not be.')}"
        messages.success(request, text)
    return redirect(where_one_was(request, reverse("office:booking", args=[pk])))


@require_POST
@allow("payments.take")
def booking_use_kept_money(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Pay what is due with what they paid too much elsewhere."""
    found = _found(request, pk)
    try:
        amount = pay_with_kept_money(found, by=signed_in(request), due=_due_said(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("%s of it is used for this booking.") % display(amount, current_tenant().currency))
    return redirect("office:booking", pk)


def _money_said(request: HttpRequest) -> dict[str, object]:
    """The sum and the way that whoever leads to the form has said, so far as they can be."""
    amount, way = request.GET.get("amount", ""), request.GET.get("way", "")
    said: dict[str, object] = {"amount": Decimal(amount)} if SUM.fullmatch(amount) else {}
    return said | ({"provider": way} if way in dict(by_hand_choices()) else {})


def _due_said(request: HttpRequest) -> Decimal | None:
    """What the page said is due, as it was sent; nothing that can be read is nothing that was said."""
    try:
        return Decimal(request.POST.get("due", ""))
    except InvalidOperation:
        return None


@require_http_methods(["GET", "POST"])
@allow("bookings.manage")
def booking_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cancel, with a reason; the refund the terms propose may be another one, up to what is held."""
    found = _found(request, pk)
    quote = refund_quote(found)
    form = CancelForm(request.POST or None, quote=quote)
    if form.is_valid():
        refund = form.cleaned_data.get("refund")  # nothing was paid when the form was made: the policy decides
        with refusals_on(form):
            ended = cancel_booking(
                found, reason=form.cleaned_data["reason"], refund=refund, by_office=True, by=signed_in(request)
            )  # fmt: skip
            since = ended.cancelled_at or now()
            if by_hand := [one for one in refunds_to_hand_over(ended) if one.created_at >= since]:
                messages.success(request, _("Booking cancelled. Now send the money back, and note here how you did."))
                return redirect(f"{reverse('office:booking_refund', args=[pk])}?refund={by_hand[0].pk}")
            told = _("%s is on its way back.") % display(refund, quote.currency) if refund else ""
            messages.success(request, _("Booking cancelled. %s") % told)
            return redirect("office:booking", pk)
    context = {
        "nav": "bookings",
        "booking": found,
        "quote": quote,
        "form": form,
        "waiting": WaitingListEntry.objects.in_line().filter(session=found.session_id).count(),
        "can_cancel": found.why_not_cancellable(by=signed_in(request), by_office=True) is None,
    }
    return form_page(request, "bookings/office/cancel_booking.html", context)


@require_POST
@allow("bookings.manage")
def booking_send(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The confirmation once more, or the link to pay or to confirm, to the address the customer has now."""
    to = send_again(_found(request, pk))
    if to:
        messages.success(request, _("It is on its way to %s.") % to)
    else:
        messages.error(request, _("There is no email for a booking that stands like this, or no address."))
    return redirect("office:booking", pk)


@require_http_methods(["GET", "POST"])
@allow("bookings.manage")
def booking_notes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The office's own notes on a booking."""
    found = _found(request, pk)
    form = NotesForm(request.POST or None, instance=found)
    if form.is_valid():
        set_internal_notes(found, notes=form.cleaned_data["internal_notes"], by=signed_in(request))
        messages.success(request, _("Notes saved."))
    elif form.is_bound:
        found.refresh_from_db()
        return form_page(request, "bookings/office/booking.html", _all_about(request, found, form))
    return redirect("office:booking", pk)


@require_http_methods(["GET", "POST"])
@allow("bookings.manage")
def booking_new(request: HttpRequest) -> HttpResponse:
    """Book for somebody on the phone or at the door. The seats are held for a day.

    `choose` sends the form to book for that person.
    """
    sent, who = request.POST, request.GET.get("who", "").strip()
    chooses = "choose" in sent
    person_id = uuid_of(sent.get("choose" if chooses else "person", "")) if sent else uuid_in(request, "person")
    person = Person.objects.visible_to(request.user).filter(pk=person_id, active=True).first() if person_id else None
    kept: dict[str, object] = {name: sent[name] for name in NewBookingForm.base_fields if name in sent}
    kept["told_terms"] = sent.getlist("told_terms") if sent else []
    initial: dict[str, object] = {"session": request.GET.get("session", ""), **kept, "person": person}
    form = NewBookingForm(None if chooses else sent or None, user=request.user, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            said = form.accepting()
            made = book_for(by=signed_in(request), accepting=said, **form.cleaned_data)
            held = made.status == BookingStatus.PENDING
            until = f"{day_text(made.hold_expires_at)}, {clock(made.hold_expires_at)}" if held else ""
            said_of_hold = _("Seats held until %s. Take the payment, or send the link.") % until
            messages.success(request, said_of_hold if held else _("Booked."))
            return redirect("office:booking", made.pk)
    context = {
        "nav": "bookings", "form": form, "person": person, "who": who,
        "found": _people(request, who) if len(who) > 1 else None,
    }  # fmt: skip
    if chooses:
        return render(request, "bookings/office/new_booking.html", context)
    return form_page(request, "bookings/office/new_booking.html", context)


def _people(request: HttpRequest, text: str) -> list[Person]:
    rows = find_people(Person.objects.visible_to(request.user).filter(active=True), text)
    return list(rows.order_by("match", "name")[:6])
