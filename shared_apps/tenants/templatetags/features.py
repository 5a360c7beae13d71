"""Links that lead somewhere."""

from django import template
from django.urls import NoReverseMatch, get_resolver, get_script_prefix, get_urlconf, reverse

from shared_apps.tenants.features import feature_of, is_on

register = template.Library()


@register.simple_tag
def url_of(name: str, *args: object) -> str:
    """`{% url_of "courses" as url %}`: like `url`, but "" where there is no such page or its feature is off."""
    try:
        url = reverse(name, args=args)
    except NoReverseMatch:
        return ""
    urlconf = get_urlconf()
    return url if is_on(_feature(urlconf, name, "/" + url.removeprefix(get_script_prefix()))) else ""


_known: dict[tuple[str | None, str], str] = {}


def _feature(urlconf: str | None, name: str, path: str) -> str:
    key = (urlconf, name)
    if key not in _known:
        _known[key] = feature_of(get_resolver(urlconf).resolve(path).func)
    return _known[key]
