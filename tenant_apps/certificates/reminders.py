"""Who holds a certificate that expires soon is told once, in time to renew it."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from shared_apps.core.db import connection
from shared_apps.core.time import at, midnight, now, tenant_zone
from shared_apps.events.bus import emit
from shared_apps.timers.due import DueRows
from tenant_apps.certificates.events import CertificateExpiring
from tenant_apps.certificates.models import Certificate, CertificateSettings, CertificateStatus

IN_THE_MORNING = time(9)
# In the order of their keys, as whoever locks several of them.
PLAN = """
WITH plan AS (SELECT * FROM unnest(%s::date[], %s::timestamptz[]) AS plan (day, moment)),
waiting AS (
    SELECT id, moment FROM certificates_certificate JOIN plan ON expires_on = day
    WHERE revoked_at IS NULL AND reminded_at IS NULL AND remind_at IS DISTINCT FROM moment
    ORDER BY id FOR UPDATE OF certificates_certificate
)
UPDATE certificates_certificate SET remind_at = waiting.moment FROM waiting
WHERE certificates_certificate.id = waiting.id
"""


def reminder_time(expires_on: date | None, days: int) -> datetime | None:
    """When its holder is told that it expires: so many `days` before, in the morning; at once where that is over.

    None: never, since it has expired, does not expire, or with 0 days.
    """
    if expires_on is None or not days or midnight(expires_on, after=True) <= now():
        return None
    return max(at(expires_on - timedelta(days=days), IN_THE_MORNING, tenant_zone()), now())


@transaction.atomic
def plan_reminders() -> None:
    """The days before are others now: for all who were not told yet. Two statements, however many they are."""
    days = CertificateSettings.objects.load().remind_days
    waiting = Certificate.objects.standing().filter(reminded_at=None, expires_on__isnull=False)
    dates = list(waiting.order_by().values_list("expires_on", flat=True).distinct())
    with connection.cursor() as cursor:
        cursor.execute(PLAN, [dates, [reminder_time(day, days) for day in dates]])


@transaction.atomic
def remind(pk: UUID) -> bool:
    """Say that it expires, unless that was said, or it is revoked, over or renewed since; False if nothing was done."""
    row = Certificate.objects.select_for_update(of=("self",)).filter(pk=pk, remind_at__lte=now()).first()
    if row is None:
        return False
    row.remind_at = None
    if row.status != CertificateStatus.EXPIRED and not is_renewed(row):
        row.reminded_at = now()
        emit(CertificateExpiring(certificate_id=row.pk), subject=row)
    row.save(update_fields=["remind_at", "reminded_at"])
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
