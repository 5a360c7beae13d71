"""Whom bookings tell what, and when. Every message has a key, so that nothing is told twice."""

from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from shared_apps.core.hooks import Hook
from shared_apps.core.lines import one_line
from shared_apps.core.time import now
from shared_apps.events.bus import on
from shared_apps.events.models import Event
from shared_apps.tenants.urls import tenant_url
from shared_apps.timers.services import set_timer, timer
from tenant_apps.bookings import calendar
from tenant_apps.bookings.accepting import acceptance_of, to_accept
from tenant_apps.bookings.asked import asked_of_people
from tenant_apps.bookings.care import care_lines
from tenant_apps.bookings.check_in import codes_of
from tenant_apps.bookings.events import (
    BookingCancelled,
    BookingChanged,
    BookingConfirmed,
    BookingExpired,
    BookingHeld,
    LateMoneyReturned,
)
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.moved import Before
from tenant_apps.bookings.name_times import may_be_named, names_link, names_wanted
from tenant_apps.bookings.proof import is_proven, proof_link
from tenant_apps.bookings.receipts import receipt_of
from tenant_apps.bookings.selectors import days_of, is_held, link_to, other_dates, paid_with, refunds_to_hand_over
from tenant_apps.bookings.services import REMIND, REMIND_AFTER
from tenant_apps.bookings.terms import why_nothing_goes_back
from tenant_apps.messaging.models import Message, Notice
from tenant_apps.messaging.services import notify, tell_office
from tenant_apps.payments.events import (
    DisputeClosed,
    PaymentDeclined,
    PaymentDisputed,
    PaymentReceived,
    PaymentRefused,
    PaymentTakenBack,
    RefundCompleted,
    RefundFailed,
    WrongAmountArrived,
)
from tenant_apps.payments.models import (
    OPEN_PAYMENTS,
    Dispute,
    Payment,
    PaymentSettings,
    Refund,
    RefundStatus,
)
from tenant_apps.payments.models.refunds import BY_HAND
from tenant_apps.payments.receipts import draw_receipt_soon
from tenant_apps.payments.selectors import any_refuses, money_of
from tenant_apps.payments.standing import lock_order
from tenant_apps.payments.taking_back import RECEIPT_WAITS
from tenant_apps.payments.won_back import still_with_the_bank
from tenant_apps.scheduling.events import SessionMoved
from tenant_apps.scheduling.models import SessionStatus
from tenant_apps.scheduling.moves import is_named, waits_until
from tenant_apps.terms.versions import page_of

# An email about a booking is written to who booked, or to the attendee at `email`: whoever knows more that it is to say
# adds that to its `context`.
also_told = Hook()


@on(BookingHeld, name="bookings.tell_of_hold_by_office", when=lambda event: event.by_office)
def tell_of_hold_by_office(event: BookingHeld) -> None:
    """Booked on the phone: the buyer has no page in front of them, so the link to pay comes at once."""
    booking = booking_to_tell(event.booking_id)
    if booking.status == BookingStatus.PENDING:
        _tell_received(booking)


@timer(REMIND)
def remind_of_hold(booking_id: UUID) -> None:
    """Whoever left the checkout unpaid gets the way back, while there is time left to go it.

    Those whose card was declined are told that instead; free seats were told of at once. Where the time is too short
    or nobody can be written to, that may be otherwise later.
    """
    booking = booking_to_tell(booking_id)
    if not is_held(booking) or booking.order is None:
        return
    together = [booking.pk, *(other.pk for other in paid_with(booking))]  # one email for all of one order
    if Message.objects.filter(about_id__in=together, kind="bookings/received").exists():
        return
    if later := waits_until(booking.session):
        set_timer(REMIND, at=later, subject=booking)
        return
    declined = booking.order.payments.filter(status__in=OPEN_PAYMENTS).exclude(failure_reason="")
    in_time = booking.hold_expires_at and booking.hold_expires_at > now() + REMIND_AFTER / 2
    if in_time and booking.buyer.email and not declined.exists():
        _tell_received(booking, by_visitor=not booking.by_office)
    else:
        set_timer(REMIND, at=now() + REMIND_AFTER, subject=booking)


@on(BookingHeld, BookingChanged, name="bookings.tell_to_prove", when=lambda event: event.to_prove)
def tell_to_prove(event: BookingHeld | BookingChanged) -> None:
    """Free seats are held for an address that nobody has proven: the link that does comes at once."""
    booking = booking_to_tell(event.booking_id)
    if booking.status == BookingStatus.PENDING:
        send_proof(booking)


