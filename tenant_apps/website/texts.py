"""A provider's long text, with anchors at its headings."""

import re
from dataclasses import dataclass

from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

from shared_apps.web.templatetags.muster import markdown

HEADING = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)


@dataclass(frozen=True)
class Part:
    """What a heading says, as HTML without tags, and the anchor that leads to it."""

    anchor: str
    title: SafeString


@dataclass(frozen=True)
class Text:
    """`html` is clean, as `markdown` makes it; `parts` are its headings of the first rank, in order."""

    html: SafeString
    parts: list[Part]


def with_anchors(source: str) -> Text:
    """Markdown made to a text that a table of contents can lead into."""
    parts: list[Part] = []

    def anchored(heading: re.Match[str]) -> str:
        title = mark_safe(strip_tags(heading[1]).strip())  # noqa: S308  (clean HTML, less its tags)
        parts.append(Part(f"part-{len(parts) + 1}", title))
        return f'<h2 id="{parts[-1].anchor}">{heading[1]}</h2>'

    html = HEADING.sub(anchored, markdown(source))
    return Text(mark_safe(html), parts)  # noqa: S308  (only anchors of our own were added)
