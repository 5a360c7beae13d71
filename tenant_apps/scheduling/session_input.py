"""What the API takes of sessions: the days and hours of a plan, and all else that may be said of one."""

from datetime import date, timedelta

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from shared_apps.api.fields import ById, VisibleField
from shared_apps.api.strict import TIME_OF_DAY, Given, Serializer, TimeOfDayField, fault_of
from shared_apps.core.payable import validate_price
from shared_apps.core.time import tenant_zone
from tenant_apps.catalogue.models import Course
from tenant_apps.people.models import Trainer
from tenant_apps.scheduling.aliases import LOCATION_SAID, SESSION
from tenant_apps.scheduling.models import Place, Room, Session, Vehicle
from tenant_apps.scheduling.plan import Hours, PlanRefused, Span, in_order, keep_within, replan
from tenant_apps.scheduling.running import decision_time
from tenant_apps.scheduling.serializers import PlannedSession, need_both
from tenant_apps.scheduling.team import Team

LONGEST = timedelta(days=366)
MOST_TEACH = 20  # with the trainer
PLAN_NAMES = {
    "start_date": "start", "end_date": "end", "start_time": "begins", "end_time": "ends", "ends_next_day": "overnight",
}  # fmt: skip
PLAN_FIELDS = {**{field: name for name, field in PLAN_NAMES.items()}, "days": "days"}


class DayInput(Serializer):
    """One day with hours of its own. `endTime` before `startTime` is on the day after."""

    date = serializers.DateField()
    start_time = TimeOfDayField()
    end_time = TimeOfDayField()


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "format": "date"},
            {
                "type": "object",
                "properties": {
                    "date": {"type": "string", "format": "date"},
                    "startTime": {"type": "string", "pattern": f"^{TIME_OF_DAY}$", "example": "09:00"},
                    "endTime": {"type": "string", "pattern": f"^{TIME_OF_DAY}$", "example": "17:00"},
                },
                "required": ["date", "startTime", "endTime"],
                "additionalProperties": False,
            },
        ]
    }
)
class DayField(serializers.Field):
    """A date, or a date with hours of its own: as `(date, Hours | None)`."""

    def to_internal_value(self, data: object) -> tuple[date, Hours | None]:
        if not isinstance(data, dict):
            day = serializers.DateField()
            if fault := fault_of(day, data):
                raise serializers.ValidationError(fault)
            return day.run_validation(data), None
        given = DayInput(context=self.context).run_validation(data)
        begins, ends = given["start_time"], given["end_time"]
        return given["date"], Hours(begins, ends, overnight=ends < begins)


class OwnInput(Serializer):
    """Where a session is, with whom, for how many and at which price: all but when."""

    available_spots = serializers.IntegerField(source="capacity", min_value=1, max_value=10_000, required=False)
    instructor_notes = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    trainer_id = VisibleField(Trainer, related=["person"], source="trainer", required=False, allow_null=True)
    co_trainer_ids = serializers.ListField(
        child=VisibleField(Trainer, related=["person"]), source="co_trainers", required=False, max_length=MOST_TEACH
    )
    assessor_id = VisibleField(Trainer, source="assessor", related=["person"], required=False, allow_null=True)
    place_id = ById(queryset=Place.objects.all(), source="place", required=False, allow_null=True)
    room_id = ById(queryset=Room.objects.select_related("place"), source="room", required=False, allow_null=True)
    vehicle_id = ById(queryset=Vehicle.objects.all(), source="vehicle", required=False, allow_null=True)
    online_url = serializers.URLField(required=False, allow_blank=True, max_length=200)
    price = serializers.DecimalField(
        max_digits=10, decimal_places=2, min_value=0, required=False, allow_null=True, validators=[validate_price]
    )
    visibility = serializers.ChoiceField(choices=Session.Visibility.choices, required=False)
    takes_bookings = serializers.BooleanField(required=False)

    def validate_trainer_id(self, one: Trainer | None) -> Trainer | None:
        return self._still_teaching(one)

    def validate_co_trainer_ids(self, people: list[Trainer]) -> list[Trainer]:
        if len({one.pk for one in people}) < len(people):
            raise serializers.ValidationError(_("Somebody is named twice."))
        for one in people:
            self._still_teaching(one)
        return people

    def validate_assessor_id(self, one: Trainer | None) -> Trainer | None:
        return self._still_teaching(one)

    def _still_teaching(self, one: Trainer | None) -> Trainer | None:
        """Whoever is on the team already may stay, whether they teach any more or not."""
        if one is None or one.teaches:
            return one
        if self.instance is None or one not in Team.of(self.instance).people:
            raise serializers.ValidationError(_("%s does not teach any more.") % one)
        return one

    def keep_room_at_its_place(self, attrs: Given) -> None:
        """Take the place of the room that is given. Raises `ValidationError` for a room elsewhere."""
        if room := attrs.get("room"):
            place = attrs.setdefault("place", room.place)
            if place != room.place:
                raise serializers.ValidationError({"room_id": ["This room is at another place."]})


