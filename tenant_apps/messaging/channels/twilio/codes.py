"""What Twilio's error codes mean for us. Codes that are not listed refuse the message and no more."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tenant_apps.messaging.channels.errors import ChannelAway, ChannelDisconnected, ChannelError, ChannelRefused

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

# Nothing of this account goes until somebody mends it. Nothing is here that a single destination can cause, or
# whoever types one could stop the messages of everybody.
DISCONNECTED = {
    20003,  # sid and token don't go together
    20005,  # account not active
    20404,  # no such account
    20008,  # test credentials
    21701, 21705,  # no such messaging service
    30002,  # account suspended
}  # fmt: skip
AWAY = {
    14107, 20429, 30022, 63018,  # too many requests or messages
    20500, 20503,
    21611, 30001,  # too many messages wait already
}  # fmt: skip
# The number itself is of no use.
GONE = {21211, 21217, 21265, 21268, 21610, 21614, 21635, 30005, 30006, 63003, 63024}

WHY: "dict[int, _StrOrPromise]" = {
    21211: _("This is not a phone number."),
    21214: _("This number can't be reached."),
    21217: _("This is not a phone number."),
    21265: _("This number takes no text messages."),
    21268: _("This number takes no text messages."),
    21401: _("Your sender can't send text messages."),
    21408: _("Your Twilio account may not send to this country."),
    21606: _("Your sender can't send to this number."),
    21610: _("This number asked for no more messages (STOP)."),
    21612: _("Twilio can't reach this number from yours."),
    21614: _("This number takes no text messages."),
    21617: _("The message is too long."),
    21635: _("This is a landline, or its network takes no text messages."),
    21655: _("Twilio does not know this template."),
    21656: _("The template needs other words than it was given."),
    21659: _("Your sender can't send to this number."),
    21660: _("Your sender belongs to another Twilio account."),
    21703: _("Your messaging service has no number that can send to this one."),
    30003: _("The phone was off or out of reach."),
    30004: _("The message was blocked."),
    30005: _("Nobody has this number any more."),
    30006: _("This is a landline, or its network takes no text messages."),
    30007: _("The network took the message for spam."),
    30008: _("The network did not say why."),
    63003: _("This number is not on WhatsApp."),
    63007: _("Your sender has no WhatsApp."),
    63013: _("WhatsApp's rules do not allow this message."),
    63016: _("Nobody wrote to you from this number in the last day, and then WhatsApp takes approved templates only."),
    63024: _("This number can't receive WhatsApp messages."),
}


def error_of(code: int, text: str = "", *, retry_after: int | None = None) -> ChannelError:
    """The error that `code` stands for; `text` is what Twilio says, for codes that we have no words for."""
    if code in DISCONNECTED:
        return ChannelDisconnected(f"Twilio refuses the account: {code}")
    if code in AWAY:
        return ChannelAway(f"Twilio asks us to wait: {code}", retry_after=retry_after)
    return ChannelRefused(str(code), str(WHY.get(code) or text[:300] or _("Twilio refused it.")), gone=code in GONE)
