"""What lies behind the figures of a picture: colour schemes, textures and mosaic tiles."""
# ruff: noqa: E501 - paths read no better in pieces

from dataclasses import dataclass
from random import Random

from tenant_apps.branding.palette import Palette

WIDTH, HEIGHT = 640, 400


@dataclass(frozen=True)
class Scheme:
    """The colours of one picture: ground, a broad shape on it, thin lines on it, and three for figures."""

    ground: str
    broad: str
    line: str
    a: str
    b: str
    c: str

    def paint(self, figure: str, ground: str | None = None) -> str:
        roles = {"%a": self.a, "%b": self.b, "%c": self.c, "%g": ground or self.ground}
        for role, colour in roles.items():
            figure = figure.replace(role, colour)
        return figure


def schemes(palette: Palette) -> list[Scheme]:
    """The six grounds a picture may have, from dark to bright."""
    light = palette.hex
    deep, primary, accent = light("deep"), light("primary"), light("accent")
    soft, accent_soft, paper = light("primary-soft"), light("accent-soft"), light("base-100")
    return [
        Scheme(deep, light("deep-line"), light("deep-line"), accent, light("primary", dark=True), paper),
        Scheme(soft, mix(soft, primary, 0.16), mix(soft, primary, 0.3), primary, deep, accent),
        Scheme(primary, mix(primary, deep, 0.4), mix(primary, paper, 0.24), soft, deep, light("deep-accent")),
        Scheme(accent_soft, mix(accent_soft, accent, 0.42), mix(accent_soft, accent, 0.6), primary, accent, deep),
        Scheme(
            light("base-200"), mix(light("base-300"), deep, 0.06), mix(light("line"), deep, 0.08), deep, primary, accent
        ),
        Scheme(mix(accent, paper, 0.12), mix(accent, paper, 0.4), mix(accent, deep, 0.22), deep, primary, paper),
    ]


def texture(motif: str, dice: Random, scheme: Scheme) -> str:
    """Thin lines over the whole ground, in the manner of the motif."""
    strokes = f'fill="none" stroke="{scheme.line}" stroke-width="3" stroke-linecap="round"'
    if motif in ("air", "water", "flame", "iot"):
        wave, gap = dice.choice((18, 26, 34)), dice.choice((34, 44))
        lines = "".join(
            f"M-20 {y}q40-{wave} 80 0t80 0 80 0 80 0 80 0 80 0 80 0 80 0 80 0" for y in range(24, HEIGHT, gap)
        )
        return f'<path {strokes} d="{lines}"/>'
    if motif in ("electrical", "ai", "data", "robotics", "chain", "security"):
        gap = dice.choice((40, 50))
        dots = "".join(
            f'<circle cx="{x}" cy="{y}" r="{dice.choice((3, 3, 3, 6))}"/>'
            for x in range(20, WIDTH, gap)
            for y in range(20, HEIGHT, gap)
        )
        return f'<g fill="{scheme.line}">{dots}</g>'
    if motif == "code":
        rows = "".join(
            f"M{24 + dice.choice((0, 32, 64))} {y}h{dice.randrange(60, 260)}m26 0h{dice.randrange(30, 150)}m26 0h{dice.randrange(20, 90)}"
            for y in range(28, HEIGHT, 36)
        )
        heavy = strokes.replace('"3"', '"7"')
        return f'<path {heavy} d="{rows}"/>'
    lean = dice.choice((0, 40, 90))
    lines = "".join(f"M{x} 0 {x - lean} {HEIGHT}" for x in range(16, WIDTH + lean, dice.choice((32, 44))))
    return f'<path {strokes} d="{lines}"/>'


def tile(dice: Random, scheme: Scheme, size: int) -> str:
    """One square of a mosaic: a quarter disc, half discs, a ring, stripes, a dot or nothing."""
    half, turn = size / 2, dice.choice((0, 90, 180, 270))
    one, two = dice.sample((scheme.a, scheme.b, scheme.broad, scheme.line), 2)
    kind = dice.randrange(8)
    shapes = [
        f'<path d="M0 0h{size}a{size} {size} 0 0 1-{size} {size}Z" fill="{one}"/>',
        f'<path d="M0 0h{size}a{half} {half} 0 0 1-{size} 0Z" fill="{one}"/><path d="M0 {half}h{size}a{half} {half} 0 0 1-{size} 0Z" fill="{two}"/>',
        f'<circle cx="{half}" cy="{half}" r="{half * 0.62:.0f}" fill="none" stroke="{one}" stroke-width="{half * 0.34:.0f}"/>',
        f'<path d="M0 {size * 0.125}h{size}M0 {size * 0.375}h{size}M0 {size * 0.625}h{size}M0 {size * 0.875}h{size}" '
        f'stroke="{scheme.line}" stroke-width="{size * 0.11:.0f}"/>',
        f'<circle cx="{half}" cy="{half}" r="{half * 0.36:.0f}" fill="{scheme.c}"/>',
        f'<path d="M0 0h{size}L0 {size}Z" fill="{one}"/>',
        f'<path d="M0 0h{half}a{half} {half} 0 0 1-{half} {half}Z" fill="{one}"/><path d="M{size} {size}h-{half}a{half} {half} 0 0 1 {half}-{half}Z" fill="{two}"/>',
        "",
    ]
    return f'<g transform="rotate({turn} {half} {half})">{shapes[kind]}</g>'


def mix(one: str, other: str, share: float) -> str:
    """`one` with a share (0–1) of `other`."""
    pairs = [(int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