class SessionInput(OwnInput):
    """When it is, where, with whom, for how many. On PATCH, only what changes.

    It runs daily from `startDate` to `endDate`, or just on the dates in `days`, some of which may be
    `{date, startTime, endTime}` with hours of their own. `endTime` is later than
    `startTime`, unless `endsNextDay` says that each day ends on the day after. Times are those of the session's zone.

    On PATCH, another `startDate` alone moves all days along, with their gaps and times; another `endDate` makes the
    session daily, which one with gaps or times of its own refuses (send `days`). Other times go to all days that have
    those of the first day: a day with times of its own keeps them. `days` are the days from now on: those it had keep
    their times. Everybody booked is told of another time, place or link within minutes, with `noteToCustomers`.

    `coTrainerIds` are all who teach it with the trainer, `assessorId` who enters results. Who does not teach any more
    is refused, but where they are on the team already.
    """

    start_date = serializers.DateField(required=False)
    end_date = serializers.DateField(required=False)
    start_time = TimeOfDayField(required=False)
    end_time = TimeOfDayField(required=False)
    ends_next_day = serializers.BooleanField(required=False)
    days = serializers.ListField(child=DayField(), required=False, min_length=1, max_length=100)
    note_to_customers = serializers.CharField(source="note", required=False, allow_blank=True, max_length=500)
    aliases = {**SESSION, **LOCATION_SAID}
    only_shown = frozenset(PlannedSession.Meta.fields)

    def validate_days(self, days: list[tuple[date, Hours | None]]) -> dict[date, Hours | None]:
        if len(dict(days)) < len(days):
            raise serializers.ValidationError(_("A day is named twice."))
        return dict(days)

    def validate(self, attrs: Given) -> Given:
        if self.instance is None and attrs.pop("note", ""):
            nobody = _("Nobody is booked on it yet, so there is nobody to tell.")
            raise serializers.ValidationError({"note_to_customers": [nobody]})
        when: Given = {name: attrs.pop(name) for name in PLAN_NAMES if name in attrs}
        own: dict[date, Hours | None] = attrs.pop("days", {})
        if when or own or self.instance is None:
            attrs["days"] = self._spans(when, own)
        self.keep_room_at_its_place(attrs)
        return attrs

    def _spans(self, when: Given, days: dict[date, Hours | None]) -> list[Span]:
        only, own = sorted(days) or None, {day: hours for day, hours in days.items() if hours}
        try:
            self._refuse_odd_days(when, only)
            if self.instance is None:
                return self._new(when, only, own)
            present = [(day.starts_at, day.ends_at) for day in self.instance.days.all()]
            named = {PLAN_NAMES[name]: value for name, value in when.items()}
            return replan(sorted(present), self.instance.zone, dates=only, own_hours=own, **named)
        except PlanRefused as refused:
            field = _blamed(PLAN_FIELDS[refused.field], [*when, *(["days"] if days else [])])
            raise serializers.ValidationError({field: [refused.message]}) from refused

    def _refuse_odd_days(self, when: Given, only: list[date] | None) -> None:
        start, end = when.get("start_date"), when.get("end_date")
        named = [*(only or []), *(day for day in (start, end) if day)]
        if self.instance is not None and end and not start:
            start = self.instance.starts_at.date()
        if start and end and end < start:
            raise PlanRefused("end", "The end lies before the start.")
        if named and (max([*named, start or named[0]]) - min([*named, start or named[0]])) > LONGEST:
            raise PlanRefused("end", "A session lasts a year at most.")

    def _new(self, when: Given, only: list[date] | None, own: dict[date, Hours]) -> list[Span]:
        with_own_hours = bool(only) and len(own) == len(only or [])
        needed = ([] if only else ["start_date"]) + ([] if with_own_hours else ["start_time", "end_time"])
        if missing := [name for name in needed if name not in when]:
            raise serializers.ValidationError({name: ["This field is required."] for name in missing})
        start = when.get("start_date") or min(only or [])
        end = when.get("end_date") or (max(only) if only else start)
        days = only or [start + timedelta(days=n) for n in range((end - start).days + 1)]
        keep_within(days, start, end)
        if not with_own_hours:
            usual = Hours(when["start_time"], when["end_time"], when.get("ends_next_day", False))
            own = {day: own.get(day, usual) for day in days}
        return in_order([own[day].on(day, tenant_zone()) for day in days])


def _blamed(field: str, sent: list[str]) -> str:
    """The field that a refusal of `field` is about: of its dates, one that was sent."""
    dates = [name for name in (field, "days", "start_date", "end_date") if name in sent]
    return dates[0] if field in ("start_date", "end_date") and dates else field


class FirstInput(SessionInput):
    """As `SessionInput`; and whether it is a `draft`, or runs from `minimumBookings` seats, decided on `decideOn`."""

    draft = serializers.BooleanField(required=False)
    minimum_bookings = serializers.IntegerField(min_value=1, max_value=10_000, required=False)
    decide_on = serializers.DateField(required=False)

    def validate(self, attrs: Given) -> Given:
        need_both(attrs)
        attrs = super().validate(attrs)
        if minimum := attrs.pop("minimum_bookings", None):
            attrs["minimum"] = minimum
            attrs["decide_by"] = decision_time(attrs.pop("decide_on"), tenant_zone())
        return attrs


class NewSession(FirstInput):
    """A session, and the course that it is of."""

    course_id = VisibleField(Course, source="course")
