"""Forms of the office around bookings."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shared_apps.core.fields import about_somebody_else
from shared_apps.core.lines import LONGEST_NAME, validate_line, validate_name, validate_phone
from shared_apps.core.money import display
from shared_apps.core.money_fields import MoneyField
from shared_apps.core.time import local
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.selectors import Money
from tenant_apps.bookings.terms import RefundQuote
from tenant_apps.payments.providers import PROVIDERS
from tenant_apps.people.models import Person
from tenant_apps.scheduling.models import Session


class PaymentForm(forms.Form):
    """Money that reached the office. Only what is due can be chosen."""

    amount = forms.ChoiceField(label=_("Amount"), widget=forms.RadioSelect)
    provider = forms.ChoiceField(label=_("How it came"), widget=forms.RadioSelect)
    reference = forms.CharField(
        label=_("Reference"), max_length=255, required=False, help_text=_("Receipt number, or what the transfer says.")
    )

    def __init__(self, *args: Any, money: Money, **kwargs: Any):
        super().__init__(*args, **kwargs)
        due = [(money.due, _t("All that is due, %s"))]
        if money.deposit:
            due.append((money.deposit, _t("The deposit, %s")))
        self.fields["amount"].choices = [(str(sum_), text % display(sum_, money.currency)) for sum_, text in due]  # type: ignore[attr-defined]
        self.fields["amount"].error_messages["invalid_choice"] = _t("That is not what is due now. Choose one of these.")
        manual = [(name, provider.label) for name, provider in PROVIDERS.items() if provider.manual]
        self.fields["provider"].choices = manual  # type: ignore[attr-defined]
        self.initial.update(amount=str(money.due), provider=manual[0][0])

    def clean_amount(self) -> Decimal:
        return Decimal(self.cleaned_data["amount"])


class CancelForm(forms.Form):
    """Why, and how much goes back. `refund` is left out when nothing was paid."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The customer reads it in the email."),
    )  # fmt: skip
    refund = MoneyField(label=_("Money back"))

    def __init__(self, *args: Any, quote: RefundQuote, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.quote = quote
        if not quote.held:
            del self.fields["refund"]
            return
        self.initial["refund"] = quote.amount
        self.fields["refund"].help_text = _t(
            "Up to %(held)s was paid. By the terms of this booking %(percent)s %% goes back: %(amount)s."
        ) % {
            "held": display(quote.held, quote.currency), "percent": quote.percent,
            "amount": display(quote.amount, quote.currency),
        }  # fmt: skip

    def clean_refund(self) -> Decimal:
        refund: Decimal = self.cleaned_data["refund"]
        if refund > self.quote.held:
            raise ValidationError(_t("Only %s was paid.") % display(self.quote.held, self.quote.currency))
        return refund


class FailedRefundForm(forms.Form):
    """What to do about money that could not be sent back."""

    what = forms.ChoiceField(
        label=_("What now?"), widget=forms.RadioSelect, initial="retry",
        choices=[
            ("retry", _("Try again: it goes back the way it came")),
            ("by_hand", _("It was sent another way: in cash, or by transfer")),
        ],
    )  # fmt: skip
    how = forms.CharField(
        label=_("How it was sent"), max_length=200, required=False,
        help_text=_("Only when it was sent another way. Kept in the booking's history."),
    )  # fmt: skip
    refund = forms.UUIDField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("what") == "by_hand" and not given.get("how"):
            self.add_error("how", _("Say how it was sent."))
        return given


class CancelSessionForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Everybody who booked reads it in the email."),
    )  # fmt: skip


class NotesForm(forms.ModelForm):
    class Meta:
        model = Booking
        fields = ["internal_notes"]
        labels = {"internal_notes": _("Office notes")}
        help_texts = {"internal_notes": _("Customers never see these.")}
        widgets = {"internal_notes": forms.Textarea(attrs={"rows": 3})}


class SessionChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        left = _t("full") if not obj.spots_left else _t("%d left") % obj.spots_left
        return f"{local(obj.starts_at):%a %d %b %Y, %H:%M} · {obj.course} · {left}"


class NewBookingForm(forms.Form):
    """A booking for somebody on the phone."""

    session = SessionChoice(queryset=Session.objects.none(), label=_("Session"), empty_label=_("Choose a date"))
    person = forms.ModelChoiceField(Person.objects.none(), required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME, validators=[validate_name], required=False)
    email = forms.EmailField(
        label=_("Email"), required=False, help_text=_("The confirmation and the link to pay go here.")
    )
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False, validators=[validate_phone])
    company = forms.CharField(label=_("Company"), max_length=200, required=False, validators=[validate_line])
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=500, initial=1)
    attendees = forms.CharField(
        label=_("Who is coming"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One person a line: name, or name and email with a comma between. It may be filled in later."),
    )  # fmt: skip
    special_requests = forms.CharField(
        label=_("What they asked for"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        about_somebody_else(self)
        upcoming = Session.objects.visible_to(user).upcoming().select_related("course")
        self.fields["session"].queryset = upcoming  # type: ignore[attr-defined]
        self.fields["person"].queryset = Person.objects.visible_to(user)  # type: ignore[attr-defined]
        self.fields["name"].required = not (self.data.get("person") or self.initial.get("person"))
        self.initial.setdefault("form_key", uuid.uuid4())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        reachable = data.get("person") or data.get("email") or data.get("phone")
        if not reachable and "email" not in self.errors:
            self.add_error("email", _t("Give an email address or a phone number."))
        return data

    def clean_attendees(self) -> list[dict[str, str]]:
        people = []
        for line in self.cleaned_data["attendees"].splitlines():
            name, _comma, email = (part.strip() for part in line.partition(","))
            if email:
                try:
                    validate_email(email)
                except ValidationError:
                    raise ValidationError(_t("“%s” is not an email address.") % email) from None
            if name:
                validate_name(name)
            if name or email:
                people.append({"name": (name or email)[:120], "email": email})
        return people
