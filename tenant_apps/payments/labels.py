"""What each provider is called. A provider's class adds itself."""

from typing import Any

_labels: dict[str, Any] = {}


def add_label(name: str, label: Any) -> None:
    """The provider whose rows say `name` is called `label`."""
    _labels[name] = label


def label_of(name: str) -> str:
    """What the provider is called whose rows say `name`; that name for one that is gone."""
    return str(_labels.get(name, name))
