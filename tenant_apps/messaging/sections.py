"""The pages of the settings about messages."""

from django.utils.translation import gettext_lazy as _

from tenant_apps.branding.registry import section

section(
    "messages", _("Messages"), page="office:settings_messages", place=60, icon="mail",
    words="emails wording texts templates notices quiet hours sms",
)  # fmt: skip
section(
    "channels", _("Channels"), page="office:settings_channels", place=61, icon="send",
    words="twilio sms text whatsapp telegram bot push notifications connect",
)  # fmt: skip
