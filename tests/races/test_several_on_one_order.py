"""Seats on two sessions with one order, in every order that chance can think of: the money of each stays its own."""

from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import connection
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from shared_apps.core.errors import DomainError
from shared_apps.events.bus import deliver_due
from shared_apps.tenants.context import tenant_context
from tenant_apps.bookings import services
from tenant_apps.bookings.desk import pay_with_kept_money, take_payment
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.selling import SeatsWanted
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.checkout.services import reserve_together
from tenant_apps.payments.models import DisputeStatus, Order
from tenant_apps.payments.orders import cancel_order
from tenant_apps.payments.parts import parts_of
from tenant_apps.terms.models import BookingTerms
from tests import make
from tests.races.test_whatever_happens import OUTCOMES, SEATS, SUMS, WHICH, WHO, YES_OR_NO, run
from tests.races.world import World

pytestmark = pytest.mark.django_db(transaction=True)

KINDS: list[tuple[Any, ...]] = [
    *[("book_both", WHO, SEATS, SEATS)] * 4,
    *[("turn",)] * 4,
    ("begin", WHO, ["full", "deposit", "balance"]),
    *[("provider_says", WHO, WHICH, OUTCOMES)] * 2,
    *[("pay", WHO, ["full", "deposit"])] * 4,
    *[("run_out", WHO)] * 2,
    ("change", WHO, SEATS),
    ("extend", WHO),
    ("pay_at_the_desk", WHO),
    ("pay_a_part_at_the_desk", WHO, SUMS),
    *[("cancel", WHO, YES_OR_NO)] * 3,
    *[("refund", WHO, SUMS)] * 2,
    *[("refund_says", WHO, YES_OR_NO)] * 2,
    ("retry", WHO),
    ("drop", WHO),
    ("take_off", WHO, SUMS),
    ("bank_says", WHO, WHICH, list(DisputeStatus)),
]
WRONGS = {
    "the books do not balance": "SELECT 1 FROM ledger_entry GROUP BY document_kind, document_id "
    "HAVING sum(debit) <> sum(credit)",
    "an order costs another sum than its lines": "SELECT 1 FROM payments_order o WHERE total <> "
    "(SELECT coalesce(sum(amount), 0) FROM payments_orderline WHERE order_id = o.id)",
    "the books say that another sum was sold": "SELECT 1 FROM payments_order o WHERE total <> (SELECT "
    "coalesce(sum(debit - credit), 0) FROM ledger_entry WHERE document_id = o.id AND document_kind = 'sale' "
    "AND account = 'buyer')",
    "what stands is on no order": """
SELECT 1 FROM bookings_booking b JOIN payments_order o ON o.id = b.order_id
WHERE b.status IN ('pending', 'confirmed') AND (o.status = 'cancelled' OR o.lapsed_at IS NOT NULL OR NOT EXISTS (
  SELECT FROM payments_orderline l WHERE l.order_id = o.id AND l.item_id = b.id AND l.undoes_id IS NULL
  AND NOT EXISTS (SELECT FROM payments_orderline u WHERE u.undoes_id = l.id)))""",
    "what was called off beside another is asked for": """
SELECT 1 FROM bookings_booking b JOIN payments_order o ON o.id = b.order_id
JOIN payments_orderline l ON l.order_id = o.id AND l.item_id = b.id AND l.item_type = 'bookings.booking'
WHERE b.status = 'cancelled' AND o.status <> 'cancelled' AND l.undoes_id IS NULL
AND NOT EXISTS (SELECT FROM payments_orderline u WHERE u.undoes_id = l.id)""",
    "an order is cancelled and something on it stands": "SELECT 1 FROM bookings_booking b JOIN payments_order o "
    "ON o.id = b.order_id WHERE o.status = 'cancelled' AND b.status IN ('pending', 'confirmed')",
    "an order stands of which all is cancelled": "SELECT 1 FROM payments_order o WHERE status <> 'cancelled' "
    "AND EXISTS (SELECT FROM bookings_booking WHERE order_id = o.id) "
    "AND NOT EXISTS (SELECT FROM bookings_booking WHERE order_id = o.id AND status <> 'cancelled')",
    "a hold is paid and not confirmed": "SELECT 1 FROM bookings_booking b JOIN payments_payment p "
    "ON p.order_id = b.order_id WHERE b.status = 'pending' AND p.status = 'completed'",
    "the seats taken are not those of the bookings": "SELECT 1 FROM scheduling_session s WHERE booked_spots <> "
    "(SELECT coalesce(sum(seats), 0) FROM bookings_booking WHERE session_id = s.id "
    "AND status IN ('pending', 'confirmed'))",
    "holds of one order end at two moments": "SELECT 1 FROM bookings_booking WHERE status = 'pending' "
    "AND order_id IS NOT NULL GROUP BY order_id HAVING count(DISTINCT hold_expires_at) > 1",
    "a payment was refunded twice": "SELECT 1 FROM payments_refund r JOIN payments_payment p ON p.id = r.payment_id "
    "WHERE r.status <> 'failed' GROUP BY p.id HAVING sum(r.amount) > p.amount",
}


STATES = {"pending", "confirmed", "expired", "cancelled"}


