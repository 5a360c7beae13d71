"""What bookings do when something happens below them."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from shared_apps.accounts.models import User
from shared_apps.core.time import now
from shared_apps.events.bus import on
from shared_apps.events.models import Event
from tenant_apps.bookings.called_off import cancel_its_bookings
from tenant_apps.bookings.claims import claims_follow
from tenant_apps.bookings.details import call_links_in
from tenant_apps.bookings.events import (
    BookingCancelled,
    BookingConfirmed,
    BookingExpired,
    BookingHeld,
    BookingTransferred,
    SeatsChanged,
)
from tenant_apps.bookings.models import Attendee, Booking, BookingStatus, WaitingListEntry
from tenant_apps.bookings.moved import (
    Before,
    complete_bookings,
    end_holds,
    follow_move,
    follow_told_move,
    take_move_back,
)
from tenant_apps.bookings.services import fulfil_if_over
from tenant_apps.bookings.waiting_list import give_places, leave_waiting_list
from tenant_apps.payments.kept import kept_on
from tenant_apps.payments.models import OPEN_PAYMENTS, DisputeStatus, Order, OrderStatus, RefundStatus
from tenant_apps.payments.models.balances import balances_of
from tenant_apps.payments.orders import give_orders, lapse_order
from tenant_apps.payments.services import close_payments
from tenant_apps.payments.standing import books_checked
from tenant_apps.people.identity import address_corrected
from tenant_apps.people.joining import Moved, people_joined, people_parted
from tenant_apps.people.models import Person
from tenant_apps.people.privacy import keeps_from_erasing
from tenant_apps.people.services import make_student, still_ahead
from tenant_apps.scheduling.attendance import cancel_attendance
from tenant_apps.scheduling.claims import give_claims
from tenant_apps.scheduling.events import (
    SessionBegan,
    SessionCancelledByOffice,
    SessionChanged,
    SessionEnded,
    SessionMoved,
)
from tenant_apps.scheduling.models import Offer, Session
from tenant_apps.scheduling.offers import give_offers
from tenant_apps.scheduling.running import confirm_if_enough


@on(BookingExpired, name="bookings.close_its_payments")
def close_its_payments(event: BookingExpired) -> None:
    """Nobody should be able to pay for seats that are back on sale; who does all the same is looked after."""
    order_id = Booking.objects.values_list("order_id", flat=True).get(pk=event.booking_id)
    if order_id:
        close_payments.delay_on_commit(str(order_id))


@on(SessionCancelledByOffice, name="bookings.cancel_its_bookings", now=True)
def cancel_bookings_of_session(event: SessionCancelledByOffice) -> None:
    """Everybody booked gets everything back, by whoever called it off and with their reason."""
    called_off = Event.objects.filter(name=event.name, subject_id=event.session_id).order_by("-id").first()
    by = User.objects.filter(pk=called_off.by_id).first() if called_off and called_off.by_id else None
    session = Session.objects.select_related("course").get(pk=event.session_id)
    cancel_its_bookings(session, reason=event.reason or "The session was cancelled", by=by)


@on(SessionChanged, name="bookings.follow_a_move", when=lambda event: event.elsewhere, now=True)
def follow_a_move(event: SessionChanged) -> None:
    """Whoever can't come at the other time or place may cancel for everything back."""
    follow_move(Session.objects.select_related("course").get(pk=event.session_id))


@on(SessionMoved, name="bookings.follow_a_move_that_is_told", now=True)
def follow_a_move_that_is_told(event: SessionMoved) -> None:
    """Until it is told it may be taken back, and a slip of the pen must not change what was promised."""
    session = Session.objects.select_related("course").get(pk=event.session_id)
    follow_told_move(session, Before.of(event.before))


@on(SessionChanged, name="bookings.take_a_move_back", when=lambda event: bool(event.undone_since), now=True)
def take_a_move_back(event: SessionChanged) -> None:
    """It is again as those booked know it, so the usual terms hold again."""
    take_move_back(event.session_id, datetime.fromisoformat(event.undone_since))


@on(BookingHeld, BookingConfirmed, BookingTransferred, name="bookings.leave_the_waiting_list")
def leave_the_waiting_list(event: BookingHeld | BookingConfirmed | BookingTransferred) -> None:
    """Who waited and has seats otherwise, perhaps by money that came late, does not wait any longer."""
    booking = Booking.objects.get(pk=event.booking_id)
    for entry in WaitingListEntry.objects.in_line().filter(session=booking.session_id, person=booking.buyer_id):
        leave_waiting_list(entry, by=None)


@on(BookingConfirmed, BookingTransferred, SeatsChanged, name="bookings.decide_if_enough")
def decide_if_enough(event: BookingConfirmed | BookingTransferred | SeatsChanged) -> None:
    """A tentative session takes place once enough have booked, moved to it, or taken further seats."""
    confirm_if_enough(Booking.objects.values_list("session_id", flat=True).get(pk=event.booking_id))


