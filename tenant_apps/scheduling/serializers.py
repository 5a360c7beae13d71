"""What the API says of sessions, and what it takes."""

import datetime
from datetime import date
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from shared_apps.api.aliases import Alias
from shared_apps.api.strict import Given, ModelSerializer, Serializer
from shared_apps.core.models import known
from shared_apps.core.permissions import can
from shared_apps.core.states import Someone
from shared_apps.core.time import local
from shared_apps.tenants.context import current_tenant
from tenant_apps.scheduling.advice import advice_on
from tenant_apps.scheduling.aliases import LOCATION_SHOWN, SESSION
from tenant_apps.scheduling.models import Place, Room, Session, SessionDay, TeamRole, Vehicle
from tenant_apps.scheduling.team import Team


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
    "coTrainerIds": [],
    "place": None,
    "room": None,
    "delivery": "in_person",
    "cancelledAt": None,
    "minimumBookings": None,
    "decideBy": None,
    "seriesId": None,
    "rescheduledFromId": None,
    "rescheduledToId": None,
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
    instants. A `tentative` one runs from `minimumBookings` seats; `decideBy` says when that is decided. One that was
    put on another date has `rescheduledToId`, and the new one `rescheduledFromId`. Who teaches it are `trainer`, who
    leads it, and `coTrainerIds`. `seriesId` is that of the rule it came from, or null.
    `instructorNotes`, `completionNotes`, `onlineUrl`, `visibility` and `assessorId` are there for staff only;
    `createdBy` and `updatedBy` are null but for them.
    """

    course_id = serializers.UUIDField()
    course = CourseBrief()
    trainer = TrainerBrief(allow_null=True)
    co_trainer_ids = serializers.SerializerMethodField()
    assessor_id = serializers.SerializerMethodField()
    place = PlaceBrief(allow_null=True)
    room = serializers.CharField(source="room.name", default=None, allow_null=True)
    start_date = serializers.SerializerMethodField()
    end_date = serializers.SerializerMethodField()
    start_time = serializers.SerializerMethodField()
    end_time = serializers.SerializerMethodField()
    ends_next_day = serializers.SerializerMethodField()
    time_zone = serializers.CharField(source="zone.key")
    available_spots = serializers.IntegerField(source="capacity")
    booked_spots = serializers.IntegerField(source="seats_taken", read_only=True)
    confirmed_spots = serializers.IntegerField(source="seats_confirmed", read_only=True)
    spots_left = serializers.IntegerField(source="seats_left")
    price = serializers.DecimalField(source="seat_price", max_digits=10, decimal_places=2, allow_null=True)
    currency = serializers.SerializerMethodField()
    delivery = serializers.ChoiceField(choices=["in_person", "online", "hybrid"])
    days = DaySerializer(many=True)
    minimum_bookings = serializers.IntegerField(source="minimum", allow_null=True)
    series_id = serializers.UUIDField(allow_null=True)
    rescheduled_from_id = serializers.UUIDField(source="came_from", default=None, allow_null=True)
    rescheduled_to_id = serializers.UUIDField(allow_null=True)
    online_url = serializers.CharField()  # no URL where there is none
    created_by = serializers.CharField(allow_null=True)
    updated_by = serializers.CharField(allow_null=True)
    for_some = frozenset({"instructor_notes", "online_url", "visibility", "completion_notes", "assessor_id"})
    aliases = {**SESSION, **LOCATION_SHOWN}

    class Meta:
        model = Session
        fields = [
            "id", "course_id", "course", "status", "start_date", "end_date", "start_time", "end_time",
            "ends_next_day", "time_zone", "starts_at", "ends_at", "days", "available_spots", "booked_spots",
            "confirmed_spots", "spots_left", "takes_bookings", "price", "currency", "trainer", "co_trainer_ids",
            "assessor_id", "place", "room", "delivery", "online_url",
            "visibility", "instructor_notes", "completion_notes", "cancelled_at",
            "minimum_bookings", "decide_by", "series_id", "rescheduled_from_id", "rescheduled_to_id",
            "created_at", "created_by", "updated_at", "updated_by",
        ]  # fmt: skip
        read_only_fields = fields

    def shows_all(self, user: Someone | AnonymousUser) -> bool:
        return can(user, "sessions.view")

    def get_start_date(self, session: Session) -> date:
        return local(session.starts_at).date()

    def get_end_date(self, session: Session) -> date:
        days = list(known(session, "days"))
        return local(days[-1].starts_at if days else session.ends_at).date()

    @extend_schema_field({"type": "string", "example": "09:00"})
    def get_start_time(self, session: Session) -> str:
        return f"{local(session.starts_at):%H:%M}"

    @extend_schema_field({"type": "string", "example": "17:00"})
    def get_end_time(self, session: Session) -> str:
        return f"{local(session.ends_at):%H:%M}"

    def get_ends_next_day(self, session: Session) -> bool:
        first = next(iter(known(session, "days")), session)
        return bool(local(first.ends_at).date() > local(first.starts_at).date())

    def get_co_trainer_ids(self, session: Session) -> list[UUID]:
        return sorted(row.trainer_id for row in known(session, "team") if row.role == TeamRole.CO_TRAINER)

    def get_assessor_id(self, session: Session) -> UUID | None:
        return next((row.trainer_id for row in known(session, "team") if row.role == TeamRole.ASSESSOR), None)

    def get_currency(self, session: Session) -> str:
        return str(current_tenant().currency)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "On a holiday", {**EXAMPLE, "warnings": ["Easter: closed Mon 1 Apr to Fri 5 Apr."]}, response_only=True
        )
    ]
)
class PlannedSession(SessionSerializer):
    """A session that was just planned. `warnings` say what speaks against its days without forbidding them.

    That is a sentence for each: the weekly hours of its trainer and the rest of its team, their time off, holidays. It
    is planned all the same.
    """

    warnings = serializers.SerializerMethodField()

    class Meta(SessionSerializer.Meta):
        fields = [*SessionSerializer.Meta.fields, "warnings"]
        read_only_fields = fields

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def get_warnings(self, session: Session) -> list[str]:
        days = [(day.starts_at, day.ends_at) for day in known(session, "days")]
        return advice_on(Team.of(session).people, days) if self.context["was_planned"] else []


class ReasonSerializer(Serializer):
    """Why; people are told."""

    aliases = {"cancellation_reason": Alias("reason")}
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300, default="")


class Completion(Serializer):
    """What the office should know of how it went."""

    completion_notes = serializers.CharField(required=False, allow_blank=True, max_length=5_000, default="")


class Publication(Serializer):
    """Whether a draft becomes a date that takes place for certain, or one that runs from so many bookings."""

    minimum_bookings = serializers.IntegerField(min_value=1, max_value=10_000, required=False)
    decide_on = serializers.DateField(required=False)
    visibility = serializers.ChoiceField(choices=Session.Visibility.choices, default=Session.Visibility.PUBLIC)
    takes_bookings = serializers.BooleanField(default=True)

    def validate(self, attrs: Given) -> Given:
        need_both(attrs)
        return attrs


def need_both(given: Given) -> None:
    """Refuse a minimum without the day on which it is decided, and the other way round."""
    for name, other in (("minimum_bookings", "decide_on"), ("decide_on", "minimum_bookings")):
        if given.get(name) and not given.get(other):
            raise serializers.ValidationError(
                {other: [_("Send both: from how many it runs, and when that is decided.")]}
            )
