"""Certificates, and what earns one."""

from tenant_apps.certificates.models.certificates import (
    EXPIRING,
    STATUSES,
    Certificate,
    CertificateQuerySet,
    CertificateStatus,
    months_after,
    new_code,
)
from tenant_apps.certificates.models.rules import (
    CertificateSettings,
    CourseRule,
    Design,
    Result,
    Wants,
)

__all__ = [
    "EXPIRING", "STATUSES", "Certificate", "CertificateQuerySet", "CertificateSettings", "CertificateStatus",
    "CourseRule", "Design", "Result", "Wants", "months_after", "new_code",
]  # fmt: skip
