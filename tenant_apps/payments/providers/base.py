"""The one interface all providers hide behind. None of its methods is ever called inside a transaction.

A provider says what it learnt and never writes. That an account does not obey us any more is noted here, for all.

What goes wrong is a `ProviderError` of one of three kinds: `ProviderUnavailable` (away: try again later),
`ProviderRefused` (it would refuse again) and `ProviderDisconnected` (the account does not obey us any more).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from django.http import HttpRequest

from shared_apps.core.types import JsonObject, Words
from shared_apps.tenants.accounts import account_at
from shared_apps.tenants.context import current_tenant
from shared_apps.tenants.models import ProviderAccount
from tenant_apps.payments.accounts import note_disconnected
from tenant_apps.payments.errors import ProviderDisconnected
from tenant_apps.payments.labels import add_provider
from tenant_apps.payments.models import DisputeStatus, Payment, Refund

if TYPE_CHECKING:
    from tenant_apps.payments.providers.forms import ProviderForm


P = ParamSpec("P")
R = TypeVar("R")


ICONS = {"success": "circle-check", "warning": "triangle-alert", "error": "circle-alert"}


class Outcome(StrEnum):
    """How a payment stands at its provider."""

    OPEN = "open"
    PAID = "paid"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Begun:
    """A payment as the provider knows it now: its id there, and the page where it is paid."""

    reference: str
    pay_url: str
    expires_at: datetime


@dataclass(frozen=True)
class Snapshot:
    """What the provider says of a payment at this moment. `amount` is in major units."""

    outcome: Outcome
    amount: Decimal | None = None
    currency: str = ""
    transaction_id: str = ""
    failure_reason: str = ""
    response: JsonObject = field(default_factory=dict)


@dataclass(frozen=True)
class Returned:
    """What the provider says of a refund: None `done` means still on its way.

    `key` is that of the `Refund` it carries out, empty for one that was made at the provider by hand;
    `amount` in major units.
    """

    reference: str
    done: bool | None
    failure_reason: str = ""
    amount: Decimal = Decimal(0)
    key: str = ""


@dataclass(frozen=True)
class Disputed:
    """What the provider says of a dispute at this moment. `amount` is in major units."""

    reference: str
    status: DisputeStatus
    amount: Decimal
    reason: str = ""
    answer_by: datetime | None = None


@dataclass(frozen=True)
class Incoming:
    """A genuine webhook, of the `account` at the provider that it names; empty for one that names none."""

    event_id: str
    kind: str
    account: str
    payload: JsonObject


@dataclass(frozen=True)
class Standing:
    """How a provider stands with this tenant, in the office's words: in two or three, why so, and what to do then.

    `tone` is that of a `c-state`; `refuses` means that its account let us in once and does not any more.
    """

    said: Words
    tone: str
    why: Words = ""
    advice: Words = ""
    account: str = ""
    refuses: bool = False

    @property
    def icon(self) -> str:
        """What stands beside it in the office."""
        return ICONS.get(self.tone, "circle-dashed")


class Concern(StrEnum):
    """What a webhook is about."""

    PAYMENT = "payment"
    REFUND = "refund"
    DISPUTE = "dispute"
    ACCOUNT = "account"
    NOTHING = "nothing"  # of ours


class Provider(ABC):
    """Somebody who takes money. `manual`: people do, in both directions, and record what they did.

    `is_here_already`: nobody takes it anew; nobody is offered it, nor can it be recorded.
    """

    name: str
    label: Words
    called: Words = ""  # its own name, where `label` is what one pays with
    manual = True
    is_here_already = False
    settings_form: "type[ProviderForm] | None" = None

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        if hasattr(cls, "name"):
            add_provider(cls.name, cls.label, manual=cls.manual, called=cls.called)

    @property
    def title(self) -> str:
        """What the office reads over it."""
        return f"{self.label} ({self.called})" if self.called else str(self.label)

    @property
    def available(self) -> bool:
        """Whether this tenant can use it."""
        return True

    @abstractmethod
    def standing(self) -> Standing:
        """How it stands with this tenant, for its office. Asks nobody outside."""


def _noting_refusals(provider: str, method: Callable[P, R]) -> Callable[P, R]:
    @wraps(method)
    def ask(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return method(*args, **kwargs)
        except ProviderDisconnected as refusal:
            note_disconnected(provider, refusal.account)
            raise

    return ask


class OnlineProvider(Provider):
    """One with pages where a payment is made, and with webhooks that say so."""

    manual = False
    where_paid: Words = ""  # what a buyer reads beside the button

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        for name in OnlineProvider.__abstractmethods__ & cls.__dict__.keys():
            if callable(method := cls.__dict__[name]):
                setattr(cls, name, _noting_refusals(cls.name, method))

    @property
    def present_account(self) -> ProviderAccount | None:
        """The account with which this tenant is paid here now."""
        return account_at(self.name, tenant=current_tenant())

    @property
    def account(self) -> str:
        """What the provider calls that account; empty without one."""
        return self.present_account.account if self.present_account else ""

    @property
    def is_set_up(self) -> bool:
        """Whether the platform can reach it: its keys are there."""
        return True

    @property
    def available(self) -> bool:
        present = self.present_account
        return self.is_set_up and present is not None and present.disconnected_at is None

    @abstractmethod
    def check_account(self) -> None:
        """Ask whether that account lets us work with it. Raises `ProviderError`."""

    @abstractmethod
    def begin(self, payment: Payment, *, success_url: str, cancel_url: str) -> Begun:
        """Open `payment` at the provider. Asked twice for one payment, answers alike. Raises `ProviderError`."""

    @abstractmethod
    def look_up(self, payment: Payment) -> Snapshot:
        """Ask how `payment` stands. Raises `ProviderError`."""

    @abstractmethod
    def close(self, payment: Payment) -> Snapshot:
        """See to it that `payment` can't be paid any more, unless it has been; how it stands then."""

    @abstractmethod
    def find_pages(self, payment: Payment) -> list[Begun]:
        """Every page that was ever opened for `payment`, by whomever. Raises `ProviderError`."""

    @abstractmethod
    def close_page(self, payment: Payment, reference: str) -> None:
        """See to it that nobody pays at that page. Raises `ProviderError`."""

    @abstractmethod
    def refund(self, refund: Refund) -> Returned:
        """Send money back. Asked twice for one refund, sends it once. Raises `ProviderError`."""

    @abstractmethod
    def dispute_in(self, payment: Payment, incoming: JsonObject) -> Disputed:
        """The dispute that a stored webhook speaks of, as it stands now. Raises `ProviderError`."""

    @abstractmethod
    def refunds_of(self, payment: Payment) -> list[Returned]:
        """All refunds of `payment`, ours and those made there by hand. Raises `ProviderError`."""

    @abstractmethod
    def verify(self, request: HttpRequest) -> Incoming:
        """The webhook in `request`, if the provider signed it for us, whosever it is. Raises `ForgedWebhook`."""

    @abstractmethod
    def find_payment(self, incoming: JsonObject) -> Payment | None:
        """The payment that a stored webhook speaks of; None if it is of something else, or not known (yet)."""

    @abstractmethod
    def concern_of(self, kind: str) -> Concern:
        """What an event of this `kind` is about."""

    @abstractmethod
    def page_in(self, incoming: JsonObject) -> str:
        """The reference of the page that a stored webhook speaks of; empty if it is of something else."""
