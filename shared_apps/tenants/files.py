"""Where uploaded files are kept and at which address they are served."""

from django.conf import settings
from django.urls import reverse
from django_tenants.files.storage import TenantFileSystemStorage


class TenantFiles(TenantFileSystemStorage):
    """A folder for each tenant. A file's address is the tenant's own page for it, below its slug or on its host."""

    @property  # The library keeps the first folder for good, even when the setting changes.
    def relative_media_root(self) -> str:
        return str(settings.MEDIA_ROOT)

    def url(self, name: str | None) -> str:
        return reverse("media", urlconf=settings.TENANT_URLCONF, args=[name])