def send_proof(booking: Booking, *, again: str = "", by_visitor: bool = True) -> Notice | None:
    """The link that confirms free seats, to their address: once, and once more for each other `again`."""
    once = f"prove:{booking.pk}:{booking.buyer_id}{again}"
    return tell_buyer(booking, "prove", once=once, by_visitor=by_visitor, prove_url=proof_link(booking))


def _tell_received(booking: Booking, *, once: str = "", by_visitor: bool = False) -> None:
    once = once or f"booking_received:{booking.pk}"
    tell_buyer(booking, "received", once=once, by_visitor=by_visitor, pay_url=link_to(booking, "booking_check"))


def send_link(booking: Booking) -> None:
    """The link to a booking again, to its own address; at most once an hour."""
    tell_buyer(booking, "link", once=f"booking_link:{booking.pk}:{now():%Y%m%d%H}", by_visitor=True)


@on(BookingConfirmed, name="bookings.tell_of_confirmation")
def tell_of_confirmation(event: BookingConfirmed) -> None:
    """The confirmation, with a file for the calendar; once."""
    booking = booking_to_tell(event.booking_id)
    _tell_confirmed(booking, once=f"booking_confirmed:{booking.pk}", by_visitor=not event.by_office)


def send_again(booking: Booking) -> str:
    """The email that fits how `booking` stands, to its present address, once more: that address, or "" for none.

    The confirmation, or while seats are held the link to pay or to confirm them.
    """
    booking = booking_to_tell(booking.pk)
    key = f"again:{booking.pk}:{now():%Y%m%d%H%M}"  # a button pressed twice
    if booking.status in (BookingStatus.CONFIRMED, BookingStatus.COMPLETED):
        _tell_confirmed(booking, once=key)
    elif booking.status == BookingStatus.PENDING and booking.order is None:
        send_proof(booking, again=key, by_visitor=False)
    elif booking.status == BookingStatus.PENDING:
        _tell_received(booking, once=key)
    else:
        return ""
    return booking.buyer.email


def _tell_confirmed(booking: Booking, *, once: str, by_visitor: bool = False) -> None:
    tell_buyer(
        booking,
        "confirmed",
        once=once,
        by_visitor=by_visitor,
        attachments=calendar.attachments(booking),
        google=calendar.google_links(booking),
        done_url=link_to(booking, "booking_done"),
        **terms_told(booking),
        asked=asked_of_people(booking),
        answers_url=link_to(booking, "booking_answers"),
        names_url=names_link(booking),
        **names_wanted(booking),
        care_missing=care_lines(booking) if may_be_named(booking) else [],
    )


def terms_told(booking: Booking) -> dict[str, object]:
    """Where the terms are still to be accepted; or which were, with the address of that version."""
    if to_accept(booking):
        return {"accept_url": link_to(booking, "booking_terms")}
    accepted = acceptance_of(booking)
    return {"terms_number": accepted.version.number, "terms_url": page_of(accepted.version)} if accepted else {}


@on(BookingConfirmed, name="bookings.tell_office_of_confirmation", when=lambda event: not event.by_office)
def tell_office_of_confirmation(event: BookingConfirmed) -> None:
    """Each new booking that somebody made by themselves."""
    tell_office_of(booking_to_tell(event.booking_id), "confirmed", once=event.booking_id)


@on(PaymentReceived, name="bookings.send_receipt", when=lambda event: not event.undo_offered)
def send_receipt(event: PaymentReceived) -> None:
    """Of money that came; whoever takes it back as a mistake later finds that this was sent."""
    lock_order(event.order_id)
    payment = Payment.objects.select_related("order").get(pk=event.payment_id)
    booking = None if payment.taken_back else _booking_of(event.order_id)
    if booking:
        number = PaymentSettings.objects.load().vat_number
        tell_buyer(booking, "receipt", once=_once_received(payment), payment=payment, vat_number=number)
        if receipt := receipt_of(booking):  # the email leads to it
            draw_receipt_soon(receipt)


@on(
    PaymentReceived, name="bookings.send_receipt_once_it_stays", after=RECEIPT_WAITS,
    when=lambda event: event.undo_offered,
)  # fmt: skip
def send_receipt_once_it_stays(event: PaymentReceived) -> None:
    """Of money that was written down by hand, once the moment is over in which it is taken back with one press."""
    send_receipt(event)


@on(PaymentTakenBack, name="bookings.tell_of_what_was_taken_back")
def tell_of_what_was_taken_back(event: PaymentTakenBack) -> None:
    """Who has the receipt already hears that it was a mistake; whoever has none is told nothing."""
    payment = Payment.objects.select_related("order").get(pk=event.payment_id)
    booking = _booking_of(event.order_id)
    if booking and Notice.objects.filter(once=_once_received(payment)).exists():
        tell_buyer(booking, "taken_back", once=f"taken_back:{payment.pk}", payment=payment)


