"""The platform's customers and where they are reached. Public schema only."""

from datetime import datetime, timedelta
from typing import ClassVar
from zoneinfo import available_timezones

from babel.core import get_global
from babel.numbers import list_currencies
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django_tenants.models import TenantMixin

from shared_apps.core.models import Row
from shared_apps.core.states import Actor, Move, StateTable
from shared_apps.core.time import real_now
from shared_apps.tenants.context import public_context

FEATURES = ["courses", "driving", "theory", "community", "corporate", "marketplace", "onboarding"]

MEANINGS = {
    "country": _("%s is not a country's two capital letters, such as GB."),
    "time_zone": _("%s is not the name of a time zone, such as Europe/London."),
    "currency": _("%s is not a currency's three capital letters, such as GBP."),
}

slug_validator = RegexValidator(
    r"^[a-z][a-z0-9]*(-[a-z0-9]+)*\Z", "Use small letters, digits and single hyphens, beginning with a letter."
)


class TenantStatus(models.TextChoices):
    """Where a tenant is between being made and being gone."""

    PROVISIONING = "provisioning", "being set up"
    ACTIVE = "active", "active"
    SUSPENDED = "suspended", "suspended"
    CLOSED = "closed", "closed"


OPERATORS = {"operator.enter", Actor.COMMAND_LINE, Actor.SYSTEM}


class TenantQuerySet(models.QuerySet["Tenant"]):
    """Tenants, with what is read along with them."""

    def active(self) -> "TenantQuerySet":
        return self.filter(status=TenantStatus.ACTIVE)

    def with_all(self) -> "TenantQuerySet":
        """With what a process keeps of a tenant: its domains and its accounts."""
        return self.prefetch_related("domains", "accounts")


class Tenant(Row, TenantMixin):
    """One customer of the platform, with a Postgres schema of its own.

    Only an `active` tenant is ever routed to: a row whose schema is not ready must not be served.
    """

    class Kind(models.TextChoices):
        TRAINING_CENTRE = "training_centre", "training centre"
        DRIVING_SCHOOL = "driving_school", "driving school"
        CORPORATE = "corporate", "corporate training"
        MARKETPLACE = "marketplace", "marketplace"

    MOVES: ClassVar = {
        "status": StateTable["Tenant"](
            TenantStatus,
            Move({TenantStatus.PROVISIONING, TenantStatus.SUSPENDED}, TenantStatus.ACTIVE, by=OPERATORS),
            Move({TenantStatus.ACTIVE}, TenantStatus.SUSPENDED, by=OPERATORS),
            Move(
                {TenantStatus.PROVISIONING, TenantStatus.ACTIVE, TenantStatus.SUSPENDED}, TenantStatus.CLOSED,
                by=OPERATORS,
            ),
            # While an archive is brought back, nobody is served; then it is as it was when the archive was made.
            Move({TenantStatus.PROVISIONING, TenantStatus.CLOSED}, TenantStatus.SUSPENDED, by={Actor.SYSTEM}),
            Move({TenantStatus.SUSPENDED}, TenantStatus.PROVISIONING, by={Actor.SYSTEM}),
            begins={TenantStatus.PROVISIONING, TenantStatus.ACTIVE},
        )
    }  # fmt: skip

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=50, unique=True, validators=[slug_validator])
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.TRAINING_CENTRE)
    status = models.CharField(max_length=20, choices=TenantStatus, default=TenantStatus.PROVISIONING)
    country = models.CharField(max_length=2, default="GB", help_text="ISO 3166-1 alpha-2")
    time_zone = models.CharField(max_length=50, default="Europe/London", help_text="IANA name")
    currency = models.CharField(max_length=3, default="GBP", help_text="ISO 4217")
    locale = models.CharField(max_length=10, default="en-gb", help_text="BCP 47")
    features = ArrayField(models.CharField(max_length=20), default=list, blank=True, db_column="modules")
    suspended_reason = models.CharField(
        max_length=300, blank=True, default="", db_default="", help_text="Told to the owner while suspended"
    )
    # A clock that was moved, see `sandbox.clock`; outside a sandbox nobody reads these.
    clock_ahead = models.DurationField(default=timedelta(0), db_default=timedelta(0), editable=False)
    clock_moves_until = models.DateTimeField(null=True, editable=False, help_text="Somebody moves it until this moment")
    clock_stands_at: datetime | None = None  # for whoever moves it
    auto_create_schema = False
    auto_drop_schema = False
    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=TenantStatus.values), name="tenant_status_is_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raise ValidationError, by field, for a country, time zone or currency that does not exist."""
        wrong = {
            "country": self.country not in get_global("territory_currencies"),
            "time_zone": self.time_zone not in available_timezones(),
            "currency": self.currency not in list_currencies(),
        }
        if errors := {name: MEANINGS[name] % getattr(self, name) for name, is_wrong in wrong.items() if is_wrong}:
            raise ValidationError(errors)

    @property
    def base_url(self) -> str:
        """Where this tenant lives, without a trailing slash: its primary domain, else its slug on the main host."""
        if "domains" not in getattr(self, "_prefetched_objects_cache", {}):
            with public_context():  # a tenant's connection does not see them
                models.prefetch_related_objects([self], "domains")
        primary = next((d.domain for d in self.domains.all() if d.is_primary), None)
        if primary:
            return f"{'https' if settings.HTTPS else 'http'}://{primary}"
        return f"{settings.SITE_URL}/{self.slug}"

    @property
    def clock_is_moved(self) -> bool:
        """Whether somebody else is moving its clock, and does everything that becomes due."""
        until = self.clock_moves_until if settings.SANDBOX and not self.clock_stands_at else None
        return until is not None and until > real_now()

    def has(self, feature: str) -> bool:
        """Whether `feature` is switched on."""
        return feature in self.features

    @property
    def all_accounts(self) -> "list[ProviderAccount]":
        """All accounts it has or had where money is taken. Read once, with the tenant; ask `tenants.accounts`."""
        if "accounts" not in getattr(self, "_prefetched_objects_cache", {}):
            with public_context():  # a tenant's connection does not see them
                models.prefetch_related_objects([self], "accounts")
        return list(self.accounts.all())

    @property
    def accounts_mark(self) -> str:
        """A text that changes with its present accounts and with whether they obey us: whether one can pay."""
        present = [one for one in self.all_accounts if one.replaced_at is None]
        return " ".join(sorted(f"{one.provider}/{one.account}/{one.disconnected_at}" for one in present))


