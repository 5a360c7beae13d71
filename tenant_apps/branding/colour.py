"""OKLCH: to and from sRGB, into the gamut, and contrast as WCAG measures it. Björn Ottosson's matrices."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

Rgb = tuple[float, float, float]


@dataclass(frozen=True)
class Oklch:
    """Lightness 0–1, chroma from 0 (grey) to about 0.37, hue in degrees."""

    l: float  # noqa: E741
    c: float
    h: float

    def at(self, lightness: float, *, chroma: float | None = None) -> "Oklch":
        """The same hue at another lightness (and chroma), as vivid as sRGB can show it."""
        return _fit(Oklch(lightness, self.c if chroma is None else chroma, self.h))

    def rgb(self) -> Rgb:
        """sRGB, each 0–1."""
        red, green, blue = (min(max(_gamma(v), 0.0), 1.0) for v in _linear(_fit(self)))
        return red, green, blue

    def hex(self) -> str:
        return "#" + "".join(f"{round(v * 255):02x}" for v in self.rgb())

    def css(self) -> str:
        fitted = _fit(self)
        return f"oklch({fitted.l * 100:.2f}% {fitted.c:.4f} {fitted.h:.1f})"


def from_hex(value: str) -> Oklch:
    """Parse `#rrggbb`. Raises ValueError for anything else."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValueError(f"{value!r} is not a colour like #1a2b3c")
    red, green, blue = (_ungamma(int(value[i : i + 2], 16) / 255) for i in (1, 3, 5))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return Oklch(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)


def contrast(one: Oklch, other: Oklch) -> float:
    """WCAG contrast ratio, 1 to 21, of the colours as a screen shows them (rounded to 8 bits)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def readable(colour: Oklch, grounds: Sequence[Oklch], ratio: float) -> Oklch:
    """`colour`, or the nearest lightness of it that has at least `ratio` on every one of `grounds`."""
    ratio += 0.02  # what the rounding in a stylesheet may cost
    if all(contrast(colour, ground) >= ratio for ground in grounds):
        return colour
    candidates = [colour.at(step / 200) for step in range(201)]
    good = [c for c in candidates if all(contrast(c, ground) >= ratio for ground in grounds)]
    if not good:
        return max((Oklch(0, 0, 0), Oklch(1, 0, 0)), key=lambda c: min(contrast(c, g) for g in grounds))
    return min(good, key=lambda c: abs(c.l - colour.l))


def _luminance(colour: Oklch) -> float:
    red, green, blue = (_ungamma(round(v * 255) / 255) for v in colour.rgb())
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: Oklch) -> Rgb:
    a, b = colour.c * math.cos(math.radians(colour.h)), colour.c * math.sin(math.radians(colour.h))
    long = (colour.l + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (colour.l - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (colour.l - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _fit(colour: Oklch) -> Oklch:
    """Lower the chroma until sRGB can show it; lightness and hue stay."""
    if colour.l <= 0 or colour.l >= 1:
        return Oklch(min(max(colour.l, 0.0), 1.0), 0.0, colour.h)
    if _shown(colour):
        return colour
    low, high = 0.0, colour.c
    for _ in range(14):
        middle = (low + high) / 2
        low, high = (middle, high) if _shown(Oklch(colour.l, middle, colour.h)) else (low, middle)
    return Oklch(colour.l, low, colour.h)


def _shown(colour: Oklch) -> bool:
    return all(-0.0005 <= v <= 1.0005 for v in _linear(colour))


def _gamma(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def _ungamma(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
