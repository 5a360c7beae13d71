"""`{% subject %}…{% endsubject %}`: the first line of an email's text, however many lines its values have."""

from django import template
from django.template.base import Parser, Token

from shared_apps.core.lines import one_line, sentence

register = template.Library()
register.filter("one_line", one_line)
register.filter("sentence", sentence)


class SubjectNode(template.Node):
    """The node of `{% subject %}`: its text becomes one line."""

    def __init__(self, nodes: template.NodeList):
        self.nodelist = nodes

    def render(self, context: template.Context) -> str:
        escapes, context.autoescape = context.autoescape, False  # a subject is text, not HTML
        try:
            return one_line(self.nodelist.render(context))
        finally:
            context.autoescape = escapes


@register.tag
def subject(parser: Parser, token: Token) -> SubjectNode:
    """What stands between is put on one line, unescaped."""
    nodes = parser.parse(("endsubject",))
    parser.delete_first_token()
    return SubjectNode(nodes)
