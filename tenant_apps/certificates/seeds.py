"""A new provider's choices about certificates, before it has made any."""

from shared_apps.tenants.models import Tenant
from shared_apps.tenants.provisioning import tenant_made
from tenant_apps.certificates.models import CertificateSettings


@tenant_made.add
def seed_certificate_settings(tenant: Tenant) -> None:
    """The row exists from the start, so that nobody who looks at it has to make it."""
    CertificateSettings.objects.create()
