"""What timelines say of the terms of booking."""

from django.utils.translation import gettext_lazy as _

from shared_apps.events.timeline import name_fields, records, subject
from tenant_apps.terms.models import TermsVersion


def _name(version: TermsVersion) -> str:
    return _("%(kind)s, version %(n)s") % {"kind": version.get_kind_display(), "n": version.number or "–"}


subject("terms", find=records(TermsVersion.objects.all, _name, "office:terms_version"))

name_fields(
    {
        "deposit_percent": _("Deposit, per cent"), "cancellation_policy": _("Cancellation terms"),
        "hold_minutes": _("Minutes to pay"), "balance_due_days": _("Balance due, days before"),
        "names_until_hours": _("Names fixed, hours before"),
    },
    about_money=["deposit_percent"],
)  # fmt: skip
