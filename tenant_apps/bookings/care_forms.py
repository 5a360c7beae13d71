"""What is asked of an attendee's age, and of who looks after those under 18: at booking, later, and in the office."""

from datetime import date
from enum import Enum
from typing import Unpack

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shared_apps.core.lines import validate_line, validate_no_link
from shared_apps.web.fields import TextBox
from shared_apps.web.forms import Cleaned, FormOptions, Sent
from shared_apps.web.people_fields import EmailField, NameField, PhoneField
from tenant_apps.bookings.care import (
    Consent,
    GivenCare,
    age_on,
    care_of,
    consent_in_force,
    first_day,
    is_likely,
    is_minor,
    open_to_names,
    refuse_too_young,
)
from tenant_apps.bookings.care_models import LONGEST_NOTE
from tenant_apps.bookings.errors import TooYoung
from tenant_apps.bookings.models import Attendee
from tenant_apps.bookings.terms_form import sent_without
from tenant_apps.people.identity import same_name
from tenant_apps.scheduling.models import Session

# What whoever booked reads of what is known: all but the note on health.
SHOWN_TO_BUYER = (
    "date_of_birth", "guardian_name", "guardian_phone", "guardian_email", "relation", "collectors", "emergency_phone",
)  # fmt: skip


class Asks(Enum):
    """Who fills it in: the buyer while booking, the buyer by their link, whoever has the link to the names, the office.

    Only the first two may say that they themselves are the guardian.
    """

    BOOKING = "booking"
    BUYER = "buyer"
    NAMES = "names"
    OFFICE = "office"


