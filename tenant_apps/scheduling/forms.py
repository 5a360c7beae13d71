"""The form of a session. Days and times are typed as the clock on the provider's wall shows them."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shared_apps.core.editing import EditForm
from shared_apps.core.fields import about_somebody_else
from shared_apps.core.money_fields import PriceField
from tenant_apps.catalogue.models import Course
from tenant_apps.people.models import Trainer
from tenant_apps.scheduling.errors import ClockChange
from tenant_apps.scheduling.models import Place, Room, Session
from tenant_apps.scheduling.services import Span, spans

MOST_DAYS = 60
DAY = re.compile(r"^(\S+|\d{1,2} \w+ \d{4})(?:\s+(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2}))?$")
DAY_FIELDS = {"start_date", "end_date", "begins", "ends", "only_days"}
DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y")


def date_field(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    widget.input_type = "date"
    return forms.DateField(label=label, widget=widget, **more)


def time_field(label: Any) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    widget.input_type = "time"
    return forms.TimeField(label=label, widget=widget)


class RoomChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.place} · {obj.name}"


class SessionForm(EditForm, forms.ModelForm):
    """A session's days, people and place."""

    start_date = date_field(_("First day"))
    end_date = date_field(_("Last day"), required=False, help_text=_("Empty: a single day."))
    begins = time_field(_("Begins"))
    ends = time_field(_("Ends"))
    only_days = forms.CharField(
        label=_("Only on these days"), required=False,
        help_text=_("For a course with gaps. One day a line, such as 2027-01-12, or 2027-01-12 10:00-15:00."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    capacity = forms.IntegerField(label=_("Seats"), min_value=1, max_value=10_000)
    price = PriceField(label=_("Price of a seat"), required=False, help_text=_("Empty: the course's price."))
    room = RoomChoice(queryset=Room.objects.select_related("place"), required=False, label=_("Room"))
    online_url = forms.URLField(
        label=_("Link to join online"), required=False, max_length=200, assume_scheme="https",
        help_text=_("With a place as well, people choose either."),
    )  # fmt: skip

    class Meta:
        model = Session
        fields = [
            "trainer", "place", "room", "online_url", "capacity", "price", "visibility", "takes_bookings",
            "instructor_notes",
        ]  # fmt: skip
        labels = {
            "visibility": _("Who sees it"), "takes_bookings": _("Takes bookings on your site"),
            "instructor_notes": _("Notes for the trainer"),
        }  # fmt: skip
        help_texts = {
            "instructor_notes": _("Never shown to customers."),
            "takes_bookings": _("Off: only the office can book seats."),
        }
        widgets = {
            "instructor_notes": forms.Textarea(attrs={"rows": 3}),
            "visibility": forms.RadioSelect,
        }

    def __init__(self, *args: Any, course: Course, **kwargs: Any):
        super().__init__(*args, **kwargs)
        session = self.instance
        self.course = course
        trainers = Trainer.objects.select_related("person")
        self.fields["trainer"].queryset = trainers.filter(active=True) | trainers.filter(pk=session.trainer_id)  # type: ignore[attr-defined]
        self.fields["trainer"].empty_label = _("Nobody yet")  # type: ignore[attr-defined]
        self.fields["place"].queryset = Place.objects.order_by("name")  # type: ignore[attr-defined]
        self.fields["place"].empty_label = _("No place: online only")  # type: ignore[attr-defined]
        self.fields["room"].empty_label = _("No room")  # type: ignore[attr-defined]
        self.fields["visibility"].choices = [  # type: ignore[attr-defined]
            ("public", _("Everybody")), ("private", _("Nobody: only the office books on it")),
        ]  # fmt: skip
        if session._state.adding:
            first = {"trainer": course.lead_trainer_id, "capacity": course.default_capacity}
            first |= {"begins": time(9), "ends": time(17)}
        else:
            first = _typed(list(session.days.all()))
        self.initial = {**self.initial, **first, **(kwargs.get("initial") or {})}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        room, place = data.get("room"), data.get("place")
        if room and place and room.place_id != place.pk:
            self.add_error("room", _t("This room is somewhere else. Choose one at the place above."))
        elif room:
            data["place"] = room.place
        try:
            data["days"] = self._days(data)
        except ClockChange as refusal:
            self.add_error("only_days" if data["only_days"] else "begins", refusal.message)
        except ValidationError as error:
            self.add_error("only_days" if data["only_days"] else "end_date", error)
        return data

    def _days(self, data: dict[str, Any]) -> list[Span]:
        begins, ends = data["begins"], data["ends"]
        start, end = data["start_date"], data.get("end_date") or data["start_date"]
        lines = [line.strip() for line in data["only_days"].splitlines() if line.strip()]
        if not lines and end < start:
            raise ValidationError(_t("The last day is before the first."))
        if len(lines) > MOST_DAYS or (not lines and (end - start).days >= MOST_DAYS):
            raise ValidationError(_t("A session has at most %d days.") % MOST_DAYS)
        days = [_parse(line, begins, ends) for line in lines] if lines else spans(start, end, begins, ends)
        days.sort()
        if any(before[1] > after[0] for before, after in pairwise(days)):
            raise ValidationError(_t("Two of the days overlap."))
        return days

    @property
    def details(self) -> dict[str, Any]:
        """Those of Session's own fields that are to be written, as the services take them."""
        return {name: value for name, value in self.changes.items() if name in self.Meta.fields}

    @property
    def days(self) -> list[Span] | None:
        """The days to write; None when nobody changed them on this page."""
        return self.cleaned_data["days"] if DAY_FIELDS & self.changes.keys() else None


def _parse(line: str, begins: time, ends: time) -> Span:
    match = DAY.match(line)
    for pattern in DATES if match else ():
        try:
            day = datetime.strptime(match[1], pattern).date()  # type: ignore[index]  # noqa: DTZ007
            if match and match[2]:
                begins, ends = time.fromisoformat(match[2].zfill(5)), time.fromisoformat(match[3].zfill(5))
        except ValueError:
            continue
        return spans(day, day, begins, ends)[0]
    raise ValidationError(_t("“%s” is not a day. Write it like 2027-01-12.") % line)


def _typed(days: Sequence[Any]) -> dict[str, Any]:
    """What one would have typed to get `days`."""
    local = [(timezone.localtime(day.starts_at), timezone.localtime(day.ends_at)) for day in days]
    if not local:
        return {}
    times = {(begins.time(), ends.time()) for begins, ends in local}
    dates: list[date] = [begins.date() for begins, _e in local]
    typed: dict[str, Any] = {"start_date": dates[0], "end_date": dates[-1]}
    typed |= {"begins": local[0][0].time(), "ends": local[0][1].time()}
    in_a_row = all(later - earlier == timedelta(days=1) for earlier, later in pairwise(dates))
    if len(times) > 1 or not in_a_row:
        with_times = len(times) > 1
        typed["only_days"] = "\n".join(
            f"{begins:%Y-%m-%d}" + (f" {begins:%H:%M}-{ends:%H:%M}" if with_times else "") for begins, ends in local
        )
    return typed


class DuplicateForm(forms.Form):
    starts_on = date_field(_("First day"), help_text=_("The other days and the times follow."))


class PlaceForm(EditForm, forms.ModelForm):
    """Where sessions happen, with its rooms by name."""

    map_url = forms.URLField(label=_("Link to a map"), required=False, max_length=200, assume_scheme="https")
    rooms = forms.CharField(
        label=_("Rooms"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line. A room is never in two sessions at once."),
    )  # fmt: skip

    class Meta:
        model = Place
        fields = ["name", "address", "directions", "map_url"]
        labels = {"directions": _("How to get there")}
        widgets = {"address": forms.Textarea(attrs={"rows": 3}), "directions": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        about_somebody_else(self)
        if not self.instance._state.adding:
            self.initial["rooms"] = "\n".join(self.instance.rooms.order_by("name").values_list("name", flat=True))

    def clean_rooms(self) -> list[str]:
        names = [line.strip() for line in self.cleaned_data["rooms"].splitlines() if line.strip()]
        if any(len(name) > 80 for name in names):
            raise ValidationError(_t("A room's name has at most 80 characters."))
        return names