class Domain(Row):
    """A host that belongs to one tenant: a subdomain of ours, or its own once proven by DNS."""

    domain = models.CharField(max_length=253, unique=True)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="domains")
    is_primary = models.BooleanField(default=False)
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant"], condition=Q(is_primary=True), name="one_primary_domain_per_tenant"
            ),
            models.CheckConstraint(condition=Q(domain=Lower("domain")), name="domains_are_lower_case"),
        ]

    def __str__(self) -> str:
        return self.domain


class ProviderAccount(Row):
    """An account of a tenant at a payment provider. Public, because a webhook names only the account.

    A former one is never paid into again. What was paid with it is looked after with it, and its webhooks still come.
    """

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="accounts")
    provider = models.CharField(max_length=20, help_text="The name of the payment provider, as payments carry it")
    account = models.CharField(max_length=60, help_text="What the provider calls it")
    disconnected_at = models.DateTimeField(null=True, blank=True, help_text="Since when it refuses us")
    replaced_at = models.DateTimeField(null=True, blank=True, help_text="Since when it is a former one")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "account"], name="an_account_belongs_to_one_tenant"),
            models.UniqueConstraint(
                fields=["tenant", "provider"], condition=Q(replaced_at=None), name="one_present_account_per_provider"
            ),
            models.CheckConstraint(condition=~Q(account="") & ~Q(provider=""), name="accounts_have_names"),
        ]

    def __str__(self) -> str:
        return f"{self.account} ({self.provider})"


class SchemaDump(Row):
    """The SQL that makes a tenant's schema, by fingerprint of the migrations that led to it."""

    fingerprint = models.CharField(max_length=64, unique=True)
    sql = models.TextField()


class SpareSchema(Row):
    """A schema that is ready for the next tenant; `fingerprint` says of which migrations it is."""

    schema_name = models.CharField(max_length=63, unique=True)
    fingerprint = models.CharField(max_length=64)


class SchemaState(Row):
    """How migrating a tenant's schema went the last time, and to what it was brought or should have been."""

    class Status(models.TextChoices):
        MIGRATED = "migrated", "migrated"
        FAILED = "failed", "failed"

    tenant = models.OneToOneField(Tenant, models.CASCADE, related_name="schema_state")
    fingerprint = models.CharField(max_length=64)
    status = models.CharField(max_length=10, choices=Status)
    error = models.TextField(blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=["migrated", "failed"]), name="schema_state_is_known"),
        ]


class WakeUp(models.Model):
    """Something is due at a tenant (or in public) at this moment. Rows are only added, and deleted: see `wake_ups`."""

    schema_name = models.CharField(max_length=63)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="wake_up_due"),
            models.Index(fields=["schema_name"], name="wake_up_of_tenant"),
        ]
