"""`{% translate "a text" %}`, looked up once: a page has dozens of texts, and Django looks up each one every time."""

from django import template
from django.template.base import FilterExpression, Parser, Token
from django.templatetags.i18n import TranslateNode, do_translate
from django.utils.translation import get_language

register = template.Library()


class Text(template.Node):
    """A text that depends on the language alone."""

    def __init__(self, node: TranslateNode):
        self.node, self.name = node, node.asvar
        self.drawn: dict[str | None, str] = {}

    def render(self, context: template.Context) -> str:
        language = get_language()
        if (drawn := self.drawn.get(language)) is None:
            shown = self.node.render(context)
            drawn = self.drawn[language] = context[self.name] if self.name else shown
        if self.name:
            context[self.name] = drawn
            return ""
        return drawn


@register.tag("translate")
def translate(parser: Parser, token: Token) -> template.Node:
    """Django's own tag; where it shows a text that is written in the template, a quicker one."""
    node = do_translate(parser, token)
    text: FilterExpression = node.filter_expression
    is_fixed = not text.filters and getattr(text.var, "literal", None) is not None
    return Text(node) if is_fixed and not (node.message_context or node.noop) else node
