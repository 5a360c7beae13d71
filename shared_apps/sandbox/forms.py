"""The card form of the hosted page, and the switches."""

import re
from typing import Unpack

from django import forms

from shared_apps.core.time import now
from shared_apps.sandbox.models import Switches
from shared_apps.sandbox.stripe_api.cards import passes_luhn
from shared_apps.sandbox.stripe_api.hosted import Entry
from shared_apps.sandbox.switches import NAMES
from shared_apps.web.forms import FormOptions, Sent
from shared_apps.web.whole_numbers import with_whole_numbers


class CardForm(forms.Form):
    """Refuses what a browser could have known to be wrong; whether the card pays is decided later."""

    email = forms.EmailField(label="Email", error_messages={"required": "Enter your email address."})
    number = forms.CharField(
        label="Card number", max_length=30, error_messages={"required": "Enter the number on the front of the card."}
    )
    expiry = forms.CharField(label="Expiry", max_length=9, error_messages={"required": "Enter the expiry date."})
    cvc = forms.CharField(label="CVC", max_length=4, error_messages={"required": "Enter the security code."})
    name = forms.CharField(
        label="Name on card", max_length=120, error_messages={"required": "Enter the name on the card."}
    )

    def __init__(self, data: Sent = None, *, needs_email: bool, **options: Unpack[FormOptions]):
        super().__init__(data, **options)
        if not needs_email:
            del self.fields["email"]

    def clean_number(self) -> str:
        number = re.sub(r"[\s-]", "", self.cleaned_data["number"])
        if not re.fullmatch(r"[0-9]{13,19}", number) or not passes_luhn(number):
            raise forms.ValidationError("Your card number is invalid.")
        return number

    def clean_expiry(self) -> tuple[int, int]:
        match = re.fullmatch(r"\s*(0?[1-9]|1[0-2])\s*/?\s*(?:20)?([0-9]{2})\s*", self.cleaned_data["expiry"])
        if not match:
            raise forms.ValidationError("Enter the expiry date as month and year, for example 12 / 34.")
        month, year = int(match[1]), 2000 + int(match[2])
        today = now()
        if (year, month) < (today.year, today.month):
            raise forms.ValidationError("Your card's expiry date is in the past.")
        return month, year

    def clean_cvc(self) -> str:
        if not re.fullmatch(r"[0-9]{3,4}", self.cleaned_data["cvc"]):
            raise forms.ValidationError("Your card's security code has three or four digits.")
        return str(self.cleaned_data["cvc"])

    def entry(self) -> Entry:
        """What was typed, once valid."""
        month, year = self.cleaned_data["expiry"]
        given = self.cleaned_data
        return Entry(number=given["number"], month=month, year=year, name=given["name"], email=given.get("email", ""))


class SwitchesForm(forms.ModelForm):
    """Every switch, on the index page."""

    class Meta:
        model = Switches
        formfield_callback = with_whole_numbers
        fields = NAMES
        labels = {
            "slow_seconds": "Slow: seconds before each answer",
            "down": "Down (503, no JSON)",
            "error_500": "Fails (500)",
            "rate_limited": "Too many requests (429)",
            "invalid_json": "Answers broken JSON",
            "lost_answers": "Does the work, loses the answer (504)",
            "messages_slow_seconds": "Slow: seconds before each answer",
            "messages_down": "Down (503)",
            "messages_rate_limited": "Too many requests (429)",
            "messages_refused": "Refuses each message",
            "messages_disconnected": "Accepts no account, bot or key (401)",
            "messages_lost_answers": "Takes the message, loses the answer (504)",
            "calls_left": "Only for so many calls that meet a fault (empty: until switched off)",
            "webhooks_duplicate": "Sends each event twice",
            "webhooks_reordered": "Newest event first",
            "webhooks_lost": "Never sends them",
            "webhooks_delay_seconds": "Seconds before sending",
        }
