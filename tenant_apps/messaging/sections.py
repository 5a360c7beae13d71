"""The pages of the settings about messages."""

from django.utils.translation import gettext_lazy as _

from tenant_apps.branding.registry import Spot, section

section(
    "messages", _("Messages"), page="office:settings_messages", place=60, icon="mail", words="emails notices",
    spots=[
        Spot(_("Quiet hours"), "quiet", "night silence"),
        Spot(_("Which messages go out, and their wording"), "kinds", "own words texts templates text message sms"),
        Spot(
            _("Your own daily summary"), "id_digest_at", "daily day digest once a emails",
            page="notice_preferences",
        ),
        Spot(
            _("How you yourself are told"), "ways", "unsubscribe subscribe stop fewer emails notifications notices",
            page="notice_preferences",
        ),
    ],
)  # fmt: skip
section(
    "channels", _("Channels"), page="office:settings_channels", place=61, icon="send", words="connect",
    spots=[
        Spot(_("Text messages and WhatsApp"), "twilio", "twilio sms whatsapp"),
        Spot(_("Telegram"), "telegram", "bot"),
        Spot(_("Notifications of browsers"), "push", "push notifications devices"),
    ],
)  # fmt: skip
