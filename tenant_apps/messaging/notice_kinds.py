"""The notices that messaging itself sends."""

from django.utils.translation import gettext_lazy as _

from tenant_apps.messaging.kinds import EMAIL, Audience, Kind, Variable, add_kinds
from tenant_apps.messaging.models.notices import Priority

add_kinds([
    Kind(
        name="messaging/digest", label=_("Summary of the day"), audience=Audience.OFFICE,
        short=_("{{ count }} new since yesterday."), channels=(EMAIL,), fallback=(),
        variables=(
            Variable("count", _("how many notices it sums up"), "3", lambda context: str(context["count"])),
            Variable("link", _("the link to them"), "https://…", lambda context: str(context["inbox_url"])),
        ),
    ),
    Kind(
        name="messaging/office_channel_gone", label=_("Messages can't be sent"), audience=Audience.OFFICE,
        short=_("{{ service }} refuses your account. What it should have carried goes by email."),
        priority=Priority.URGENT, fallback=(EMAIL,),
        variables=(
            Variable("service", _("which service"), "Twilio", lambda context: str(context["service"])),
            Variable("link", _("the link to the settings"), "https://…", lambda context: str(context["office_url"])),
        ),
    ),
    Kind(
        name="messaging/way_ended", label=_("You are told another way"), audience=Audience.EVERYBODY,
        short=_("We no longer reach you by {{ way }}; email from now on."), channels=(EMAIL,), fallback=(EMAIL,),
        action=_("How you are told"),
        variables=(
            Variable("way", _("which way ended"), "Telegram", lambda context: str(context["way"])),
            Variable("link", _("the link to their choices"), "https://…", lambda context: str(context["choices_url"])),
        ),
    ),
])  # fmt: skip
