"""What the API says of sessions, and what it takes."""

import datetime
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from shared_apps.core.access import can
from shared_apps.core.aliases import Alias
from shared_apps.core.api import VisibleField
from shared_apps.core.money_fields import validate_price
from shared_apps.core.strict import ModelSerializer, Serializer, TimeOfDayField
from shared_apps.core.time import local, tenant_zone
from shared_apps.tenants.context import current_tenant
from tenant_apps.catalogue.models import Course
from tenant_apps.people.models import Trainer
from tenant_apps.scheduling.aliases import LOCATION_SAID, LOCATION_SHOWN, SESSION
from tenant_apps.scheduling.models import Place, Room, Session, SessionDay, Vehicle
from tenant_apps.scheduling.plan import Hours, PlanRefused, Span, in_order, keep_within, replan

LONGEST = timedelta(days=366)
FIRST_YEAR, LAST_YEAR = 1970, 2200  # beyond them there are no instants to count with
PLAN_NAMES = {
    "start_date": "start", "end_date": "end", "start_time": "begins", "end_time": "ends", "ends_next_day": "overnight",
}  # fmt: skip
PLAN_FIELDS = {**{field: name for name, field in PLAN_NAMES.items()}, "days": "days"}
FOR_STAFF = ("instructor_notes", "online_url", "visibility", "completion_notes")


class TrainerBrief(Serializer):
    id = serializers.UUIDField(source="pk")
    name = serializers.CharField(source="person.name")
    slug = serializers.CharField()


class PlaceBrief(ModelSerializer):
    class Meta:
        model = Place
        fields = ["id", "name", "address", "map_url"]


class CourseBrief(Serializer):
    id = serializers.UUIDField()
    title = serializers.CharField()
    slug = serializers.CharField()


class RoomSerializer(ModelSerializer):
    """`capacity` is null where nobody counted."""

    class Meta:
        model = Room
        fields = ["id", "place_id", "name", "capacity"]


class PlaceSerializer(ModelSerializer):
    rooms = RoomSerializer(many=True)

    class Meta:
        model = Place
        fields = ["id", "name", "address", "directions", "map_url", "rooms"]


class VehicleSerializer(ModelSerializer):
    class Meta:
        model = Vehicle
        fields = ["id", "name", "registration"]


class DaySerializer(ModelSerializer):
    date = serializers.SerializerMethodField()

    class Meta:
        model = SessionDay
        fields = ["id", "date", "starts_at", "ends_at"]

    def get_date(self, day: SessionDay) -> datetime.date:
        return local(day.starts_at).date()


EXAMPLE = {
    "id": "01975f3c-91b2-7c55-8d0e-51c2b8a7f3d9",
    "courseId": "01975f3c-5d12-7b60-8a1c-6f2d9e4b3a70",
    "course": {
        "id": "01975f3c-5d12-7b60-8a1c-6f2d9e4b3a70",
        "title": "Heat pump installation",
        "slug": "heat-pump-installation",
    },
    "status": "scheduled",
    "startDate": "2027-01-15",
    "endDate": "2027-01-15",
    "startTime": "09:00",
    "endTime": "17:00",
    "endsNextDay": False,
    "timeZone": "Europe/London",
    "startsAt": "2027-01-15T09:00:00Z",
    "endsAt": "2027-01-15T17:00:00Z",
    "days": [
        {
            "id": "01975f3c-91b4-7d01-9f2e-3c6b8a5d4e20",
            "date": "2027-01-15",
            "startsAt": "2027-01-15T09:00:00Z",
            "endsAt": "2027-01-15T17:00:00Z",
        }
    ],
    "availableSpots": 12,
    "bookedSpots": 5,
    "confirmedSpots": 4,
    "spotsLeft": 7,
    "takesBookings": True,
    "price": 480.0,
    "currency": "GBP",
    "trainer": {"id": "01975f3c-5d20-7a11-8c3d-2b4e6f8a1c30", "name": "Maya Lindqvist", "slug": "maya-lindqvist"},
    "place": None,
    "room": None,
    "delivery": "in_person",
    "cancelledAt": None,
    "createdAt": "2026-11-02T10:15:00Z",
    "updatedAt": "2026-11-02T10:15:00Z",
    "date": "2027-01-15",
    "capacity": 12,
    "seatsBooked": 5,
    "seatsLeft": 7,
    "isActive": True,
    "isCompleted": False,
    "location": None,
}


