"""Forms about one session and those who booked it: its end, another date, a message to everybody."""

import hashlib
from typing import Unpack

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shared_apps.web.fields import TextBox
from shared_apps.web.forms import Cleaned, FormOptions, Sent
from tenant_apps.bookings.session_messages import WHOM
from tenant_apps.catalogue.models import Course
from tenant_apps.scheduling.models import Session
from tenant_apps.scheduling.office.forms import SessionForm

SHOWN = ("start_date", "end_date", "begins", "ends", "ends_next_day", "note", "agreed")


class CompleteForm(forms.Form):
    """How a session went."""

    notes = forms.CharField(
        label=_("How it went"), required=False, max_length=5_000, widget=TextBox(attrs={"rows": 4}),
        help_text=_("For the office and the next trainer. Customers never see it."),
    )  # fmt: skip


class RescheduleForm(SessionForm):
    """Other days for a session, and why."""

    def __init__(
        self, data: Sent = None, *, course: Course, instance: Session | None = None, **options: Unpack[FormOptions]
    ):
        super().__init__(data, course=course, instance=instance, **options)
        for name in set(self.fields) - set(SHOWN):
            del self.fields[name]
        note = self.fields["note"]
        note.label, note.help_text = _("Why"), _("It stands in the email to everybody who booked.")

    def clean(self) -> Cleaned:
        data = super().clean()
        if data.get("days") == self.as_present and not self.errors:
            self.add_error("start_date", _t("It is on this date now. Choose another one."))
        return data


class SessionMessageForm(forms.Form):
    """What is written to whom of those who booked."""

    whom = forms.ChoiceField(label=_("To whom"), choices=list(WHOM.items()), widget=forms.RadioSelect)
    attendees = forms.BooleanField(
        label=_("Also to those whom others booked for"), required=False,
        help_text=_("Attendees with an email address of their own."),
    )  # fmt: skip
    title = forms.CharField(label=_("Subject"), max_length=150)
    message = forms.CharField(
        label=_("Message"), max_length=5_000, widget=TextBox(attrs={"rows": 8}),
        help_text=_("A greeting, the facts of the course and the link to their booking stand around it."),
    )  # fmt: skip
    agreed = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_title(self) -> str:
        title = " ".join(self.cleaned_data["title"].split())
        if not title:
            raise ValidationError(_t("Say what it is about."))
        return title

    @property
    def key(self) -> str:
        """What `agreed` says once its sender has seen just this."""
        told = [str(self.cleaned_data[name]) for name in ("whom", "attendees", "title", "message")]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]
