"""Logos, drawn."""

from django.core.files.base import ContentFile

from tenant_apps.branding import art
from tenant_apps.branding.palette import Palette, palette
from tenant_apps.demo.shapes import ProviderData


def colours(data: ProviderData) -> Palette:
    """The palette that pages derive from the provider's two colours."""
    return palette(data.brand["primary_colour"], data.brand["accent_colour"])


def logo(data: ProviderData) -> ContentFile:
    """The provider's mark."""
    return ContentFile(art.logo(data.name, colours(data)).encode(), name="logo.svg")
