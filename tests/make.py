"""Rows for tests: give only what the test is about; the rest is sensible."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

from django.utils import timezone

from shared_apps.accounts.models import User
from shared_apps.accounts.services import create_user
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.services import book_seats, confirm_booking
from tenant_apps.catalogue.models import Audience, Category, Course
from tenant_apps.payments.models import Payment
from tenant_apps.payments.providers.base import Outcome, Snapshot
from tenant_apps.payments.services import record_payment, settle
from tenant_apps.people.models import Person, Trainer
from tenant_apps.people.services import add_trainer, meet_person
from tenant_apps.scheduling.models import Session, SessionSeries
from tenant_apps.scheduling.plan import Hours, spans
from tenant_apps.scheduling.recurrence import Rule
from tenant_apps.scheduling.series import SeriesPlan, schedule_series
from tenant_apps.scheduling.services import schedule_session

numbers = count(1)
PASSWORD = "correct-horse-7"


def user(role: str = "student", *, email: str = "", name: str = "", password: str = PASSWORD) -> User:
    """A user with one role and a verified address."""
    n = next(numbers)
    return create_user(
        email=email or f"{role}{n}@example.com", password=password, name=name or f"{role.title()} {n}",
        roles=[role], verified=True,
    )  # fmt: skip


def person(*, name: str = "", email: str = "", **fields: Any) -> Person:
    n = next(numbers)
    return meet_person(name=name or f"Person {n}", email=email or f"person{n}@example.com", **fields)


def student_user() -> tuple[User, Person]:
    """A student who can sign in, and the person they are."""
    account = user("student")
    return account, Person.objects.get(user=account)


def trainer(*, name: str = "", user: Any = None, **fields: Any) -> Trainer:
    n = next(numbers)
    return add_trainer(
        name=name or f"Trainer {n}", email=getattr(user, "email", f"trainer{n}@example.com"), slug=f"trainer-{n}",
        user=user, **fields,
    )  # fmt: skip


def course(*, title: str = "", price: Any = 120, published: bool = True, **fields: Any) -> Course:
    n = next(numbers)
    category, _ = Category.objects.get_or_create(slug="gas", defaults={"name": "Gas"})
    audience, _ = Audience.objects.get_or_create(slug="adults", defaults={"name": "Adults"})
    title = title or f"Course {n}"
    return Course.objects.create(
        **{
            "title": title, "slug": f"course-{n}", "category": category, "audience": audience, "summary": "About it.",
            "price": None if price is None else Decimal(price), "published": published, **fields,
        }
    )  # fmt: skip


def session(
    *, course: Course | None = None, in_days: float = 60, hours: float = 7, capacity: int = 10, by: Any = None,
    price: Any = 120, **fields: Any,
) -> Session:  # fmt: skip
    """A session `in_days` from now. One in the past is scheduled, then moved there."""
    course = course or globals()["course"](price=price)
    starts = datetime.now(UTC) + timedelta(days=max(in_days, 1))
    made = schedule_session(
        course=course, days=[(starts, starts + timedelta(hours=hours))], by=by, capacity=capacity, **fields
    )
    if in_days < 1:
        shift = timedelta(days=in_days - 1)
        for day in made.days.all():
            day.starts_at, day.ends_at = day.starts_at + shift, day.ends_at + shift
            day.save()
        made.starts_at, made.ends_at = made.starts_at + shift, made.ends_at + shift
        made.save()
    return made


def series(
    *, course: Course | None = None, weekdays: Any = (0,), first: date | None = None, count: int | None = 4,
    begins: str = "18:00", ends: str = "20:00", by: Any = None, **fields: Any,
) -> SessionSeries:  # fmt: skip
    """Sessions by a rule: four Mondays from about 90 days from now on. What is no field of a session is the rule's."""
    named = {name: fields.pop(name) for name in ("every", "until", "skipped") if name in fields}
    rule = Rule(frozenset(weekdays), first or today() + timedelta(days=90), count=count, **named)
    hours = Hours(time.fromisoformat(begins), time.fromisoformat(ends))
    plan = SeriesPlan(rule, hours, skips_holidays=fields.pop("skips_holidays", True))
    return schedule_series(plan=plan, course=course or globals()["course"](), by=by, **fields)


def daily(start: date, end: date, begins: str = "09:00", ends: str = "17:00") -> Any:
    return spans(start, end, time.fromisoformat(begins), time.fromisoformat(ends))


def booking(*, session: Session | None = None, buyer: Person | None = None, by: Any = None, **fields: Any) -> Booking:
    """A held booking."""
    return book_seats(session=session or globals()["session"](), buyer=buyer or person(), by=by, **fields)


def pay(booking: Booking, *, amount: Any = None, by: Any = None) -> Payment:
    """The whole of what is due, in cash; the booking is not confirmed before the deliveries ran."""
    order = booking.order
    assert order is not None
    return record_payment(order, provider="cash", amount=Decimal(amount or order.due), reference="", by=by)


def card_payment(order: Any, *, amount: Any = None, account: str = "acct_alpha") -> Payment:
    """Money that arrives by card; what is told of it is not delivered yet."""
    number = str(uuid4())
    payment = Payment.objects.create(
        order=order, provider="stripe", account=account, amount=Decimal(amount or order.due), currency=order.currency,
        purpose="full", status="processing", provider_reference=f"cs_{number}", initiated_at=timezone.now(),
    )  # fmt: skip
    paid = Snapshot(Outcome.PAID, amount=payment.amount, currency=payment.currency, transaction_id=f"pi_{number}")
    return settle(payment, paid)


def confirmed_booking(**fields: Any) -> Booking:
    """A booking that is paid in full."""
    from shared_apps.events.bus import deliver_due

    made = booking(**fields)
    if made.order is None and made.confirmed_at is None:
        confirm_booking(made)
    elif made.order:
        pay(made)
        while deliver_due():  # what one delivery brings about is delivered too
            pass
    made.refresh_from_db()
    return made


def deliver_all() -> None:
    """Whatever listens hears of everything, also of what that brings about."""
    from shared_apps.events.bus import deliver_due

    while deliver_due():
        pass


def terms(text: str = "Pay, and come.", *, kind: str = "booking", by: Any = None) -> Any:
    """The next version of the booking terms, in force from now on."""
    from tenant_apps.terms.versions import publish_draft, save_draft

    save_draft(kind, title="Our terms", text=text)
    return publish_draft(kind, by=by)


def run_out(booking: Booking) -> Booking:
    """The time of a held booking is over, and the seats are back on sale."""
    from tenant_apps.bookings.hold_times import expire_hold

    Booking.objects.filter(pk=booking.pk).update(hold_expires_at=timezone.now() - timedelta(minutes=1))
    expire_hold(booking)
    booking.refresh_from_db()
    return booking


def key() -> str:
    """The key of a form that was opened just now."""
    return str(uuid4())


def today() -> date:
    return timezone.localdate()
