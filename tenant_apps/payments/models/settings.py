"""The provider's choices about money."""

from django.db import models
from django.db.models import Q

from shared_apps.core.models import OneRow, Row
from shared_apps.web.page_cache import watch


class PaymentSettings(Row):
    """Which money the office takes by itself, and the VAT number of the provider. One row."""

    only = models.BooleanField(default=True, editable=False, unique=True)
    takes_bank_transfer = models.BooleanField(default=False)
    vat_number = models.CharField(max_length=20, blank=True)

    objects = OneRow.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=True), name="there_is_one_row_of_payment_settings")]

    def __str__(self) -> str:
        return "payment settings"


watch(PaymentSettings)
