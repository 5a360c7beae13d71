"""The form of a session. Days and times are typed as the clock on the provider's wall shows them."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any, Unpack
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Model
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from shared_apps.core.lines import without_marks
from shared_apps.core.time import FIRST_DAY, LAST_DAY, local_today
from shared_apps.core.types import Words
from shared_apps.web.editing import EditForm
from shared_apps.web.fields import TextBox, about_somebody_else
from shared_apps.web.forms import Cleaned, FormOptions, Sent, row_field
from shared_apps.web.money_fields import PriceField
from shared_apps.web.templatetags.muster import day as day_text
from shared_apps.web.whole_numbers import WholeNumberField, with_whole_numbers
from tenant_apps.catalogue.models import Course
from tenant_apps.people.models import Trainer
from tenant_apps.scheduling.advice import advice_on
from tenant_apps.scheduling.errors import ClockChange
from tenant_apps.scheduling.models import Place, Room, Session, SessionDay, SessionStatus
from tenant_apps.scheduling.models.places import on_one_line
from tenant_apps.scheduling.office.certainty import (
    CERTAIN,
    CHOICES,
    DRAFT,
    certainty_field,
    decide_field,
    minimum_field,
    need_terms,
    terms_of_form,
)
from tenant_apps.scheduling.office.day_rows import DayRow, DayRows, rows_of
from tenant_apps.scheduling.office.team_fields import (
    TEAM,
    PeopleField,
    assessor_field,
    offer_people,
    people_of,
    refuse_twice,
    team_given,
    team_shown,
)
from tenant_apps.scheduling.places import dates_booked_at
from tenant_apps.scheduling.plan import (
    Hours,
    PlanRefused,
    Span,
    in_order,
    is_regular,
    keep_within,
    replan,
    spans,
    typed,
)
from tenant_apps.scheduling.services import copied_days
from tenant_apps.scheduling.team import Team

MOST_DAYS = 60
LISTINGS = [
    ("public", _("Everybody: it is on your site and can be booked there")),
    ("office", _("Only the office: it is on your site, to be booked with you")),
    ("private", _("Only the office: it is not on your site")),
]
LISTED_AS = {
    "public": {"visibility": "public", "takes_bookings": True},
    "office": {"visibility": "public", "takes_bookings": False},
    "private": {"visibility": "private", "takes_bookings": False},
}
CERTAINTY = ("certainty", "minimum", "decide_on")
PLAN_FIELDS = {
    "start": "start_date", "end": "end_date", "begins": "begins", "ends": "ends", "overnight": "ends_next_day",
    "days": "only_days",
}  # fmt: skip
DAY_FIELDS = {"start_date", "end_date", "begins", "ends", "ends_next_day", "only_days"}
DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y")


def date_field(label: Words, **more: Any) -> forms.DateField:
    """A form field for a day, picked or typed."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    widget.input_type = "date"
    limits = [
        MinValueValidator(FIRST_DAY, _("No earlier than %d.") % FIRST_DAY.year),
        MaxValueValidator(LAST_DAY, _("No later than %d.") % LAST_DAY.year),
    ]
    return forms.DateField(label=label, widget=widget, validators=limits, **more)


def time_field(label: Words) -> forms.TimeField:
    """A form field for a time of day. Its arrows go by five minutes; any other minute can be typed."""
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": "300"})
    widget.input_type = "time"
    return forms.TimeField(label=label, widget=widget)


class RoomChoice(forms.ModelChoiceField):
    """A choice among rooms that says where each is."""

    def label_from_instance(self, obj: Model) -> str:
        assert isinstance(obj, Room)
        return f"{obj.place} · {obj.name}"


class HeedsAdvice(forms.BaseForm):
    """A form that is asked about once where something speaks against its days; the field `heeded` says it was read."""

    @cached_property
    def advice(self) -> list[str]:
        """What speaks against these days without forbidding them."""
        raise NotImplementedError

    @property
    def advice_key(self) -> str:
        """What `heeded` says once its sender has read just this `advice`."""
        return hashlib.sha256(repr(self.advice).encode()).hexdigest()[:16]

    @property
    def is_heeded(self) -> bool:
        """Whether nothing speaks against it, or its sender has read what does."""
        return not self.advice or self.cleaned_data["heeded"] == self.advice_key


