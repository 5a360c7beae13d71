"""Pictures of our own making: for courses, home pages, logos and social cards, in a provider's colours.

The same seed, motif and palette always give the same picture. Seeds differ in layout, ground, figure and
proportions, so that a list of courses looks like one series of posters.
"""

import math
import re
import textwrap
from collections.abc import Callable
from functools import lru_cache
from html import escape
from io import BytesIO
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw, ImageFont

from tenant_apps.branding.figures import FIGURES, WORDS
from tenant_apps.branding.palette import Palette
from tenant_apps.branding.patterns import HEIGHT, WIDTH, Scheme, mix, schemes, texture, tile

MOTIFS = tuple(FIGURES)
FONT_FILE = Path(__file__).resolve().parents[2] / "static" / "fonts" / "figtree-latin.woff2"


def course_art(seed: str, motif: str, palette: Palette) -> str:
    """An SVG of 640 by 400 for one course. An unknown motif gives a generic picture."""
    dice = Random(f"course:{seed}")  # noqa: S311
    figures = FIGURES.get(motif, FIGURES["generic"])
    scheme = dice.choice(schemes(palette))
    layout = dice.choice(_LAYOUTS)
    body = layout(dice, scheme, dice.choice(figures), motif)
    return _svg(WIDTH, HEIGHT, f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{scheme.ground}"/>{body}')


def motif_for(*words: str) -> str:
    """The motif that suits a course, guessed from its category and title."""
    text = " ".join(words).lower()
    return next((motif for motif, marks in WORDS if any(_says(text, mark) for mark in marks)), "generic")


def _says(text: str, mark: str) -> bool:
    """Whether a word of `text` begins with `mark`; marks of up to three letters must be the whole word."""
    return re.search(rf"\b{re.escape(mark)}" + (r"\b" if len(mark) <= 3 else ""), text) is not None


def hero_art(seed: str, palette: Palette, motifs: tuple[str, ...] = ()) -> str:
    """A square mosaic for a home page: patterned tiles, and figures of what the provider teaches."""
    dice = Random(f"hero:{seed}")  # noqa: S311
    grounds = schemes(palette)
    wanted = list(motifs or dice.sample(MOTIFS, 4))
    size, cells = 180, [(column, row) for row in range(4) for column in range(4)]
    spots = dice.choice([(0, 5, 10, 15), (2, 4, 11, 13), (1, 7, 8, 14), (3, 5, 8, 14), (0, 6, 9, 15)])
    parts = []
    for index, (column, row) in enumerate(cells):
        scheme = grounds[(index * 5 + row * 2 + dice.randrange(2)) % len(grounds)]
        parts.append(f'<g transform="translate({column * size} {row * size})">')
        # One wider than the cell: no seam shows between neighbours at any scale.
        parts.append(f'<rect width="{size + 1}" height="{size + 1}" fill="{scheme.ground}"/>')
        if index in spots:
            figure = dice.choice(FIGURES[wanted[spots.index(index) % len(wanted)]])
            parts.append(_place(scheme.paint(figure), size / 2, size / 2, 0.62))
        else:
            parts.append(tile(dice, scheme, size))
        parts.append("</g>")
    return _svg(size * 4, size * 4, "".join(parts))


def logo(name: str, palette: Palette) -> str:
    """A mark of one or two initials on a shape that the name decides."""
    dice = Random(f"logo:{name}")  # noqa: S311
    words = [word for word in name.split() if word[:1].isalpha()] or ["M"]
    initials = escape((words[0][0] + (words[1][0] if len(words) > 1 else "")).upper())
    primary, accent = palette.hex("primary"), palette.hex("deep-accent")
    content = palette.hex("primary-content")
    cut = dice.choice(
        [
            f'<path d="M72 96a24 24 0 0 1 24-24v24Z" fill="{accent}"/>',
            f'<path d="M96 0v30A30 30 0 0 1 66 0Z" fill="{accent}"/>',
            f'<path d="M0 84h96v12H0Z" fill="{accent}"/>',
            f'<circle cx="92" cy="92" r="22" fill="{accent}"/>',
        ]
    )
    size = 44 if len(initials) > 1 else 54
    return _svg(
        96,
        96,
        f'<clipPath id="logo"><rect width="96" height="96" rx="22"/></clipPath><g clip-path="url(#logo)">'
        f'<rect width="96" height="96" fill="{primary}"/>{cut}</g><text x="48" y="{48 + size * 0.355:.1f}" '
        f'text-anchor="middle" font-family="Figtree Variable, Figtree, Helvetica, Arial, sans-serif" font-weight="700" '
        f'font-size="{size}" letter-spacing="-2" fill="{content}">{initials}</text>',
    )


@lru_cache(256)
def monogram(name: str, palette: Palette) -> str:
    """A square of 240 with somebody's initials on patterned tiles: what stands for them without a photograph."""
    dice = Random(f"person:{name}")  # noqa: S311
    scheme = dice.choice(schemes(palette))
    size, tiles = 80, []
    for index in range(9):
        column, row = index % 3, index // 3
        tiles.append(f'<g transform="translate({column * size} {row * size})">{tile(dice, scheme, size)}</g>')
    words = [word for word in name.split() if word[:1].isalpha()] or ["?"]
    initials = escape((words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper())
    font = "Figtree Variable, Figtree, Helvetica, Arial, sans-serif"
    return _svg(
        240, 240,
        f'<rect width="240" height="240" fill="{scheme.ground}"/>{"".join(tiles)}'
        f'<circle cx="120" cy="120" r="74" fill="{palette.hex("primary")}"/><text x="120" y="143" text-anchor="middle" '
        f'font-family="{font}" font-weight="700" font-size="64" letter-spacing="-1" '
        f'fill="{palette.hex("primary-content")}">{initials}</text>',
    ).replace("<svg ", '<svg preserveAspectRatio="xMidYMid slice" ', 1)  # fmt: skip


def social_image(title: str, subtitle: str, palette: Palette) -> bytes:
    """A PNG of 1200 by 630 for links shared in chats and networks."""
    image = Image.new("RGB", (1200, 630), palette.hex("deep"))
    draw = ImageDraw.Draw(image)
    dice = Random(f"social:{title}")  # noqa: S311
    centre = (1010 + dice.randrange(90), 90 + dice.randrange(120))
    for radius in range(90, 620, 58):
        box = [(centre[0] - radius, centre[1] - radius), (centre[0] + radius, centre[1] + radius)]
        draw.ellipse(box, outline=palette.hex("deep-line"), width=3)
    draw.ellipse([(centre[0] - 62, centre[1] - 62), (centre[0] + 62, centre[1] + 62)], fill=palette.hex("deep-accent"))
    angle = dice.uniform(3.2, 3.45)
    dot = (centre[0] + 322 * math.cos(angle), centre[1] + 322 * math.sin(angle))
    draw.ellipse([(dot[0] - 22, dot[1] - 22), (dot[0] + 22, dot[1] + 22)], fill=palette.hex("primary", dark=True))
    size, lines = _fit_title(title)
    top = 520 - (len(lines) * size * 1.1) - 40
    for index, line in enumerate(lines):
        draw.text((80, top + index * size * 1.1), line, font=_font(size, 700), fill=palette.hex("deep-content"))
    draw.rectangle([(80, 536), (136, 542)], fill=palette.hex("deep-accent"))
    caption = textwrap.shorten(subtitle, 64, placeholder="…")
    draw.text((80, 556), caption, font=_font(34, 500), fill=palette.hex("deep-muted"))
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


@lru_cache(maxsize=16)
def _font(size: int, weight: int) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    """Our text face; Pillow's own, which knows fewer signs, where FreeType cannot read WOFF2."""
    try:
        font = ImageFont.truetype(FONT_FILE, size)
        font.set_variation_by_axes([weight])
    except OSError:
        return ImageFont.load_default(size=size)
    return font


def _fit_title(title: str) -> tuple[int, list[str]]:
    for size, width in ((92, 18), (76, 23), (62, 28), (52, 34)):
        lines = textwrap.wrap(title, width)
        if len(lines) <= 3:
            return size, lines
    return 44, textwrap.wrap(textwrap.shorten(title, 150, placeholder="…"), 40)


# --- Layouts: each fills the canvas over its ground ------------------------------------------------


def _poster(dice: Random, scheme: Scheme, figure: str, motif: str) -> str:
    """One great figure on a disc, off centre."""
    x = dice.choice((210, 320, 430))
    radius = dice.randrange(165, 215)
    disc = f'<circle cx="{x}" cy="{HEIGHT - radius * 0.86:.0f}" r="{radius}" fill="{scheme.broad}"/>'
    return texture(motif, dice, scheme) + disc + _place(scheme.paint(figure, scheme.broad), x, 214, 1.45)


def _tiles(dice: Random, scheme: Scheme, figure: str, motif: str) -> str:
    """A mosaic of patterned tiles with the figure on four of them."""
    size, home = 160, dice.choice((0, 1, 2))
    parts = []
    for column in range(4):
        for row in range(3):
            if column in (home, home + 1) and row < 2:
                continue
            parts.append(f'<g transform="translate({column * size} {row * size - 20})">{tile(dice, scheme, size)}</g>')
    x = (home + 1) * size
    parts.append(f'<rect x="{x - size}" y="-20" width="{size * 2}" height="{size * 2}" fill="{scheme.broad}"/>')
    return "".join(parts) + _place(scheme.paint(figure, scheme.broad), x, 142, 1.18)


def _row(dice: Random, scheme: Scheme, figure: str, motif: str) -> str:
    """Three of a kind, growing along a base line."""
    scales = dice.choice(((0.55, 0.8, 1.12), (1.12, 0.8, 0.55), (0.72, 1.1, 0.72)))
    base, parts = 318, []
    x = 320 - sum(220 * s for s in scales) / 2
    for scale in scales:
        x += 110 * scale
        parts.append(_place(scheme.paint(figure), x, base - 100 * scale, scale))
        x += 110 * scale
    floor = f'<rect y="{base}" width="{WIDTH}" height="{HEIGHT - base}" fill="{scheme.broad}"/>'
    return texture(motif, dice, scheme) + floor + "".join(parts)


def _horizon(dice: Random, scheme: Scheme, figure: str, motif: str) -> str:
    """A low sun, a field, and the figure between them."""
    x, sun = dice.choice(((200, 470), (440, 170))), dice.randrange(70, 120)
    field = "".join(
        f'<path d="M0 {300 + step}Q320 {258 + step + dice.randrange(20)} 640 {300 + step}V400H0Z" '
        f'fill="{mix(scheme.broad, scheme.b, step / 240)}"/>'
        for step in (0, 34, 68)
    )
    disc = f'<circle cx="{x[1]}" cy="{170 + dice.randrange(50)}" r="{sun}" fill="{scheme.c}"/>'
    return disc + field + _place(scheme.paint(figure), x[0], 196, 1.3)


def _diagonal(dice: Random, scheme: Scheme, figure: str, motif: str) -> str:
    """A slanted field with stripes that follow it."""
    flip = dice.choice((1, -1))
    lean = dice.randrange(120, 220)
    stripes = "".join(
        f'<path d="M{-260 + i * 46} 400 {-260 + i * 46 + lean} 0" stroke="{scheme.line}" stroke-width="9"/>'
        for i in range(11)
    )
    field = f'<path d="M{250 - lean / 2} 400 {250 + lean / 2} 0H640V400Z" fill="{scheme.broad}"/>'
    turned = "" if flip == 1 else f' transform="translate({WIDTH}) scale(-1 1)"'
    x = 452 if flip == 1 else 188
    return f"<g{turned}>{stripes}{field}</g>" + _place(scheme.paint(figure, scheme.broad), x, 200, 1.36)


def _orbit(dice: Random, scheme: Scheme, figure: str, motif: str) -> str:
    """Rings from a corner, with small bodies on them."""
    right = dice.random() < 0.5
    x, y = (640 if right else 0), dice.choice((0, 400))
    rings = "".join(
        f'<circle cx="{x}" cy="{y}" r="{r}" fill="none" stroke="{scheme.line}" stroke-width="3"/>'
        for r in range(120, 640, 56)
    )
    bodies = ""
    for ring, colour in zip(dice.sample(range(232, 600, 56), 3), (scheme.a, scheme.b, scheme.c), strict=True):
        angle = dice.uniform(0.25, 1.3)
        bx = x + (-1 if right else 1) * ring * math.cos(angle)
        by = y + (-1 if y else 1) * ring * math.sin(angle)
        bodies += f'<circle cx="{bx:.0f}" cy="{by:.0f}" r="{dice.choice((9, 13, 18))}" fill="{colour}"/>'
    core = f'<circle cx="{x}" cy="{y}" r="64" fill="{scheme.broad}"/>'
    return rings + core + bodies + _place(scheme.paint(figure), 240 if right else 400, 200, 1.3)


def _arch(dice: Random, scheme: Scheme, figure: str, motif: str) -> str:
    """A doorway with the figure in it, between stripes or discs."""
    x, wide = dice.choice((200, 320, 440)), dice.randrange(125, 160)
    door = f'<path d="M{x - wide} 400V190a{wide} {wide} 0 0 1 {wide * 2} 0V400Z" fill="{scheme.broad}"/>'
    rim = f'<path d="M{x - wide - 22} 400V190a{wide + 22} {wide + 22} 0 0 1 {wide * 2 + 44} 0V400" '
    rim += f'fill="none" stroke="{scheme.b}" stroke-width="8"/>'
    return texture(motif, dice, scheme) + door + rim + _place(scheme.paint(figure, scheme.broad), x, 236, 1.12)


def _column(dice: Random, scheme: Scheme, figure: str, motif: str) -> str:
    """A column of tiles at one side, the figure in the calm beside it."""
    left, size = dice.random() < 0.5, 134
    columns = dice.choice((1, 2))
    places = [(n * size if left else WIDTH - (n + 1) * size, row * size) for n in range(columns) for row in range(3)]
    parts = [f'<g transform="translate({x} {y})">{tile(dice, scheme, size)}</g>' for x, y in places]
    x = 320 + (1 if left else -1) * size * columns / 2
    return "".join(parts) + _place(scheme.paint(figure), x, 200, 1.32)


def _echo(dice: Random, scheme: Scheme, figure: str, motif: str) -> str:
    """The figure before its own great shadow."""
    shadow = figure
    for role in ("%a", "%b", "%c"):
        shadow = shadow.replace(role, scheme.broad)
    x = dice.choice((200, 440))
    tilt = dice.choice((-14, 0, 14))
    great = (
        f'<g transform="translate({WIDTH - x} 230) rotate({tilt}) scale(2.5)">{shadow.replace("%g", scheme.ground)}</g>'
    )
    return great + _place(scheme.paint(figure), x, 206, 1.25)


_LAYOUTS: list[Callable[[Random, Scheme, str, str], str]] = [
    _poster,
    _tiles,
    _row,
    _horizon,
    _diagonal,
    _orbit,
    _arch,
    _column,
    _echo,
]


def _place(figure: str, x: float, y: float, scale: float) -> str:
    return f'<g transform="translate({x:.0f} {y:.0f}) scale({scale:.2f})">{figure}</g>'


def _svg(width: int, height: int, body: str) -> str:
    box = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box} aria-hidden="true">{body}</svg>'
