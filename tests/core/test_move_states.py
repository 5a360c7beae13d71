"""Every role, in every state, to every other: what `docs/states.md` promises is what `move` does."""

import ast
import re
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from shared_apps.accounts.models import User
from shared_apps.accounts.roles import ROLES
from shared_apps.core.errors import DomainError, IllegalMove, MayNotMove, MovedMeanwhile
from shared_apps.core.states import Actor, all_tables, beginnings, move, table_of, why_not
from shared_apps.core.time import now
from shared_apps.events.models import Transition
from shared_apps.events.states_page import states_page
from shared_apps.jobs.models import Job
from shared_apps.tenants.context import public_context
from shared_apps.tenants.models import Tenant, TenantStatus
from shared_apps.tenants.services import suspend_tenant
from tenant_apps.bookings.models import Booking, WaitingListEntry
from tenant_apps.bookings.services import cancel_booking, confirm_booking
from tenant_apps.bookings.waiting_list import join_waiting_list
from tenant_apps.interest.models import Interest
from tenant_apps.messaging.models import Message
from tenant_apps.payments.models import Dispute, Order, Payment, ProviderEvent, Refund
from tenant_apps.scheduling.models import Offer, Session, SessionStatus
from tests import make

pytestmark = pytest.mark.django_db
PAGE = Path(settings.BASE_DIR) / "docs" / "states.md"
HOUR = timedelta(hours=1)
REASON = "Because of this test"


def test_the_page_of_states_is_fresh():
    assert PAGE.read_text() == states_page(), "run: manage.py draw_states"


# --- The walk ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Promise:
    """A line of the page: a move, the roles and actors who may make it, and the guard's name."""

    before: str
    after: str
    who: set[str]
    guard: str


def promises(model: Any) -> list[Promise]:
    section = PAGE.read_text().partition(f"`{model._meta.label}.status`")[2].partition("\n## ")[0]
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in section.splitlines() if line.startswith("| ")]
    return [
        Promise(before, after, set(_names(who)), guard.partition(":")[0].strip("`"))
        for before, after, who, guard in lines[1:]
    ]


def _names(who: str) -> Iterator[str]:
    """`bookings.manage` (owner, office); buyer: owner, office and buyer."""
    for part in who.split("; "):
        roles = re.search(r"\((.*)\)", part)
        yield from roles[1].split(", ") if roles else [part]


def everybody() -> Iterator[tuple[str, User | None, Actor | None]]:
    """Each role and each actor as the page calls it, with what `move` is given."""
    yield from ((called, User(email=f"{role}@x.test", roles=[role]), None) for role, called in ROLES.items())
    yield from ((str(actor), None, actor) for actor in Actor)


def at(field: str, on: str = "") -> Callable[[Any, bool], None]:
    """A guard that holds when the time in `field` has come."""

    def prepare(row: Any, holds: bool) -> None:
        setattr(getattr(row, on) if on else row, field, now() - HOUR if holds else now() + HOUR)

    return prepare


def unless(prepare: Callable[[Any, bool], None]) -> Callable[[Any, bool], None]:
    return lambda row, holds: prepare(row, not holds)


# How to make each guard's condition hold, or not.
GUARDS: dict[str, Callable[[Any, bool], None]] = {
    "has_begun": at("starts_at"),
    "has_ended": at("ends_at"),
    "its_day_has_come": lambda row, holds: setattr(row, "starts_at", now() + timedelta(days=0 if holds else 2)),
    "is_not_over": unless(at("ends_at")),
    "its_time_is_up": at("hold_expires_at"),
    "it_still_stands": unless(at("until")),
    "its_offer_is_over": at("until"),
    "its_session_has_not_begun": unless(at("starts_at", on="session")),
    "its_session_is_over": lambda row, holds: setattr(
        row.session, "status", SessionStatus.COMPLETED if holds else SessionStatus.IN_PROGRESS
    ),
    "people_send_it": lambda row, holds: setattr(row, "provider", "cash" if holds else "stripe"),
    "may_stop": lambda row, holds: setattr(row, "may_stop", holds),
    "it_is_still_owed": lambda row, holds: setattr(row, "dropped_at", None if holds else now()),
}


def facts(model: Any, state: str) -> dict[str, Any]:
    """The columns that the database demands of a row in this state, and no others."""
    times: dict[Any, dict[str, set[str]]] = {
        Booking: {"confirmed_at": {"confirmed", "completed"}, "cancelled_at": {"cancelled"}},
        Session: {"cancelled_at": {"cancelled"}},
        Payment: {"completed_at": {"completed"}},
        Refund: {"completed_at": {"completed"}},
        Message: {"sent_at": {"sent", "delivered"}, "delivered_at": {"delivered"}},
        Interest: {"told_at": {"told"}},
        Job: {"finished_at": {"done", "failed", "cancelled"}},
    }
    found: dict[str, Any] = {field: now() if state in of else None for field, of in times.get(model, {}).items()}
    if model is Session:
        found["rescheduled_to"] = make.session() if state == "rescheduled" else None
        found |= {"minimum": 1, "decide_by": now()} if state == "tentative" else {"minimum": None, "decide_by": None}
        found |= {"visibility": "private", "takes_bookings": False} if state == "draft" else {}
    return found


