"""One session that many want, everything that may happen to it, and what must hold whatever happened."""

from contextlib import nullcontext, suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import time_machine
from django.db import connection, transaction

from shared_apps.core.errors import DomainError
from shared_apps.core.states import Actor
from shared_apps.core.time import now
from shared_apps.events.bus import deliver_due
from tenant_apps.bookings import hold_times, transfers
from tenant_apps.bookings import services as bookings
from tenant_apps.bookings.claims import claims_follow
from tenant_apps.bookings.desk import take_payment
from tenant_apps.bookings.models import Booking, WaitingListEntry
from tenant_apps.bookings.rescheduling import reschedule_session
from tenant_apps.bookings.selectors import is_held
from tenant_apps.bookings.waiting_list import join_waiting_list, leave_waiting_list
from tenant_apps.payments import refunds
from tenant_apps.payments.credits import give_credit
from tenant_apps.payments.disputes import write_down_dispute
from tenant_apps.payments.models import OPEN_PAYMENTS, DisputeStatus, Payment, Refund
from tenant_apps.payments.orders import fulfil_order
from tenant_apps.payments.paying import _claim, _write_begun
from tenant_apps.payments.providers import online_provider
from tenant_apps.payments.providers.base import Begun, Disputed, Outcome, Returned, Snapshot
from tenant_apps.payments.sending import hear_of_refund
from tenant_apps.payments.services import settle
from tenant_apps.scheduling.models import Offer, SeatClaim, Session
from tenant_apps.scheduling.offers import accept_offer, decline_offer, lapse_offers
from tenant_apps.scheduling.running import complete_session, start_session
from tenant_apps.scheduling.services import update_session
from tests import make

PEOPLE = 3


