"""A channel: one way by which a message goes out, and who can be reached by it."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared_apps.accounts.models import User
from shared_apps.core.types import Words
from tenant_apps.people.models import Person

if TYPE_CHECKING:
    from tenant_apps.messaging.models import Message, Notice


@dataclass(frozen=True)
class Recipient:
    """Whom a notice is for: an account, somebody the provider knows, or just an address. `email` may be "".

    `chats` and `devices` are what Telegram and push lead to, where that was read already.
    """

    email: str = ""
    user: User | None = None
    person: Person | None = None
    chats: Sequence[str] | None = None
    devices: Sequence[str] | None = None

    @classmethod
    def of(cls, notice: "Notice") -> "Recipient":
        """Whom `notice` is for, as they are reached now."""
        user, person = notice.user, notice.person
        return cls((user.email if user else "") or (person.email if person else ""), user, person)

    @property
    def phone(self) -> str:
        """Their number as it was given."""
        return (self.person.phone if self.person else "") or (self.user.phone if self.user else "")

    @property
    def name(self) -> str:
        return (self.person.name if self.person else "") or (self.user.name if self.user else "")


@dataclass(frozen=True)
class Sent:
    """What a service said when it took a message: its own key for it, and whether it has arrived already."""

    reference: str = ""
    delivered: bool = False


class Channel(ABC):
    """One way by which messages go out.

    `noisy`: it makes a telephone ring, so it keeps quiet hours. `costs`: each one is paid for, so a provider switches
    it on for each kind, and numbers that nobody has proven get few. `shows_link`: the link stands in the text, since
    it has no button. `longest`: letters of a text, its link included; what is longer ends with `cut_mark`.
    """

    name: str
    label: Words
    icon: str
    noisy: bool = True
    costs: bool = False
    shows_link: bool = True
    longest: int = 1000
    cut_mark = "…"
    needs: str = ""  # the service whose account it takes, "" for none

    @abstractmethod
    def addresses(self, recipient: Recipient) -> list[str]:
        """Where `recipient` is reached by it; empty for nowhere. Mostly one."""

    @abstractmethod
    def send(self, message: "Message") -> Sent:
        """Hand `message` to whoever carries it. Raises a `ChannelError`, see `errors`."""

    def fits(self, text: str) -> bool:
        """Whether `text` is short enough for it."""
        return len(text) <= self.longest

    def gone(self, address: str) -> None:  # noqa: B027  (most channels have nothing to forget)
        """The service says that `address` is of no use any more. What knows of it forgets it."""

    def shown(self, address: str) -> str:
        """`address` as people read it."""
        return address
