"""Kinds of notices: what each is called, who gets it, what it may say, and by which ways it usually goes.

An app declares its own in `kinds.py`, imported by its `apps.py`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shared_apps.core.types import Words
from shared_apps.tenants.features import feature_of_module, is_on
from tenant_apps.messaging.models.notices import Priority

Context = Mapping[str, object]
EMAIL, INBOX = "email", "inbox"


class Audience(StrEnum):
    """Who gets a notice."""

    BUYER = "buyer"
    ATTENDEE = "attendee"
    OFFICE = "office"
    EVERYBODY = "everybody"


@dataclass(frozen=True)
class Variable:
    """Something that a text may say: `{{ course }}`. `of` finds it in what the notice was written with.

    `may_lack`: it is empty for some of those who are written to.
    """

    name: str
    meaning: Words
    sample: str
    of: Callable[[Context], str] = field(repr=False)
    may_lack: bool = False

    @property
    def tag(self) -> str:
        """As it stands in a text."""
        return f"{{{{ {self.name} }}}}"


@dataclass(frozen=True)
class Kind:
    """One kind of notice.

    `short` is our text for telephones and chats, in Liquid, of its `variables`. `essential`: its email can't be
    switched off, since people must be told. `channels`: by which ways it goes unless the provider says otherwise; the
    inbox is always one. `fallback`: what is tried in turn where none of these reached anybody, if it is offered.
    `details`: the template with the facts that a provider's own email may have at `{{ details }}`, without `.txt` and
    `.html`. `action` is what the button says that leads to `{{ link }}`.
    """

    name: str
    label: Words
    audience: Audience
    short: Words
    variables: tuple[Variable, ...]
    priority: Priority = Priority.NORMAL
    essential: bool = True
    channels: tuple[str, ...] = (EMAIL, "telegram", "push")
    fallback: tuple[str, ...] = (EMAIL, "sms", "whatsapp")
    details: str = ""
    action: Words = field(default=_("Open"))
    module: str = ""

    def values(self, context: Context) -> dict[str, str]:
        """What its variables are for this notice, as texts."""
        return {one.name: one.of(context) for one in self.variables}

    @property
    def settings_url(self) -> str:
        """Where a provider gives it words of its own."""
        return reverse("office:settings_wording", args=[*self.name.split("/"), EMAIL])

    @property
    def sample(self) -> dict[str, str]:
        """Made-up values, for a preview."""
        return {one.name: str(one.sample) for one in self.variables}

    @property
    def names(self) -> frozenset[str]:
        """What its texts may say."""
        return frozenset(one.name for one in self.variables)


_kinds: dict[str, Kind] = {}


def add_kinds(kinds: Iterable[Kind]) -> None:
    """Declare kinds of notices. Each name is `app/message`, after its templates."""
    for kind in kinds:
        if kind.name in _kinds and _kinds[kind.name].label != kind.label:
            raise ValueError(f"Two kinds of notices are called {kind.name}")
        _kinds[kind.name] = kind


def kind_of(name: str) -> Kind:
    """The kind called `name`. Raises KeyError for one that nobody declared."""
    return _kinds[name]


def kind_or_none(name: str) -> Kind | None:
    """The kind called `name`; None for one that this release does not have."""
    return _kinds.get(name)


def known_kinds() -> list[Kind]:
    """Those that this provider's features have, as they were declared."""
    return [kind for kind in _kinds.values() if is_on(feature_of_module(kind.module))]
