"""What the search box does with somebody or something: "take cash webb", "new session ev", "move boilers"."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shared_apps.accounts.models import User
from shared_apps.core.money import currency_places, display
from shared_apps.core.payable import tenant_currency
from shared_apps.core.permissions import can
from shared_apps.core.search import AnyRows, similar_last
from shared_apps.core.time import local, now
from shared_apps.tenants.features import is_on
from shared_apps.web.templatetags.muster import day
from tenant_apps.bookings.finding import find_bookings
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.office.selectors import with_money
from tenant_apps.catalogue.models import Course
from tenant_apps.catalogue.search import matching
from tenant_apps.people.finding import find_people
from tenant_apps.people.models import Person
from tenant_apps.reports.taking import taking
from tenant_apps.scheduling.finding import find_sessions
from tenant_apps.scheduling.models import Session

MOST = 4  # of each kind
RANKED = 40  # courses that are put in order
MOST_INITIALS = 6  # letters
LEAST_LETTERS = 2  # of whom or what it is done with

Visitor = User | AnonymousUser


@dataclass(frozen=True)
class Step:
    """One thing to do with one row: the page or form where that is done, with the row chosen."""

    label: str
    about: str
    url: str
    icon: str


@dataclass(frozen=True)
class Command:
    """What is said first, who may do it, how it is called, and what it can be done with."""

    said: tuple[str, ...]
    permission: str
    label: str | Promise
    icon: str
    page: str
    rows: Callable[[Visitor, str], "AnyRows | list[Course]"]
    about: Callable[..., str]
    query: str = ""
    key: str = ""  # of the row, in the query; else it is part of the path
    words: list[list[str]] = field(init=False)

    def __post_init__(self) -> None:
        # The longest first: "new session" is not "new".
        object.__setattr__(self, "words", sorted((one.split() for one in self.said), key=len, reverse=True))

    def rest_of(self, typed: list[str]) -> str:
        """What follows this command in what was typed; "" if that does not begin with it."""
        for words in self.words:
            if typed[: len(words)] == words:
                return " ".join(typed[len(words) :])
        return ""

    def step(self, row: Booking | Course | Person | Session) -> Step:
        """What it is with `row`."""
        at = reverse(f"office:{self.page}", args=[] if self.key else [row.pk])
        query = "&".join(part for part in (f"{self.key}={row.pk}" if self.key else "", self.query) if part)
        return Step(str(self.label), self.about(row), f"{at}{'?' if query else ''}{query}", self.icon)


def find_steps(user: Visitor, text: str) -> list[Step]:
    """What `user` may do with whom or what the text names after it says what to do."""
    if not is_on("courses"):
        return []
    typed = text.lower().split()
    steps = _take_steps(user, text)
    for command in COMMANDS:
        rest = command.rest_of(typed)
        if len(rest) >= LEAST_LETTERS and can(user, command.permission):
            steps += [command.step(row) for row in command.rows(user, rest)[:MOST]]
    return steps


def _take_steps(user: Visitor, text: str) -> list[Step]:
    """Where money is taken for whom `text` names; where nothing is owed, who that is."""
    asked = taking(text, places=currency_places(tenant_currency()))
    if asked is None or len(asked.whose) < LEAST_LETTERS or not can(user, "payments.take"):
        return []
    given = {"amount": str(asked.amount or ""), "way": asked.provider}
    query = urlencode({name: value for name, value in given.items() if value})
    steps = []
    for row in _bookings(user, asked.whose).filter(money_due__gt=0)[:MOST]:
        sum_ = display(asked.amount, row.order.currency) if asked.amount else ""
        at = reverse("office:booking_record_payment", args=[row.pk])
        label = _("Take %s") % sum_ if sum_ else _("Take money")
        steps.append(Step(label, _with_due(row), f"{at}?{query}" if query else at, "banknote"))
    return steps or [
        Step(
            _("%s owes nothing") % row.name,
            row.email or row.phone,
            reverse("office:student", args=[row.pk]),
            "user-round",
        )
        for row in _people(user, asked.whose).filter(student__isnull=False)[:MOST]
        if can(user, "students.view")
    ]


def _bookings(user: Visitor, text: str) -> AnyRows:
    rows = find_bookings(Booking.objects.visible_to(user), text, by_email=can(user, "bookings.manage"))
    return with_money(rows).select_related("session__course", "order").order_by("match", "-created_at")


def _paid(user: Visitor, text: str) -> AnyRows:
    return _bookings(user, text).filter(money_held__gt=0)


def _live(user: Visitor, text: str) -> AnyRows:
    return _bookings(user, text).filter(pk__in=Booking.objects.live().values("pk"))


def _people(user: Visitor, text: str) -> AnyRows:
    return find_people(Person.objects.visible_to(user).filter(active=True), text).order_by("match", "name")


def _courses(user: Visitor, text: str) -> list[Course]:
    """Those that `text` names; first where it is the initials or begins the title, last where it is inside a word."""
    rows = Course.objects.in_office_of(user).filter(active=True)
    found = {row.pk: row for row in matching(rows, text, forgiving=True).order_by("-relevance", "title")[:RANKED]}
    if text.isalpha() and len(text) <= MOST_INITIALS:
        named = {row.pk: row for row in rows.order_by("title") if _initials(row.title).startswith(text)}
        found = {**named, **found}
    return sorted(found.values(), key=lambda row: _how_far(row.title.lower(), text))


def _how_far(title: str, text: str) -> int:
    if title.startswith(text) or _initials(title).startswith(text):
        return 0
    begun = title.split()
    return 1 if all(any(word.startswith(one) for word in begun) for one in text.split()) else 2


def _initials(title: str) -> str:
    return "".join(word[0] for word in title.lower().split() if word[0].isalnum())


def _booked(user: Visitor, text: str) -> AnyRows:
    """Live bookings of sessions to come, of people called so."""
    people = find_people(Person.objects.visible_to(user), text).values("pk")
    return _live(user, text).filter(Q(buyer__in=people) | Q(contact_name__icontains=text), session__ends_at__gt=now())


def _sessions(user: Visitor, text: str) -> AnyRows:
    rows = find_sessions(Session.objects.visible_to(user).ahead(), text, user=user)
    return rows.select_related("course", "place").order_by(similar_last(), F("next_day"), "pk")


def _of_booking(row: Booking) -> str:
    return f"{row.contact_name} · {row.reference} · {day(row.session.starts_at)} · {row.session.course}"


def _with_due(row: Booking) -> str:
    assert row.order
    due = display(vars(row)["money_due"], row.order.currency)
    return f"{row.contact_name} · {_('%s due') % due} · {row.reference} · {row.session.course}"


def _with_held(row: Booking) -> str:
    assert row.order
    held = display(vars(row)["money_held"], row.order.currency)
    return f"{row.contact_name} · {_('%s paid') % held} · {row.reference} · {row.session.course}"


def _of_person(row: Person) -> str:
    return " · ".join(part for part in (row.name, row.email, row.phone) if part)


def _of_session(row: Session) -> str:
    when = f"{day(row.starts_at)} {local(row.starts_at):%H:%M}"
    return " · ".join(part for part in (str(row.course), when, str(row.place or "")) if part)


COMMANDS = [
    Command(
        ("refund", "give back", "money back"),
        "payments.take", gettext_lazy("Refund"), "banknote", "booking_refund", _paid, _with_held,
    ),
    Command(
        ("cancel", "cancel booking"),
        "bookings.manage", gettext_lazy("Cancel booking"), "x", "booking_cancel", _live, _of_booking,
    ),
    Command(
        ("book", "new booking", "book for", "new booking for"),
        "bookings.manage", gettext_lazy("New booking"), "ticket", "booking_new", _people, _of_person, key="person",
    ),
    Command(
        ("new session", "new date", "add session", "schedule", "new session of"),
        "sessions.manage", gettext_lazy("New session"), "calendar-plus", "session_new", _courses, str,
    ),
    Command(
        ("new series", "series", "every week", "series of"),
        "sessions.manage", gettext_lazy("New series"), "repeat", "series_new", _courses, str,
    ),
    Command(
        ("move", "move session", "reschedule", "postpone", "change session"),
        "sessions.manage", gettext_lazy("Move session"), "calendar-days", "session_move", _sessions, _of_session,
    ),
    Command(
        ("move", "reschedule", "postpone", "change booking", "move booking"),
        "bookings.manage", gettext_lazy("Move booking"), "calendar-days", "booking_transfer", _booked, _of_booking,
    ),
    Command(
        ("duplicate", "duplicate session", "repeat", "copy session"),
        "sessions.manage", gettext_lazy("Duplicate session"), "copy", "session_duplicate", _sessions, _of_session,
    ),
    Command(
        ("call off", "cancel session"),
        "sessions.manage", gettext_lazy("Cancel session"), "x", "session_cancel", _sessions, _of_session,
    ),
    Command(
        ("book", "book on", "new booking on"),
        "bookings.manage", gettext_lazy("New booking"), "ticket", "booking_new", _sessions, _of_session, key="session",
    ),
]  # fmt: skip
