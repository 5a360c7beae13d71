"""Forms of the office around bookings."""

import uuid
from typing import Unpack

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Model
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import Visitor
from shared_apps.core.lines import validate_line, validate_name, without_marks
from shared_apps.web.editing import EditForm
from shared_apps.web.fields import TextBox, about_somebody_else
from shared_apps.web.forms import Cleaned, FormOptions, Sent, row_field
from shared_apps.web.people_fields import EmailField, NameField, PhoneField
from shared_apps.web.templatetags.muster import clock
from shared_apps.web.templatetags.muster import day as day_text
from shared_apps.web.whole_numbers import WholeNumberField
from tenant_apps.bookings.accepting import Accepting
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.terms_models import AcceptedBy
from tenant_apps.people.identity import find_person, same_name
from tenant_apps.people.models import Person
from tenant_apps.people.services import has_only_an_address
from tenant_apps.scheduling.models import Session
from tenant_apps.terms.versions import in_force


class CancelSessionForm(forms.Form):
    """Why a session is called off."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=TextBox(attrs={"rows": 2}),
        help_text=_("Everybody who booked reads it in the email."),
    )  # fmt: skip


class NotesForm(EditForm, forms.ModelForm):
    """What the office writes down for itself about a booking."""

    class Meta:
        model = Booking
        fields = ["internal_notes"]
        labels = {"internal_notes": _("Office notes")}
        help_texts = {"internal_notes": _("Customers never see these.")}
        widgets = {"internal_notes": TextBox(attrs={"rows": 3})}


class ContactForm(EditForm, forms.ModelForm):
    """Who booked, as this booking says it; the address as well of somebody who has no account."""

    contact_name = NameField(label=_("Name"))
    email = EmailField(
        label=_("Email"),
        help_text=_("What is sent from now on goes here, and links in emails sent so far stop working."),
    )  # fmt: skip
    others = forms.ChoiceField(
        label=_("Other bookings under the former address"), required=False,
        choices=[("all", _("They are of the same person, and move along")),
                 ("none", _("They are of somebody else, and stay as they are"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    contact_phone = PhoneField(
        label=_("Phone"), required=False,
        widget=forms.TextInput({"type": "tel", "inputmode": "tel"}),
    )  # fmt: skip

    class Meta:
        model = Booking
        fields = ["contact_name", "contact_phone", "company"]

    def __init__(self, data: Sent = None, *, instance: Booking, **options: Unpack[FormOptions]):
        super().__init__(data, instance=instance, **options)
        about_somebody_else(self)
        for name in ("contact_name", "contact_phone"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        buyer = self.instance.buyer
        if has_only_an_address(buyer):
            self.initial["email"] = buyer.email
        else:
            del self.fields["email"]
        if "email" not in self.fields or not Booking.objects.filter(buyer=buyer).exclude(pk=self.instance.pk).exists():
            del self.fields["others"]

    def clean(self) -> Cleaned:
        data = super().clean() or {}
        known = find_person(data.get("email") or "") if "others" in self.fields else None
        if known is not None and known.pk != self.instance.buyer_id and not data["others"]:
            self.add_error("others", _t("You know %s by the new address. Say whose the other bookings are.") % known)
        return data


SAME, OTHER = "same", "other"
WHO = [(SAME, _("It is the same person, written otherwise")), (OTHER, _("Somebody else comes in their place"))]


class AttendeesForm(EditForm, forms.Form):
    """Who sits on each seat of a booking, and where they are written to."""

    def __init__(self, data: Sent = None, *, instance: Booking, **options: Unpack[FormOptions]):
        super().__init__(data, **options)
        self.instance = instance
        named = self._named = {row.position: row for row in instance.attendees.all()}
        asks = instance.session.has_begun
        for n in range(1, instance.seats + 1):
            row = named.get(n)
            self.fields[f"name_{n}"] = NameField(
                label=_t("Name, seat %d") % n, required=False,
                initial=row.name if row else "", widget=forms.TextInput({"autocomplete": "off"}),
            )  # fmt: skip
            self.fields[f"email_{n}"] = EmailField(
                label=_t("Email, seat %d") % n, required=False, initial=row.email if row else "",
                widget=forms.EmailInput({"autocomplete": "off"}),
            )  # fmt: skip

            if row and asks:
                self.fields[f"who_{n}"] = forms.ChoiceField(
                    label=_t("If you change the name of seat %d") % n, required=False, choices=WHO,
                    widget=forms.RadioSelect,
                )  # fmt: skip

    def seats(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField | None]]:
        """The fields of each seat: name, address, and once the session has begun who it is under another name."""
        seats = range(1, self.instance.seats + 1)
        return [
            (self[f"name_{n}"], self[f"email_{n}"], self[f"who_{n}"] if f"who_{n}" in self.fields else None)
            for n in seats
        ]

    def clean(self) -> Cleaned:
        data = super().clean() or {}
        for n in range(1, self.instance.seats + 1):
            name, row = data.get(f"name_{n}"), self._named.get(n)
            asked = f"who_{n}" in self.fields and not data.get(f"who_{n}")
            if asked and row and name and not same_name(name, row.name):
                self.add_error(f"who_{n}", _t("Say whether it is the same person."))
            if data.get(f"email_{n}") and not data.get(f"name_{n}") and f"name_{n}" not in self.errors:
                self.add_error(f"name_{n}", _t("Enter whose address this is."))
        return data

    def attendees(self) -> list[dict[str, str]]:
        """Those who were named, in the order of the seats, as `write_attendees` takes them."""
        data, found = self.cleaned_data, []
        for n in range(1, self.instance.seats + 1):
            if name := data[f"name_{n}"]:
                stays = {"same": str(self._named[n].pk)} if data.get(f"who_{n}") == SAME else {}
                found.append({"name": name, "email": data[f"email_{n}"], "seat": str(n), **stays})
        return found


class SessionChoice(forms.ModelChoiceField):
    """A choice among sessions that says when each is and how many seats are left."""

    def label_from_instance(self, obj: Model) -> str:
        assert isinstance(obj, Session)
        left = _t("full") if not obj.seats_left else _t("%d left") % obj.seats_left
        begun = [_t("under way")] if obj.has_begun else []
        return " · ".join([f"{day_text(obj.starts_at)}, {clock(obj.starts_at)}", str(obj.course), *begun, left])


class NewBookingForm(forms.Form):
    """A booking for somebody on the phone."""

    session = SessionChoice(queryset=Session.objects.none(), label=_("Session"), empty_label=_("Choose a date"))
    person = forms.ModelChoiceField(Person.objects.none(), required=False, widget=forms.HiddenInput)
    name = NameField(label=_("Name"), required=False)
    email = EmailField(label=_("Email"), required=False, help_text=_("The confirmation and the link to pay go here."))
    phone = PhoneField(label=_("Phone"), required=False)
    company = forms.CharField(label=_("Company"), max_length=200, required=False, validators=[validate_line])
    seats = WholeNumberField(label=_("Seats"), min_value=1, max_value=500, initial=1)
    attendees = forms.CharField(
        label=_("Who is coming"), required=False, widget=TextBox(attrs={"rows": 3}),
        help_text=_("One person a line: name, or name and email with a comma between. It may be filled in later."),
    )  # fmt: skip
    special_requests = forms.CharField(
        label=_("What they asked for"), required=False, widget=TextBox(attrs={"rows": 2})
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Sent = None, *, user: Visitor, **options: Unpack[FormOptions]):
        super().__init__(data, **options)
        about_somebody_else(self)
        bookable = Session.objects.visible_to(user).on_offer(by_office=True).select_related("course")
        row_field(self, "session").queryset = bookable
        row_field(self, "session").widget.attrs["data-combobox"] = ""
        row_field(self, "person").queryset = Person.objects.visible_to(user)
        self.fields["name"].required = not (self.data.get("person") or self.initial.get("person"))
        self.initial.setdefault("form_key", uuid.uuid4())
        self._ask_what_was_told()

    def _ask_what_was_told(self) -> None:
        """A box whose value is the version in force, so that a page that is older says which one it showed."""
        self.terms = in_force()
        if self.terms is None:
            return
        text = _t("I told them our booking terms (version %d), and they accept") % self.terms.number
        self.fields["told_terms"] = forms.TypedMultipleChoiceField(
            label=_("Booking terms"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple,
            choices=[(self.terms.number, text)],
            help_text=_("Not ticked, they are asked to accept them by the link in their email."),
            error_messages={"invalid_choice": _("The booking terms have changed: tell them the version in force.")},
        )  # fmt: skip

    def accepting(self) -> Accepting | None:
        """What was told and accepted by telephone, taken out of what else was given."""
        told = self.cleaned_data.pop("told_terms", None)
        return Accepting(told[0], AcceptedBy.OFFICE) if told else None

    def clean(self) -> Cleaned:
        data = super().clean() or {}
        reachable = data.get("person") or data.get("email") or data.get("phone")
        if not reachable and "email" not in self.errors:
            self.add_error("email", _t("Enter an email address or a phone number."))
        return data

    def clean_attendees(self) -> list[dict[str, str]]:
        people = []
        for line in self.cleaned_data["attendees"].splitlines():
            name, _comma, email = (without_marks(part).strip() for part in line.partition(","))
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
