"""Seats and money in every order that chance can think of, one step after the other and several at one moment."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from shared_apps.tenants.context import tenant_context
from tenant_apps.bookings import services
from tenant_apps.bookings.models import Booking
from tenant_apps.payments import services as payments
from tenant_apps.payments.models import DisputeStatus, Refund
from tenant_apps.payments.providers.base import Outcome
from tenant_apps.scheduling.models import Offer, Session
from tenant_apps.terms.models import BookingTerms
from tests.races import naive_seats
from tests.races.world import PEOPLE, World

pytestmark = pytest.mark.django_db(transaction=True)

WHO = st.integers(0, PEOPLE - 1)
OUTCOMES = st.sampled_from([Outcome.PAID, Outcome.PAID, Outcome.OPEN, Outcome.FAILED, Outcome.CANCELLED])
STEPS = st.one_of(
    st.tuples(st.just("book"), WHO, st.integers(1, 3), st.booleans()),
    st.tuples(st.just("book"), WHO, st.integers(1, 3), st.booleans()),
    st.tuples(st.just("begin"), WHO, st.sampled_from(["full", "deposit", "balance"])),
    st.tuples(st.just("provider_says"), WHO, st.integers(0, 2), OUTCOMES),
    st.tuples(st.just("pay"), WHO, st.sampled_from(["full", "deposit"])),
    st.tuples(st.just("pay"), WHO, st.sampled_from(["full", "deposit"])),
    st.tuples(st.just("run_out"), WHO),
    st.tuples(st.just("run_out"), WHO),
    st.tuples(st.just("set_capacity"), st.integers(1, 8)),
    st.tuples(st.just("set_price"), st.sampled_from([0, 80, 100])),
    st.tuples(st.just("change"), WHO, st.integers(1, 3)),
    st.tuples(st.just("extend"), WHO),
    st.tuples(st.just("time_is_up"), WHO),
    st.tuples(st.just("do_periodic_work")),
    st.tuples(st.just("pay_at_the_desk"), WHO),
    st.tuples(st.just("confirm_free"), WHO),
    st.tuples(st.just("cancel"), WHO, st.booleans()),
    st.tuples(st.just("cancel"), WHO, st.booleans()),
    st.tuples(st.just("refund"), WHO, st.integers(1, 60)),
    st.tuples(st.just("refund_says"), WHO, st.sampled_from([True, False, None])),
    st.tuples(st.just("refund_says"), WHO, st.booleans()),
    st.tuples(st.just("retry"), WHO),
    st.tuples(st.just("drop"), WHO),
    st.tuples(st.just("take_off"), WHO, st.integers(1, 60)),
    st.tuples(st.just("pay_a_part_at_the_desk"), WHO, st.integers(1, 60)),
    st.tuples(st.just("bank_says"), WHO, st.integers(0, 2), st.sampled_from(DisputeStatus)),
    st.tuples(st.just("hold_the_course"), WHO),
    st.tuples(st.just("wait"), WHO, st.integers(1, 3)),
    st.tuples(st.just("wait"), WHO, st.integers(1, 3)),
    st.tuples(st.just("accept"), WHO),
    st.tuples(st.just("accept"), WHO),
    st.tuples(st.just("decline"), WHO),
    st.tuples(st.just("lapse"), WHO),
    st.tuples(st.just("leave"), WHO),
    st.tuples(st.just("deliver")),
    st.tuples(st.just("set_clock"), st.sampled_from([-10, 0, 10])),
)
Step = tuple[Any, ...]
SCENARIO = (
    "Any sequence of bookings, waiting in line, payments, refunds, credits, disputes, "
    "changes of capacity, price and clock"
)


class OneAfterTheOther(RuleBasedStateMachine):
    done = 0

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    @rule(step=STEPS)
    def one(self, step: Step) -> None:
        type(self).done += 1
        with self.world.at_our_time():
            self.world.do(*step)
        assert self.world.wrong() == []


class AtOnce(OneAfterTheOther):
    all_at_once: Any

    @rule(steps=st.lists(STEPS, min_size=2, max_size=4))
    def several(self, steps: list[Step]) -> None:
        type(self).done += len(steps)
        together = [(lambda step=step: self.world.do(*step)) for step in steps]
        with self.world.at_our_time():
            assert [error for error in self.all_at_once(together) if error is not None] == []
        assert self.world.wrong() == []


def run(machine: Any, *, examples: int, steps: int) -> str:
    """How many steps were done, all of them well, and what came of them."""
    machine.done = 0
    options = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, database=None, derandomize=examples < 50,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate] if machine is AtOnce else list(Phase),  # what depends on the moment can't be shrunk
    )  # fmt: skip
    run_state_machine_as_test(machine, settings=options)
    ends = Counter([*Booking.objects.values_list("status", flat=True)])
    ends += Counter(f"refund {status}" for status in Refund.objects.values_list("status", flat=True))
    ends += Counter(f"offer {status}" for status in Offer.objects.values_list("status", flat=True))
    wanted = {"pending", "confirmed", "expired", "cancelled"}
    if examples > 9:
        wanted |= {"refund completed", "offer accepted", "offer declined", "offer lapsed"}
        if machine is OneAfterTheOther:  # at one moment, whether a refund fails is a matter of chance
            wanted |= {"refund failed"}
    assert wanted <= ends.keys()  # else the steps did not get anywhere
    told = ", ".join(f"{count} {end}" for end, count in sorted(ends.items()))
    return f"they agree after each of {machine.done} steps ({told})"


@pytest.mark.timeout(3600)
def test_step_by_step_seats_and_money_agree(alpha, repeats, finding):
    examples = repeats(6, thorough=200)
    with tenant_context(alpha):
        BookingTerms.objects.load()
        found = run(OneAfterTheOther, examples=examples, steps=50)
    finding(
        SCENARIO,
        times=examples,
        must="seats and money agree after every step, straight from the tables",
        found=found,
        control="money that nobody hears of is noticed",
    )


@pytest.mark.timeout(3600)
def test_several_at_a_moment_seats_and_money_agree(alpha, all_at_once, repeats, finding):
    examples = repeats(7, thorough=100)
    AtOnce.all_at_once = staticmethod(all_at_once)
    with tenant_context(alpha):
        BookingTerms.objects.load()
        found = run(AtOnce, examples=examples, steps=30)
    finding(
        f"{SCENARIO}, two to four steps at one moment",
        times=examples,
        must="seats and money agree after every moment, and nothing but a refusal is raised",
        found=found,
        control="counting first and writing afterwards is noticed",
    )


def test_the_control_notices_a_seat_that_is_sold_twice(alpha, all_at_once, monkeypatch):
    with tenant_context(alpha):
        BookingTerms.objects.load()
        naive_seats.allow_overselling()
        monkeypatch.setattr(services, "claim_seats", naive_seats.claim_seats)
        world = World()
        all_at_once([lambda n=n: world.do("book", n, 2, False) for n in range(4)])
        assert set(world.wrong()) & {
            "more seats are taken than there are",
            "the seats taken are not those of the bookings",
        }


def test_the_control_notices_money_that_nobody_hears_of(alpha, monkeypatch):
    with tenant_context(alpha):
        world = World()
        for step in [
            ("book", 0, 4, True),
            ("begin", 0, "full"),
            ("time_is_up", 0),
            ("do_periodic_work",),
            ("book", 1, 4, True),
        ]:
            world.do(*step)
        assert world.wrong() == []
        assert Session.objects.get().seats_taken == 4
        monkeypatch.setattr(payments, "emit", lambda *_, **__: None)  # it is written down, and nobody hears of it
        world.do("provider_says", 0, 0, Outcome.PAID)
        assert world.wrong() == ["an expired booking's money is kept"]


def test_who_books_again_while_their_booking_ends_stands_in_nobodys_way(alpha, all_at_once, repeats):
    """Two roads to the same two rows, in the same order: neither ever waits for the other for good."""
    with tenant_context(alpha):
        BookingTerms.objects.load()
        for n in range(repeats(6, thorough=60)):
            world = World()
            world.do("book", 0, 1, False)
            end = ("cancel", 0, True) if n % 2 else ("run_out", 0)
            steps = [("book", 0, 1, False), end]
            assert all_at_once([lambda w=world, step=step: w.do(*step) for step in steps]) == [None, None]
            assert world.wrong() == []