class CareForm(forms.Form):
    """One attendee. The part about a guardian is shown once the date of birth says that it is needed."""

    date_of_birth = forms.DateField(
        label=_("Date of birth"), required=False, input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d"),
        error_messages={
            "invalid": _("Enter a date like 2015-03-27."), "required": _("Enter their date of birth."),
        },
    )  # fmt: skip
    guardian_is_buyer = forms.BooleanField(label=_("I am their parent or guardian"), required=False)
    guardian_name = NameField(
        label=_("Parent's or guardian's name"), required=False, widget=forms.TextInput({"autocomplete": "off"})
    )
    guardian_phone = PhoneField(
        label=_("Their phone"), required=False,
        widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )  # fmt: skip
    guardian_email = EmailField(
        label=_("Their email"), required=False, widget=forms.EmailInput({"autocomplete": "off"})
    )
    relation = forms.CharField(
        label=_("What they are to the child"), max_length=60, required=False,
        validators=[validate_line, validate_no_link],
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    collectors = forms.CharField(
        label=_("Who else may collect them?"), max_length=300, required=False,
        validators=[validate_line, validate_no_link],
        help_text=_("Names. Their parent or guardian may in any case."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    emergency_phone = PhoneField(
        label=_("Number for emergencies"), required=False,
        help_text=_("If it is another one than the parent's or guardian's."),
        widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )  # fmt: skip
    note = forms.CharField(
        label=_("Allergies, medicines, anything we must know"), max_length=LONGEST_NOTE, required=False,
        help_text=_("Read only by the office and the trainers of this course."),
        widget=TextBox({"rows": 2, "autocomplete": "off"}),
    )  # fmt: skip
    drop_note = forms.BooleanField(label=_("Remove the note that is kept"), required=False)
    consents = forms.BooleanField(label=_("I agree to this"), required=False)
    consent_shown = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self, data: Sent = None, *, session: Session, asks: Asks, name: str = "", attendee: Attendee | None = None,
        buyer_name: str = "", **options: Unpack[FormOptions],
    ) -> None:  # fmt: skip
        """`attendee`: of whom something may be known already, at booking on the hold that somebody goes back to.

        `name` and `buyer_name` are those that are typed beside it.
        """
        super().__init__(data, **options)
        self.buyer_name = buyer_name
        self.buyer_phone = attendee.booking.contact_phone if attendee else ""
        self.session, self.asks, self.name = session, asks, name or (attendee.name if attendee else "")
        self.known = care_of(attendee) if attendee else None
        self.consent: Consent | None = None
        self.consent_changed = False  # while the page was open
        if self.initial.get("consents") and self.initial.get("consent_shown") != self.consent_text.digest:
            self.initial["consents"], self.consent_changed = False, True
        known = self.known
        if known is not None and asks is not Asks.NAMES:  # the link to the names may be handed on to anybody
            for field in ("guardian_is_buyer", *SHOWN_TO_BUYER):
                self.initial.setdefault(field, getattr(known, field))
        if known is None or not known.note:
            del self.fields["drop_note"]
        if asks is Asks.NAMES:
            for field in {"guardian_is_buyer", *self.fields} - open_to_names(known) | {"guardian_is_buyer"}:
                del self.fields[field]
        elif known is None or not known.guardian_name:
            self.initial.setdefault("guardian_is_buyer", asks is not Asks.OFFICE)
        if asks is Asks.OFFICE:
            self.fields["guardian_is_buyer"].label = _("Whoever booked is their parent or guardian")
            self.fields["consents"].label = _("They agreed to this, by telephone or on paper")
        if asks is not Asks.BOOKING and "date_of_birth" in self.fields:
            self.fields["date_of_birth"].required = known is None or known.date_of_birth is None

    @property
    def born(self) -> date | None:
        """The date of birth that is in the form as it is shown, or is known."""
        typed = self["date_of_birth"].value() if "date_of_birth" in self.fields else None
        value = typed or (self.known.date_of_birth if self.known else None)
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value or ""))
        except ValueError:
            return None

    @property
    def is_minor(self) -> bool:
        """Whether to ask for a guardian, by what is in the form."""
        return self.born is not None and is_likely(self.born) and is_minor(self.born, self.session)

    @property
    def asks_guardian(self) -> bool:
        """Whether there is anything to ask about a guardian; by the link to the names, only what nobody said."""
        return self.is_minor and bool(self.fields.keys() - {"date_of_birth"})

    @property
    def asks_anything(self) -> bool:
        return self.says_age or self.asks_guardian

    @property
    def asks_more(self) -> bool:
        """Whether what was sent brings questions that the page had not shown yet."""
        asked = "collectors" in self.fields and self.add_prefix("collectors") not in self.data
        return self.asks_guardian and asked

    @property
    def says_age(self) -> bool:
        """Whether the page may say that they are under 18: not by the link to the names, where that was known."""
        return "date_of_birth" in self.fields

    @property
    def opens_guardian(self) -> bool:
        """Whether the fields about the guardian are open: somebody else than the buyer is, or they are refused."""
        names = ("guardian_name", "guardian_phone", "guardian_email", "relation")
        wrong = self.is_bound and any(name in self.errors for name in names)
        themselves = "guardian_is_buyer" in self.fields and bool(self["guardian_is_buyer"].value())
        return wrong or not themselves

    @property
    def consent_text(self) -> Consent:
        if self.consent is None:
            self.consent = consent_in_force()
        return self.consent

    @property
    def has_consent(self) -> bool:
        """Whether the guardian who is in the form agreed already."""
        return self.known is not None and self.known.consented_at is not None and self._has_same_guardian

    def clean_date_of_birth(self) -> date | None:
        born: date | None = self.cleaned_data["date_of_birth"]
        if born is not None and not is_likely(born):
            raise forms.ValidationError(_t("Enter the day on which they were born."))
        try:
            refuse_too_young(self.name or _t("Somebody"), born, self.session)
        except TooYoung as refusal:
            raise forms.ValidationError(str(refusal.message)) from None
        return born

    def clean(self) -> Cleaned:
        data = super().clean() or {}
        if not self.is_minor or "date_of_birth" in self.errors:
            return data
        themselves = bool(data.get("guardian_is_buyer"))
        other = data.get("guardian_name") and not themselves
        if other and not data.get("guardian_phone") and "guardian_phone" not in self.errors:
            self.add_error("guardian_phone", _t("Enter a number at which we reach them."))
        if themselves and self.asks is not Asks.BOOKING and not self._number_of_buyer(data):
            self.add_error("emergency_phone", _t("Enter a number at which we reach the parent or guardian."))
        if data.get("consents") and not themselves and not data.get("guardian_name") and not self._knows_guardian:
            self.add_error("guardian_name", _t("Say who agrees to this."))
        if data.get("consents") and data.get("consent_shown") != self.consent_text.digest:
            self.refuse_former_consent()
        elif themselves and self.asks is Asks.BOOKING and not data.get("consents") and not self.has_consent:
            self.add_error("consents", _t("Read what you agree to, then tick it."))
        return data

    def _number_of_buyer(self, data: Cleaned) -> bool:
        """Whether there is a number to call once who booked is the guardian. What is refused has its own error."""
        typed = data.get("guardian_phone") or data.get("emergency_phone") or "emergency_phone" in self.errors
        known = self.known is not None and self.known.guardian_is_buyer and self.known.guardian_phone
        return bool(typed or "guardian_phone" in self.errors or self.buyer_phone or known)

    def refuse_former_consent(self) -> None:
        """They agreed to another text than the one in force: the box is empty, and all else stays as it was typed."""
        self.consent, self.consent_changed = None, True
        self.data = sent_without(self.data, self.add_prefix("consents"))
        self.add_error("consents", _t("Read what you agree to, then tick it."))

    @property
    def _has_same_guardian(self) -> bool:
        known = self.known
        if known is None or not known.guardian_name or "guardian_name" not in self.fields:
            return known is not None and bool(known.guardian_name)
        themselves = "guardian_is_buyer" in self.fields and bool(self["guardian_is_buyer"].value())
        typed = self.buyer_name if themselves else str(self["guardian_name"].value() or "")
        return themselves == known.guardian_is_buyer and same_name(typed or known.guardian_name, known.guardian_name)

    def _emptied(self, name: str) -> bool:
        """Whether a field was shown, and nothing is in it; what was not shown is not emptied."""
        return self.asks is not Asks.NAMES and self.add_prefix(name) in self.data

    @property
    def _knows_guardian(self) -> bool:
        return self.known is not None and bool(self.known.guardian_name)

    def given(self) -> GivenCare | None:
        """What was said, once the form is valid; None for nothing at all."""
        data = self.cleaned_data
        said: GivenCare = {}
        if data.get("date_of_birth"):
            said["date_of_birth"] = data["date_of_birth"]
        if self.is_minor:
            self._add_guardian(said)
            if data.get("collectors") or self._emptied("collectors"):
                said["collectors"] = data["collectors"]
            if data.get("emergency_phone") or self._emptied("emergency_phone"):
                said["emergency_phone"] = data["emergency_phone"]
            if data.get("note") or data.get("drop_note"):
                said["note"] = data["note"]
            if data.get("consents"):
                said |= {"consents": True, "consent_shown": data["consent_shown"]}
        return said or None

    def _add_guardian(self, said: GivenCare) -> None:
        data = self.cleaned_data
        if data.get("guardian_is_buyer"):
            said["guardian_is_buyer"] = True
            same = self.known is not None and self.known.guardian_is_buyer
            if not same or self.asks is Asks.BOOKING:  # where their name and phone stand in the same form
                said |= {"guardian_name": "", "guardian_phone": "", "guardian_email": ""}
            if self.asks is not Asks.BOOKING and data.get("guardian_phone"):
                said["guardian_phone"] = data["guardian_phone"]
            said["relation"] = data["relation"]
        elif data.get("guardian_name"):
            said |= {
                "guardian_is_buyer": False, "guardian_name": data["guardian_name"],
                "guardian_phone": data["guardian_phone"], "guardian_email": data["guardian_email"],
                "relation": data["relation"],
            }  # fmt: skip
        elif not self._knows_guardian:
            said["guardian_is_buyer"] = False

    @property
    def age(self) -> int | None:
        """How old they are on the first day, by what is in the form."""
        return age_on(self.born, first_day(self.session)) if self.born else None
