"""What is owed, and for what."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from shared_apps.core.ids import reference
from shared_apps.core.models import Row
from shared_apps.core.personal import personal
from shared_apps.core.search import found_by, found_by_index
from shared_apps.core.states import Actor, Move, StateTable
from tenant_apps.payments.models.balances import Balance, balances_of


class OrderStatus(models.TextChoices):
    """How much of an order is paid, and whether it is called off."""

    OPEN = "open", "open"
    PART_PAID = "part_paid", "part paid"
    PAID = "paid", "paid"
    CANCELLED = "cancelled", "cancelled"


class Order(Row):
    """What one person owes for whatever was sold. What it owes, holds and has earned are sums of the ledger."""

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

    PERSONAL: ClassVar = personal(
        people=["buyer"], shows=["number", "currency", "total", "status", "created_at"], contact_email=""
    )

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
    lapsed_at = models.DateTimeField(
        null=True, blank=True, help_text="When what was ordered was let go unpaid: nothing is owed unless money arrives"
    )
    fulfilled_at = models.DateTimeField(null=True, blank=True, help_text="When all that was sold was delivered")
    found_by = found_by(known=["number"], private=["contact_email"])

    class Meta:
        indexes = [found_by_index("order")]
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
        return balances_of([self])[self]

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


class OrderLineQuerySet(models.QuerySet["OrderLine"]):
    """Lines of orders, by whether they stand."""

    def standing(self) -> "OrderLineQuerySet":
        """Those that are not undone, nor undo another."""
        return self.filter(undoes=None, undone_by=None)


class OrderLine(Row):
    """One thing on an order, as it was sold. A line is never changed: another one, of the same with a minus, undoes it.

    `item_type` and `item_id` say which row was sold, such as a booking.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    item_type = models.CharField(max_length=40, blank=True, default="", db_default="")
    item_id = models.UUIDField(null=True, blank=True)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="undone_by")
    description = models.CharField(max_length=250)
    quantity = models.SmallIntegerField(default=1)
    unit_price = models.DecimalField(max_digits=12, decimal_places=2, help_text="VAT included")
    vat_rate = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    amount = models.DecimalField(max_digits=12, decimal_places=2, help_text="VAT included")
    net = models.DecimalField(max_digits=13, decimal_places=3)
    vat = models.DecimalField(max_digits=13, decimal_places=3)

    objects = OrderLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=F("quantity") * F("unit_price")), name="line_amount_is_its_product"
            ),
            models.CheckConstraint(condition=Q(vat=None) | Q(amount=F("net") + F("vat")), name="line_is_net_and_vat"),
            models.CheckConstraint(
                condition=Q(undoes=None, quantity__gte=0) | Q(undoes__isnull=False, quantity__lte=0),
                name="only_a_line_that_undoes_another_is_negative",
            ),
        ]
        indexes = [models.Index(fields=["item_id"], name="line_by_item")]
