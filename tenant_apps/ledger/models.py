"""The ledger: double entry, append-only. What an order owes, holds and has earned are sums of its entries."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shared_apps.core.models import Row
from shared_apps.core.time import now


class Account(models.TextChoices):
    """Where value is. The first three are what we have or are owed, the others what we owe or have earned."""

    BUYER = "buyer", _("Owed by buyers")
    PROVIDER = "provider", _("Money at payment providers, in the till and at the bank")
    DISPUTED = "disputed", _("Money that buyers' banks hold until they decide")
    PAYABLE = "payable", _("Money on its way back to buyers")
    DEFERRED_INCOME = "deferred_income", _("Sold, and not yet delivered")
    INCOME = "income", _("Earned")
    VAT = "vat", _("VAT")
    SETTLED = "settled", _("Kept, because it was settled another way")


class DocumentKind(models.TextChoices):
    """What an entry is written for."""

    SALE = "sale", _("Sold")
    CREDIT = "credit", _("Taken off the price")
    PAYMENT = "payment", _("Paid")
    REFUND = "refund", _("Sent back")
    DISPUTE = "dispute", _("Disputed")
    ENDING = "ending", _("No longer owed")
    SETTLING = "settling", _("Settled another way")
    EARNING = "earning", _("Earned")


class Entry(Row):
    """One side of what a document moves: so much onto (`debit`) or off (`credit`) an account, in major units.

    An INSERT whose documents do not balance is refused, and so is every UPDATE and DELETE: what was wrong is put
    right by further entries. `holder` says whose account it is where there are several: the payment provider's.
    """

    at = models.DateTimeField(default=now, help_text="When what it tells of happened")
    document_kind = models.CharField(max_length=10, choices=DocumentKind)
    document_id = models.UUIDField()
    order_id = models.UUIDField(help_text="The order that it is about")
    account = models.CharField(max_length=20, choices=Account)
    holder = models.CharField(max_length=60, blank=True)
    debit = models.DecimalField(max_digits=14, decimal_places=3, default=0)
    credit = models.DecimalField(max_digits=14, decimal_places=3, default=0)
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(debit__gt=0, credit=0) | Q(debit=0, credit__gt=0), name="entry_is_a_debit_or_a_credit"
            )
        ]
        indexes = [
            models.Index(
                fields=["order_id"], include=["document_kind", "account", "debit", "credit"], name="entry_by_order"
            ),
            models.Index(fields=["document_id"], name="entry_by_document"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.debit - self.credit}"
