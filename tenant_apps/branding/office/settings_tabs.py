"""The pages of the settings. Each app adds its own; they share a row of tabs."""

from shared_apps.core.types import Words

_tabs: dict[str, tuple[int, Words]] = {}


def settings_tab(url_name: str, title: Words, *, place: int) -> None:
    """Add the page that is called `url_name`; those with a lower `place` stand before it."""
    _tabs[url_name] = (place, title)


def tabs() -> list[tuple[str, Words]]:
    """`(name of the URL, title)` of each page, in order."""
    return [(name, title) for name, (_place, title) in sorted(_tabs.items(), key=lambda item: item[1][0])]
