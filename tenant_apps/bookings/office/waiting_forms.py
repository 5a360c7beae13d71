"""Forms of the office about waiting lists."""

from typing import Unpack

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shared_apps.web.fields import TextBox, about_somebody_else
from shared_apps.web.forms import Cleaned, FormOptions, Sent
from shared_apps.web.people_fields import EmailField, NameField, PhoneField
from shared_apps.web.whole_numbers import WholeNumberField
from tenant_apps.bookings.models import WaitingListEntry
from tenant_apps.scheduling.models import Session

REASON = {"rows": 2}


class OfferForm(forms.Form):
    """How many seats are offered to somebody who waits."""

    seats = WholeNumberField(label=_("Seats to offer"), min_value=1, max_value=500)

    def __init__(self, data: Sent = None, *, entry: WaitingListEntry, **options: Unpack[FormOptions]) -> None:
        super().__init__(data, **options)
        self.initial.setdefault("seats", entry.seats)


class MoveInLineForm(forms.Form):
    """Which place in line somebody gets, and why."""

    to = WholeNumberField(label=_("Place in line"), min_value=1, max_value=10_000)
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=TextBox(attrs=REASON),
        help_text=_("It stands in the history. Customers never see it."),
    )  # fmt: skip


class RemoveForm(forms.Form):
    """Why somebody is taken off the list."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, required=False, widget=TextBox(attrs=REASON),
        help_text=_("It stands in the history. They are told that they are off the list, and not why."),
    )  # fmt: skip


class NewEntryForm(forms.Form):
    """Somebody on the phone who wants to wait."""

    name = NameField(label=_("Name"))
    email = EmailField(label=_("Email"), required=False, help_text=_("Offers go here."))
    phone = PhoneField(label=_("Phone"), required=False)
    seats = WholeNumberField(label=_("Seats"), min_value=1, max_value=500, initial=1)

    def __init__(self, data: Sent = None, *, session: Session, **options: Unpack[FormOptions]) -> None:
        super().__init__(data, **options)
        about_somebody_else(self)
        self.initial.setdefault("seats", min(session.seats_left + 1, session.capacity))

    def clean(self) -> Cleaned:
        data = super().clean() or {}
        if not (data.get("email") or data.get("phone")) and "email" not in self.errors:
            self.add_error("email", _t("Enter an email address or a phone number."))
        return data