class Basket(World):
    """Two sessions; steps are about the one whose turn it is."""

    def __init__(self) -> None:
        super().__init__()
        self.sessions = [self.session, make.session(capacity=4, price=60)]

    def turn(self) -> None:
        self.session = self.sessions[self.session == self.sessions[0]]

    def book_both(self, who: int, seats: int, others: int) -> None:
        wanted = [SeatsWanted(session=row, seats=n) for row, n in zip(self.sessions, (seats, others), strict=True)]
        reserve_together(wanted, buyer=self.people[who], by=None)

    def time_is_up(self, who: int) -> None:
        here = self.session
        for session in self.sessions:
            self.session = session
            super().time_is_up(who)
        self.session = here

    def wrong(self) -> list[str]:
        while deliver_due():
            pass
        with connection.cursor() as cursor:
            found = [sentence for sentence, query in WRONGS.items() if _rows(cursor, query)]
        return found + [sentence for order in Order.objects.all() for sentence in self._wrong_parts(order)]

    def _wrong_parts(self, order: Order) -> list[str]:
        if order.status == "cancelled" or order.lapsed_at:
            return []
        balance = order.balance
        parts = parts_of(order, balance)
        paid = sum((part.paid for part in parts.of.values()), Decimal(0))
        owed = sum((part.owed for part in parts.of.values()), Decimal(0))
        wrong = []
        if paid + parts.kept + parts.settled + parts.promised + parts.beyond != max(Decimal(0), balance.held):
            wrong.append("the parts of an order are not what it holds")
        if min([Decimal(0), paid, owed, *(part.paid for part in parts.of.values())]) < 0:
            wrong.append("a part of an order is less than nothing")
        return wrong


def _rows(cursor: Any, query: str) -> list[Any]:
    cursor.execute(query)
    return list(cursor.fetchall())


class BothOnOneOrder(RuleBasedStateMachine):
    done = 0

    def __init__(self) -> None:
        super().__init__()
        Booking.objects.all()  # the tables are those of all worlds: what was wrong in one stays wrong
        self.world = Basket()

    @initialize(seed=st.integers(0, 2**64 - 1))
    def throw_dice(self, seed: int) -> None:
        self.dice = Random(seed)

    @rule()
    def one(self) -> None:
        type(self).done += 1
        name, *given = self.dice.choice(KINDS)
        step = (name, *map(self.dice.choice, given))
        note(f"{step}")
        self.world.do(*step)
        assert self.world.wrong() == []


@pytest.mark.timeout(3600)
def test_the_money_of_each_stays_its_own(alpha, repeats, finding):
    examples = repeats(8, thorough=200)
    with tenant_context(alpha):
        BookingTerms.objects.load()
        found = run(BothOnOneOrder, examples=examples, steps=50, wanted=STATES)
    finding(
        "Two bookings with one order: paid, changed, called off one by one, refunded, disputed, run out, in any order",
        times=examples,
        must="what each has of the money adds up to what the order holds, and what is called off is not asked for",
        found=found,
        control="an order that gives all it holds back for one of two is noticed",
    )


def test_the_control_notices_an_order_that_gives_all_back_for_one(alpha, monkeypatch):
    def cancel_all(order, item_id, *, percent, **details):
        return cancel_order(order, **details)

    with tenant_context(alpha):
        BookingTerms.objects.load()
        world = Basket()
        monkeypatch.setattr(services, "cancel_item", cancel_all)
        for step in [("book_both", 0, 1, 1), ("pay", 0, "full"), ("cancel", 0, True)]:
            world.do(*step)
        assert "an order is cancelled and something on it stands" in world.wrong()


def test_two_cancel_the_two_things_at_one_moment(alpha, all_at_once, repeats):
    with tenant_context(alpha):
        BookingTerms.objects.load()
        for _ in range(repeats(6, thorough=60)):
            world = Basket()
            for step in [("book_both", 0, 1, 2), ("pay", 0, "full")]:
                world.do(*step)
            ours = Booking.objects.filter(session__in=world.sessions)
            calls = [lambda b=booking: cancel_booking(b, by=None, by_office=True) for booking in ours]
            assert not [end for end in all_at_once(calls) if isinstance(end, Exception)]
            assert world.wrong() == []
            order = Order.objects.get(bookings=ours.first())
            assert (order.held, order.status) == (0, "cancelled")


def test_who_pays_while_one_of_two_is_called_off_gets_its_price_back(alpha, all_at_once, repeats):
    with tenant_context(alpha):
        BookingTerms.objects.load()
        for _ in range(repeats(6, thorough=60)):
            world = Basket()
            for step in [("book_both", 0, 1, 2), ("begin", 0, "full")]:
                world.do(*step)
            steps = [("provider_says", 0, 0, OUTCOMES[0]), ("cancel", 0, True)]
            assert all_at_once([lambda w=world, step=step: w.do(*step) for step in steps]) == [None, None]
            assert world.wrong() == []
            (order,) = Order.objects.filter(bookings__session=world.session)
            assert order.held == order.total == 120


def test_what_the_terms_keep_pays_nothing_else_when_it_is_called_off_at_that_moment(alpha, all_at_once, repeats):
    with tenant_context(alpha):
        BookingTerms.objects.load()
        for _ in range(repeats(6, thorough=60)):
            source = make.booking(session=make.session(in_days=2))
            take_payment(source, provider="cash", amount=Decimal(150), reference="", by=None, keep_more=True)
            while deliver_due():
                pass
            other = make.booking(buyer=source.buyer)
            calls = [
                lambda b=source: cancel_booking(Booking.objects.get(pk=b.pk), by=None),
                lambda b=other: pay_with_kept_money(b, by=None),
            ]
            ends = all_at_once(calls)
            assert not [end for end in ends if isinstance(end, Exception) and not isinstance(end, DomainError)]
            assert Order.objects.get(pk=source.order_id).held in (120, 150)
            assert Order.objects.get(pk=other.order_id).held in (0, 30)