class World:
    """Three people, one session of four seats at 100 with a deposit of 30%, and another date of two seats at 80.

    Steps refuse as the site would.
    """

    def __init__(self) -> None:
        self.session = make.session(capacity=4, price=100)
        self.other = make.session(capacity=2, price=80, in_days=70)
        self.people = [make.person() for _ in range(PEOPLE)]
        self.office = make.user("owner")
        self.clock = self.furthest = timedelta(0)
        self.taken = 0
        self.former: list[Session] = []  # that were held, or are on another date now

    def do(self, name: str, *given: Any) -> None:
        """One step; what the rules refuse changes nothing."""
        with suppress(DomainError):
            getattr(self, name)(*given)
            self.taken += 1

    def at_our_time(self) -> Any:
        """The clock of the process that does the steps, which may be wrong by minutes."""
        return time_machine.travel(datetime.now(UTC) + self.clock, tick=True) if self.clock else nullcontext()

    # --- What may happen ---------------------------------------------------------------------------

    def _of(self, who: int) -> Booking:
        here = [self.session, self.other]
        rows = Booking.objects.filter(session__in=here, buyer=self.people[who]).select_related("order", "session")
        found = rows.order_by("-created_at").first()
        if found is None:
            raise DomainError("nothing booked")
        return found

    def _payment(self, who: int, which: int) -> Payment:
        rows = list(Payment.objects.filter(order__buyer=self.people[who], provider="stripe").order_by("created_at"))
        if not rows:
            raise DomainError("nothing begun")
        return rows[which % len(rows)]

    def set_clock(self, minutes: int) -> None:
        self.clock = timedelta(minutes=minutes)
        self.furthest = max(self.furthest, self.clock)

    def set_capacity(self, seats: int) -> None:
        update_session(self.session, capacity=seats, by=None)

    def set_price(self, price: int) -> None:
        update_session(self.session, price=Decimal(price), by=None)

    def book(self, who: int, seats: int, by_office: bool) -> None:
        bookings.book_seats(
            session=self.session, buyer=self.people[who], seats=seats, by=None, by_office=by_office,
            deposit_percent=Decimal(50) if by_office else None,
        )  # fmt: skip

    def reschedule(self, in_days: int) -> None:
        """The session is on another date, with all who are on it."""
        begins = self.session.starts_at + timedelta(days=in_days)
        former = self.session
        self.session = reschedule_session(former, days=[(begins, begins + timedelta(hours=7))], by=self.office)
        self.former.append(former)

    def hold(self, the_other: bool) -> None:
        """A session is held, and there is another one after it."""
        session = self.other if the_other else self.session
        start_session(session, by=self.office)
        complete_session(session, by=self.office)
        self.former.append(session)
        if the_other:
            self.other = make.session(capacity=2, price=80, in_days=70)
        else:
            self.session = make.session(capacity=4, price=100)

    def move(self, who: int, by_office: bool) -> None:
        """To the other date, or back."""
        booking = self._of(who)
        to = self.other if booking.session_id == self.session.pk else self.session
        self._close(booking)
        transfers.transfer_booking(booking=booking, to=to, by=self.office, by_office=by_office)

    def change_seats(self, who: int, seats: int) -> None:
        booking = self._of(who)
        self._close(booking)
        transfers.change_seats(booking=booking, seats=seats, by=self.office, by_office=True)

    def wait_there(self, who: int) -> None:
        join_waiting_list(session=self.other, person=self.people[who], seats=1, by=None)

    def change(self, who: int, seats: int) -> None:
        booking = self._of(who)
        self._close(booking)
        bookings.change_held_booking(booking, seats=seats)

    def extend(self, who: int) -> None:
        hold_times.extend_hold(self._of(who))

    def time_is_up(self, who: int) -> None:
        with transaction.atomic():
            here = [self.session, self.other]
            held = Booking.objects.filter(session__in=here, buyer=self.people[who], status="pending")
            for booking in held.select_for_update():
                booking.hold_expires_at = now() - timedelta(minutes=1)
                booking.save(update_fields=["hold_expires_at"])
                claims_follow([booking])

    def do_periodic_work(self) -> None:
        hold_times.expire_holds()

    def begin(self, who: int, purpose: str) -> None:
        booking = self._of(who)
        if booking.order and (is_held(booking) or booking.status == "confirmed"):
            payment = _claim(booking.order, purpose, online_provider("stripe"), None)
            _write_begun(payment, Begun(f"cs_{payment.pk}", "http://stripe.test/pay", now() + timedelta(hours=1)))

    def provider_says(self, who: int, which: int, outcome: Outcome) -> None:
        payment = self._payment(who, which)
        settle(
            payment,
            Snapshot(outcome, amount=payment.amount, currency=payment.currency, transaction_id=f"pi_{payment.pk}"),
        )

    def pay(self, who: int, purpose: str) -> None:
        """The whole way: a page, and money."""
        self.begin(who, purpose)
        self.provider_says(who, -1, Outcome.PAID)

    def run_out(self, who: int) -> None:
        self.time_is_up(who)
        self.do_periodic_work()

    def pay_at_the_desk(self, who: int) -> None:
        booking = self._of(who)
        if booking.order:
            take_payment(booking, provider="cash", amount=booking.order.due, reference="", by=None)
            self._close(booking)

    def pay_a_part_at_the_desk(self, who: int, amount: int) -> None:
        booking = self._of(who)
        if booking.order:
            take_payment(booking, provider="cash", amount=Decimal(amount), reference=f"{self.taken}", by=None)
            self._close(booking)

    def take_off(self, who: int, amount: int) -> None:
        order = self._of(who).order
        if order:
            give_credit(order, amount=Decimal(amount), reason="A regular", by=None)

    def bank_says(self, who: int, which: int, status: DisputeStatus) -> None:
        payment = self._payment(who, which)
        if payment.status == "completed" and (payment.disputes.exists() or payment.refundable == payment.amount):
            write_down_dispute(payment, Disputed(f"du_{payment.pk}", status, payment.amount))

    def drop(self, who: int) -> None:
        for refund in Refund.objects.filter(payment__order__buyer=self.people[who], status="failed")[:1]:
            refunds.drop_failed_refund(refund, by=self.office)

    def hold_the_course(self, who: int) -> None:
        booking = self._of(who)
        if booking.order and booking.status == "confirmed":
            fulfil_order(booking.order.pk)

    def confirm_free(self, who: int) -> None:
        booking = self._of(who)
        self._close(booking)
        bookings.confirm_if_free(booking, proven=True)

    def cancel(self, who: int, by_office: bool) -> None:
        bookings.cancel_booking(self._of(who), by=None, by_office=by_office)

    def refund(self, who: int, amount: int) -> None:
        order = self._of(who).order
        if order:
            refunds.refund_order(order, amount=Decimal(amount), reason="Kindness", by=None)

    def refund_says(self, who: int, done: bool | None) -> None:
        for refund in Refund.objects.filter(payment__order__buyer=self.people[who]).order_by("-created_at")[:1]:
            said = Returned(f"re_{refund.key}", done, "no such card", refund.amount, refund.key)
            hear_of_refund(refund.payment, said)

    def retry(self, who: int) -> None:
        for refund in Refund.objects.filter(payment__order__buyer=self.people[who], status="failed")[:1]:
            refunds.retry_refund(refund, by=self.office)

    def deliver(self) -> None:
        deliver_due()

    def wait(self, who: int, seats: int) -> None:
        join_waiting_list(session=self.session, person=self.people[who], seats=seats, by=None)

    def accept(self, who: int) -> None:
        accept_offer(self._offer(who), by=None, acting=Actor.BUYER)

    def decline(self, who: int) -> None:
        decline_offer(self._offer(who), by=None, acting=Actor.BUYER)

    def leave(self, who: int) -> None:
        for entry in WaitingListEntry.objects.in_line().filter(person=self.people[who]):
            leave_waiting_list(entry, by=None, acting=Actor.BUYER)

    def lapse(self, who: int) -> None:
        """Their time to answer is up."""
        offer = self._offer(who)
        with transaction.atomic():
            Session.objects.select_for_update().get(pk=offer.subject_id)
            late = Offer.objects.filter(pk=offer.pk, status="offered")
            if late.update(until=now() - timedelta(minutes=1)):
                SeatClaim.objects.filter(holder_id=offer.pk).update(until=now() - timedelta(minutes=1))
        lapse_offers()

    def _offer(self, who: int) -> Offer:
        found = Offer.objects.filter(person=self.people[who]).order_by("-created_at").first()
        if found is None:
            raise DomainError("nothing offered")
        return found

    def _close(self, booking: Booking) -> None:
        for payment in Payment.objects.filter(order=booking.order_id, status__in=OPEN_PAYMENTS):
            settle(payment, Snapshot(Outcome.CANCELLED))

    # --- What must hold ------------------------------------------------------------------------------

    def wrong(self) -> list[str]:
        """Every sentence about these sessions that should be false and is not, straight from the tables."""
        # What a clock ahead of the others sent is delivered when they have come as far.
        ahead = datetime.now(UTC) + self.furthest
        with time_machine.travel(ahead, tick=True) if self.furthest else nullcontext():
            while deliver_due():
                pass
        with connection.cursor() as cursor:
            wrongs = [
                sentence
                for session in (self.session, self.other)
                for sentence, query in WRONGS.items()
                if _rows(cursor, query, session.pk)
            ]
            over = [
                sentence
                for session in self.former
                for sentence, query in {**MONEY_WRONGS, **OVER}.items()
                if _rows(cursor, query, session.pk)
            ]
        return wrongs + over


