"""The office's forms about the money of an order."""

from datetime import date
from decimal import Decimal
from typing import Unpack

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shared_apps.core.money import display
from shared_apps.core.time import local_today
from shared_apps.core.types import Words
from shared_apps.web.forms import Cleaned, FormOptions, Sent, choice_field
from shared_apps.web.money_fields import MoneyField
from tenant_apps.payments.models import Refund, RefundStatus
from tenant_apps.payments.providers import PROVIDERS, by_hand_providers
from tenant_apps.payments.selectors import Money


def by_hand_choices() -> list[tuple[str, Words]]:
    """The ways in which people handle money."""
    return [(provider.name, provider.label) for provider in by_hand_providers()]


class PaymentForm(forms.Form):
    """Money that reached the office: all that is due, a part of it, or more.

    `due` is what the page said is due: the same form sent twice counts once.
    """

    amount = MoneyField(
        label=_("Amount"), min_value=Decimal("0.01"), error_messages={"required": _("Enter how much was paid.")}
    )
    keep_more = forms.BooleanField(
        label=_("It is more than is due: keep the rest for them"), required=False,
        help_text=_("It can pay another booking of theirs, or go back."),
    )  # fmt: skip
    provider = forms.ChoiceField(label=_("How it came"), widget=forms.RadioSelect(attrs={"class": "segments"}))
    reference = forms.CharField(
        label=_("Reference"), max_length=255, required=False, help_text=_("Receipt number, or what the transfer says.")
    )
    due = forms.DecimalField(widget=forms.HiddenInput)

    def __init__(self, data: Sent = None, *, money: Money, is_hold: bool, **options: Unpack[FormOptions]):
        said = dict(options.get("initial") or {})
        super().__init__(data, **options)
        self.money = money
        self.sums = [(money.due, _t("All, %s"))] if money.due else []
        if money.deposit and money.deposit < money.due and is_hold:  # what is confirmed needs none
            self.sums.append((money.deposit, _t("The deposit, %s")))
        choice_field(self, "provider").choices = by_hand_choices()
        self.initial.update(amount=money.due or None, due=money.due, provider=by_hand_choices()[0][0])
        if not money.due:  # the page says that all of it is kept
            self.fields["keep_more"].widget = forms.HiddenInput()
            self.initial["keep_more"] = True
        self.initial.update(said)

    @property
    def quick_sums(self) -> list[tuple[Decimal, str]]:
        """Sums that are often paid, with their words."""
        return [(amount, text % display(amount, self.money.currency)) for amount, text in self.sums]

    def clean(self) -> Cleaned:
        data = super().clean() or {}
        amount = data.get("amount")
        if amount and amount > self.money.due and not data.get("keep_more"):
            told = _t("Only %s is due. If they paid more, tick below to keep the rest for them.")
            self.add_error("amount", told % display(self.money.due, self.money.currency))
        return data


