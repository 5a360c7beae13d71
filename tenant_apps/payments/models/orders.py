"""What is owed, and for what."""

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from shared_apps.core.ids import reference
from shared_apps.core.models import Row
from shared_apps.core.money import vat_within
from shared_apps.core.states import Actor, Move, StateTable
from tenant_apps.payments.models.balances import SUMS, Balance, with_sums


class OrderStatus(models.TextChoices):
    OPEN = "open", "open"
    PART_PAID = "part_paid", "part paid"
    PAID = "paid", "paid"
    CANCELLED = "cancelled", "cancelled"


class Order(Row):
    """What one person owes for whatever was sold. What it holds is derived from its payments and refunds."""

    # It follows its money, and what was sold: so the system moves it, whoever caused that.
    MOVES: ClassVar = {
        "status": StateTable["Order"](
            OrderStatus,
            Move({OrderStatus.OPEN, OrderStatus.PAID}, OrderStatus.PART_PAID, by={Actor.SYSTEM}),
            Move({OrderStatus.OPEN, OrderStatus.PART_PAID}, OrderStatus.PAID, by={Actor.SYSTEM}),
            # A bank took the money back, or it went back to come another way: it is owed again.
            Move({OrderStatus.PART_PAID, OrderStatus.PAID}, OrderStatus.OPEN, by={Actor.SYSTEM}),
            Move({OrderStatus.OPEN, OrderStatus.PART_PAID, OrderStatus.PAID}, OrderStatus.CANCELLED, by={Actor.SYSTEM}),
        )
    }

    number = models.CharField(max_length=12, unique=True, default=reference, editable=False)
    buyer = models.ForeignKey("people.Person", models.PROTECT, related_name="orders")
    contact_email = models.EmailField(
        blank=True, default="", db_default="", help_text="Typed when it was ordered; empty: the buyer's own"
    )
    currency = models.CharField(max_length=3)
    total = models.DecimalField(max_digits=12, decimal_places=2)
    deposit = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, help_text="Paying this much confirms; None: only all"
    )
    balance_due_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=OrderStatus, default=OrderStatus.OPEN)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(total__gte=0), name="order_total_is_not_negative"),
            models.CheckConstraint(
                condition=Q(deposit=None) | Q(deposit__gt=0, deposit__lt=F("total")),
                name="deposit_is_part_of_the_total",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def balance(self) -> Balance:
        """How the order stands at this moment; asks the database once."""
        row: Any = with_sums(Order.objects.filter(pk=self.pk), order="pk").values(*SUMS).get()
        return Balance(total=self.total, cancelled=self.status == OrderStatus.CANCELLED, **row)

    @property
    def paid(self) -> Decimal:
        """Money that arrived, refunds not taken off."""
        return self.balance.paid

    @property
    def refunded(self) -> Decimal:
        """Money that went back or is on its way."""
        return self.balance.refunded

    @property
    def held(self) -> Decimal:
        """Money that is here."""
        return self.balance.held

    @property
    def due(self) -> Decimal:
        """What is still owed; nothing once cancelled."""
        return self.balance.due


class OrderLine(Row):
    """One thing on an order."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    description = models.CharField(max_length=250)
    quantity = models.PositiveSmallIntegerField(default=1)
    unit_price = models.DecimalField(max_digits=12, decimal_places=2, help_text="VAT included")
    vat_rate = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    # As it was sold. None on lines from before this was written down: `tax` reckons it then.
    net = models.DecimalField(max_digits=13, decimal_places=3, null=True, editable=False)
    vat = models.DecimalField(max_digits=13, decimal_places=3, null=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=F("quantity") * F("unit_price")), name="line_amount_is_its_product"
            ),
            models.CheckConstraint(condition=Q(vat=None) | Q(amount=F("net") + F("vat")), name="line_is_net_and_vat"),
        ]

    @property
    def tax(self) -> Decimal:
        """The VAT within `amount`, in the currency's own decimals."""
        if self.vat is not None:
            return self.vat
        return vat_within(self.amount, self.vat_rate, self.order.currency)
