"""What one buyer holds or has bought, as the way to paying it sees it."""

from abc import ABC, abstractmethod
from datetime import datetime
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser

from shared_apps.accounts.models import User
from tenant_apps.payments.models import OPEN_PAYMENTS, Order, Payment


class Stage(StrEnum):
    """How far a purchase is."""

    HELD = "held"  # kept until it is paid
    ENDING = "ending"  # that time is up, and it is about to be let go
    OVER = "over"
    BOUGHT = "bought"
    CANCELLED = "cancelled"


class Purchase(ABC):
    """Something that is kept for one buyer until it is paid, or is theirs. A kind of what is sold brings its own."""

    @property
    @abstractmethod
    def order(self) -> Order | None:
        """The order that it is on; None for what costs nothing."""

    @property
    @abstractmethod
    def stage(self) -> Stage:
        """How far it is."""

    @property
    @abstractmethod
    def kept_until(self) -> datetime | None:
        """Until when it is kept unpaid; None: for ever, or it is bought."""

    @property
    def count(self) -> int:
        """How many there are of it, such as seats."""
        return 1

    @property
    @abstractmethod
    def is_free_now(self) -> bool:
        """Whether what was to be paid for costs nothing any more."""

    @abstractmethod
    def awaits_proof(self, user: User | AnonymousUser) -> bool:
        """Whether it costs nothing and waits for the link in our email; `user` is who looks at it."""

    @abstractmethod
    def confirm_if_free(self, *, by: User | None) -> bool:
        """What costs nothing any more is the buyer's; whether it was. Raises `ProofNeeded`."""

    @property
    @abstractmethod
    def can_take_longer(self) -> bool:
        """Whether the buyer may still take more time to pay."""

    @abstractmethod
    def take_longer(self, *, by: User | None) -> None:
        """The time to pay begins anew. Raises `HoldOver`, and why it can't."""

    @abstractmethod
    def refresh(self) -> None:
        """Read it again: money may have come."""

    @property
    def open_payments(self) -> list[Payment]:
        """Its payments that may still be made at a provider."""
        return list(self.order.payments.filter(status__in=OPEN_PAYMENTS)) if self.order else []

    @property
    def money_arrived(self) -> bool:
        """Whether its money is here, and it is just about to be the buyer's."""
        if self.stage not in (Stage.HELD, Stage.ENDING) or self.order is None:
            return False
        return Payment.objects.filter(order=self.order).that_came().exists()