def a_row(model: Any) -> Any:
    if model is Message:
        return Message.objects.create(kind="bookings/confirmed", to="a@x.test", subject="Hello", text="Hello")
    if model is Job:
        return Job.objects.create(kind="tests.none", title="Counting")
    if model is ProviderEvent:
        return ProviderEvent.objects.create(provider="stripe", event_id="evt_1", kind="x", payload={})
    if model is Interest:
        return Interest.objects.create(course=make.course(), person=make.person())
    booking = make.confirmed_booking()
    order = booking.order
    assert order is not None
    payment = order.payments.get()
    if model is Refund:
        return Refund.objects.create(payment=payment, amount=10)
    if model is Dispute:
        return Dispute.objects.create(payment=payment, provider_reference="dp_1", amount=10, status="open")
    if model in (WaitingListEntry, Offer):
        return waiting(model)
    rows: dict[Any, Any] = {Booking: booking, Session: booking.session, Order: order, Payment: payment}
    return rows[model]


def waiting(model: Any) -> Any:
    """Somebody on a waiting list, or what they were offered."""
    session = make.session(capacity=1)
    taken = make.booking(session=session)
    entry = join_waiting_list(session=session, person=make.person(), by=None)
    if model is Offer:
        cancel_booking(taken, by=None)
    return entry if model is WaitingListEntry else Offer.objects.get()


MODELS = [model for model, _field, _table in all_tables()]


@pytest.mark.parametrize("model", [m for m in MODELS if m is not Tenant], ids=lambda model: model.__name__)
@pytest.mark.usefixtures("tenant")
def test_who_may_move_what_where_is_as_written(model):
    walk(a_row(model))


def test_who_may_move_a_tenant_is_as_written(alpha):
    with public_context():
        walk(Tenant.objects.get(pk=alpha.pk))


def walk(row: Any) -> None:
    model, written = type(row), promises(type(row))
    table = table_of(model, "status")
    Transition.objects.all().delete()  # of how the row came to be
    tried = 0
    for state in table.states.values:
        model._base_manager.filter(pk=row.pk).update(status=state, **facts(model, state))
        for to in table.states.values:
            lines = [line for line in written if (line.before, line.after) == (state, to)]
            for holds in (True, False) if any(line.guard for line in lines) else (True,):
                for name, by, acting in everybody():
                    may = any(name in line.who and (holds or not line.guard) for line in lines)
                    assert attempt(row, state, to, lines, holds, by, acting) == may, (state, to, name, holds)
                    tried += 1
        assert (model._base_manager.get(pk=row.pk).status, Transition.objects.count()) == (state, 0)
    assert tried >= len(table.states.values) ** 2 * (len(ROLES) + len(Actor))


def attempt(
    row: Any, state: str, to: str, lines: list[Promise], holds: bool, by: User | None, acting: Actor | None
) -> bool:
    """Whether the move was made; it is taken back. What was written is looked at, and so is what a refusal says."""
    row = copy(row)
    row.status = state
    for line in lines:
        if line.guard:
            GUARDS[line.guard](row, holds)
    labels = table_of(type(row), "status").states
    refusal = why_not(row, "status", to, by=by, acting=acting)
    with transaction.atomic():
        if refusal:
            with pytest.raises(type(refusal)):
                move(row, "status", to, by=by, acting=acting)
            if isinstance(refusal, IllegalMove | MayNotMove):
                assert all(labels(one).label in str(refusal.message) for one in (state, to))
            assert row.status == state
            return False
        move(row, "status", to, by=by, acting=acting, reason=REASON, **facts(type(row), to))
        assert type(row)._base_manager.get(pk=row.pk).status == row.status == to
        kept = [(t.before, t.after, t.by_name, t.reason) for t in Transition.objects.filter(row_id=row.pk)]
        recorded = not table_of(type(row), "status").unrecorded
        assert kept == ([(state, to, str(by) if by else "", REASON)] if recorded else [])
        transaction.set_rollback(True)
    return True


def test_every_state_is_reached_and_every_guard_can_be_tried():
    for model, field, table in all_tables():
        reached = {str(state) for state in beginnings(model, field)} | {str(one.after) for one in table.moves}
        assert reached == set(table.states.values), model
        assert {one.guard.__name__ for one in table.moves if one.guard} <= GUARDS.keys(), model


# --- What a move leaves ----------------------------------------------------------------------------