class SessionForm(HeedsAdvice, EditForm, forms.ModelForm):
    """A session's days, people and place."""

    start_date = date_field(_("First day"))
    end_date = date_field(
        _("Last day"),
        required=False,
        help_text=_("Leave it empty for a single day, or when you choose the days below."),
    )
    begins = time_field(_("Begins"))
    ends = time_field(_("Ends"))
    ends_next_day = forms.BooleanField(label=_("It ends on the next day"), required=False)
    only_days = forms.CharField(
        label=_("Only on these days"), required=False, widget=DayRows, max_length=4_000,
        help_text=_("With gaps between them, or with hours of their own. Where a day has none, those above hold."),
    )  # fmt: skip
    capacity = WholeNumberField(label=_("Seats"), min_value=1, max_value=10_000)
    price = PriceField(label=_("Price of a seat"), required=False, help_text=_("Empty: the course's price."))
    co_trainers = PeopleField()
    assessor = assessor_field()
    room = RoomChoice(queryset=Room.objects.select_related("place"), required=False, label=_("Room"))
    online_url = forms.URLField(
        label=_("Link to join online"), required=False, max_length=200, assume_scheme="https",
        help_text=_("With a place as well, people choose either."),
    )  # fmt: skip
    listing = forms.ChoiceField(label=_("Who can book"), choices=LISTINGS, widget=forms.RadioSelect)
    certainty = certainty_field(CHOICES)
    minimum = minimum_field()
    decide_on = decide_field()
    note = forms.CharField(
        label=_("A sentence for those booked"), required=False, max_length=500,
        widget=TextBox(attrs={"rows": 2}), help_text=_("It stands in the email, below what has changed."),
    )  # fmt: skip
    agreed = forms.CharField(required=False, widget=forms.HiddenInput)
    heeded = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = [
        "note", "start_date", "end_date", "begins", "ends", "ends_next_day", "only_days", "trainer", "place", "room",
        "online_url", "capacity", "price", "listing", "instructor_notes",
    ]  # fmt: skip

    class Meta:
        model = Session
        formfield_callback = with_whole_numbers
        fields = ["trainer", "place", "room", "online_url", "capacity", "price", "instructor_notes"]
        labels = {"instructor_notes": _("Notes for the trainer")}
        help_texts = {"instructor_notes": _("Never shown to customers.")}
        widgets = {"instructor_notes": TextBox(attrs={"rows": 3})}

    def __init__(
        self, data: Sent = None, *, course: Course, instance: Session | None = None, **options: Unpack[FormOptions]
    ):
        super().__init__(data, instance=instance, **options)
        session = self.instance
        self.course = course
        trainers = Trainer.objects.select_related("person")
        row_field(self, "trainer").queryset = trainers.teaching() | trainers.filter(pk=session.trainer_id)
        row_field(self, "trainer").empty_label = _("Nobody yet")
        shown = {} if session._state.adding else team_shown(session)
        offer_people(self, also=[row.trainer_id for row in session.members] if shown else [])
        row_field(self, "place").queryset = Place.objects.order_by("name")
        row_field(self, "place").empty_label = _("No place yet, or online only")
        row_field(self, "room").empty_label = _("No room")
        if session.seats_taken:
            self.fields["price"].help_text = _(
                "Empty: the course's price. A new price is for new bookings; who has booked keeps theirs."
            )
        if "only_days" in self.fields and self.is_bound and self["only_days"].data:
            self.fields["start_date"].required = False  # the first of the days below
        self.present = [] if session._state.adding else list(session.days.order_by("starts_at"))
        self.zone = session.zone
        if session._state.adding:
            first = {"trainer": course.lead_trainer_id, "capacity": course.default_capacity, "listing": "public"}
            first |= {"begins": time(9), "ends": time(17), "certainty": CERTAIN}
        else:
            for name in CERTAINTY:  # on a page of its own
                del self.fields[name]
            if session.status == SessionStatus.DRAFT:
                del self.fields["listing"]
            if len(self.present) > 1:
                self.fields["start_date"].help_text = _("Move it, and the other days move along.")
            first = _as_typed(_spans_of(self.present), self.zone) | {"listing": _listing_of(session)} | shown
        self.initial = {**self.initial, **first, **(options.get("initial") or {})}

    def clean(self) -> Cleaned:
        data = super().clean() or {}
        if self.errors:
            return data
        room, place = data.get("room"), data.get("place")
        if room and place and room.place_id != place.pk:
            self.add_error("room", _t("This room is somewhere else. Choose one at the place above."))
        elif room:
            data["place"] = room.place
        refuse_twice(self, data)
        try:
            data["days"] = self._days(data)
        except ClockChange as refusal:
            self.add_error("only_days" if data.get("only_days") else "begins", refusal.message)
        except PlanRefused as refused:
            self.add_error(PLAN_FIELDS[refused.field], refused.message)
        if data.get("days"):
            need_terms(self, data, begins=data["days"][0][0].astimezone(self.zone).date())
        return data

    def _days(self, data: Cleaned) -> list[Span]:
        start, end = data.get("start_date"), data.get("end_date")
        hours = Hours(data["begins"], data["ends"], data["ends_next_day"])
        lines = [line.strip() for line in data.get("only_days", "").splitlines() if line.strip()]
        if (self.present and "only_days" not in self.changed_data) or not lines:
            found = self._moved(data) if self.present or not start else self._daily(start, end or start, hours)
        else:
            if len(lines) > MOST_DAYS:
                raise PlanRefused("days", _t("A session has at most %d days.") % MOST_DAYS)
            named = [_parse(line, hours) for line in lines]
            self._follow([day for day, _h in named], start, end)
            found = [self._on(day, own, usual=hours) for day, own in named]
        return in_order(found)

    def _on(self, day: date, own: Hours, *, usual: Hours) -> Span:
        """The day as instants. What hours of its own can't be is said at the rows, with the day."""
        try:
            return own.on(day, self.zone)
        except PlanRefused as refused:
            if own == usual:
                raise
            raise PlanRefused("days", f"{day_text(day, 'd MMM y')}: {refused.message}") from refused

    def _follow(self, days: list[date], start: date | None, end: date | None) -> None:
        """Refuse a first or last day that was typed beside listed `days` and is not theirs: one is a mistake."""
        keep_within(days, start, end)
        if start and "start_date" in self.changed_data and min(days) != start:
            first = day_text(min(days), "d MMMM y")
            raise PlanRefused("start", _t("The days listed below begin on %s. Make both the same.") % first)
        if end and "end_date" in self.changed_data and max(days) != end:
            last = day_text(max(days), "d MMMM y")
            raise PlanRefused("end", _t("The days listed below end on %s. Make both the same.") % last)

    def _daily(self, start: date, end: date, hours: Hours) -> list[Span]:
        if end < start:
            raise PlanRefused("end", _t("The last day is before the first."))
        if (end - start).days >= MOST_DAYS:
            raise PlanRefused("end", _t("A session has at most %d days.") % MOST_DAYS)
        return spans(start, end, hours.begins, hours.ends, overnight=hours.overnight, zone=self.zone)

    def _moved(self, data: Cleaned) -> list[Span]:
        """The days it has, changed in what was changed on the form."""
        names = {"start_date": "start", "begins": "begins", "ends": "ends", "ends_next_day": "overnight"}
        named = {to: data[name] for name, to in names.items() if name in self.changed_data}
        regular = is_regular(typed(_spans_of(self.present), self.zone))
        if "only_days" in self.changed_data or (regular and "end_date" in self.changed_data):
            hours = Hours(data["begins"], data["ends"], data["ends_next_day"])
            return self._daily(data["start_date"], data.get("end_date") or data["start_date"], hours)
        if data.get("end_date") and "end_date" in self.changed_data:
            named["end"] = data["end_date"]
        return replan(_spans_of(self.present), self.zone, **named)

    @property
    def month(self) -> date:
        """The month in which days are chosen first."""
        return self.present[0].starts_at.astimezone(self.zone).date() if self.present else local_today()

    @property
    def day_rows(self) -> list[DayRow]:
        """The rows of the days that were chosen, each with its date as a browser takes it."""
        rows = rows_of(self, "only_days")
        return [replace(row, date=f"{day:%Y-%m-%d}" if (day := _date_in(row.date)) else row.date) for row in rows]

    @property
    def details(self) -> Cleaned:
        """Those of Session's own fields, and of its team, that are to be written, as the services take them."""
        given = {name: value for name, value in self.changes.items() if name in self.Meta.fields}
        given |= team_given(self.changes)
        return given | (LISTED_AS[self.changes["listing"]] if "listing" in self.changes else {})

    @property
    def terms(self) -> Cleaned:
        """Of a new session: whether it is a draft, or from how many it runs and when that is decided."""
        return {"draft": self.cleaned_data.get("certainty") == DRAFT, **terms_of_form(self.cleaned_data, self.zone)}

    @property
    def days(self) -> list[Span] | None:
        """The days to write; None when nobody changed them on this page."""
        return self.cleaned_data["days"] if DAY_FIELDS & self.changes.keys() else None

    @property
    def planned(self) -> list[Span]:
        """The days as they were typed, on the session's clock."""
        days: list[Span] = self.cleaned_data["days"]
        return [(begins.astimezone(self.zone), ends.astimezone(self.zone)) for begins, ends in days]

    @property
    def as_present(self) -> list[Span]:
        """The days it has so far."""
        return _spans_of(self.present)

    @property
    def is_elsewhere(self) -> bool:
        """Whether its time or its place becomes another one: more than a room, a link or a place that was awaited."""
        return self.cleaned_data["days"] != self.as_present or ("place" in self.changes and not self.names_its_place)

    @property
    def names_its_place(self) -> bool:
        """Whether it gets a place, of which nothing was said before."""
        return not (self.initial.get("place") or self.initial.get("online_url"))

    @property
    def moves(self) -> bool:
        """Whether time, place or link become other ones than those booked know."""
        return self.is_elsewhere or bool({"place", "room", "online_url"} & self.changes.keys())

    @property
    def is_only_the_link(self) -> bool:
        """Whether of all that those booked know only the link becomes another one."""
        return self.moves and not self.is_elsewhere and not {"place", "room"} & self.changes.keys()

    @property
    def twin(self) -> Session | None:
        """Another session that this one would hardly be told apart from."""
        who = {name: self.cleaned_data[name] for name in ("place", "trainer", "room")}
        return Session.objects.twins(course=self.course, starts_at=self.cleaned_data["days"][0][0], **who).first()

    @cached_property
    def advice(self) -> list[str]:
        """What speaks against these days and this team without forbidding them; nothing where both stay."""
        if self.present and not ({*DAY_FIELDS, "trainer", *TEAM} & self.changes.keys()):
            return []
        return advice_on(people_of(self.cleaned_data, self.fields, self.instance), self.cleaned_data["days"])

    @property
    def plan_key(self) -> str:
        """What `agreed` says once its sender has read who is told of just this time and place."""
        where = [getattr(self.cleaned_data[name], "pk", "") for name in ("place", "room")]
        what = [str(part) for part in (*self.cleaned_data["days"], *where, self.cleaned_data.get("online_url", ""))]
        return hashlib.sha256(repr(what).encode()).hexdigest()[:16]


