"""The terms on which a provider takes bookings."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import User
from shared_apps.core.lines import LineField
from shared_apps.core.markdown import MarkdownLength
from shared_apps.core.models import MadeAt, OneRow, Row
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


class TermsKind(models.TextChoices):
    """What a provider publishes in versions, for others to agree to."""

    BOOKING = "booking", _("Booking terms")
    CONSENT = "consent", _("Consent for under-18s")


class TermsVersionQuerySet(models.QuerySet["TermsVersion"]):
    """Versions of one kind, and the draft of the next one."""

    def published(self, kind: str = TermsKind.BOOKING) -> "TermsVersionQuerySet":
        """What was ever in force, the latest first."""
        return self.filter(kind=kind, number__isnull=False).order_by("-number")

    def drafts(self, kind: str = TermsKind.BOOKING) -> "TermsVersionQuerySet":
        return self.filter(kind=kind, number=None)


class TermsVersion(Row):
    """What customers agree to, as it stands from `published_at` until the next one; without a number it is a draft.

    The database refuses any change of what was published: somebody may have agreed to it.
    """

    kind = models.CharField(max_length=10, choices=TermsKind, default=TermsKind.BOOKING)
    title = LineField(max_length=120)
    text = models.TextField(validators=[MarkdownLength()], help_text="Markdown")
    number = models.PositiveIntegerField(null=True, blank=True, help_text="From 1, of its kind; None: a draft")
    published_at = models.DateTimeField(null=True, blank=True, help_text="In force since then")
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+",
        help_text="None: it was published before versions were kept here",
    )  # fmt: skip
    from_starter = models.BooleanField(default=False, help_text="It began as the platform's starter text")
    changed_at = MadeAt(auto_now=True)

    objects = TermsVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "kind", Coalesce("number", 0), name="one_version_of_a_number_and_one_draft_of_each_kind"
            ),
            models.CheckConstraint(condition=Q(number=None) | Q(number__gte=1), name="versions_count_from_one"),
            models.CheckConstraint(
                condition=Q(number=None, published_at=None) | Q(number__isnull=False, published_at__isnull=False),
                name="what_is_published_has_a_number_and_a_time",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="terms_say_something"),
        ]

    def __str__(self) -> str:
        return self.title


watch(BookingTerms)
watch(TermsVersion, "number IS NOT NULL")
