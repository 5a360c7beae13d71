"""The page of the settings about certificates."""

from django.utils.translation import gettext_lazy as _

from tenant_apps.branding.registry import section
from tenant_apps.certificates.office.forms import SettingsForm
from tenant_apps.certificates.services import change_certificate_settings

section(
    "certificates", _("Certificates"), page="office:settings_certificates", place=45, icon="award", form=SettingsForm,
    change=change_certificate_settings, words="diploma design template wording expiry reminder renewal",
)  # fmt: skip
