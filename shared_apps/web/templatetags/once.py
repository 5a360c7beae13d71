"""What a page need not work out twice: `{% static "a file" %}`, and what it shows in two places."""

from django import template
from django.conf import settings
from django.template.base import FilterExpression, Parser, Token
from django.templatetags.static import StaticNode, do_static

register = template.Library()


class File(template.Node):
    """The address of a file, which stays the same while a release is served."""

    def __init__(self, node: StaticNode):
        self.node, self.address = node, ""

    def render(self, context: template.Context) -> str:
        self.address = self.address or self.node.render(context)
        return self.address


@register.tag("static")
def static(parser: Parser, token: Token) -> template.Node:
    """Django's own tag; where it shows a file that is named in the template, a quicker one."""
    node = do_static(parser, token)
    path: FilterExpression = node.path
    is_fixed = settings.STATIC_MANIFEST and not path.filters and getattr(path.var, "literal", None) is not None
    return File(node) if is_fixed and not node.varname else node


class Drawn(template.Node):
    def __init__(self, nodes: template.NodeList, name: str):
        self.nodelist, self.name = nodes, name

    def render(self, context: template.Context) -> str:
        context[self.name] = self.nodelist.render(context)
        return ""


@register.tag
def drawn(parser: Parser, token: Token) -> Drawn:
    """`{% drawn as links %}…{% enddrawn %}` keeps what stands between under a name, for a page that shows it twice."""
    _, word, name = token.split_contents()
    if word != "as":
        raise template.TemplateSyntaxError("Write {% drawn as name %}.")
    nodes = parser.parse(("enddrawn",))
    parser.delete_first_token()
    return Drawn(nodes, name)
