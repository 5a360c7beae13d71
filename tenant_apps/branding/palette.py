"""A provider gives one or two brand colours; everything else a page needs is derived here.

Colours are OKLCH, where equal steps of lightness look equal. Each promise in `PROMISES` (a text on a
background, or the edge of a control) is kept by moving the lightness of the colour on top until the
contrast is reached, so that no brand colour can make a page unreadable.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from tenant_apps.branding.colour import Oklch, contrast, from_hex, readable
from tenant_apps.branding.fonts import display_stack, text_stack

TEXT, EDGE = 4.5, 3.0
DEFAULT_PRIMARY, DEFAULT_ACCENT = "#0f5f4f", "#f0a93b"
STATUSES = {"success": 155.0, "warning": 72.0, "error": 25.0, "info": 245.0}

# (what is on top, what it lies on, the least contrast)
PROMISES: list[tuple[str, str, float]] = [
    *[(top, below, TEXT) for top in ("base-content", "muted") for below in ("base-100", "base-200", "base-300")],
    *[(f"{name}-content", name, TEXT) for name in ("primary", "accent", "neutral", *STATUSES)],
    ("primary-content", "primary-hover", TEXT),
    *[
        (f"{name}-text", below, TEXT)
        for name in ("primary", "accent", *STATUSES)
        for below in ("base-100", "base-200", f"{name}-soft")
    ],
    *[("base-content", f"{name}-soft", TEXT) for name in ("primary", "accent", *STATUSES)],
    *[("muted", f"{name}-soft", TEXT) for name in ("primary", "accent", *STATUSES)],
    *[(top, "deep", TEXT) for top in ("deep-content", "deep-muted", "deep-accent")],
    *[("line-strong", below, EDGE) for below in ("base-100", "base-200")],
    *[("focus", below, EDGE) for below in ("base-100", "base-200", "base-300", "primary-soft")],
    ("deep-focus", "deep", EDGE),
]

Theme = Mapping[str, Oklch]


@dataclass(frozen=True, eq=False)
class Palette:
    """Every colour of a provider's site, by name, for light and dark pages. `palette` gives the same one again."""

    light: Theme
    dark: Theme

    def hex(self, name: str, *, dark: bool = False) -> str:
        """`#rrggbb` of one colour, for pictures and emails."""
        return (self.dark if dark else self.light)[name].hex()


@lru_cache(maxsize=512)
def palette(primary: str, accent: str | None = None) -> Palette:
    """Derive a palette from `#rrggbb` brand colours. Raises ValueError for anything else."""
    brand = from_hex(primary)
    second = from_hex(accent) if accent else _companion(brand)
    return Palette(light=_keep_promises(_light(brand, second)), dark=_keep_promises(_dark(brand, second)))


def brand_css(colours: Palette, text_font: str = "", display_font: str = "") -> str:
    """The stylesheet of one brand: variables for daisyUI and for our own components."""
    fonts = f"--font-sans:{text_stack(text_font)};--font-display:{display_stack(display_font)};"
    light, dark = _variables(colours.light), _variables(colours.dark)
    return (
        f":root,[data-theme=light]{{color-scheme:light;{light}}}\n"
        f":root{{{fonts}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}\n"
        f"@media screen{{[data-theme=dark]{{color-scheme:dark;{dark}}}}}\n"
    )


def email_colours(colours: Palette) -> dict[str, str]:
    """The hex values the email layout takes as `brand`."""
    names = (
        "primary",
        "accent",
        "primary-content",
        "primary-text",
        "primary-soft",
        "base-100",
        "base-200",
        "base-content",
    )
    light = {name.replace("-", "_"): colours.hex(name) for name in (*names, "muted", "line", "deep", "deep-content")}
    dark = {f"dark_{name.replace('-', '_')}": colours.hex(name, dark=True) for name in (*names, "muted", "line")}
    return light | dark


def _companion(brand: Oklch) -> Oklch:
    """A second colour for a provider who gave only one: amber, or sea green beside a warm brand."""
    near_amber = min(abs(brand.h - 75), 360 - abs(brand.h - 75)) < 50 and brand.c > 0.04
    return Oklch(0.62, 0.1, 195) if near_amber else Oklch(0.79, 0.14, 75)


def _light(brand: Oklch, accent: Oklch) -> dict[str, Oklch]:
    tint = min(brand.c, 0.12) / 0.12
    grey = _shade(brand.h, tint)
    fill = _fill(brand)
    theme = {
        "base-100": grey(0.994, 0.002),
        "base-200": grey(0.974, 0.006),
        "base-300": grey(0.94, 0.01),
        "base-content": grey(0.235, 0.025),
        "muted": grey(0.465, 0.025),
        "line": grey(0.905, 0.012),
        "line-strong": grey(0.66, 0.022),
        "neutral": grey(0.3, 0.03),
        "neutral-content": grey(0.985, 0.004),
        "deep": Oklch(0.262, min(brand.c * 0.62, 0.075), brand.h),
        "deep-content": grey(0.98, 0.008),
        "deep-muted": Oklch(0.83, min(brand.c, 0.035), brand.h),
        "deep-line": Oklch(0.385, min(brand.c * 0.6, 0.06), brand.h),
        "deep-accent": accent.at(max(accent.l, 0.78)),
        "deep-focus": accent.at(max(accent.l, 0.8)),
        "focus": brand.at(min(brand.l, 0.55)),
    }
    theme |= _tone("primary", brand, fill, soft=Oklch(0.957, min(brand.c, 0.3) * 0.2, brand.h), text_l=0.43)
    theme |= _tone("accent", accent, accent, soft=Oklch(0.957, min(accent.c, 0.3) * 0.24, accent.h), text_l=0.47)
    theme["primary-hover"] = _away(fill, theme["primary-content"], 0.055)
    for name, hue in STATUSES.items():
        base = Oklch(0.53, 0.13 if name != "error" else 0.18, hue)
        theme |= _tone(name, base, base, soft=Oklch(0.962, 0.026, hue), text_l=0.45)
    return theme