class GiveBackForm(forms.Form):
    """Money back without a cancellation, or after one. `held` is what the page said is here."""

    amount = MoneyField(label=_("Money back"), min_value=Decimal("0.01"))
    way = forms.ChoiceField(label=_("How it goes back"), widget=forms.RadioSelect, required=False)
    bank_details = forms.CharField(
        label=_("Bank details"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Where to, if it is transferred."),
    )  # fmt: skip
    after_all = forms.BooleanField(required=False)
    price = forms.ChoiceField(
        label=_("And the price?"), widget=forms.RadioSelect, required=False, initial="lower",
        choices=[
            ("lower", _("It is lowered by this: they owe nothing more because of it")),
            ("owed", _("It stays: they will pay this another way")),
        ],
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept in the booking's history."),
    )  # fmt: skip
    held = forms.DecimalField(widget=forms.HiddenInput)

    def __init__(self, data: Sent = None, *, money: Money, owing: bool, **options: Unpack[FormOptions]):
        super().__init__(data, **options)
        self.money = money
        by_card = any(not PROVIDERS[payment.provider].manual for payment in money.payments)
        came = _t("By card, as it came") if by_card else _t("The way it came")
        choice_field(self, "way").choices = [("", came), *by_hand_choices()]
        self.fields["amount"].help_text = " ".join(self._limits(money))
        settled = _t("It is the %s that was noted as settled otherwise")
        self.fields["after_all"].label = self._most(money.settled, settled)
        self.fields["after_all"].help_text = _t("Tick this if it was not, and goes back now after all.")
        self.initial.update(held=money.held, way="", price="lower")
        if not owing:
            del self.fields["price"]
        if not money.settled:
            del self.fields["after_all"]

    def _limits(self, money: Money) -> list[str]:
        """What may be entered as the amount."""
        free = money.held - money.settled
        told = [self._most(free, _t("Up to %s can go back."))] if free or not money.settled else []
        if money.settled and free:
            ticked = _t("With the box below ticked: %(settled)s to %(all)s.")
            sums = {"settled": display(money.settled, money.currency), "all": display(money.held, money.currency)}
            told.append(ticked % sums)
        elif money.settled:
            told.append(self._most(money.settled, _t("Only with the box below ticked: %s.")))
        return told

    def _most(self, amount: Decimal, text: str) -> str:
        return text % display(amount, self.money.currency)

    def clean(self) -> Cleaned:
        data = super().clean() or {}
        most = self.money.held - (0 if data.get("after_all") else self.money.settled)
        if data.get("amount") and data["amount"] > most:
            self.add_error("amount", self._most(most, _t("Only %s can go back.")))
        return data


class CreditForm(forms.Form):
    """Something taken off the price. `due` is what the page said is due."""

    amount = MoneyField(label=_("Take off"), min_value=Decimal("0.01"))
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept in the booking's history."),
    )  # fmt: skip
    due = forms.DecimalField(widget=forms.HiddenInput)

    def __init__(self, data: Sent = None, *, money: Money, **options: Unpack[FormOptions]):
        super().__init__(data, **options)
        self.money = money
        self.initial.update(due=money.due)
        self.fields["amount"].help_text = _t("Up to %s is due.") % display(money.due, money.currency)

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount > self.money.due:
            raise ValidationError(_t("Only %s is due.") % display(self.money.due, self.money.currency))
        return amount


class SentForm(forms.Form):
    """How money went back that people send, or what to do about a refund that failed."""

    what = forms.ChoiceField(
        label=_("What now?"), widget=forms.RadioSelect, initial="retry",
        choices=[
            ("retry", _("Try again: it goes back the way it came")),
            ("by_hand", _("It was sent another way: in cash, or by transfer")),
            ("drop", _("Nothing more is to be sent: it was settled otherwise")),
        ],
    )  # fmt: skip
    how = forms.CharField(
        label=_("How it was sent"), max_length=200, required=False,
        help_text=_("Such as “in cash, at the desk”. The customer reads it in the email."),
    )  # fmt: skip
    sent_on = forms.DateField(
        label=_("On which day"), required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )  # fmt: skip
    refund = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Sent = None, *, refund: Refund | None, **options: Unpack[FormOptions]):
        super().__init__(data, **options)
        self.initial.update(refund=refund.pk if refund else None, sent_on=local_today())
        self.fields["sent_on"].widget.input_type = "date"
        if refund is not None and refund.status == RefundStatus.PENDING:
            del self.fields["what"]

    def clean_sent_on(self) -> date | None:
        day: date | None = self.cleaned_data["sent_on"]
        if day and day > local_today():
            raise ValidationError(_t("Choose today, or a day before."))
        return day

    def clean(self) -> Cleaned:
        given = super().clean() or {}
        if given.get("what") == "drop":
            return given
        if given.get("what", "by_hand") == "by_hand" and not given.get("how"):
            self.add_error("how", _t("Say how it was sent."))
        return given