def _parse(line: str, hours: Hours) -> tuple[date, Hours]:
    row = DayRow.of(line)
    if bool(row.begins) != bool(row.ends):
        raise PlanRefused("days", _t("“%s”: give both times of a day, or none.") % line)
    day = _date_in(row.date)
    try:
        if row.begins:
            begins, ends = time.fromisoformat(row.begins.zfill(5)), time.fromisoformat(row.ends.zfill(5))
            hours = Hours(begins, ends, overnight=hours.overnight and ends <= begins)
    except ValueError:
        day = None
    if day is None:
        raise PlanRefused("days", _t("“%s” is not a day. Write it like 2027-01-12.") % line)
    return day, hours


def _date_in(text: str) -> date | None:
    for pattern in DATES:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None


def _spans_of(days: Sequence[SessionDay]) -> list[Span]:
    return [(day.starts_at, day.ends_at) for day in days]


def _as_typed(present: Sequence[Span], zone: ZoneInfo) -> dict[str, object]:
    """What one would have typed into the form to get the `present` days."""
    days = typed(present, zone)
    if not days:
        return {}
    (first, usual), (last, _hours) = days[0], days[-1]
    shown: dict[str, object] = {
        "start_date": first, "begins": usual.begins, "ends": usual.ends, "ends_next_day": usual.overnight,
    }  # fmt: skip
    if is_regular(days):
        return shown | {"end_date": last if last != first else None}
    return shown | {"only_days": "\n".join(_line(day, hours, usual) for day, hours in days)}


