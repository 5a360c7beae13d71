"""Who booked what: as many seats as a session would have sold by now, and the few bookings that went another way."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared_apps.accounts.models import User
from tenant_apps.demo.builders.stories import CARD, CASH, TRANSFER, Story
from tenant_apps.demo.stage import Stage
from tenant_apps.payments.models import Payment
from tenant_apps.people.models import Person
from tenant_apps.scheduling.models import Session, SessionStatus

DEPOSIT, BALANCE = Payment.Purpose.DEPOSIT, Payment.Purpose.BALANCE
TENTATIVE = 3  # seats of a date that runs from more
OVER = (SessionStatus.COMPLETED,)


class Booker:
    """Sells the seats of all sessions."""

    def __init__(self, stage: Stage, planned: list[tuple[Session, str]]) -> None:
        self.stage, self.dice = stage, stage.dice
        self.planned = sorted(planned, key=lambda pair: pair[0].starts_at)
        self.buyers: dict[UUID, set[UUID]] = {}

    def sell(self) -> None:
        """Everything, the demo student's own bookings first."""
        self._own_bookings_of_the_student()
        for session, kind in self.planned:
            if session.course.price is None or kind in ("quiet", "draft"):
                continue
            if session.status == SessionStatus.CANCELLED:
                self._sell_and_call_off(session)
            elif session.status == SessionStatus.RESCHEDULED:
                continue  # its bookings moved to the other date
            else:
                self._fill(session, self._seats_sold(session, kind))
                self._those_who_did_not_stay(session)
        self._overdue()
        self._moved()
        self._holds()

    def _seats_sold(self, session: Session, kind: str) -> int:
        if kind in ("full", "nearly_full"):
            return session.capacity - (kind == "nearly_full")
        if kind == "tentative":
            return TENTATIVE
        popularity = self.stage.course_data(session.course.slug).popularity
        days_ahead = max(0.0, (session.starts_at - self.stage.now) / timedelta(days=1))
        wanted = popularity * max(0.03, 1 - days_ahead / 95) * self.dice.uniform(0.55, 1.25)
        most = session.capacity - (2 if days_ahead else 0)
        return max(0, min(round(wanted * session.capacity), most))

    def _fill(self, session: Session, target: int) -> None:
        while session.seats_confirmed < target:
            left = target - session.seats_confirmed
            self._one_sale(session, left)

    def _one_sale(self, session: Session, left: int) -> None:
        course = self.stage.course_data(session.course.slug)
        company = left >= 2 and self.dice.random() < (0.35 if course.for_companies else 0.07)
        if company and (buyer := self._company_for(session)):
            seats = min(left, self.dice.randint(2, 4))
            self._sell(session, buyer, seats=seats, way=self.dice.some(["company", "card"], [3, 1]))
            return
        seats = 2 if left >= 2 and self.dice.random() < 0.1 else 1
        way = self.dice.some(["card", "deposit", "transfer", "cash"], [64, 22, 8, 6])
        self._sell(session, self._buyer_for(session), seats=seats, way=way)

    def _sell(self, session: Session, buyer: Person, *, seats: int = 1, way: str, at: datetime | None = None) -> Story:
        """One booking that stays: confirmed, or completed when the session is over."""
        stage = self.stage
        at = at or self._moment(session)
        by = stage.office if way in ("cash", "transfer", "company") else buyer.user
        story = Story(stage, session, buyer, seats=seats, at=at, by=by, **self._details(buyer))
        self._seat(story, buyer, seats, at)
        self._take_money(story, way, at)
        if session.status in OVER:
            story.complete()
        return story

    def _take_money(self, story: Story, way: str, at: datetime) -> None:
        if story.order is None:
            story.confirm(at, by=story.by)
            return
        office, soon = self.stage.office, at + timedelta(minutes=self.dice.randint(2, 9))
        later = min(at + timedelta(hours=self.dice.randint(3, 60)), self.stage.now - timedelta(minutes=5))
        if way.startswith("deposit") and story.order.deposit:
            story.pay(CARD, soon, purpose=DEPOSIT)
            if way == "deposit only":
                return
            due_at = story.order.balance_due_at
            assert due_at is not None
            paid_at = due_at - timedelta(hours=self.dice.randint(6, 150))
            if soon < paid_at < self.stage.now or due_at < self.stage.days_ago(2):
                story.pay(CARD, max(paid_at, soon + timedelta(hours=1)), purpose=BALANCE)
        elif way == "cash":
            story.pay(CASH, later, by=office)
        elif way in ("transfer", "company"):
            story.pay(TRANSFER, later, by=office)
        else:
            if self.dice.random() < 0.05:
                story.decline(soon - timedelta(seconds=70))
            story.pay(CARD, soon)

    def _seat(self, story: Story, buyer: Person, seats: int, at: datetime) -> None:
        if buyer.organisation_id:
            named = seats if self.dice.random() < 0.7 else seats - 1  # some companies say later who comes
            story.name_attendees(list(self.dice.sample(self.stage.data.colleagues, named)), at)
        elif seats > 1:
            friend = self.dice.choice([person for person in self.stage.people if person != buyer])
            story.name_attendees([buyer, friend.name], at)
        else:
            story.name_attendees([buyer], at)

    def _sell_and_call_off(self, session: Session) -> None:
        """Everybody got everything back."""
        assert session.cancelled_at is not None
        for _ in range(max(2, session.capacity // 3)):
            buyer = self._buyer_for(session)
            at = self.dice.between(session.cancelled_at - timedelta(days=25), session.cancelled_at - timedelta(days=2))
            story = Story(self.stage, session, buyer, seats=1, at=at, **self._details(buyer))
            self._seat(story, buyer, 1, at)
            if story.order:
                story.pay(CARD, at + timedelta(minutes=4))
            else:
                story.confirm(at)
            moment = session.cancelled_at + timedelta(seconds=3)
            story.cancel(moment, reason="The session was cancelled", by=self.stage.office, everything=True)

    def _those_who_did_not_stay(self, session: Session) -> None:
        """About one in six sessions has a hold that ran out, one in five a cancellation."""
        latest = min(session.starts_at - timedelta(days=1), self.stage.now - timedelta(hours=4))
        room_for_one = session.seats_left > 0
        if room_for_one and self.dice.random() < 0.3 and session.seat_price:
            buyer = self._buyer_for(session)
            at = self._moment(session)
            story = Story(self.stage, session, buyer, seats=1, at=at, **self._details(buyer))
            story.expire(min(at + timedelta(minutes=self.stage.terms.hold_minutes), self.stage.now))
        if room_for_one and self.dice.random() < 0.3:
            at = min(self._moment(session), latest - timedelta(days=3))
            buyer = self._buyer_for(session)
            story = Story(self.stage, session, buyer, seats=1, at=at, **self._details(buyer))
            self._seat(story, buyer, 1, at)
            if story.order:
                story.pay(CARD, at + timedelta(minutes=5))
            else:
                story.confirm(at)
            reason = self.dice.choice(["Shift changed at work", "Unwell", "Booked the wrong date", "Family matter"])
            story.cancel(self._awake(self.dice.between(at + timedelta(days=1), latest)), reason=reason)

    def _own_bookings_of_the_student(self) -> None:
        """What student@ finds under My bookings: one past, one paid, one with a balance due."""
        student = self.stage.student
        priced = [s for s, kind in self.planned if kind == "usual" and s.seat_price]
        past = [s for s in priced if s.status == SessionStatus.COMPLETED]
        coming = [s for s in priced if s.status == SessionStatus.SCHEDULED and s.starts_at > self.stage.days_ago(-4)]
        dates = [(past[-1], "card"), (coming[0], "card")]
        balance_days = self.stage.terms.balance_due_days
        far = [
            s for s in coming
            if s.starts_at > self.stage.days_ago(-balance_days - 6) and s.course != dates[1][0].course
            and s.course.deposit_percent != 0
        ]  # fmt: skip
        dates.append((far[0], "deposit only"))
        for session, way in dates:
            self.buyers.setdefault(session.pk, set()).add(student.pk)
            self._sell(session, student, way=way)

    def _holds(self) -> None:
        """Held and not paid: by a visitor at this minute, by the office until tomorrow, for a company until it pays."""
        stage, now = self.stage, self.stage.now
        open_sessions = [
            session for session, kind in self.planned
            if kind == "usual" and session.seat_price and session.seats_left > 4
            and session.starts_at > stage.days_ago(-16)
        ]  # fmt: skip
        visitor = self._hold(open_sessions[0], self._buyer_for(open_sessions[0]), now - timedelta(minutes=3))
        visitor.hold_until(now - timedelta(minutes=3) + timedelta(minutes=stage.terms.hold_minutes))
        for session, hours in ((open_sessions[1], 3), (open_sessions[3], 20)):
            story = self._hold(session, self._buyer_for(session), now - timedelta(hours=hours), by=stage.office)
            story.hold_until(now + timedelta(hours=24 - hours))
            story.was_written_to("bookings/received", f"booking_received:{story.booking.pk}")
        company = self._company_for(open_sessions[2])
        if company:
            story = self._hold(open_sessions[2], company, stage.days_ago(2.1), seats=3, by=stage.office)
            story.hold_until(None)

    def _overdue(self) -> None:
        """A deposit whose balance should have come some days ago, where the calendar has such a session."""
        now, late_after = self.stage.now, timedelta(days=self.stage.terms.balance_due_days)
        for session, kind in self.planned:
            due_at = session.starts_at - late_after
            suits = kind == "usual" and session.seats_left and session.course.deposit_percent != 0
            if suits and session.seat_price and due_at < now - timedelta(days=1) and session.starts_at > now:
                at = self._awake(due_at - timedelta(days=self.dice.randint(9, 30)))
                self._sell(session, self._buyer_for(session), way="deposit only", at=at)
                return

    def _moved(self) -> None:
        """One who moved to another date of the course alone, and one whom the office moved to a cheaper course."""
        coming = [
            session for session, kind in self.planned
            if kind == "usual" and session.seat_price and session.seats_left > 2
            and session.starts_at > self.stage.days_ago(-20)
        ]  # fmt: skip
        same = next((a, b) for a in coming for b in coming if a.course == b.course and a.starts_at < b.starts_at)
        other = next(
            (a, b) for a in coming for b in coming if a.seat_price and b.seat_price and a.seat_price > b.seat_price
        )
        for (session, to), by in ((same, None), (other, self.stage.office)):
            buyer = self._buyer_for(session, to)
            story = self._sell(session, buyer, way="card", at=self._awake(self.stage.days_ago(6)))
            story.move(to, self._awake(self.stage.days_ago(2)), by=by)

    def _hold(self, session: Session, buyer: Person, at: datetime, *, seats: int = 1, by: User | None = None) -> Story:
        story = Story(self.stage, session, buyer, seats=seats, at=at, by=by, **self._details(buyer))
        self._seat(story, buyer, seats, at)
        return story

    def _moment(self, session: Session) -> datetime:
        """When somebody booked this session: some days or weeks before it, and always before now."""
        lead = timedelta(days=min(self.dice.expovariate(1 / 16) + 1.5, 55), hours=self.dice.uniform(0, 20))
        latest = self.stage.now - timedelta(minutes=25)
        moment = session.starts_at - lead
        if moment > latest:
            moment = latest - timedelta(days=min(self.dice.expovariate(1 / 24), 58))
        return self._awake(moment)

    def _awake(self, moment: datetime) -> datetime:
        """The evening before, for what would be at night."""
        night = moment.astimezone(self.stage.zone).hour < 7
        return moment - timedelta(hours=7) if night else moment

    def _buyer_for(self, *sessions: Session) -> Person:
        """Somebody who has booked none of these."""
        taken = [self.buyers.setdefault(session.pk, set()) for session in sessions]
        buyer = self.dice.choice([person for person in self.stage.people if not any(person.pk in one for one in taken)])
        for one in taken:
            one.add(buyer.pk)
        return buyer

    def _company_for(self, session: Session) -> Person | None:
        taken = self.buyers.setdefault(session.pk, set())
        free = [contact for _, contact in self.stage.companies if contact.pk not in taken]
        if not free:
            return None
        buyer = self.dice.choice(free)
        taken.add(buyer.pk)
        return buyer

    def _details(self, buyer: Person) -> dict[str, Any]:
        details: dict[str, Any] = {"company": buyer.organisation.name if buyer.organisation else ""}
        if self.dice.random() < 0.12 and self.stage.data.requests:
            details["special_requests"] = self.dice.choice(self.stage.data.requests)
        if self.dice.random() < 0.07 and self.stage.data.office_notes:
            details["internal_notes"] = self.dice.choice(self.stage.data.office_notes)
        return details
