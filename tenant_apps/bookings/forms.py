"""What a visitor is asked."""

from collections.abc import Sequence
from typing import Unpack

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from shared_apps.core.digits import whole_number
from shared_apps.core.ids import uuid7
from shared_apps.core.lines import validate_line, validate_no_link
from shared_apps.core.types import Words
from shared_apps.web.editing import EditForm
from shared_apps.web.fields import TextBox
from shared_apps.web.forms import Cleaned, FormOptions, Sent, SentFiles, choice_field
from shared_apps.web.people_fields import EmailField, NameField, PhoneField
from shared_apps.web.templatetags.muster import day
from tenant_apps.bookings.answer_forms import AskedFields
from tenant_apps.bookings.answer_readers import Reader, hidden_from
from tenant_apps.bookings.answers import AnswersGiven
from tenant_apps.bookings.asked import asked_on
from tenant_apps.bookings.attendees import seats_of
from tenant_apps.bookings.care import GivenCare
from tenant_apps.bookings.care_forms import Asks, CareForm
from tenant_apps.bookings.models import Attendee, Booking
from tenant_apps.bookings.terms_form import TermsAsked, TermsToAsk
from tenant_apps.questions.models import Question
from tenant_apps.scheduling.models import Session

# The page answers with the name fields and the total that fit; without JavaScript a button asks for them.
FITS_AGAIN = {
    "hx-post": "",
    "hx-trigger": "change",
    "hx-vals": '{"update": "1"}',
    "hx-target": "#attendees",
    "hx-select": "#attendees",
    "hx-select-oob": "#order-summary,#order-summary-phone",
    "hx-swap": "outerHTML",
}


