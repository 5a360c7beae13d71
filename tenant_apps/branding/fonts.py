"""The typefaces a provider may choose. All are self-hosted; `styles/fonts.css` declares them."""

from dataclasses import dataclass

SYSTEM = "ui-sans-serif, system-ui, sans-serif"


@dataclass(frozen=True)
class Font:
    """A typeface on offer: its label for the settings page, CSS family and the file worth preloading."""

    label: str
    family: str
    fallback: str
    file: str
    manner: str


TEXT_FONTS = {
    "figtree": Font("Figtree", "Figtree Variable", SYSTEM, "figtree-latin.woff2", "clear and friendly"),
}
DISPLAY_FONTS = {
    "bricolage": Font(
        "Bricolage Grotesque", "Bricolage Grotesque Variable", SYSTEM, "bricolage-grotesque-latin.woff2", "confident"
    ),
    "fraunces": Font("Fraunces", "Fraunces Variable", "ui-serif, Georgia, serif", "fraunces-latin.woff2", "warm"),
    "space": Font("Space Grotesk", "Space Grotesk Variable", SYSTEM, "space-grotesk-latin.woff2", "technical"),
    "outfit": Font("Outfit", "Outfit Variable", SYSTEM, "outfit-latin.woff2", "light-hearted"),
    "figtree": TEXT_FONTS["figtree"],
}
DEFAULT_TEXT, DEFAULT_DISPLAY = "figtree", "bricolage"


def text_stack(key: str) -> str:
    """The CSS font-family list for running text; an unknown key means the default."""
    return _stack(TEXT_FONTS.get(key, TEXT_FONTS[DEFAULT_TEXT]))


def display_stack(key: str) -> str:
    """The CSS font-family list for headings; an unknown key means the default."""
    return _stack(DISPLAY_FONTS.get(key, DISPLAY_FONTS[DEFAULT_DISPLAY]))


def display_file(key: str) -> str:
    """The typeface of headings, as a path for `static`; an unknown key means the default."""
    return f"fonts/{DISPLAY_FONTS.get(key, DISPLAY_FONTS[DEFAULT_DISPLAY]).file}"


def _stack(font: Font) -> str:
    return f'"{font.family}", {font.fallback}'