def _once_received(payment: Payment) -> str:
    """The key of the receipt of `payment`."""
    return f"receipt:{payment.pk}"


@on(PaymentDeclined, name="bookings.tell_of_decline", after=REMIND_AFTER)
def tell_of_decline(event: PaymentDeclined) -> None:
    """Once, when they have left: whoever is at the provider's page is told there, and perhaps pays by another card."""
    booking = _booking_of(event.order_id)
    payment = Payment.objects.get(pk=event.payment_id)
    declines = Event.objects.filter(name=PaymentDeclined.name, subject_id=event.order_id)
    if declines.filter(created_at__gt=now() - REMIND_AFTER).exists():
        return  # they tried another card since, and that one's turn comes
    still = booking and (booking.status == BookingStatus.CONFIRMED or is_held(booking))
    if booking and still and payment.status in OPEN_PAYMENTS:
        page = "booking_check" if booking.status == BookingStatus.PENDING else "booking"
        tell_buyer(
            booking,
            "payment_failed",
            once=f"payment_failed:{payment.pk}",
            by_visitor=not booking.by_office,
            payment=payment,
            reason_given=event.reason,
            pay_url=link_to(booking, page),
        )


@on(BookingExpired, name="bookings.tell_of_expiry")
def tell_of_expiry(event: BookingExpired) -> None:
    """Seats went back on sale, and whether they can be had again; not to an address that nobody proved."""
    booking = booking_to_tell(event.booking_id)
    # Free seats that nobody confirmed: perhaps it was never this address's owner who asked for them.
    unasked = booking.order is None and not is_proven(booking)
    if booking.status == BookingStatus.EXPIRED and not unasked and not _paid_after_all(booking):
        tell_buyer(
            booking,
            "expired",
            once=f"booking_expired:{booking.pk}",
            again_url="" if booking.session.why_not_bookable() else tenant_url("book", booking.session_id),
            others=other_dates(booking.session),
            course_url=tenant_url("course", booking.session.course.slug),
        )


@on(BookingCancelled, name="bookings.tell_of_cancellation", when=lambda event: not event.for_another_date)
def tell_of_cancellation(event: BookingCancelled) -> None:
    """What was cancelled, by whom, and what goes back how; not of a booking that moves to another date."""
    booking = booking_to_tell(event.booking_id)
    refund, called_off = Decimal(event.refund), booking.session.status == SessionStatus.CANCELLED
    since = booking.cancelled_at or now()
    before = [one.amount for one in refunds_to_hand_over(booking) if one.created_at < since]
    sent = Refund.objects.filter(payment__order=booking.order_id, created_at__gte=since).select_related("payment")
    tell_buyer(
        booking,
        "cancelled",
        once=_once_cancelled(booking),
        by_visitor=event.by_buyer,
        attachments=calendar.attachments(booking) if booking.confirmed_at else [],
        by_buyer=event.by_buyer,
        session_cancelled=called_off,
        refund=refund,
        by_hand=Decimal(event.by_hand),
        by_card=refund - Decimal(event.by_hand),
        delayed=any(one.status == RefundStatus.FAILED for one in sent) or any_refuses(one.payment for one in sent),
        everything=called_off and booking.order is not None and refund == booking.order.balance.paid,
        earlier=sum(before, Decimal(0)),
        balance=booking.order.balance if booking.order else None,
        nothing="" if refund else why_nothing_goes_back(booking),
        later=still_with_the_bank(booking.order, booking.pk) if booking.order else Decimal(0),
        others=other_dates(booking.session),
        course_url=tenant_url("course", booking.session.course.slug),
    )


@on(SessionMoved, name="bookings.tell_of_move")
def tell_of_move(event: SessionMoved) -> None:
    """Everybody for whom it was to be at another time or place when they booked hears what was and what is."""
    told = Before.of(event.before)
    live = Booking.objects.live().filter(session_id=event.session_id)
    for pk in live.exclude(buyer__email="").order_by("pk").values_list("pk", flat=True):
        booking = booking_to_tell(pk)
        confirmed = booking.status == BookingStatus.CONFIRMED
        days = [(day.starts_at, day.ends_at) for day in days_of(booking.session)]
        before = told.known_to(booking)
        if before is None or not told.concerns(booking, booking.session):
            continue
        days_differ, place_differs = before.days != days, before.where != booking.session.where
        dropped = before.days[len(days) :]
        tell_buyer(
            booking,
            "moved",
            once=f"booking_moved:{event.row}:{booking.pk}",
            attachments=calendar.attachments(booking, dropped=dropped) if confirmed else [],
            confirmed=confirmed,
            show_link=confirmed,
            before=before,
            before_where=before.where or calendar.no_place(online=bool(before.online_url)),
            place_is_new=not is_named(before.where, before.online_url),
            note=event.note,
            days_differ=days_differ,
            place_differs=place_differs,
            link_differs=before.online_url != booking.session.online_url,
            cancel_url=link_to(booking, "booking_cancel") if booking.is_free_to_cancel else "",
        )


