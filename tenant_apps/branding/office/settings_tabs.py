"""The pages of the settings. Each app adds its own; they share a row of tabs."""

from typing import Any

_tabs: dict[str, tuple[int, Any]] = {}


def settings_tab(url_name: str, title: Any, *, place: int) -> None:
    """Add the page that is called `url_name`; those with a lower `place` stand before it."""
    _tabs[url_name] = (place, title)


def tabs() -> list[tuple[str, Any]]:
    """`(name of the URL, title)` of each page, in order."""
    return [(name, title) for name, (_place, title) in sorted(_tabs.items(), key=lambda item: item[1][0])]
