"""What the office should look at about money. Reads only."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from shared_apps.core.money import display
from shared_apps.core.time import now
from shared_apps.web.templatetags.muster import day as day_text
from tenant_apps.bookings.models import STANDING, Booking
from tenant_apps.bookings.office.selectors import is_overdue, overdue, with_money
from tenant_apps.payments.models import Dispute, DisputeStatus, Refund, RefundStatus
from tenant_apps.payments.providers import PROVIDERS, online_providers, takes_online_payments
from tenant_apps.payments.selectors import due_again
from tenant_apps.reports.task import Task
from tenant_apps.scheduling.models import Session

MOST = 5  # of one kind


def money_tasks() -> list[Task]:
    """What waits for somebody, the most pressing first."""
    return [*_no_way_to_pay(), *_disputes(), *_taken_back(), *_failed_refunds(), *_refunds_to_hand_over(), *_overdue()]


def _no_way_to_pay() -> list[Task]:
    """Only where there is something to pay for: a date with a price to come."""
    if takes_online_payments() or not _something_to_pay_for():
        return []
    standings = [provider.standing() for provider in online_providers()]
    if refusing := next((one for one in standings if one.refuses), None):
        return [Task("error", "credit-card", _("Nobody can pay you by card"), f"{refusing.why} {refusing.advice}")]
    detail = _(
        "So nobody can book a seat with a price on your site. Ask the people who run this platform to change that; "
        "until then you can book for them."
    )
    why = " ".join(str(one.why) for one in standings)
    return [Task("error", "credit-card", _("Nobody can pay you yet"), f"{why} {detail}")]


def _something_to_pay_for() -> bool:
    costs = Q(price__gt=0) | Q(price=None, course__price__gt=0)
    return Session.objects.public().bookable().filter(costs).exists()


def _disputes() -> list[Task]:
    asked = Dispute.objects.filter(status__in=[DisputeStatus.INQUIRY, DisputeStatus.OPEN])
    rows = asked.select_related("payment__order__buyer").prefetch_related("payment__order__bookings")
    rows = rows.order_by("answer_by", "pk")[:MOST]
    return [
        Task(
            "error", "circle-alert",
            _("The bank of %(name)s wants %(sum)s back")
            % {"sum": display(row.amount, row.payment.currency), "name": row.payment.order.buyer},
            _("Answer at the card provider by %s") % day_text(row.answer_by) if row.answer_by else row.because,
            "office:booking", _booking_of(row.payment),
        )
        for row in rows
    ]  # fmt: skip


def _taken_back() -> list[Task]:
    """What a bank gave back to a buyer who keeps what they bought, until it is paid again, taken off or called off."""
    lost = Dispute.objects.filter(status=DisputeStatus.LOST).values("payment__order")
    found = Booking.objects.filter(order__in=lost, status__in=STANDING).select_related("order", "session__course")
    rows = with_money(found).filter(money_due__gt=0).exclude(is_overdue()).order_by("session__starts_at")
    owed = [(row, due_again(row.order)) for row in rows[: 4 * MOST]]
    return [
        Task(
            "warning", "banknote",
            _("%(name)s owes %(sum)s again: their bank took it back")
            % {"sum": display(sum_, row.order.currency), "name": row.contact_name},
            f"{row.session.course}, {day_text(row.session.starts_at, 'd MMM')}",
            "office:booking", row.pk,
        )
        for row, sum_ in owed if sum_
    ][:MOST]  # fmt: skip


def _failed_refunds() -> list[Task]:
    """However old: it is somebody's until it is sent, or the office says how it was settled."""
    rows = _refunds(RefundStatus.FAILED).filter(dropped_at=None).order_by("-created_at")
    return [
        Task(
            "error", "circle-alert",
            _("%(sum)s could not be sent back to %(name)s")
            % {"sum": display(row.amount, row.payment.currency), "name": row.payment.order.buyer},
            row.failure_reason,
            "office:booking", _booking_of(row.payment),
        )
        for row in rows[:MOST]
    ]  # fmt: skip


def _refunds_to_hand_over() -> list[Task]:
    """However old: somebody waits for their money until it is noted as sent."""
    manual = [name for name, provider in PROVIDERS.items() if provider.manual]
    waiting = _refunds(RefundStatus.PENDING)
    rows = waiting.filter(provider__in=manual) | waiting.filter(provider="", payment__provider__in=manual)
    return [
        Task(
            "warning", "hand-coins",
            (_("Hand %(sum)s back to %(name)s") if row.goes_by == "cash" else _("Transfer %(sum)s back to %(name)s"))
            % {"sum": display(row.amount, row.payment.currency), "name": row.payment.order.buyer},
            row.bank_details or _("It is not sent automatically. Note on the booking how you sent it."),
            "office:booking", _booking_of(row.payment),
        )
        for row in rows.order_by("created_at")[:MOST]
    ]  # fmt: skip


def _overdue() -> list[Task]:
    rows = overdue(Booking.objects.all()).select_related("order", "session__course").order_by("order__balance_due_at")
    return [
        Task(
            "warning", "banknote",
            (
                _("%(name)s has not paid %(sum)s, and the course has begun")
                if row.session.starts_at <= now()
                else _("%(sum)s is overdue from %(name)s")
            )
            % {"sum": display(row.money_due, row.order.currency), "name": row.contact_name},
            f"{row.session.course}, {day_text(row.session.starts_at, 'd MMM')}",
            "office:booking", row.pk,
        )
        for row in rows[:MOST]
    ]  # fmt: skip


def _refunds(status: str) -> Any:
    rows = Refund.objects.filter(status=status).select_related("payment__order__buyer")
    return rows.prefetch_related("payment__order__bookings")


def _booking_of(payment: Any) -> Any:
    return next((booking.pk for booking in payment.order.bookings.all()), None)
