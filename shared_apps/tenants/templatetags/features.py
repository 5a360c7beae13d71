"""Links that lead somewhere."""

from django import template
from django.urls import NoReverseMatch, get_resolver, get_script_prefix, get_urlconf, reverse

from shared_apps.tenants.features import feature_of, is_on

register = template.Library()
# By the table of URLs and the name: what its page belongs to, and where it is below the prefix.
_features: dict[tuple[str | None, str], str] = {}
_paths: dict[tuple[str | None, str], str] = {}


@register.simple_tag
def url_of(name: str, *args: object) -> str:
    """`{% url_of "courses" as url %}`: like `url`, but "" where there is no such page or its feature is off."""
    key = (get_urlconf(), name)
    try:
        path = reverse(name, args=args).removeprefix(get_script_prefix()) if args else _path(key)
    except NoReverseMatch:
        return ""
    if key not in _features:
        _features[key] = feature_of(get_resolver(key[0]).resolve(f"/{path}").func)
    return get_script_prefix() + path if is_on(_features[key]) else ""


def _path(key: tuple[str | None, str]) -> str:
    if key not in _paths:  # a page has dozens of such links
        _paths[key] = reverse(key[1]).removeprefix(get_script_prefix())
    return _paths[key]
