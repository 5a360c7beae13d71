"""Pictures on pages."""

from django import template
from django.db.models.fields.files import FieldFile
from django.urls import reverse

from shared_apps.files.paths import sizes_of

register = template.Library()


@register.simple_tag
def srcset(picture: FieldFile | None) -> str:
    """The sizes in which a picture is kept, as browsers choose from them; empty where there is one alone."""
    sizes = sizes_of(picture.name) if picture and picture.name else {}
    if len(sizes) < 2:
        return ""
    return ", ".join(f"{reverse('media', args=[path])} {width}w" for width, path in sizes.items())