def _dark(brand: Oklch, accent: Oklch) -> dict[str, Oklch]:
    tint = min(brand.c, 0.12) / 0.12
    grey = _shade(brand.h, tint)
    lifted = brand.at(max(brand.l, 0.74), chroma=min(brand.c, 0.16))
    lifted_accent = accent.at(max(accent.l, 0.76), chroma=min(accent.c, 0.15))
    theme = {
        "base-100": grey(0.198, 0.012),
        "base-200": grey(0.235, 0.014),
        "base-300": grey(0.285, 0.016),
        "base-content": grey(0.94, 0.008),
        "muted": grey(0.74, 0.016),
        "line": grey(0.31, 0.016),
        "line-strong": grey(0.56, 0.02),
        "neutral": grey(0.86, 0.012),
        "neutral-content": grey(0.2, 0.015),
        "deep": Oklch(0.165, min(brand.c * 0.45, 0.04), brand.h),
        "deep-content": grey(0.95, 0.008),
        "deep-muted": Oklch(0.76, min(brand.c, 0.025), brand.h),
        "deep-line": Oklch(0.29, min(brand.c * 0.5, 0.04), brand.h),
        "deep-accent": lifted_accent,
        "deep-focus": lifted_accent,
        "focus": lifted,
    }
    theme |= _tone("primary", lifted, lifted, soft=Oklch(0.29, min(brand.c, 0.2) * 0.28, brand.h), text_l=0.82)
    theme |= _tone(
        "accent", lifted_accent, lifted_accent, soft=Oklch(0.3, min(accent.c, 0.2) * 0.26, accent.h), text_l=0.84
    )
    theme["primary-hover"] = _away(theme["primary"], theme["primary-content"], 0.05)
    for name, hue in STATUSES.items():
        base = Oklch(0.76, 0.13, hue)
        theme |= _tone(name, base, base, soft=Oklch(0.28, 0.038, hue), text_l=0.84)
    return theme


def _shade(hue: float, tint: float) -> Callable[[float, float], Oklch]:
    """Near-greys that lean towards the brand, as much as the brand has colour itself."""
    return lambda lightness, chroma: Oklch(lightness, chroma * tint, hue)


def _fill(colour: Oklch) -> Oklch:
    """The brand colour as a button: as given if white or ink reads on it, else a little darker."""
    white = Oklch(1, 0, 0)
    if contrast(colour, white) >= TEXT or contrast(colour, white) < EDGE:
        return colour
    return readable(colour, [white], TEXT)


def _tone(name: str, colour: Oklch, fill: Oklch, *, soft: Oklch, text_l: float) -> dict[str, Oklch]:
    white, ink = Oklch(1, 0, colour.h), Oklch(0.2, min(colour.c, 0.035), colour.h)
    content = white if contrast(white, fill) >= TEXT else ink
    text = colour.at(min(colour.l, text_l) if text_l < 0.6 else max(colour.l, text_l))
    return {name: fill, f"{name}-content": content, f"{name}-soft": soft, f"{name}-text": text}


def _away(colour: Oklch, other: Oklch, step: float) -> Oklch:
    """`colour` moved away from what lies on it, so that hover never costs contrast."""
    return colour.at(colour.l - step if other.l > colour.l else min(colour.l + step, 1.0))


def _keep_promises(theme: dict[str, Oklch]) -> dict[str, Oklch]:
    for top in dict.fromkeys(top for top, _, _ in PROMISES):
        for ratio in (TEXT, EDGE):
            grounds = [theme[below] for name, below, least in PROMISES if name == top and least == ratio]
            if grounds:
                theme[top] = readable(theme[top], grounds, ratio)
    return theme


def variables(theme: Theme) -> dict[str, str]:
    """The CSS variables of a light or dark theme, by name."""
    aliases = {"secondary": "accent", "secondary-content": "accent-content"}
    named = dict(theme) | {alias: theme[name] for alias, name in aliases.items()}
    return {f"--color-{name}": colour.css() for name, colour in named.items()}


def _variables(theme: Theme) -> str:
    return "".join(f"{name}:{value};" for name, value in variables(theme).items())


if __name__ == "__main__":
    sys.stdout.write("/* Made by: python -m tenant_apps.branding.palette > styles/theme.css */\n")
    sys.stdout.write(brand_css(palette(DEFAULT_PRIMARY, DEFAULT_ACCENT)))
