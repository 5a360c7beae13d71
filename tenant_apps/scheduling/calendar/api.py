"""The calendar by API."""

from datetime import date, timedelta

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from shared_apps.api.endpoints import View
from shared_apps.api.strict import Serializer
from shared_apps.core.time import countable, midnight
from tenant_apps.scheduling.calendar.entries import entries_of
from tenant_apps.scheduling.models import SessionStatus

LONGEST = timedelta(days=366)


class CalendarQuery(Serializer):
    """The days that the calendar is of, both included, and by what it is narrowed."""

    trainer_id = serializers.UUIDField(required=False)
    room_id = serializers.UUIDField(required=False)
    vehicle_id = serializers.UUIDField(required=False)

    def get_fields(self) -> dict[str, serializers.Field]:
        days = {"from": serializers.DateField(source="since"), "to": serializers.DateField(source="until")}
        return {**days, **super().get_fields()}

    def validate(self, attrs: dict[str, date]) -> dict[str, date]:
        since, until = attrs["since"], attrs["until"]
        if until < since:
            raise serializers.ValidationError({"to": [_("This is before the first day.")]})
        if until - since > LONGEST:
            raise serializers.ValidationError({"to": [_("At most a year.")]})
        for name, day in (("from", since), ("to", until)):
            if day != countable(day):
                raise serializers.ValidationError({name: [_("There is no calendar of that day.")]})
        return attrs


class CalendarEntry(Serializer):
    """One day of a session."""

    session_id = serializers.UUIDField()
    day_id = serializers.UUIDField()
    title = serializers.CharField(help_text="Of its course")
    starts_at = serializers.DateTimeField(source="begins")
    ends_at = serializers.DateTimeField(source="ends")
    trainer_id = serializers.UUIDField(allow_null=True)
    co_trainer_ids = serializers.ListField(child=serializers.UUIDField())
    assessor_id = serializers.UUIDField(allow_null=True)
    room_id = serializers.UUIDField(allow_null=True)
    vehicle_id = serializers.UUIDField(allow_null=True)
    status = serializers.ChoiceField(choices=SessionStatus.choices)


class CalendarAnswer(Serializer):
    results = CalendarEntry(many=True)


class Calendar(View):
    permission = "sessions.view"
    queries = {"get": CalendarQuery}

    @extend_schema(
        summary="What is on",
        description="Each day of each session from `from` to `to`, both included, in the order in which they begin; a "
        "trainer sees their own. `trainerId` matches whoever leads, teaches with them or assesses. Sessions that were "
        "cancelled or moved to another date are not among them. At most a year at once.",
        responses=CalendarAnswer,
    )
    def get(self, request: Request) -> Response:
        asked = self.query()
        since, until = midnight(asked.pop("since")), midnight(asked.pop("until"), after=True)
        found = entries_of(request.user, since, until, **asked)
        return Response(CalendarAnswer({"results": found}).data)
