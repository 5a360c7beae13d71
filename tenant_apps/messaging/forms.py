"""How somebody wants to be told."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shared_apps.web.forms import Cleaned
from tenant_apps.messaging.routing import Hours


def _clock() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time", "class": "input"}, format="%H:%M")


class QuietHoursForm(forms.Form):
    """From when until when telephones stay silent. Both times, or neither."""

    quiet_from = forms.TimeField(
        label=_("From"),
        required=False,
        widget=_clock(),
    )
    quiet_until = forms.TimeField(
        label=_("Until"),
        required=False,
        widget=_clock(),
    )

    def clean(self) -> Cleaned:
        data = super().clean() or {}
        begins, ends = data.get("quiet_from"), data.get("quiet_until")
        if not self.errors and ((begins is None) != (ends is None) or (begins is not None and begins == ends)):
            raise ValidationError(_("Give both times, and two that differ; or neither."))
        return data

    @property
    def pair(self) -> Hours:
        """The two times, or twice None."""
        begins, ends = self.cleaned_data["quiet_from"], self.cleaned_data["quiet_until"]
        return (begins, ends) if begins is not None else (None, None)


class PreferencesForm(QuietHoursForm):
    """Quiet hours, and when the daily summary comes."""

    digest_at = forms.TimeField(
        label=_("Daily summary at"), required=False,
        help_text=_("What can wait comes in one email at this time. Leave it empty to get each by itself."),
        widget=_clock(),
    )  # fmt: skip
