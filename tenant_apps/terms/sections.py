"""The page of the settings about booking."""

from django.utils.translation import gettext_lazy as _

from tenant_apps.branding.registry import section
from tenant_apps.terms.office.forms import TermsForm
from tenant_apps.terms.policy import clean_policy
from tenant_apps.terms.services import POLICY, change_terms

section(
    "booking", _("Booking"), page="office:settings_booking", place=40, icon="ticket", form=TermsForm,
    change=change_terms,
    public=["hold_minutes", "deposit_percent", "balance_due_days", "names_until_hours", "offer_hours", POLICY],
    words="names attendees cancellation refund policy deposit hold balance waiting list offer",
    more={POLICY: _("If somebody cancels")},
    cleans={POLICY: clean_policy},
)  # fmt: skip
section(
    "terms", _("Terms and consent"), page="office:settings_terms", place=42, icon="file-check",
    words="legal terms conditions versions accept agree small print consent guardian parent children publish",
)  # fmt: skip