@pytest.mark.usefixtures("tenant")
def test_a_transition_says_who_moved_what_as_what_and_why():
    booking, owner = make.confirmed_booking(), make.user("owner", name="Olive Owner")
    cancel_booking(booking, by=owner, by_office=True, reason="She is ill")
    booking = Booking.objects.select_related("order").get(pk=booking.pk)
    one = Transition.objects.filter(row_id=booking.pk).latest("id")
    assert (one.table, one.field, one.before, one.after) == ("bookings.booking", "status", "confirmed", "cancelled")
    assert (one.by_id, one.by_name, one.acting, one.reason) == (
        owner.pk, "Olive Owner", "bookings.manage", "She is ill",
    )  # fmt: skip
    assert abs(one.created_at - booking.cancelled_at) < HOUR
    # Its order follows it: moved by the system, on behalf of the same person.
    order = Transition.objects.filter(row_id=booking.order_id).latest("id")
    assert (order.after, order.acting, order.by_id) == ("cancelled", "system", owner.pk)


def test_a_transition_of_a_tenant_is_kept_beside_the_tenant(alpha):
    suspend_tenant(tenant=alpha, by="the command line", reason="An invoice is open")
    with public_context():
        one = Transition.objects.get(row_id=alpha.pk)
    assert (one.before, one.after, one.acting, one.reason) == (
        "active", "suspended", "command line", "An invoice is open",
    )  # fmt: skip


@pytest.mark.usefixtures("tenant")
def test_of_two_copies_of_a_row_one_moves_and_the_other_is_told():
    booking = make.booking()
    stale = Booking.objects.get(pk=booking.pk)
    confirm_booking(booking)
    with pytest.raises(MovedMeanwhile):
        confirm_booking(stale)
    assert Transition.objects.filter(row_id=booking.pk).count() == 1


@pytest.mark.usefixtures("tenant")
def test_a_move_costs_one_insert_more():
    booking = make.booking()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        confirm_booking(booking)
    about = [one["sql"] for one in queries if "events_transition" in one["sql"]]
    assert [sql.split()[0] for sql in about] == ["INSERT"]


@pytest.mark.usefixtures("tenant")
def test_a_page_that_asks_is_told_what_a_move_would_say():
    booking = make.booking()
    booking.session.starts_at = now() - HOUR
    booking.session.save()
    refusal = booking.why_not_cancellable()
    with pytest.raises(DomainError) as told:
        cancel_booking(booking, by=None)
    assert refusal is not None
    assert str(refusal.message) == str(told.value.message)
    assert booking.why_not_cancellable(by=make.user("owner"), by_office=True) is None
    assert isinstance(why_not(booking, "status", "cancelled", by=make.user("trainer")), MayNotMove)


@pytest.mark.django_db(transaction=True)
def test_a_move_outside_a_transaction_is_a_mistake(alpha):
    with public_context(), pytest.raises(RuntimeError):
        move(alpha, "status", TenantStatus.SUSPENDED, by=None)


# --- Nothing else writes a state -------------------------------------------------------------------

# Files where a column of that name is no state with moves, or a row is made up with its whole past.
OTHER = {
    "shared_apps/events/idempotency.py",  # the status of an answer
    "shared_apps/tenants/restoring.py",  # of the row out of an archive, before it is stored
    "shared_apps/sandbox",
    "tenant_apps/demo",
    "tenant_apps/scheduling/attendance.py",  # of a mark: the later one counts, and all are kept
}


def test_only_a_move_writes_a_state():
    fields = {field for _model, field, _table in all_tables()}
    found = [
        f"{path.relative_to(settings.BASE_DIR)}:{line}"
        for app in ("shared_apps", "tenant_apps")
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py")
        if not any(str(path.relative_to(settings.BASE_DIR)).startswith(other) for other in OTHER)
        and "migrations" not in path.parts
        for line in writes(path.read_text(), fields)
    ]
    assert not found, found


@pytest.mark.parametrize(
    "code", ["booking.status = 'paid'", "rows.update(status='paid')", "setattr(booking, 'status', 'paid')"]
)
def test_the_search_for_other_writers_finds_them(code):
    assert list(writes(code, {"status"})) == [1]


def writes(code: str, fields: set[str]) -> Iterator[int]:
    """The lines that set one of `fields` on a row or in an UPDATE."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            named = [one for one in targets if isinstance(one, ast.Attribute) and one.attr in fields]
            # `self.status = …` is how a class that is no row of ours begins.
            if any(not (isinstance(one.value, ast.Name) and one.value.id == "self") for one in named):
                yield node.lineno
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name == "update" and any(word.arg in fields for word in node.keywords):
                yield node.lineno
            second = node.args[1] if len(node.args) > 1 else None
            if name == "setattr" and isinstance(second, ast.Constant) and second.value in fields:
                yield node.lineno
