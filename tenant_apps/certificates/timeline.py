"""What timelines say of certificates."""

from django.utils.translation import gettext_lazy as _

from shared_apps.events.timeline import name_fields, records, subject
from tenant_apps.certificates.models import Certificate
from tenant_apps.scheduling.timeline import sessions

subject(
    "certificate", find=records(Certificate.objects.all, lambda row: f"{row.number}, {row.name}", "office:certificate")
)
subject("results", find=sessions)
name_fields(
    {
        "issues": _("Gives certificates"), "share_percent": _("Share of days"), "wants": _("Assessment"),
        "pass_mark": _("Pass mark"), "valid_months": _("Months valid"), "renewed_by": _("Renewed by"),
        "by_itself": _("Issued by itself"), "remind_days": _("Reminder, days before"), "design": _("Design"),
        "heading": _("Heading"), "lead": _("Before the name"), "statement": _("After the name"),
        "small_print": _("Small print"), "signed_by": _("Signed by"),
    }
)  # fmt: skip
