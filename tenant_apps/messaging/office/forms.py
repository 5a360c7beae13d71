"""Forms of the settings of messages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_apps.web.forms import Sent
from tenant_apps.messaging.forms import QuietHoursForm
from tenant_apps.messaging.liquid import LONGEST

SECRET = {"autocomplete": "off", "spellcheck": "false", "class": "input"}


class WordingForm(forms.Form):
    """The provider's own text of a kind. What it may say is judged by `own_words.check_wording`."""

    subject = forms.CharField(label=_("Subject"), max_length=300, widget=forms.TextInput(attrs={"class": "input"}))
    body = forms.CharField(
        label=_("Text"), max_length=LONGEST, widget=forms.Textarea(attrs={"class": "textarea", "rows": 10})
    )

    template = forms.RegexField(
        r"^HX[0-9a-f]{32}$", label=_("WhatsApp template"), required=False, widget=forms.TextInput(attrs=SECRET),
        help_text=_("Its id at Twilio, HX…; {{1}} becomes the text and {{2}} the link. Needed to write first."),
        error_messages={"invalid": _("It begins with HX and has 34 letters and digits.")},
    )  # fmt: skip

    def __init__(self, data: Sent, *, initial: dict[str, object], is_email: bool) -> None:
        super().__init__(data, initial=initial)
        if is_email:
            del self.fields["template"]
        else:
            del self.fields["subject"]
            self.fields["body"].widget.attrs["rows"] = 3


class TwilioForm(forms.Form):
    """A provider's account at Twilio."""

    sid = forms.RegexField(
        r"^AC[0-9a-f]{32}$", label=_("Account SID"), widget=forms.TextInput(attrs=SECRET),
        error_messages={"invalid": _("It begins with AC and has 34 letters and digits.")},
    )  # fmt: skip
    token = forms.CharField(label=_("Auth token"), max_length=100, widget=forms.PasswordInput(attrs=SECRET))
    sender = forms.RegexField(
        r"^(\+[1-9][0-9]{6,14}|MG[0-9a-f]{32})$", label=_("Sender"), widget=forms.TextInput(attrs=SECRET),
        help_text=_("A number such as +447700900123, or a messaging service that begins with MG."),
        error_messages={"invalid": _("Give a number with its country, as +447700900123, or an MG… id.")},
    )  # fmt: skip


class TelegramForm(forms.Form):
    """A provider's bot."""

    token = forms.RegexField(
        r"^[0-9]{5,20}:[A-Za-z0-9_-]{20,100}$", label=_("Token of the bot"),
        widget=forms.PasswordInput(attrs=SECRET),
        help_text=_("Write to @BotFather in Telegram, make a bot, and copy what it gives you."),
        error_messages={"invalid": _("It looks like 123456789:AAE… with no spaces.")},
    )  # fmt: skip


class UsualQuietHoursForm(QuietHoursForm):
    """The quiet hours of those who have none of their own."""