def _rows(cursor: Any, query: str, session: Any) -> list[Any]:
    cursor.execute(MONEY + query, {"session": session})
    return list(cursor.fetchall())


MONEY = """
WITH money AS (
  SELECT b.id, b.status, b.seats, b.order_id, o.total, o.deposit, o.status AS order_status,
    (SELECT coalesce(sum(amount), 0) FROM payments_payment p
      WHERE p.order_id = o.id AND p.status = 'completed') AS paid,
    (SELECT coalesce(sum(r.amount), 0) FROM payments_refund r JOIN payments_payment p ON p.id = r.payment_id
      WHERE p.order_id = o.id AND r.status <> 'failed') AS back,
    (SELECT coalesce(sum(r.amount), 0) FROM payments_refund r JOIN payments_payment p ON p.id = r.payment_id
      WHERE p.order_id = o.id AND r.status = 'failed') AS failed,
    (SELECT coalesce(sum(r.amount), 0) FROM payments_refund r JOIN payments_payment p ON p.id = r.payment_id
      WHERE p.order_id = o.id AND r.status = 'failed' AND r.dropped_at IS NULL) AS unsettled,
    (SELECT coalesce(sum(c.amount), 0) FROM payments_credit c WHERE c.order_id = o.id) AS credited,
    (SELECT coalesce(sum(d.amount), 0) FROM payments_dispute d JOIN payments_payment p ON p.id = d.payment_id
      WHERE p.order_id = o.id AND d.status = 'open') AS disputed,
    (SELECT coalesce(sum(d.amount), 0) FROM payments_dispute d JOIN payments_payment p ON p.id = d.payment_id
      WHERE p.order_id = o.id AND d.status = 'lost') AS lost,
    EXISTS (SELECT FROM payments_payment p WHERE p.order_id = o.id AND p.provider = 'cash') AS at_the_desk,
    EXISTS (SELECT FROM payments_dispute d JOIN payments_payment p ON p.id = d.payment_id
      WHERE p.order_id = o.id) AS ever_disputed,
    o.lapsed_at, o.fulfilled_at
  FROM bookings_booking b LEFT JOIN payments_order o ON o.id = b.order_id WHERE b.session_id = %(session)s
) """
COLUMNS = (
    "id", "status", "seats", "order_id", "total", "deposit", "order_status", "paid", "back", "failed", "unsettled",
    "credited", "disputed", "lost", "at_the_desk", "ever_disputed", "lapsed_at", "fulfilled_at",
)  # fmt: skip
SEATS = """
SELECT 1 FROM scheduling_session s WHERE s.id = %%(session)s AND %s <>
  (SELECT coalesce(sum(seats), 0) FROM bookings_booking b WHERE b.session_id = s.id AND b.status IN %s)
"""
PROMISED = """booked_spots - (SELECT coalesce(sum(seats), 0) FROM scheduling_offer o
  WHERE o.subject_id = s.id AND o.status = 'offered')"""
