"""Who holds a certificate that expires soon is told once, in time to renew it."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from shared_apps.core.time import now
from shared_apps.events.bus import emit
from shared_apps.timers.due import DueRows
from tenant_apps.certificates.events import CertificateExpiring
from tenant_apps.certificates.models import Certificate, CertificateStatus


@transaction.atomic
def remind(pk: UUID) -> bool:
    """Say that it expires, unless that was said, or it is revoked, over or renewed since; False if nothing was done."""
    row = Certificate.objects.select_for_update(of=("self",)).filter(pk=pk, remind_at__lte=now()).first()
    if row is None:
        return False
    row.remind_at = None
    row.save(update_fields=["remind_at"])
    if row.status != CertificateStatus.EXPIRED and not is_renewed(row):
        emit(CertificateExpiring(certificate_id=row.pk), subject=row)
    return True


def is_renewed(certificate: Certificate) -> bool:
    """Whether the same person holds one of the same course, or of the one that renews it, that lasts longer."""
    courses = {certificate.course_id}
    rule = getattr(certificate.course, "certificate_rule", None)
    if rule and rule.renewed_by_id:
        courses.add(rule.renewed_by_id)
    others = Certificate.objects.standing().filter(person=certificate.person_id, course__in=courses)
    others = others.exclude(pk=certificate.pk).filter(ends_on__gt=certificate.ends_on)
    return others.exclude(expires_on__lte=certificate.expires_on).exists()


def _waiting() -> "QuerySet[Certificate, UUID]":
    return Certificate.objects.exclude(remind_at=None).order_by().values_list("pk", flat=True)


remind_due = DueRows("certificates.remind", _waiting, "remind_at", remind)
