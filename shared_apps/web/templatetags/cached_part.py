"""A part of a page, drawn once.

`{% cached_part "syllabus" course.pk of="catalogue branding" %}…{% endcached_part %}`
"""

from django import template
from django.db.models import Model
from django.template.base import FilterExpression, Parser, Token
from django.utils.safestring import SafeString, mark_safe

from shared_apps.web.page_cache import cached_part, keeps_parts

register = template.Library()


class CachedPart(template.Node):
    """The node of `{% cached_part %}`."""

    def __init__(self, nodes: template.NodeList, names: list[FilterExpression], apps: FilterExpression):
        self.nodelist, self.names, self.apps = nodes, names, apps

    def render(self, context: template.Context) -> SafeString:
        request = context.get("request")
        if not keeps_parts(request):
            return self.nodelist.render(context)
        name = tuple(str(part.resolve(context)) for part in self.names)
        apps = self.apps.resolve(context).split()
        drawn = cached_part(request, name, apps, lambda: self.nodelist.render(context))
        return mark_safe(drawn)  # noqa: S308  (as the template drew it)


@register.filter
def columns(row: Model | None) -> str:
    """All that a row says itself, for the name of a part that shows it; nothing of no row."""
    if row is None:
        return ""
    return repr([getattr(row, field.attname) for field in row._meta.concrete_fields if field.attname in row.__dict__])


@register.tag("cached_part")
def do_cached_part(parser: Parser, token: Token) -> CachedPart:
    """The words before `of=` name the part and what it depends on besides the rows of the apps or tables in `of`."""
    *names, apps = token.split_contents()[1:]
    if not names or not apps.startswith("of="):
        raise template.TemplateSyntaxError('Write {% cached_part "name" … of="app app" %}.')
    nodes = parser.parse(("endcached_part",))
    parser.delete_first_token()
    return CachedPart(
        nodes, [parser.compile_filter(name) for name in names], parser.compile_filter(apps.removeprefix("of="))
    )
