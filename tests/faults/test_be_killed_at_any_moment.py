"""kill -9 of a web process or of the worker at each step from the form to the money: all comes to one end."""

import time

import pytest

from tests.faults.places import PLACES

# The others die in thorough runs only. The whole worker dies in the first of these.
WORST = [
    "worker: paid and committed, booking not confirmed",
    "web: page opened at the provider, not written",
    "web: webhook stored, not answered",
    "worker: refunded at the provider, not written",
]


def order(muster, place, whom):
    (muster.deaths / place).write_text(whom)


def walk(muster, provider, place, whom):
    """Book, pay and perhaps cancel, with one death on the way; a buyer who gets no answer goes on where they can."""
    buyer = provider.buyer()
    session = provider.session(capacity=5)
    order(muster, place, whom)

    def died():
        return not (muster.deaths / place).exists()

    buyer.book(session)
    if buyer.booking:
        answer = buyer.begin_to_pay()
        if answer is not None:
            assert answer.status_code == 201, answer.text
            buyer.pay(answer.json()["payUrl"])
            if "refund" in place:
                api = f"bookings/{buyer.booking}/cancel"
                muster.until(lambda: buyer.post(api, {}).status_code == 200 or died(), "the cancellation", seconds=20)
    muster.until(died, f"the death at {place!r}", seconds=20)
    if whom == "all":
        muster.children.pop("worker").process.wait()
        muster.start_worker()


@pytest.mark.timeout(600)
def test_whoever_dies_wherever_it_comes_to_one_end(muster, provider, repeats, finding):
    """Without the timer much would stay undone, which is the control; with it, all is done within two minutes."""
    rounds = repeats(0, thorough=2)
    ways = [(place, whom) for place in PLACES for whom in ("one", "all")[:rounds] if "worker" in place or whom == "one"]
    for place, whom in ways or zip(WORST, ("all", "one", "one", "one"), strict=True):
        walk(muster, provider, place, whom)
    left = provider.unsettled()
    assert left, "the control must fail: without periodic work something is left undone"

    began = time.monotonic()
    muster.start_timer()
    if ways:
        time_to = muster.until(lambda: not without_holds(provider.unsettled()), "all to come to an end", seconds=120)
    provider.time_passes()
    muster.until(lambda: not provider.unsettled(), provider.unsettled, seconds=60)
    took = time.monotonic() - began
    assert provider.faults_in_the_books() == []
    doubled = muster.mail.doubled()
    assert len(doubled) <= rounds, doubled  # the one place where only the mail server knows
    finding(
        "kill -9 of a web process or the worker at 16 places between the form and the refund",
        times=len(ways),
        must="paid and booked, or released and refunded, within 2 min; our sum = the provider's; no email lost",
        found=f"all of {len(ways)} at one end {time_to if ways else took:.0f} s after the timer began; sums equal; "
        f"0 emails lost, {len(doubled)} sent twice, each killed between the mail server's yes and our writing it down",
        control=f"without the timer {len(left)} are left undone",
    )


def without_holds(left):
    return {who: why for who, why in left.items() if why != "still held"}