@extend_schema_serializer(examples=[OpenApiExample("As a visitor sees it", EXAMPLE, response_only=True)])
class SessionSerializer(ModelSerializer):
    """A dated occurrence of a course. `availableSpots` is its capacity, `spotsLeft` what nobody holds yet.

    Dates and times of day are those on the clock in `timeZone`, which a session keeps; `startsAt` and `endsAt` are
    instants.
    `instructorNotes`, `completionNotes`, `onlineUrl` and `visibility` are there for staff only; `createdBy` and
    `updatedBy` are null but for them.
    """

    course_id = serializers.UUIDField()
    course = CourseBrief()
    trainer = TrainerBrief(allow_null=True)
    place = PlaceBrief(allow_null=True)
    room = serializers.CharField(source="room.name", default=None, allow_null=True)
    start_date = serializers.SerializerMethodField()
    end_date = serializers.SerializerMethodField()
    start_time = serializers.SerializerMethodField()
    end_time = serializers.SerializerMethodField()
    ends_next_day = serializers.SerializerMethodField()
    time_zone = serializers.CharField(source="zone.key")
    available_spots = serializers.IntegerField(source="capacity")
    spots_left = serializers.IntegerField()
    price = serializers.DecimalField(source="seat_price", max_digits=10, decimal_places=2, allow_null=True)
    currency = serializers.SerializerMethodField()
    delivery = serializers.ChoiceField(choices=["in_person", "online", "hybrid"])
    days = DaySerializer(many=True)
    instructor_notes = serializers.CharField(required=False)
    completion_notes = serializers.CharField(required=False)
    online_url = serializers.CharField(required=False)
    visibility = serializers.ChoiceField(choices=Session.Visibility.choices, required=False)
    created_by = serializers.CharField(allow_null=True)
    updated_by = serializers.CharField(allow_null=True)
    aliases = {**SESSION, **LOCATION_SHOWN}

    class Meta:
        model = Session
        fields = [
            "id", "course_id", "course", "status", "start_date", "end_date", "start_time", "end_time",
            "ends_next_day", "time_zone", "starts_at", "ends_at", "days", "available_spots", "booked_spots",
            "confirmed_spots", "spots_left", "takes_bookings", "price", "currency", "trainer", "place", "room",
            "delivery", "online_url", "visibility", "instructor_notes", "completion_notes", "cancelled_at",
            "created_at", "created_by", "updated_at", "updated_by",
        ]  # fmt: skip
        read_only_fields = fields

    def reveal(self, instance: Session, fields: dict[str, Any]) -> None:
        if not can(self.context["request"].user, "sessions.view"):
            for field in FOR_STAFF:
                del fields[field]

    def get_start_date(self, session: Session) -> date:
        return local(session.starts_at).date()

    def get_end_date(self, session: Session) -> date:
        days = list(session.days.all())
        return local(days[-1].starts_at if days else session.ends_at).date()

    @extend_schema_field({"type": "string", "example": "09:00"})
    def get_start_time(self, session: Session) -> str:
        return f"{local(session.starts_at):%H:%M}"

    @extend_schema_field({"type": "string", "example": "17:00"})
    def get_end_time(self, session: Session) -> str:
        return f"{local(session.ends_at):%H:%M}"

    def get_ends_next_day(self, session: Session) -> bool:
        first = next(iter(session.days.all()), session)
        return bool(local(first.ends_at).date() > local(first.starts_at).date())

    def get_currency(self, session: Session) -> str:
        return str(current_tenant().currency)


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
                    "startTime": {"type": "string", "example": "09:00"},
                    "endTime": {"type": "string", "example": "17:00"},
                },
                "required": ["date", "startTime", "endTime"],
                "additionalProperties": False,
            },
        ]
    }
)
class DayField(serializers.Field):  # type: ignore[type-arg]
    """A date, or a date with hours of its own: as `(date, Hours | None)`."""

    def to_internal_value(self, data: Any) -> tuple[date, Hours | None]:
        if not isinstance(data, dict):
            return serializers.DateField().run_validation(data), None
        given = DayInput(context=self.context).run_validation(data)
        begins, ends = given["start_time"], given["end_time"]
        return given["date"], Hours(begins, ends, overnight=ends < begins)