@on(BookingCancelled, name="bookings.tell_office_of_cancellation", when=lambda event: event.by_buyer)
def tell_office_of_cancellation(event: BookingCancelled) -> None:
    """Seats that were sold are free again; that a hold was given up is no news."""
    booking = booking_to_tell(event.booking_id)
    if booking.confirmed_at:
        tell_office_of(booking, "cancelled", once=booking.pk, refund=Decimal(event.refund))


@on(BookingCancelled, name="bookings.tell_office_what_to_hand_back", when=lambda event: event.by_buyer)
def tell_office_what_to_hand_back(event: BookingCancelled) -> None:
    """A buyer cancelled what was paid in cash or by transfer: a person must send the money."""
    if amount := Decimal(event.by_hand):
        booking = booking_to_tell(event.booking_id)
        details = next((refund.bank_details for refund in refunds_to_hand_over(booking)), "")
        tell_office_of(booking, "refund_by_hand", once=booking.pk, amount=amount, bank_details=details)


@on(RefundCompleted, name="bookings.tell_of_refund")
def tell_of_refund(event: RefundCompleted) -> None:
    """Say that money was sent, if that is so still: its bank may have sent it back since, which waits for this."""
    refund = Refund.objects.select_for_update(of=("self",)).select_related("payment").get(pk=event.refund_id)
    if booking := _booking_of(event.order_id, refund.item_id):
        if refund.status != RefundStatus.COMPLETED:
            return
        by_hand = (refund.provider_reference or "").startswith(BY_HAND)
        tell_buyer(booking, "refunded", by_hand=by_hand, once=_once_sent(refund), refund=refund)


@on(RefundFailed, name="bookings.tell_office_of_failed_refund")
def tell_office_of_failed_refund(event: RefundFailed) -> None:
    """Money that did not arrive: somebody has to see to it."""
    refund = Refund.objects.select_related("payment").get(pk=event.refund_id)
    if booking := _booking_of(event.order_id, refund.item_id):
        tell_office_of(booking, "refund_failed", once=refund.key, refund=refund)


@on(RefundFailed, name="bookings.take_back_what_was_said_of_a_refund")
def take_back_what_was_said_of_a_refund(event: RefundFailed) -> None:
    """Who was told that the money is sent hears that it is not; whoever was not told waits for it still."""
    refund = Refund.objects.select_related("payment").get(pk=event.refund_id)
    booking, said = _booking_of(event.order_id, refund.item_id), _once_sent(refund)
    if booking is None:
        return
    if Message.objects.filter(once=said).exists():
        tell_buyer(booking, "refund_failed", once=f"{said}:failed", refund=refund)
        return
    cancelled = Message.objects.filter(once=_once_cancelled(booking))
    if refund.disputed_part_id is None:  # else it was promised for when the bank decides
        cancelled = cancelled.filter(created_at__gt=refund.created_at)
    if booking.cancelled_at and refund.created_at >= booking.cancelled_at and cancelled.exists():
        tell_buyer(booking, "refund_failed", once=f"refund_failed:{refund.pk}", refund=refund)


def _once_cancelled(booking: Booking) -> str:
    """The key of the email that says that `booking` is cancelled, and what goes back."""
    return f"booking_cancelled:{booking.pk}"


def _once_sent(refund: Refund) -> str:
    """The key of the email that says `refund` was sent: tried again, it has another reference."""
    return f"refunded:{refund.provider_reference}"


@on(WrongAmountArrived, name="bookings.tell_office_of_wrong_amount")
def tell_office_of_wrong_amount(event: WrongAmountArrived) -> None:
    """What arrived is not what was asked for, so nothing was confirmed by it."""
    if booking := _booking_of(event.order_id):
        payment = Payment.objects.get(pk=event.payment_id)
        tell_office_of(booking, "wrong_amount", once=payment.pk, payment=payment, arrived=event.arrived)


