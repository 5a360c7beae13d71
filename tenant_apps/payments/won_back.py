"""Money that a bank was deciding about when something was called off, and what becomes of it once that is decided."""

from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from shared_apps.core.money import share
from shared_apps.core.time import now
from tenant_apps.payments.books import post_sale
from tenant_apps.payments.lines import BESIDE, KEPT, Line, add_lines, resize_order
from tenant_apps.payments.models import Balance, Dispute, DisputedPart, DisputeStatus, Order, OrderStatus, Refund
from tenant_apps.payments.models.disputes import WITHHELD
from tenant_apps.payments.parts import parts_of
from tenant_apps.payments.refunds import send_back
from tenant_apps.payments.selectors import promised_back, settled_otherwise, still_to_give_back
from tenant_apps.payments.standing import lock_order, restate
from tenant_apps.payments.still_owed import leave_what_no_bank_has

NOTHING = Decimal(0)


@dataclass(frozen=True)
class IfWon:
    """What becomes of the money of a dispute that the bank decides for us, in major units."""

    dispute: Dispute
    back: Decimal
    kept: Decimal

    @property
    def is_open(self) -> bool:
        """Whether the bank is deciding still; it may give back what it has decided on, too."""
        return self.dispute.status == DisputeStatus.OPEN


def if_won(order: Order, item_id: UUID, *, percent: int) -> list[IfWon]:
    """What becomes of disputed money if one thing on an order is called off now.

    Of what it would pay of that thing, `percent` are the buyer's and the rest stays; of what is beyond all prices, or
    was to go back and could not, everything is theirs, if nothing else is on the order.
    """
    balance = order.balance
    before, found, won = parts_of(order, balance), [], []
    disputes = Dispute.objects.filter(payment__order=order, status__in=WITHHELD)
    disputes = disputes.exclude(parts__item_id=item_id).order_by("pk")
    # What is lost comes back last, if at all: what the others bring does not count with it.
    for dispute in sorted(disputes, key=lambda dispute: dispute.status == DisputeStatus.LOST):
        balance = _as_if_won(order, balance, dispute)
        won.append(dispute)
        after = parts_of(order, balance, won=won)
        of_this = after.part(item_id).paid - before.part(item_id).paid
        back = share(of_this, percent, order.currency)
        more = after.beyond + after.promised - before.beyond - before.promised
        beyond = more if after.stands_alone(item_id) else NOTHING
        found.append(IfWon(dispute, back=back + beyond, kept=of_this - back))
        before = after
    return found


def note_disputed(order: Order, item_id: UUID, *, percent: int) -> None:
    """One thing on a locked order is about to be called off: write down whose the money is that a bank may give back.

    See `if_won`. Done twice, it changes nothing more.
    """
    found = if_won(order, item_id, percent=percent)
    if parts_of(order).stands_alone(item_id):
        leave_what_no_bank_has(order, by=None)
    DisputedPart.objects.bulk_create(
        DisputedPart(dispute=one.dispute, item_id=item_id, back=one.back, kept=one.kept)
        for one in found
        if one.back or one.kept
    )


def still_with_the_bank(order: Order, item_id: UUID) -> Decimal:
    """What goes back for a thing that was called off, once the bank has decided for us."""
    parts = DisputedPart.objects.filter(dispute__payment__order=order, item_id=item_id, settled_at=None)
    parts = parts.filter(dispute__status=DisputeStatus.OPEN)
    return parts.aggregate(sum=Sum(F("back") - F("given")))["sum"] or NOTHING


@transaction.atomic
def give_back_won(order_id: UUID) -> None:
    """A bank gave money back to us after something was called off: do what was written down then, as far as it goes.

    What else is here may be with a bank still; the rest is done when that comes back. While other things stand on the
    order, what stays here becomes a line of it. Done twice, it changes nothing more.
    """
    order = lock_order(order_id)
    parts = DisputedPart.objects.filter(dispute__payment__order=order, dispute__status=DisputeStatus.WON)
    for part in parts.filter(settled_at=None).select_related("dispute__payment").order_by("pk"):
        stands = order.status != OrderStatus.CANCELLED and order.lapsed_at is None
        # What else is on the order is paid with the rest, and what is promised to somebody is theirs.
        here = parts_of(order).beyond if stands else still_to_give_back(order) - promised_back(order)
        back = min(part.back - part.given, max(NOTHING, here))
        if back:
            reason = _("The bank decided after the cancellation")
            first = part.dispute.payment
            sent = send_back(order, amount=back, reason=reason, by=None, first=first, beside_promised=True)
            Refund.objects.filter(pk__in=[refund.pk for refund in sent]).update(disputed_part=part)
            part.given += back
        kept = part.kept if stands else NOTHING
        if part.given == part.back and here - back >= kept:
            _keep(order, part.item_id, kept)
            part.settled_at = now()
        part.save(update_fields=["given", "settled_at"])
        restate(order)


def _as_if_won(order: Order, balance: Balance, dispute: Dispute) -> Balance:
    """How the order would stand; what was noted for other things on it would be gone, or kept for these."""
    noted = dispute.parts.filter(settled_at=None).aggregate(sum=Sum(F("back") - F("given") + F("kept")))["sum"]
    amount = max(NOTHING, dispute.amount - (noted or NOTHING))
    if dispute.status == DisputeStatus.LOST:
        balance = replace(balance, lost=balance.lost - amount)
    else:
        balance = replace(balance, disputed=balance.disputed - amount)
    # Of what was settled otherwise the bank may have had some.
    return replace(balance, settled=min(settled_otherwise(order), max(NOTHING, balance.held)))


def _keep(order: Order, item_id: UUID, amount: Decimal) -> None:
    sold = order.lines.filter(item_id=item_id).exclude(item_type__in=BESIDE).order_by("pk").last()
    what, rate = (sold.description, sold.vat_rate) if sold else ("", NOTHING)
    line = Line((_("Kept for %s") % what)[:250], 1, amount, rate, KEPT, item_id)
    add_lines(order, [line] if amount else [])
    resize_order(order)
    post_sale(order)