class SessionInput(Serializer):
    """When it is, where, with whom, for how many. On PATCH, only what changes.

    It runs daily from `startDate` to `endDate`, or just on the dates in `days`, some of which may be
    `{date, startTime, endTime}` with hours of their own. `endTime` is later than
    `startTime`, unless `endsNextDay` says that each day ends on the day after. Times are those of the session's zone.

    On PATCH, another `startDate` alone moves all days along, with their gaps and times; another `endDate` makes the
    session daily, which one with gaps or times of its own refuses (send `days`). Other times go to all days that have
    those of the first day: a day with times of its own keeps them. `days` are the days from now on: those it had keep
    their times. Everybody booked is told of another time, place or link within minutes, with `noteToCustomers`.
    """

    start_date = serializers.DateField(required=False)
    end_date = serializers.DateField(required=False)
    start_time = TimeOfDayField(required=False)
    end_time = TimeOfDayField(required=False)
    ends_next_day = serializers.BooleanField(required=False)
    days = serializers.ListField(child=DayField(), required=False, min_length=1, max_length=100)
    available_spots = serializers.IntegerField(source="capacity", min_value=1, max_value=10_000, required=False)
    instructor_notes = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    trainer_id = VisibleField(Trainer, source="trainer", required=False, allow_null=True)
    place_id = serializers.PrimaryKeyRelatedField(
        queryset=Place.objects.all(), source="place", required=False, allow_null=True
    )
    room_id = serializers.PrimaryKeyRelatedField(
        queryset=Room.objects.select_related("place"), source="room", required=False, allow_null=True
    )
    vehicle_id = serializers.PrimaryKeyRelatedField(
        queryset=Vehicle.objects.all(), source="vehicle", required=False, allow_null=True
    )
    online_url = serializers.URLField(required=False, allow_blank=True, max_length=200)
    price = serializers.DecimalField(
        max_digits=10, decimal_places=2, min_value=0, required=False, allow_null=True, validators=[validate_price]
    )
    visibility = serializers.ChoiceField(choices=Session.Visibility.choices, required=False)
    takes_bookings = serializers.BooleanField(required=False)
    note_to_customers = serializers.CharField(source="note", required=False, allow_blank=True, max_length=500)
    aliases = {**SESSION, **LOCATION_SAID}

    def validate_days(self, days: list[tuple[date, Hours | None]]) -> dict[date, Hours | None]:
        if len(dict(days)) < len(days):
            raise serializers.ValidationError(_("A day is named twice."))
        return dict(days)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        when: dict[str, Any] = {name: attrs.pop(name) for name in PLAN_NAMES if name in attrs}
        own: dict[date, Hours | None] = attrs.pop("days", {})
        if when or own:
            attrs["days"] = self._spans(when, own)
        room = attrs.get("room")
        if room:
            place = attrs.setdefault("place", room.place)
            if place != room.place:
                raise serializers.ValidationError({"room_id": ["This room is at another place."]})
        return attrs

    def _spans(self, when: dict[str, Any], days: dict[date, Hours | None]) -> list[Span]:
        only, own = sorted(days) or None, {day: hours for day, hours in days.items() if hours}
        try:
            self._refuse_odd_days(when, only)
            if self.instance is None:
                return self._new(when, only, own)
            present = [(day.starts_at, day.ends_at) for day in self.instance.days.all()]
            named = {PLAN_NAMES[name]: value for name, value in when.items()}
            return replan(sorted(present), self.instance.zone, dates=only, own_hours=own, **named)
        except PlanRefused as refused:
            raise serializers.ValidationError({PLAN_FIELDS[refused.field]: [refused.message]}) from refused

    def _refuse_odd_days(self, when: dict[str, Any], only: list[date] | None) -> None:
        start, end = when.get("start_date"), when.get("end_date")
        named = [*(only or []), *(day for day in (start, end) if day)]
        if named and max(named).year > LAST_YEAR:
            raise PlanRefused("end", f"No later than {LAST_YEAR}.")
        if named and min(named).year < FIRST_YEAR:
            raise PlanRefused("start", f"No earlier than {FIRST_YEAR}.")
        if self.instance is not None and end and not start:
            start = self.instance.starts_at.date()
        if start and end and end < start:
            raise PlanRefused("end", "The end lies before the start.")
        if named and (max([*named, start or named[0]]) - min([*named, start or named[0]])) > LONGEST:
            raise PlanRefused("end", "A session lasts a year at most.")

    def _new(self, when: dict[str, Any], only: list[date] | None, own: dict[date, Hours]) -> list[Span]:
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


class NewSession(SessionInput):
    """A session, and the course that it is of."""

    course_id = VisibleField(Course, source="course")


class ReasonSerializer(Serializer):
    """Why; people are told."""

    aliases = {"cancellation_reason": Alias("reason")}
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300, default="")