@on(PaymentDisputed, name="bookings.tell_office_of_dispute")
def tell_office_of_dispute(event: PaymentDisputed) -> None:
    """A bank asks for a payment back; the office has days to answer at the provider."""
    if booking := _booking_of(event.order_id):
        payment = Payment.objects.get(pk=event.payment_id)
        tell_office_of(booking, "disputed", once=payment.pk, payment=payment)


@on(DisputeClosed, name="bookings.tell_office_how_a_dispute_ended")
def tell_office_how_a_dispute_ended(event: DisputeClosed) -> None:
    """Whether the money stays, and whether the booking still stands."""
    if booking := _booking_of(event.order_id):
        payment, dispute = Payment.objects.get(pk=event.payment_id), Dispute.objects.get(pk=event.dispute_id)
        once = f"{dispute.pk}:{'won' if event.won else 'lost'}"
        told = {"payment": payment, "dispute": dispute, "won": event.won, "stands": booking.stands}
        tell_office_of(booking, "dispute_closed", once=once, **told)


@on(PaymentRefused, name="bookings.tell_office_of_refused_payment")
def tell_office_of_refused_payment(event: PaymentRefused) -> None:
    """Once a day for a booking, however often its buyer tries."""
    if booking := _booking_of(event.order_id):
        payment, once = Payment.objects.get(pk=event.payment_id), f"{booking.pk}:{now():%Y%m%d}"
        tell_office_of(booking, "payment_refused", once=once, payment=payment, reason=event.reason)


@on(LateMoneyReturned, name="bookings.tell_of_late_money")
def tell_of_late_money(event: LateMoneyReturned) -> None:
    """What they paid came when the seats were gone, and goes back; with other dates."""
    booking = booking_to_tell(event.booking_id)
    tell_buyer(
        booking,
        "late_money",
        once=f"late_money:{event.row}",
        others=other_dates(booking.session),
        course_url=tenant_url("course", booking.session.course.slug),
    )


def tell_buyer(
    booking: Booking, name: str, *, once: str, attachments: list[dict[str, str]] | None = None,
    by_visitor: bool = False, **context: object,
) -> Notice | None:  # fmt: skip
    """Tell whoever booked `bookings/name`, once for each key `once`. None where there is no way to, or it was told.

    `by_visitor`: a visitor set it off, so that too much of it is withheld.
    """
    return notify(
        f"bookings/{name}",
        person=booking.buyer,
        user=booking.buyer.user,
        context={**facts(booking, to_stranger=not is_proven(booking)), **context},
        about=booking,
        once=once,
        attachments=attachments or [],
        to_stranger=not is_proven(booking),
        by_visitor=by_visitor,
    )


def tell_office_of(booking: Booking, name: str, *, once: UUID | str, **context: object) -> None:
    """`once` is the key of what happened: of each the office hears once."""
    tell_office(
        f"bookings/office_{name}",
        context={**facts(booking), "office_url": tenant_url("office:booking", booking.pk), **context},
        about=booking,
        once=f"office_{name}:{once}",
    )


def facts(booking: Booking, *, to_stranger: bool = False, email: str = "") -> dict[str, object]:
    """What every email says of `booking`. `to_stranger`: without any word that its buyer typed.

    `email` is the address of the attendee to whom it goes; empty where it goes to whoever booked.
    """
    name = "" if to_stranger else one_line(booking.contact_name)
    context: dict[str, object] = {
        "greeting": _("Hello %s,") % name if name else _("Hello,"),
        "name": name,
        "booking": booking,
        "session": booking.session,
        "course": booking.session.course,
        "days": days_of(booking.session),
        "attendees": [] if to_stranger else [one_line(each.name) for each in booking.attendees.all()],
        "where": calendar.where_line(booking.session),
        "opens_room": calendar.opens_the_room(booking),
        "money": money_of(booking.order),
        "paid_with": [other for other in paid_with(booking) if other.stands],
        "url": link_to(booking),
        "codes": codes_of(booking),
    }
    also_told(booking=booking, email=email, context=context)
    return context


def booking_to_tell(pk: UUID) -> Booking:
    """The booking with all that an email says of it."""
    related = ("session__course", "session__place", "session__room", "buyer__user", "order")
    return Booking.objects.select_related(*related).get(pk=pk)


def _booking_of(order_id: UUID, item_id: UUID | None = None) -> Booking | None:
    """The booking that something is about: of several on one order the one it names, or the first."""
    rows = Booking.objects.filter(order_id=order_id).values_list("pk", flat=True)
    pk = rows.filter(pk=item_id).first() if item_id else rows.order_by("pk").first()
    return booking_to_tell(pk) if pk else None


def _paid_after_all(booking: Booking) -> bool:
    return booking.order is not None and Payment.objects.filter(order=booking.order).that_came().exists()