def _line(day: date, hours: Hours, usual: Hours) -> str:
    return f"{day:%Y-%m-%d}" + ("" if hours == usual else f" {hours.begins:%H:%M}-{hours.ends:%H:%M}")


def _listing_of(session: Session) -> str:
    if session.visibility == Session.Visibility.PRIVATE:
        return "private"
    return "public" if session.takes_bookings else "office"


class DuplicateForm(HeedsAdvice, forms.Form):
    """When a copy of `session` begins."""

    starts_on = date_field(_("First day"), help_text=_("The other days and the times follow."))
    agreed = forms.CharField(required=False, widget=forms.HiddenInput)
    heeded = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Sent = None, *, session: Session, **options: Unpack[FormOptions]):
        super().__init__(data, **options)
        self.session = session

    @property
    def plan_key(self) -> str:
        """What `agreed` says once its sender has read that there is a session then already."""
        return str(self.cleaned_data["starts_on"])

    @cached_property
    def days(self) -> list[Span]:
        """Those of the copy. Raises `ClockChange`."""
        return copied_days(self.session, self.cleaned_data["starts_on"])

    @cached_property
    def advice(self) -> list[str]:
        """What speaks against the days of the copy. Raises `ClockChange`."""
        return advice_on(self.team.people, self.days)

    @cached_property
    def team(self) -> Team:
        """Who is on the copy."""
        return Team.of(self.session).who_teach()

    @property
    def who_left(self) -> list[str]:
        """Who is not, since they do not teach any more."""
        return [str(one) for one in Team.of(self.session).gone]

    @property
    def twin(self) -> Session | None:
        """Another session that the copy would hardly be told apart from. Raises `ClockChange`."""
        session = self.session
        twins = Session.objects.twins(
            course=session.course, starts_at=self.days[0][0], place=session.place, trainer=self.team.lead,
            room=session.room,
        )  # fmt: skip
        return twins.first()


