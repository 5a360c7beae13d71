"""The terms on which a provider takes bookings."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from shared_apps.core.models import OneRow, Row
from shared_apps.web.page_cache import watch
from tenant_apps.terms.policy import CancellationPolicy, default_policy, validate_policy


class BookingTerms(Row):
    """How long seats are held and offered, what deposit is asked for and when the rest is due, what cancelling gives.

    One row. A course may have a deposit and a cancellation policy of its own.
    """

    only = models.BooleanField(default=True, editable=False, unique=True)
    hold_minutes = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(5), MaxValueValidator(1440)]
    )
    deposit_percent = models.PositiveSmallIntegerField(
        default=30, validators=[MaxValueValidator(100)], help_text="0: no deposits, always the full price"
    )
    offer_hours = models.PositiveSmallIntegerField(
        default=24, db_default=24, validators=[MinValueValidator(1), MaxValueValidator(168)],
        help_text="For how many hours seats that came back are kept for whoever is next in line",
    )  # fmt: skip
    balance_due_days = models.PositiveSmallIntegerField(default=14, help_text="Days before the session")
    names_until_hours = models.PositiveSmallIntegerField(
        default=0, db_default=0, validators=[MaxValueValidator(720)],
        help_text="Hours before the session until which buyers may say who comes; 0: until it begins",
    )  # fmt: skip
    cancellation_policy = models.JSONField(default=default_policy, validators=[validate_policy])

    objects = OneRow.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(only=True), name="there_is_one_row_of_terms"),
            models.CheckConstraint(condition=Q(deposit_percent__lte=100), name="usual_deposit_is_at_most_the_price"),
            models.CheckConstraint(
                condition=Q(offer_hours__gte=1, offer_hours__lte=168), name="an_offer_stands_an_hour_to_a_week"
            ),
        ]

    def __str__(self) -> str:
        return "booking terms"

    @property
    def policy(self) -> CancellationPolicy:
        return CancellationPolicy.parse(self.cancellation_policy)


watch(BookingTerms)