@on(SessionBegan, name="bookings.end_its_holds")
def end_its_holds(event: SessionBegan) -> None:
    """Seats that nobody paid for by its beginning are nobody's."""
    end_holds(event.session_id)


@on(BookingCancelled, name="bookings.cancel_attendance")
def cancel_attendance_of_booking(event: BookingCancelled) -> None:
    """What a register says of days to come says so."""
    cancel_attendance(list(Attendee.objects.filter(booking=event.booking_id).values_list("pk", flat=True)))


@on(SessionEnded, name="bookings.complete_its_bookings")
def complete_its_bookings(event: SessionEnded) -> None:
    """Whoever was confirmed to the end has what they booked."""
    complete_bookings(event.session_id)


@books_checked.add
def say_what_became_of_orders() -> None:
    """A former release does not note which orders lapsed with a hold, and which were delivered."""
    orders = Booking.objects.exclude(order=None).order_by("pk").values_list("order_id", flat=True)
    others = [status for status in BookingStatus if status != BookingStatus.EXPIRED]
    let_go = orders.filter(status=BookingStatus.EXPIRED, order__lapsed_at=None)
    for order_id in set(let_go.exclude(order__bookings__status__in=others)):
        lapse_order(order_id)
    for order_id in set(orders.filter(status=BookingStatus.COMPLETED, order__fulfilled_at=None)):
        fulfil_if_over(order_id)


@people_joined.add
def move_their_bookings(*, kept: Person, absorbed: Person, addresses: dict[UUID, str], moved: Moved) -> None:
    """What was booked under either address is of one person now; whoever has its link sees the address as it was."""
    for pk, email in addresses.items():
        if email != kept.email:
            Booking.objects.filter(buyer=pk, contact_email="").update(contact_email=email)
    taken = Booking.objects.live().filter(buyer=kept).values("session")
    Booking.objects.live().filter(buyer=absorbed, session__in=taken).update(beside_another=True)
    moved.move(Booking.objects.filter(buyer=absorbed), "buyer", to=kept)
    moved.move(Attendee.everybody.filter(person=absorbed), "person", to=kept)
    moved.note(Order.objects.filter(buyer=absorbed), "buyer")
    give_orders(absorbed, to=kept, addresses=addresses)
    moved.note(WaitingListEntry.objects.filter(person=absorbed), "person")
    give_places(absorbed, to=kept)  # whoever offers them something at this moment has done so now
    moved.note(Offer.objects.filter(person=absorbed), "person")
    give_offers(absorbed, to=kept)
    give_claims(absorbed, to=kept)


@people_parted.add
def follow_their_bookings(*, kept: Person, restored: Person) -> None:
    """What is of `restored` again stands beside no other booking of the same person any more."""
    theirs = Booking.objects.filter(buyer=restored)
    others = Booking.objects.live().filter(buyer=restored, beside_another=False).values("session")
    for booking in theirs.live().filter(beside_another=True).exclude(session__in=others).distinct("session"):
        Booking.objects.filter(pk=booking.pk).update(beside_another=False)
    claims_follow(theirs.select_for_update(of=("self",)).order_by("pk"))
    if theirs.exclude(confirmed_at=None).exists():
        make_student(restored)


@still_ahead.add
def what_they_booked(*, person: Person, said: list[str]) -> None:
    """What somebody who is made inactive has booked that is still to come."""
    rows = Booking.objects.live().filter(buyer=person, session__ends_at__gt=now()).select_related("session__course")
    said += [f"{row.session.course} ({row.reference})" for row in rows.order_by("session__starts_at")]


@keeps_from_erasing.add
def what_is_open_with_them(*, people: list[UUID], said: list[str]) -> None:
    """Seats that are still to come, and money that is on its way, in dispute, or kept for them."""
    comes = Q(buyer__in=people) | Q(attendees__person__in=people, attendees__left_at=None)
    live = Booking.objects.live().filter(comes, session__ends_at__gt=now()).distinct()
    open_money = (
        Q(order__payments__status__in=OPEN_PAYMENTS)
        | Q(order__payments__refunds__status=RefundStatus.PENDING)
        | Q(order__payments__refunds__status=RefundStatus.FAILED, order__payments__refunds__dropped_at=None)
        | Q(order__payments__disputes__status=DisputeStatus.OPEN)
    )
    paying = Booking.objects.filter(open_money, buyer__in=people).distinct()
    said += sorted({row.reference for row in [*live, *paying]})
    paid = Order.objects.filter(buyer__in=people, status=OrderStatus.PAID)
    kept = [order.pk for order, balance in balances_of(paid).items() if kept_on(order, balance)]
    said += sorted(set(Booking.objects.filter(order__in=kept).values_list("reference", flat=True)) - set(said))


@address_corrected.add
def call_their_links_in(*, person: Person, before: str) -> None:
    """Links that went to the wrong address open nothing any more."""
    call_links_in(Booking.objects.filter(buyer=person), before=before, email=person.email)
