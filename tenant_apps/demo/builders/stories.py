"""How one booking went, from its first hold to where it stands now: rows and timeline as the services write them."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from shared_apps.accounts.models import User
from shared_apps.core.money import share
from tenant_apps.bookings.events import (
    BookingCancelled,
    BookingConfirmed,
    BookingExpired,
    BookingHeld,
    BookingTransferred,
)
from tenant_apps.bookings.models import Attendee, Booking, BookingStatus
from tenant_apps.bookings.services import SOLD_AS
from tenant_apps.bookings.terms import Terms, balance_due
from tenant_apps.demo.builders.happenings import say
from tenant_apps.demo.stage import Stage
from tenant_apps.messaging.models import Message, MessageStatus
from tenant_apps.payments.events import (
    OrderCancelled,
    PaymentDeclined,
    PaymentEnded,
    PaymentReceived,
    RefundCompleted,
    RefundRequested,
)
from tenant_apps.payments.lines import Line, sold_line
from tenant_apps.payments.models import (
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from tenant_apps.people.models import Person
from tenant_apps.scheduling.models import Session
from tenant_apps.terms.policy import CancellationPolicy

CARD, CASH, TRANSFER = "stripe", "cash", "bank_transfer"
BLINK, MOMENT = timedelta(milliseconds=20), timedelta(seconds=2)


class Story:
    """One booking being told. Each verb moves it on and must not be told before the one it follows."""

    def __init__(
        self,
        stage: Stage,
        session: Session,
        buyer: Person,
        *,
        seats: int,
        at: datetime,
        by: User | None = None,
        **details: Any,
    ) -> None:
        self.stage, self.session, self.by, self.begun_at = stage, session, by, at
        self.paid: list[Payment] = []
        self.terms = self._terms(at)
        details = {"contact_name": buyer.name, "contact_phone": buyer.phone, **details}
        self.booking: Booking = stage.add(
            Booking(
                id=stage.dice.key(at), reference=stage.dice.reference(), session=session, buyer=buyer, seats=seats,
                organisation=buyer.organisation, cancellation_policy=self.terms.policy_rows, **details,
            )
        )  # fmt: skip
        self.order = self._open_order(buyer, at)
        session.seats_taken += seats
        say(stage, BookingHeld(booking_id=self.booking.pk), at=at, by=by, subject=self.booking)

    def _terms(self, at: datetime) -> Terms:
        """The terms at that moment; `terms_of` knows only those of now."""
        terms, course = self.stage.terms, self.session.course
        percent = course.deposit_percent if course.deposit_percent is not None else terms.deposit_percent
        due_at = balance_due(self.session.starts_at, terms.balance_due_days, at=at)
        rows = terms.cancellation_policy if course.cancellation_policy is None else course.cancellation_policy
        return Terms(
            price=self.session.seat_price, currency=self.stage.tenant.currency, deposit_percent=percent,
            balance_due_at=due_at if percent else None, policy=CancellationPolicy.parse(rows),
            policy_rows=rows, starts_at=self.session.starts_at, hold_minutes=terms.hold_minutes,
        )  # fmt: skip

    def _open_order(self, buyer: Person, at: datetime) -> Order | None:
        if not self.terms.price:
            return None
        course, seats = self.session.course, self.booking.seats
        day = self.session.starts_at.astimezone(self.stage.zone)
        deposit = self.terms.deposit_of(seats)
        order: Order = self.stage.add(
            Order(
                id=self.stage.dice.key(at), number=self.stage.dice.reference(), buyer=buyer,
                currency=self.terms.currency, total=self.terms.price * seats, deposit=deposit,
                balance_due_at=self.terms.balance_due_at if deposit else None,
            )
        )  # fmt: skip
        what = f"{course.title}, {day:%d %b %Y}"
        line = sold_line(order, Line(what, seats, self.terms.price, course.vat_rate, SOLD_AS, self.booking.pk))
        line.pk = self.stage.dice.key(at)
        self.stage.add(line)
        self.booking.order = order
        return order

    def name_attendees(self, people: list[Person | str], at: datetime) -> None:
        """Who sits on the seats; for some only a name is known."""
        for position, who in enumerate(people, 1):
            key = self.stage.dice.key(at)
            person = who if isinstance(who, Person) else self.stage.add(Person(id=UUID(int=key.int ^ 1), name=who))
            self.stage.add(
                Attendee(
                    id=key, booking=self.booking, position=position, name=str(who), person=person, email=person.email
                )
            )

    def hold_until(self, moment: datetime | None) -> None:
        """Still pending; None: until somebody decides."""
        self.booking.hold_expires_at = moment

    def was_written_to(self, kind: str, once: str) -> None:
        """An email that went out when the booking began, so that none goes out now."""
        booking, course = self.booking, self.session.course
        self.stage.add(
            Message(
                id=self.stage.dice.key(self.begun_at), kind=kind, about_id=booking.pk, once=once,
                to=booking.buyer.email, subject=f"Your seats are held: {course.title}"[:200],
                text=f"Hello {booking.contact_name},\n\nWe hold your seats. Pay by the link to keep them.",
                status=MessageStatus.SENT, attempts=1, sent_at=self.begun_at + MOMENT,
            )
        )  # fmt: skip

    def decline(self, at: datetime) -> None:
        """A card that would not pay."""
        assert self.order is not None
        reason = "Your card has insufficient funds."
        payment = self._payment(CARD, Payment.Purpose.FULL, self.order.total, at)
        payment.status, payment.failure_reason = PaymentStatus.CANCELLED, reason
        event = PaymentDeclined(payment_id=payment.pk, order_id=self.order.pk, reason=reason)
        say(self.stage, event, at=at, subject=self.order)
        say(self.stage, PaymentEnded(payment_id=payment.pk, order_id=self.order.pk), at=at + MOMENT, subject=self.order)

    def pay(self, provider: str, at: datetime, *, purpose: str = Payment.Purpose.FULL, by: User | None = None) -> None:
        """Money arrives: all, the deposit, or the balance. The first of it confirms the booking."""
        order = self.order
        assert order is not None
        amount = self._amount(purpose)
        payment = self._payment(provider, purpose, amount, at)
        payment.status, payment.completed_at = PaymentStatus.COMPLETED, at
        self.paid.append(payment)
        order.status = OrderStatus.PART_PAID if purpose == Payment.Purpose.DEPOSIT else OrderStatus.PAID
        say(self.stage, PaymentReceived(payment_id=payment.pk, order_id=order.pk), at=at, by=by, subject=order)
        if self.booking.status == BookingStatus.PENDING:
            self.confirm(at + MOMENT)

    def _amount(self, purpose: str) -> Decimal:
        assert self.order is not None
        if purpose == Payment.Purpose.DEPOSIT:
            assert self.order.deposit is not None
            return self.order.deposit
        return self.order.total - sum((payment.amount for payment in self.paid), Decimal(0))

    def _payment(self, provider: str, purpose: str, amount: Decimal, at: datetime) -> Payment:
        dice = self.stage.dice
        card = provider == CARD
        code = dice.reference() if card or provider == TRANSFER else ""
        payment: Payment = self.stage.add(
            Payment(
                id=dice.key(at), order=self.order, provider=provider, purpose=purpose, amount=amount,
                currency=self.terms.currency, initiated_at=at, next_check_at=at,
                provider_reference=f"cs_test_demo{self.stage.tenant.pk.hex[:8]}{code}" if card else None,
                provider_transaction_id=f"BACS {code}" if provider == TRANSFER else "",
            )
        )  # fmt: skip
        return payment

    def confirm(self, at: datetime, *, by: User | None = None) -> None:
        """The seats are the buyer's."""
        self.booking.status, self.booking.confirmed_at = BookingStatus.CONFIRMED, at
        self.booking.hold_expires_at = None
        self.session.seats_confirmed += self.booking.seats
        say(self.stage, BookingConfirmed(booking_id=self.booking.pk), at=at, by=by, subject=self.booking)

    def complete(self) -> None:
        """The session is over, and they were there."""
        self.booking.status = BookingStatus.COMPLETED
        if self.order:
            self.order.fulfilled_at = self.session.ends_at

    def move(self, to: Session, at: datetime, *, by: User | None = None) -> None:
        """To another date: what that costs less went back at once, what it costs more is due."""
        former, seats = self.session, self.booking.seats
        former.seats_taken, former.seats_confirmed = former.seats_taken - seats, former.seats_confirmed - seats
        to.seats_taken, to.seats_confirmed = to.seats_taken + seats, to.seats_confirmed + seats
        self.session = self.booking.session = to
        self.booking.came_at, self.booking.calendar_sequence = at, 1
        before = self.order.total if self.order else Decimal(0)
        if self.order:
            self._sell_otherwise(self.order, at)
        after = self.order.total if self.order else Decimal(0)
        back, due = max(Decimal(0), before - after), max(Decimal(0), after - before)
        event = BookingTransferred(
            booking_id=self.booking.pk, from_session_id=former.pk, to_session_id=to.pk, by_buyer=by is None, number=1,
            refund=str(back), to_pay=str(due),
        )  # fmt: skip
        say(self.stage, event, at=at, by=by or self.by, subject=self.booking)
        if back:
            self._refund(self.paid[-1], back, at + BLINK, f"Moved to {to.starts_at:%d %b %Y}", by)

    def _sell_otherwise(self, order: Order, at: datetime) -> None:
        sold: OrderLine = next(line for line in self.stage.rows[OrderLine] if line.order is order)
        undone = OrderLine(
            id=self.stage.dice.key(at), order=order, undoes=sold, item_type=sold.item_type, item_id=sold.item_id,
            description=sold.description, quantity=-sold.quantity, unit_price=sold.unit_price, vat_rate=sold.vat_rate,
            amount=-sold.amount, net=-sold.net, vat=-sold.vat,
        )  # fmt: skip
        course, day = self.session.course, self.session.starts_at.astimezone(self.stage.zone)
        assert self.session.seat_price is not None
        what, price = f"{course.title}, {day:%d %b %Y}", self.session.seat_price
        line = sold_line(order, Line(what, sold.quantity, price, course.vat_rate, SOLD_AS, self.booking.pk))
        line.pk = self.stage.dice.key(at + BLINK)
        self.stage.add(undone)
        self.stage.add(line)
        order.total, order.deposit, order.balance_due_at = line.amount, None, None
        if line.amount > sold.amount:
            order.status, order.balance_due_at = OrderStatus.PART_PAID, at + timedelta(days=3)

    def expire(self, at: datetime) -> None:
        """Nobody paid in time."""
        self.booking.status, self.booking.hold_expires_at = BookingStatus.EXPIRED, at
        if self.order:
            self.order.lapsed_at = at
        self.session.seats_taken -= self.booking.seats
        say(self.stage, BookingExpired(booking_id=self.booking.pk), at=at, subject=self.booking)

    def cancel(self, at: datetime, *, reason: str, by: User | None = None, everything: bool = False) -> None:
        """Seats back, and money by the policy, or all of it."""
        confirmed = self.booking.status == BookingStatus.CONFIRMED
        self.session.seats_taken -= self.booking.seats
        self.session.seats_confirmed -= self.booking.seats if confirmed else 0
        percent = 100 if everything else self.terms.policy.percent_at(at, self.session.starts_at)
        held = sum((payment.amount for payment in self.paid), Decimal(0))
        amount = share(held, percent, self.terms.currency)
        self.booking.status, self.booking.cancelled_at = BookingStatus.CANCELLED, at
        self.booking.cancel_reason, self.booking.hold_expires_at = reason, None
        if self.order:
            self._cancel_order(at, amount, reason, by)
        event = BookingCancelled(booking_id=self.booking.pk, by_buyer=by is None, refund=str(amount))
        say(self.stage, event, at=at + 2 * BLINK, by=by, subject=self.booking, note=reason)

    def _cancel_order(self, at: datetime, amount: Decimal, reason: str, by: User | None) -> None:
        order = self.order
        assert order is not None
        for payment in reversed(self.paid):
            if part := min(amount, payment.amount):
                amount -= part
                self._refund(payment, part, at, reason, by)
        order.status = OrderStatus.CANCELLED
        say(self.stage, OrderCancelled(order_id=order.pk), at=at + BLINK, by=by, subject=order)

    def _refund(self, payment: Payment, amount: Decimal, at: datetime, reason: str, by: User | None) -> None:
        stage, done_at = self.stage, at + MOMENT
        key = stage.dice.key(at)
        prefix = "re_demo" if payment.provider == CARD else "manual-"
        refund: Refund = stage.add(
            Refund(
                id=key, payment=payment, amount=amount, reason=reason, status=RefundStatus.COMPLETED, attempts=1,
                provider_reference=f"{prefix}{key.hex}", next_try_at=None, completed_at=done_at,
            )
        )  # fmt: skip
        ids = {"refund_id": refund.pk, "order_id": payment.order_id}
        say(stage, RefundRequested(**ids), at=at, by=by, subject=self.order, note=reason)
        say(stage, RefundCompleted(**ids), at=done_at, subject=self.order)