class WhoIsComing(TermsAsked, forms.Form):
    """Seats, the buyer, and who sits on the seats. `most` is how many seats can be chosen.

    `elsewhere`: seats this visitor holds on another date, which they mostly mean to give up for these.
    """

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    seats = forms.TypedChoiceField(label=_("How many seats?"), coerce=int, widget=forms.Select(FITS_AGAIN))
    name = NameField(
        label=_("Your name"),
        error_messages={"required": _("Enter your name.")},
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    email = EmailField(
        label=_("Email"),
        max_length=254,
        error_messages={
            "required": _("Enter your email address."),
            "invalid": _("Enter an address like ada@example.com."),
        },
        help_text=_("Your confirmation and the link to your booking go here."),
        widget=forms.EmailInput({"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}),
    )
    phone = PhoneField(
        label=_("Phone"),
        required=False,
        help_text=_("Only used for what you should know about your booking."),
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    coming = forms.BooleanField(
        label=_("I'm coming myself"), required=False, initial=True, widget=forms.CheckboxInput(FITS_AGAIN)
    )
    company = forms.CharField(
        label=_("Company"),
        max_length=200,
        required=False,
        validators=[validate_line, validate_no_link],
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    special_requests = forms.CharField(
        label=_("Anything we should know?"),
        max_length=2000,
        required=False,
        help_text=_("Access, dietary needs, or a question."),
        widget=TextBox({"rows": 3, "autocomplete": "off"}),
    )

    def __init__(
        self, data: Sent = None, files: SentFiles = None, *, most: int, elsewhere: Booking | None = None,
        terms: TermsToAsk | None = None, session: Session | None = None, questions: Sequence[Question] = (),
        held: Booking | None = None, **options: Unpack[FormOptions],
    ) -> None:  # fmt: skip
        super().__init__(data, files, **options)
        self.ask_for_terms(terms or TermsToAsk())
        if elsewhere:
            text = ngettext(
                "Let go of the seat held on %(day)s", "Let go of the %(n)s seats held on %(day)s", elsewhere.seats
            )
            self.fields["let_go"] = forms.BooleanField(
                label=text % {"n": elsewhere.seats, "day": day(elsewhere.session.starts_at)},
                help_text=_("Untick it to keep both dates."),
                required=False,
                initial=True,
            )
        self.most, numbers = most, range(1, most + 1)
        choice_field(self, "seats").choices = [(n, ngettext("%d seat", "%d seats", n) % n) for n in numbers]
        self.initial.setdefault("form_key", uuid7())
        # Seats that were chosen for another date may be more than this one has.
        self.initial["seats"] = self._fitting(self.initial.get("seats", 1))
        for n in numbers:
            self.fields[f"attendee_{n}"] = NameField(
                label=_("Name of attendee %(n)s") % {"n": n},
                required=False,
                widget=forms.TextInput({"autocomplete": "off"}),
            )
        self.told_of_children = False  # the page comes back once more, for what its dates of birth bring
        self.held, self.seated = held, self._who_sat_there(held) if held else {}
        self._ask(questions, held)
        self.care = self._ask_for_age(data, session) if session and session.course.asks_for_age else {}

    def _who_sat_there(self, held: Booking) -> dict[int, Attendee]:
        """Of the seats on the page as it is shown, who of those on the hold takes them."""
        named = [(n, name) for n in range(1, self.most + 1) if (name := self._named_now(n))]
        found = seats_of(held.attendees.select_related("care"), named)
        return {n: row for (n, _name), row in zip(named, found, strict=True) if row is not None}

    def _ask_for_age(self, data: Sent, session: Session) -> dict[int, CareForm]:
        """A form for each seat that is shown, by its number. What is typed stays while the page is drawn anew."""
        forms_of: dict[int, CareForm] = {}
        for n in range(1, self.seats_now + 1):
            prefix = f"care{n}"
            typed = {name: self.initial.get(f"{prefix}-{name}") for name in CareForm.base_fields}
            said = {name: value for name, value in typed.items() if value is not None}
            if f"{prefix}-date_of_birth" in self.initial and f"{prefix}-collectors" in self.initial:
                said["guardian_is_buyer"] = f"{prefix}-guardian_is_buyer" in self.initial
            if n == 1 and self.coming_now and n not in self.seated:
                said.setdefault("guardian_is_buyer", False)  # nobody is their own
            made = CareForm(
                data, session=session, asks=Asks.BOOKING, name=self._named_now(n), attendee=self.seated.get(n),
                buyer_name=str(self["name"].value() or ""), prefix=prefix, initial=said,
            )  # fmt: skip
            made.fields["date_of_birth"].widget.attrs |= {**FITS_AGAIN, "hx-trigger": "blur changed"}
            forms_of[n] = made
        return forms_of

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(care.is_valid() for care in self._asked_care())])

    def _asked_care(self) -> list[CareForm]:
        """Of the seats for which somebody was named."""
        return [self.care[n] for n in self._named() if n in self.care]

    def _named(self) -> list[int]:
        """The numbers of the seats for which a name was given, in the order of `attendees()`."""
        numbers = range(1, self.seats_now + 1)
        return [n for n in numbers if (n == 1 and self.coming_now) or str(self[f"attendee_{n}"].value() or "").strip()]

    def given_care(self) -> list[GivenCare | None]:
        """What was said of the age and the guardian of each of `attendees()`."""
        return [care.given() for care in self._asked_care()]

    @property
    def asks_more(self) -> bool:
        """Whether what was sent brings questions about a guardian that the page had not shown yet."""
        return any(care.asks_more for care in self._asked_care())

    def refuse_former_consents(self) -> None:
        """What guardians agree to became another text between the look at it and the booking."""
        for care in self._asked_care():
            if care.cleaned_data.get("consents"):
                care.refuse_former_consent()

    @property
    def seat_rows(self) -> list[tuple[forms.BoundField | None, CareForm | None]]:
        """For each seat that is shown, the field of its name (None: the buyer's own) and what is asked of its age."""
        first = 2 if self.coming_now else 1
        own = [(None, self.care[1])] if first == 2 and self.care else []
        return [*own, *((self[f"attendee_{n}"], self.care.get(n)) for n in range(first, self.seats_now + 1))]

    def _ask(self, questions: Sequence[Question], held: Booking | None) -> None:
        """What the course asks of each who is named; what must be answered now is, for whoever has a name."""
        self.asked: dict[int, AskedFields] = {}
        if not questions:
            return
        known = asked_on([held], course_id=questions[0].course_id) if held else []
        answered = {one.attendee.pk: one for one in known}
        for n in range(1, self.most + 1):
            row = self.seated.get(n)
            one = answered.get(row.pk) if row else None
            hidden = hidden_from(Reader.BUYER, one) if one else []
            asked = [question for question in questions if question not in hidden]
            self.asked[n] = AskedFields(self, str(n), asked, one.answers if one else {}, hidden)
            self.asked[n].add()
            if self.is_bound and self._named_now(n) and n <= self.seats_now:
                self.asked[n].require()

    def _named_now(self, n: int) -> str:
        """The name of whoever takes seat `n` on the page as it is shown."""
        return str(self["name" if n == 1 and self.coming_now else f"attendee_{n}"].value() or "").strip()

    def seat_fields(self) -> list[tuple[forms.BoundField, CareForm | None, AskedFields | None]]:
        """The name field of each other seat, with what is asked of whoever sits there: of their age, and besides."""
        first = 2 if self.coming_now else 1
        seats = range(first, self.seats_now + 1)
        return [(self[f"attendee_{n}"], self.care.get(n), self.asked.get(n)) for n in seats]

    @property
    def asked_of_buyer(self) -> AskedFields | None:
        """What is asked of whoever books, if they come."""
        return self.asked.get(1) if self.coming_now else None

    @property
    def seats_now(self) -> int:
        """How many seats are chosen on the page as it is shown."""
        return self._fitting(self["seats"].value())

    def _fitting(self, seats: object) -> int:
        return min(whole_number(str(seats), 1, 10**9) or 1, self.most)

    @property
    def coming_now(self) -> bool:
        """Whether the buyer takes the first seat on the page as it is shown."""
        return bool(self["coming"].value())

    def attendee_fields(self) -> list[forms.BoundField]:
        """The name fields to show: none for the seat that the buyer takes."""
        first = 2 if self.coming_now else 1
        return [self[f"attendee_{n}"] for n in range(first, self.seats_now + 1)]

    def clean(self) -> Cleaned:
        cleaned = super().clean() or {}
        for n in self._named() if self.care else ():
            care = self.care[n]
            if not care["date_of_birth"].value():
                care.fields["date_of_birth"].required = True
            elif care.is_minor and care["guardian_is_buyer"].value() and not self._number_of(care, cleaned):
                self.add_error("phone", _("Enter a number at which we reach you as the parent or guardian."))
        if cleaned.get("seats") == 1 and not cleaned.get("coming") and not cleaned.get("attendee_1"):
            self.add_error("attendee_1", _("Enter the name of the person who comes."))
        return cleaned

    def _number_of(self, care: CareForm, cleaned: Cleaned) -> bool:
        return bool(cleaned.get("phone") or care["emergency_phone"].value())

    def attendees(self) -> list[dict[str, str]]:
        """Who sits on the seats, as far as it is known: `{name, email, seat}` each."""
        given = self.cleaned_data
        first = 2 if given["coming"] else 1
        named = [n for n in range(first, given["seats"] + 1) if given.get(f"attendee_{n}")]
        buyer = [{"name": given["name"], "email": given["email"], "seat": "1"}] if given["coming"] else []
        others = [{"name": given[f"attendee_{n}"], "email": self._own_email(n), "seat": str(n)} for n in named]
        return buyer + others

    def _own_email(self, n: int) -> str:
        """The address that whoever sits there is known by, which this page does not ask; not that of who booked."""
        row = self.seated.get(n)
        theirs = row is not None and self.held is not None and row.email.lower() != self.held.shown_email.lower()
        return row.email if row and theirs else ""

    def answers(self) -> list[AnswersGiven]:
        """What was answered for each of `attendees`, in their order."""
        given = self.cleaned_data
        seats = [n for n in range(1, given["seats"] + 1) if (n == 1 and given["coming"]) or given.get(f"attendee_{n}")]
        return [self.asked[n].given(given) if n in self.asked else {} for n in seats]


def _hint_of(attendee: Attendee) -> Words:
    """What who has the link to the names reads beside the address of somebody they can't give another one."""
    if not attendee.email and not attendee.answers.all():
        return ""
    return _("Only for somebody else in the place of %(name)s.") % {"name": attendee.name}


class Names(EditForm, forms.Form):
    """Who sits on each seat of a booking, as far as it is known, and where they are written to.

    `shows_emails`: to whoever booked. By the link that is handed on an address that is known is not shown, and stays
    with its name when the field is left empty.
    """

    says_who = False

    def __init__(
        self, data: Sent = None, *, booking: Booking, shows_emails: bool, **options: Unpack[FormOptions]
    ) -> None:
        super().__init__(data, **options)
        self.instance, self.shows_emails = booking, shows_emails
        known = list(booking.attendees.prefetch_related("answers"))
        for n in range(1, booking.seats + 1):
            row = known[n - 1] if n <= len(known) else None
            self.fields[f"attendee_{n}"] = NameField(
                label=_("Name of attendee %(n)s") % {"n": n},
                required=False,
                initial=row.name if row else "",
                widget=forms.TextInput({"autocomplete": "off"}),
            )
            self.fields[f"email_{n}"] = EmailField(
                label=_("Email of attendee %(n)s") % {"n": n},
                max_length=254,
                required=False,
                initial=row.email if row and shows_emails else "",
                error_messages={"invalid": _("Enter an address like ada@example.com.")},
                help_text="" if shows_emails or row is None else _hint_of(row),
                widget=forms.EmailInput({"autocomplete": "off", "inputmode": "email", "spellcheck": "false"}),
            )

    def seats(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The two fields of each seat."""
        return [(self[f"attendee_{n}"], self[f"email_{n}"]) for n in range(1, self.instance.seats + 1)]

    def clean(self) -> Cleaned:
        cleaned = super().clean() or {}
        for n in range(1, self.instance.seats + 1):
            name = f"attendee_{n}"
            if cleaned.get(f"email_{n}") and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("Enter whose address this is."))
        return cleaned

    def attendees(self) -> list[dict[str, str]]:
        """Who was named, in the order of the seats: `{name, seat}`, and `{email}` where that is to be written."""
        rows = [self._seat(n) for n in range(1, self.instance.seats + 1)]
        return [row for row in rows if row["name"]]

    def _seat(self, n: int) -> dict[str, str]:
        email = f"email_{n}"
        row = {"name": self.cleaned_data[f"attendee_{n}"], "seat": str(n)}
        if self.cleaned_data[email] or (self.shows_emails and self.add_prefix(email) in self.data):
            row["email"] = self.cleaned_data[email]
        return row


class Profile(forms.Form):
    """What a person may change about themselves."""

    name = NameField(
        label=_("Your name"),
        widget=forms.TextInput({"autocomplete": "name"}),
    )  # fmt: skip
    phone = PhoneField(
        label=_("Phone"),
        required=False,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
