"""The page of the settings about what is told around a session."""

from django.utils.translation import gettext_lazy as _

from tenant_apps.branding.registry import section
from tenant_apps.scheduling.noticing import change_notices
from tenant_apps.scheduling.office.settings_views import NoticesForm

section(
    "sessions", _("Before and after sessions"), page="office:settings_sessions", place=45, icon="bell",
    form=NoticesForm, change=change_notices, words="reminders joining instructions feedback notices",
)  # fmt: skip