BOOKS = """
, books AS (
  SELECT money.*,
    coalesce(sum(debit - credit) FILTER (WHERE account = 'buyer'), 0) AS owed,
    coalesce(sum(debit - credit) FILTER (WHERE account = 'settled'), 0) AS settled,
    coalesce(sum(debit - credit) FILTER (WHERE account IN ('provider', 'payable')), 0) AS held,
    coalesce(sum(debit - credit) FILTER (WHERE account = 'disputed'), 0) AS with_banks,
    coalesce(sum(debit - credit) FILTER (WHERE account = 'deferred_income'), 0) AS to_deliver
  FROM money LEFT JOIN ledger_entry e ON e.order_id = money.order_id GROUP BY {columns}
) """.format(columns=", ".join(f"money.{name}" for name in COLUMNS))
WRONGS = {
    "the books do not balance": "SELECT 1 FROM ledger_entry e JOIN money m ON m.order_id = e.order_id "
    "GROUP BY e.document_kind, e.document_id HAVING sum(debit) <> sum(credit)",
    "the books hold another sum than came and went": BOOKS + "SELECT 1 FROM books "
    "WHERE held <> paid - back - disputed - lost OR with_banks <> disputed",
    "the books say that another sum is owed": BOOKS + "SELECT 1 FROM books WHERE order_status <> 'cancelled' "
    "AND lapsed_at IS NULL AND owed <> total - credited - paid + back + lost - settled",
    "something is owed for what lapsed": BOOKS + "SELECT 1 FROM books WHERE order_status <> 'cancelled' "
    "AND lapsed_at IS NOT NULL AND owed <> back + lost - paid - settled",
    "something is owed after a cancellation": BOOKS + "SELECT 1 FROM books WHERE order_status = 'cancelled' "
    "AND owed <> -unsettled",
    "what was delivered or cancelled is not earned": BOOKS + "SELECT 1 FROM books WHERE to_deliver <> 0 "
    "AND (order_status = 'cancelled' OR fulfilled_at IS NOT NULL)",
    "an expired hold has not lapsed": "SELECT 1 FROM money WHERE order_id IS NOT NULL "
    "AND order_status <> 'cancelled' AND (status = 'expired') <> (lapsed_at IS NOT NULL)",
    "more seats are taken than there are": "SELECT 1 FROM scheduling_session WHERE id = %(session)s "
    "AND booked_spots > capacity",
    "the seats taken are not those of the bookings": SEATS % (PROMISED, "('pending', 'confirmed')"),
    "the seats confirmed are not those of the bookings": SEATS % ("confirmed_spots", "('confirmed')"),
    "a session does not count its claims": """
SELECT 1 FROM scheduling_session s LEFT JOIN scheduling_seatclaim c ON c.session_id = s.id WHERE s.id = %(session)s
GROUP BY s.id HAVING booked_spots <> coalesce(sum(c.seats), 0)
OR confirmed_spots <> coalesce(sum(c.seats) FILTER (WHERE c.kind = 'confirmed'), 0)""",
    "a booking that stands has not just its claim": """
SELECT 1 FROM
(SELECT * FROM bookings_booking
  WHERE session_id = %(session)s AND status IN ('pending', 'confirmed', 'completed')) b
FULL JOIN (SELECT * FROM scheduling_seatclaim WHERE session_id = %(session)s AND kind <> 'offer') c
ON c.holder_id = b.id
WHERE b.id IS NULL OR c.id IS NULL OR c.seats <> b.seats
OR c.person_id <> b.buyer_id OR c.until IS DISTINCT FROM b.hold_expires_at
OR c.kind <> CASE WHEN b.status <> 'pending' THEN 'confirmed' WHEN b.by_office THEN 'office' ELSE 'checkout' END""",
    "an open offer has not just its claim": """
SELECT 1 FROM (SELECT * FROM scheduling_offer WHERE subject_id = %(session)s AND status = 'offered') o
FULL JOIN (SELECT * FROM scheduling_seatclaim WHERE session_id = %(session)s AND kind = 'offer') c
ON c.holder_id = o.id
WHERE o.id IS NULL OR c.id IS NULL OR c.seats <> o.seats OR c.person_id <> o.person_id OR c.until <> o.until""",
    "a place in line and its offers differ": """
SELECT 1 FROM bookings_waitinglistentry w WHERE session_id = %(session)s AND (status = 'offered') <>
EXISTS (SELECT FROM scheduling_offer o WHERE o.entry_id = w.id AND o.status = 'offered')""",
    "seats are free that somebody waits for": """
SELECT 1 FROM scheduling_session s JOIN bookings_waitinglistentry w ON w.session_id = s.id AND w.status = 'waiting'
WHERE s.id = %(session)s AND s.capacity - s.booked_spots >= w.seats AND s.starts_at > now()
AND NOT EXISTS (SELECT FROM bookings_booking b WHERE b.session_id = s.id AND b.buyer_id = w.person_id
  AND b.status IN ('pending', 'confirmed'))""",
    "somebody has two live bookings": "SELECT 1 FROM bookings_booking WHERE session_id = %(session)s "
    "AND status IN ('pending', 'confirmed') GROUP BY buyer_id HAVING count(*) > 1",
    "more went back than came": "SELECT 1 FROM money WHERE back > paid",
    "a payment was refunded twice": "SELECT 1 FROM payments_refund r JOIN payments_payment p ON p.id = r.payment_id "
    "WHERE r.status <> 'failed' GROUP BY p.id HAVING sum(r.amount) > p.amount",
    "more is held than was owed": "SELECT 1 FROM money WHERE paid - back - failed - disputed - lost > total "
    "AND NOT ever_disputed",
    "a hold is paid and not confirmed": "SELECT 1 FROM money WHERE status = 'pending' AND paid > 0",
    "an expired booking's money is kept": "SELECT 1 FROM money WHERE status = 'expired' "
    "AND paid - back - failed - disputed - lost > 0",
    "a cancelled hold's money is kept": "SELECT 1 FROM money m JOIN bookings_booking b ON b.id = m.id "
    "WHERE m.status = 'cancelled' AND b.confirmed_at IS NULL AND paid - back - failed - disputed - lost > 0",
    "seats are confirmed that nobody paid for": "SELECT 1 FROM money WHERE status = 'confirmed' "
    "AND total > credited AND paid < least(total - credited, coalesce(deposit, total)) AND NOT at_the_desk "
    # Of what was changed since, the rest is due.
    "AND NOT EXISTS (SELECT FROM events_event e WHERE e.subject_id = money.id "
    "AND e.name IN ('booking.transferred', 'booking.seats_changed'))",
    "somebody who is booked waits for the same": "SELECT 1 FROM bookings_waitinglistentry w "
    "JOIN bookings_booking b ON b.session_id = w.session_id AND b.buyer_id = w.person_id "
    "WHERE w.session_id = %(session)s AND w.status IN ('waiting', 'offered') AND b.status IN ('pending', 'confirmed')",
    "a live order is of another price than its seats": "SELECT 1 FROM money m WHERE status IN ('pending', 'confirmed') "
    "AND order_id IS NOT NULL AND order_status <> 'cancelled' AND total <> ("
    "SELECT coalesce(sum(amount), 0) FROM payments_orderline l WHERE l.order_id = m.order_id)",
    "a booking is sold for another number of seats than it has": """
SELECT 1 FROM money m WHERE status IN ('pending', 'confirmed') AND order_id IS NOT NULL AND seats <> (
  SELECT coalesce(sum(quantity), 0) FROM payments_orderline l WHERE l.item_id = m.id)""",
    "an order stands for a cancelled booking": "SELECT 1 FROM money WHERE status = 'cancelled' "
    "AND order_status NOT IN ('cancelled')",
    "a booking was confirmed twice": "SELECT 1 FROM events_event e JOIN money m ON m.id = e.subject_id "
    "WHERE e.name = 'booking.confirmed' GROUP BY m.id HAVING count(*) > 1",
    # Without regard to their order, as the clock is set back here: each state is entered as often as it was left.
    "a booking's transitions do not lead to where it is": """
SELECT 1 FROM money, unnest(ARRAY['pending', 'confirmed', 'expired', 'cancelled', 'completed']) AS state
WHERE (status = state)::int <> (state = 'pending')::int + (
  SELECT count(*) FILTER (WHERE t.after = state) - count(*) FILTER (WHERE t.before = state)
  FROM events_transition t WHERE t.row_id = money.id)""",
    "something was never heard": "SELECT 1 FROM events_delivery WHERE done_at IS NULL AND attempts > 3",
}
# What must hold of money wherever its booking is, and of a session that was held or is on another date now.
MONEY_WRONGS = {
    sentence: WRONGS[sentence]
    for sentence in (
        "the books do not balance",
        "the books hold another sum than came and went",
        "more went back than came",
        "a payment was refunded twice",
        "an expired booking's money is kept",
        "a cancelled hold's money is kept",
        "a booking was confirmed twice",
        "a booking's transitions do not lead to where it is",
    )
}
OVER = {
    "somebody is booked on what is over": "SELECT 1 FROM bookings_booking WHERE session_id = %(session)s "
    "AND status = 'confirmed'",
    "somebody waits for what is over": "SELECT 1 FROM bookings_waitinglistentry WHERE session_id = %(session)s "
    "AND status IN ('waiting', 'offered')",
    "seats of what is over are on offer": "SELECT 1 FROM scheduling_offer WHERE subject_id = %(session)s "
    "AND status = 'offered'",
    "a session that is on another date has bookings": "SELECT 1 FROM scheduling_session s WHERE s.id = %(session)s "
    "AND s.status = 'rescheduled' AND (s.booked_spots <> 0 OR EXISTS (SELECT FROM scheduling_seatclaim c "
    "WHERE c.session_id = s.id) OR EXISTS (SELECT FROM bookings_booking b WHERE b.session_id = s.id "
    "AND b.status IN ('pending', 'confirmed', 'completed')))",
    "what was held is not delivered": BOOKS + "SELECT 1 FROM books WHERE status = 'completed' AND to_deliver <> 0",
}
