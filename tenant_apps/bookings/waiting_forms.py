"""What somebody is asked who wants to wait for seats."""

from typing import Unpack

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from shared_apps.web.forms import FormOptions, Sent, choice_field
from shared_apps.web.people_fields import EmailField, NameField, PhoneField
from tenant_apps.bookings.services import MOST_SEATS
from tenant_apps.scheduling.models import Session


class WaitForSeats(forms.Form):
    """How many seats together, more than are free, and for whom."""

    seats = forms.TypedChoiceField(label=_("How many seats together?"), coerce=int)
    name = NameField(
        label=_("Your name"),
        error_messages={"required": _("Enter your name.")}, widget=forms.TextInput({"autocomplete": "name"}),
    )  # fmt: skip
    email = EmailField(
        label=_("Email"), max_length=254,
        error_messages={
            "required": _("Enter your email address."), "invalid": _("Enter an address like ada@example.com."),
        },
        help_text=_("We write to you as soon as seats come free."),
        widget=forms.EmailInput({"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}),
    )  # fmt: skip
    phone = PhoneField(
        label=_("Phone"), required=False,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip

    def __init__(self, data: Sent = None, *, session: Session, **options: Unpack[FormOptions]) -> None:
        super().__init__(data, **options)
        numbers = range(session.seats_left + 1, min(session.capacity, MOST_SEATS) + 1)
        choice_field(self, "seats").choices = [(n, ngettext("%d seat", "%d seats", n) % n) for n in numbers]


def can_wait(session: Session) -> bool:
    """Whether there are more seats to wait for than can be booked at once now."""
    return session.seats_left < min(session.capacity, MOST_SEATS)
