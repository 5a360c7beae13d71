"""The form of several sessions: dates picked on a month or repeated every so many weeks, the rest once for all."""

import re
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Unpack

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shared_apps.core.errors import DomainError
from shared_apps.core.ids import uuid7
from shared_apps.core.time import local_today
from shared_apps.web.fields import TextBox
from shared_apps.web.forms import Cleaned, FormOptions, Sent, row_field
from shared_apps.web.money_fields import PriceField
from shared_apps.web.whole_numbers import WholeNumberField
from tenant_apps.catalogue.models import Course
from tenant_apps.people.models import Trainer
from tenant_apps.scheduling.models import Place, Room, Session
from tenant_apps.scheduling.office.forms import (
    DATES,
    LISTED_AS,
    LISTINGS,
    MOST_DAYS,
    RoomChoice,
    SessionForm,
    date_field,
    time_field,
)
from tenant_apps.scheduling.office.team_fields import (
    PeopleField,
    assessor_field,
    offer_people,
    refuse_twice,
    team_given,
)
from tenant_apps.scheduling.plan import PlanRefused, Span, spans
from tenant_apps.scheduling.several import MOST, repeated

EVERY = [(1, _("every week")), (2, _("every two weeks")), (3, _("every three weeks")), (4, _("every four weeks"))]
SHARED = (
    "trainer", "co_trainers", "assessor", "place", "room", "online_url", "capacity", "price", "listing", "begins",
    "ends", "ends_next_day",
)  # fmt: skip


class SharedForm(forms.Form):
    """What sessions of one course have in common that are put on the calendar at once: all but their dates."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    begins = time_field(_("Begins"))
    ends = time_field(_("Ends"))
    ends_next_day = forms.BooleanField(label=_("It ends on the next day"), required=False)
    trainer = forms.ModelChoiceField(
        Trainer.objects.active().select_related("person"), required=False, label=_("Trainer"),
        empty_label=_("Nobody yet"),
    )  # fmt: skip
    co_trainers = PeopleField()
    assessor = assessor_field()
    place = forms.ModelChoiceField(
        Place.objects.order_by("name"), required=False, label=_("Place"), empty_label=_("No place yet, or online only")
    )
    room = RoomChoice(Room.objects.select_related("place"), required=False, label=_("Room"), empty_label=_("No room"))
    online_url = forms.URLField(label=_("Link to join online"), required=False, max_length=200, assume_scheme="https")
    capacity = WholeNumberField(label=_("Seats"), min_value=1, max_value=10_000)
    price = PriceField(label=_("Price of a seat"), required=False, help_text=_("Empty: the course's price."))
    listing = forms.ChoiceField(label=_("Who can book"), choices=LISTINGS, widget=forms.RadioSelect)

    def __init__(self, data: Sent = None, *, course: Course, **options: Unpack[FormOptions]):
        super().__init__(data, **options)
        self.course = course
        self.zone = Session(course=course).zone
        self.initial = {"form_key": uuid7(), **_like_the_last(course), **(options.get("initial") or {})}
        row_field(self, "trainer").queryset = Trainer.objects.teaching().select_related("person")
        offer_people(self)

    def clean(self) -> Cleaned:
        data = super().clean() or {}
        room, place = data.get("room"), data.get("place")
        if room and place and room.place_id != place.pk:
            self.add_error("room", _t("This room is somewhere else. Choose one at the place above."))
        elif room:
            data["place"] = room.place
        refuse_twice(self, data)
        return data

    @property
    def key(self) -> str:
        """Of this form as it was filled in: the same when it is sent twice, another one with other dates."""
        if not self.cleaned_data["form_key"]:
            return ""
        told = sorted((name, str(getattr(value, "pk", value))) for name, value in self.cleaned_data.items())
        return f"several {self.course.pk} {sha256(repr(told).encode()).hexdigest()}"

    @property
    def details(self) -> Cleaned:
        """Session's own fields, as the services take them."""
        data = self.cleaned_data
        own = {name: data[name] for name in ("trainer", "place", "room", "online_url", "capacity", "price")}
        return own | team_given(data) | LISTED_AS[data["listing"]]


class SeveralForm(SharedForm):
    """Sessions of one course that differ in their dates alone. Days are those of the provider's clock."""

    dates = forms.CharField(
        label=_("First days"), required=False,
        widget=TextBox(attrs={"rows": 4, "data-dates": "", "data-most": str(MOST)}),
        help_text=_("One a line, like 2027-01-12 or 12 Jan 2027: the day on which each session begins."),
    )  # fmt: skip
    first = date_field(_("From"), required=False)
    every = forms.TypedChoiceField(label=_("Again"), choices=EVERY, coerce=int, required=False)
    times = WholeNumberField(label=_("How often"), min_value=1, max_value=MOST, required=False)
    days_long = WholeNumberField(label=_("Days each"), min_value=1, max_value=MOST_DAYS)
    field_order = ["dates", "first", "every", "times", "days_long"]

    def clean_dates(self) -> list[date]:
        return days_in(self.cleaned_data["dates"])

    def clean(self) -> Cleaned:
        data = super().clean()
        if self.errors:
            return data
        days = set(data["dates"])
        if data["first"]:
            days |= set(repeated(data["first"], weeks=data["every"] or 1, times=data["times"] or 1))
        if not days:
            self.add_error("dates", _t("Choose at least one day."))
        elif len(days) > MOST:
            self.add_error("dates", _t("At most %d at once.") % MOST)
        else:
            data["starts"] = sorted(days)
            self._plan(data)
        return data

    def _plan(self, data: Cleaned) -> None:
        try:
            data["plans"] = [self.days_from(day, data) for day in data["starts"]]
        except PlanRefused as refused:
            self.add_error({"ends": "ends", "overnight": "ends_next_day"}.get(refused.field, "dates"), refused.message)
        except DomainError as refusal:
            self.add_error("begins", refusal.message)

    def days_from(self, first: date, data: Cleaned) -> list[Span]:
        """The days of the session that begins on `first`."""
        last = first + timedelta(days=data["days_long"] - 1)
        return spans(first, last, data["begins"], data["ends"], overnight=data["ends_next_day"], zone=self.zone)


def days_in(text: str) -> list[date]:
    """The days that a text names, one a line or with commas between them. Raises `ValidationError`."""
    return [_day(line.strip()) for line in re.split(r"[\n,;]+", text) if line.strip()]


def _day(text: str) -> date:
    for pattern in DATES:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
    raise ValidationError(_t("“%s” is not a day. Write it like 2027-01-12.") % text)


def _like_the_last(course: Course) -> dict[str, object]:
    """What the session of this course was like that was put on the calendar last: its hours, place and people."""
    usual: dict[str, object] = {
        "begins": time(9), "ends": time(17), "days_long": 1, "capacity": course.default_capacity, "listing": "public",
        "trainer": course.lead_trainer_id, "every": 1, "times": 4,
    }  # fmt: skip
    last = course.sessions.order_by("-created_at").first()
    if last is None:
        return usual
    shown = SessionForm(instance=last, course=course).initial
    return usual | {name: shown[name] for name in SHARED if name in shown} | {"days_long": last.days.count() or 1}


def next_month() -> date:
    """The first day of the month after this one, which the calendar shows at first."""
    today = local_today()
    return (today.replace(day=28) + timedelta(days=4)).replace(day=1)
