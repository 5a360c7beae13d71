"""Texts that people write in Markdown: how long they may be, and the HTML made of them."""

import nh3
from django.core.validators import MaxLengthValidator
from django.utils.deconstruct import deconstructible
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt

MOST_CHARACTERS = 20_000
MOST_HTML = 300_000  # letters; only a table whose empty cells are made up for comes to more
TAGS = {
    "p", "br", "strong", "em", "s", "ul", "ol", "li", "h2", "h3", "h4", "a", "blockquote", "hr", "code", "pre",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
SCHEMES = {"http", "https", "mailto", "tel"}

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": True}).enable(["table", "strikethrough", "linkify"])
_markdown.disable("reference")  # an address written once and linked a thousand times makes a page of megabytes

_without_tables = MarkdownIt("commonmark", {"html": False, "linkify": True}).enable(["strikethrough", "linkify"])
_without_tables.disable("reference")


@deconstructible
class MarkdownLength(MaxLengthValidator):
    """For the Markdown fields of models: forms refuse what is longer than `MOST_CHARACTERS`."""

    message = _("This text has %(show_value)s characters. Shorten it to at most %(limit_value)s.")

    def __init__(self) -> None:
        super().__init__(MOST_CHARACTERS)


def html_of(text: str) -> SafeString:
    """Markdown as HTML of plain formatting: headings from the second rank down, lists, links, tables, emphasis.

    HTML in `text` is shown as it was typed. Addresses become links; links lend nobody our good name.
    """
    rendered = _markdown.render(text or "")
    if len(rendered) > MOST_HTML:
        rendered = _without_tables.render(text)
    html = nh3.clean(
        rendered,
        tags=TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=SCHEMES,
        link_rel="nofollow ugc noopener",
    )
    return mark_safe(html)  # noqa: S308  (nh3 has just cleaned it)