ELSEWHERE, SAME_SPOT = "elsewhere", "same"
ADDRESS_IS = {
    ELSEWHERE: _("Somewhere else: those booked are told by email, and may cancel for everything back"),
    SAME_SPOT: _("The same spot, written otherwise: nobody is told"),
}


class PlaceForm(EditForm, forms.ModelForm):
    """Where sessions happen, with its rooms by name."""

    map_url = forms.URLField(label=_("Link to a map"), required=False, max_length=200, assume_scheme="https")
    rooms = forms.CharField(
        label=_("Rooms"), required=False, widget=TextBox(attrs={"rows": 3}),
        help_text=_("One a line, with how many it holds: Workshop, 12. A room is never in two sessions at once."),
    )  # fmt: skip

    address_is = forms.ChoiceField(
        label=_("What is the new address?"), choices=ADDRESS_IS, required=False, widget=forms.RadioSelect
    )

    class Meta:
        model = Place
        fields = ["name", "address", "travel", "directions", "map_url"]
        labels = {"travel": _("Travel and parking"), "directions": _("How to find the door")}
        help_texts = {
            "travel": _("By train, bus and car. Shown on your site."),
            "directions": _("Entrance, floor, whom to ask for. Only those who booked read it."),
        }
        widgets = {name: TextBox(attrs={"rows": 3}) for name in ("address", "travel", "directions")}

    def __init__(self, data: Sent = None, *, instance: Place | None = None, **options: Unpack[FormOptions]):
        super().__init__(data, instance=instance, **options)
        about_somebody_else(self)
        if not self.instance._state.adding:
            self.initial["rooms"] = "\n".join(room.line for room in self.instance.rooms.order_by("name"))

    def clean(self) -> None:
        """With another address, ask whether those booked go elsewhere, if there are any."""
        address = self.cleaned_data.get("address", "")
        if self.instance._state.adding or on_one_line(address) == on_one_line(self.instance.address):
            return
        if self.cleaned_data.get("address_is") or not (dates := dates_booked_at(self.instance)):
            return
        asked = ngettext(
            "%d date with people booked is held here.", "%d dates with people booked are held here.", dates
        )
        self.add_error("address_is", f"{asked % dates} {_t('Choose whether they are told.')}")

    @property
    def asks_what_it_is(self) -> bool:
        """Whether the question is on the page: only where somebody is booked who would go elsewhere."""
        return "address_is" in self.errors or bool(self.is_bound and self.data.get("address_is"))

    @property
    def details(self) -> dict[str, Any]:
        """What is to be written, for `save_place`."""
        changes = self.changes
        same_spot = changes.pop("address_is", "") == SAME_SPOT
        return {**changes, "same_spot": same_spot}

    def clean_rooms(self) -> list[str]:
        typed = (without_marks(line).strip() for line in self.cleaned_data["rooms"].splitlines())
        lines = [line for line in typed if line]
        if any(len(Room.parse(line)[0]) > 80 for line in lines):
            raise ValidationError(_t("A room's name has at most 80 characters."))
        return lines
