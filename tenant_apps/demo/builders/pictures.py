"""Logos and portraits, drawn."""

from django.core.files.base import ContentFile

from tenant_apps.branding import art
from tenant_apps.branding.palette import Palette, palette
from tenant_apps.demo.dice import Dice
from tenant_apps.demo.shapes import ProviderData, TrainerData

# Shoulders, neck and head of everybody; hair behind the head, and before it.
SHOULDERS = '<path d="M28 240c0-52 36-78 92-78s92 26 92 78Z" fill="{cloth}"/>'
COLLAR = '<path d="M92 168c6 18 16 27 28 27s22-9 28-27l-12-6h-32Z" fill="{trim}"/>'
NECK = '<path d="M100 128h40v40a20 20 0 0 1-40 0Z" fill="{shade}"/>'
HEAD = '<path d="M78 92c0-30 17-50 42-50s42 20 42 50c0 32-17 58-42 58S78 124 78 92Z" fill="{skin}"/>'
EARS = '<circle cx="77" cy="100" r="9" fill="{skin}"/><circle cx="163" cy="100" r="9" fill="{skin}"/>'
STYLES = {
    "short": (
        "",
        '<path d="M79 94c-9-38 12-62 42-62s48 22 40 60c-2-12-5-19-8-28-14 8-46 9-62 1-6 8-10 17-12 29Z" '
        'fill="{hair}"/>',
    ),
    "grey-beard": (
        "",
        '<path d="M76 84c0-32 18-50 44-50s44 18 44 50c-5-9-8-16-14-22-16 6-44 6-60 0-6 6-9 13-14 22Z" fill="{hair}"/>'
        '<path d="M78 98c4 14 10 18 20 17 12-1 14-5 22-5s10 4 22 5c10 1 16-3 20-17 2 34-16 58-42 58s-44-24-42-58Z" '
        'fill="{hair}"/><path d="M108 126q12 7 24 0" stroke="{skin}" stroke-width="4" stroke-linecap="round" '
        'fill="none"/>',
    ),
    "bob": (
        '<path d="M66 150c-8-14-4-44-3-62 2-34 24-56 57-56s55 22 57 56c1 18 5 48-3 62-12 8-96 8-108 0Z" '
        'fill="{hair}"/>',
        '<path d="M77 96c0-26 14-40 40-44 12 12 30 18 46 22 0-26-18-42-43-42-27 0-45 20-43 64Z" fill="{hair}"/>',
    ),
    "bun": (
        '<circle cx="120" cy="26" r="21" fill="{hair}"/>',
        '<path d="M75 94c-2-36 17-58 45-58s47 22 45 58c-6-18-18-30-45-32-27 2-39 14-45 32Z" fill="{hair}"/>',
    ),
    "curls": (
        '<g fill="{hair}"><circle cx="120" cy="52" r="34"/><circle cx="84" cy="66" r="27"/><circle cx="156" cy="66" '
        'r="27"/><circle cx="72" cy="98" r="22"/><circle cx="168" cy="98" r="22"/></g>',
        '<path d="M74 92c0-40 18-54 46-54s46 14 46 54c-9-14-24-22-46-22s-37 8-46 22Z" fill="{hair}"/>',
    ),
    "close": (
        "",
        '<path d="M77 86c0-30 16-48 43-48s43 18 43 48c-4-14-10-22-18-26-14-5-36-5-50 0-8 4-14 12-18 26Z" '
        'fill="{hair}"/>',
    ),
}


def colours(data: ProviderData) -> Palette:
    """The palette that pages derive from the provider's two colours."""
    return palette(data.brand["primary_colour"], data.brand["accent_colour"])


def logo(data: ProviderData) -> ContentFile:
    """The provider's mark."""
    return ContentFile(art.logo(data.name, colours(data)).encode(), name="logo.svg")


def portrait(trainer: TrainerData, data: ProviderData) -> ContentFile:
    """A trainer as a cut-out in paper, without a face, on the provider's colours."""
    tint, dice = colours(data), Dice(trainer.slug)
    look = trainer.look
    cloths = [("primary", "base-100"), ("deep", "accent"), ("accent", "deep"), ("primary", "accent")]
    cloth, trim = dice.choice(cloths)
    paint = {
        "cloth": tint.hex(cloth), "trim": tint.hex(trim), "skin": look.skin, "shade": look.shade, "hair": look.hair,
    }  # fmt: skip
    behind, before = STYLES[look.style]
    x, y, r = dice.choice([40, 200]), dice.choice([52, 84, 110]), dice.choice([64, 78, 92])
    body = (behind + SHOULDERS + COLLAR + NECK + EARS + HEAD + before).format(**paint)
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240" width="240" height="240">'
        f'<rect width="240" height="240" fill="{tint.hex("primary-soft")}"/>'
        f'<circle cx="{x}" cy="{y}" r="{r}" fill="{tint.hex("accent-soft")}"/>'
        f'<g transform="translate(-13 -6) scale(1.11)">{body}</g></svg>'
    )
    return ContentFile(svg.encode(), name=f"{trainer.slug}.svg")
