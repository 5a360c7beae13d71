"""What rows know of the provider that they name: what it is called, and whether people do what it does.

A provider's class adds itself, as providers know rows and not the other way round.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

_labels: dict[str, "_StrOrPromise"] = {}
_names: dict[str, "_StrOrPromise"] = {}
_manual: set[str] = set()


def add_provider(name: str, label: "_StrOrPromise", *, manual: bool, called: "_StrOrPromise" = "") -> None:
    """With the provider whose rows say `name` one pays by `label`; `called`: its own name, where that is another.

    `manual`: people hand its money over.
    """
    _labels[name], _names[name] = label, called or label
    if manual:
        _manual.add(name)


def label_of(name: str) -> str:
    """What the provider is called whose rows say `name`; that name for one that is gone."""
    return str(_labels.get(name, name))


def name_of(name: str) -> str:
    """The own name of the provider whose rows say `name`, such as Stripe."""
    return str(_names.get(name, name))


def is_manual(name: str) -> bool:
    """Whether people hand over the money of the provider whose rows say `name`."""
    return name in _manual
