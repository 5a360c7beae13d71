"""Series of sessions by API: a rule, first looked at if one likes, then made."""

from collections.abc import Sequence

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from shared_apps.accounts.signed_in import signed_in
from shared_apps.api.endpoints import View
from shared_apps.api.fields import VisibleField
from shared_apps.api.strict import Given, Serializer, TimeOfDayField
from shared_apps.events.idempotency import idempotent
from tenant_apps.catalogue.models import Course
from tenant_apps.scheduling.aliases import LOCATION_SAID, SESSION
from tenant_apps.scheduling.models import SessionSeries
from tenant_apps.scheduling.plan import Hours, PlanRefused
from tenant_apps.scheduling.recurrence import MOST_DATES, MOST_WEEKS, Rule, RuleRefused
from tenant_apps.scheduling.series import Line, SeriesPlan, look_at_series, schedule_series
from tenant_apps.scheduling.session_input import OwnInput

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_SKIPPED = 200
SAID = {
    "first": "from", "every": "every_weeks", "skipped": "skip", "ends": "end_time", "begins": "start_time",
    "overnight": "ends_next_day", "start": "from", "end": "from", "days": "from",
}  # fmt: skip


class SeriesInput(OwnInput):
    """Sessions on these `weekdays`, in the week of `from` and every `everyWeeks` after it, as `startTime` to `endTime`.

    It ends after `count` sessions, or on the day `until`, which is included: one of the two. Dates in `skip`, and with
    `skipHolidays` the provider's holidays, are left out and not counted. Times are on the clock of the provider, also
    after a change of the clocks. With `preview` nothing is made.
    """

    course_id = VisibleField(Course, source="course")
    start_time = TimeOfDayField(source="begins")
    end_time = TimeOfDayField(source="ends")
    ends_next_day = serializers.BooleanField(required=False, default=False)
    weekdays = serializers.ListField(child=serializers.ChoiceField(choices=WEEKDAYS), min_length=1, max_length=7)
    every_weeks = serializers.IntegerField(min_value=1, max_value=MOST_WEEKS, required=False, default=1)
    count = serializers.IntegerField(min_value=1, max_value=MOST_DATES, required=False)
    until = serializers.DateField(required=False)
    skip = serializers.ListField(child=serializers.DateField(), required=False, default=list, max_length=MOST_SKIPPED)
    skip_holidays = serializers.BooleanField(required=False, default=False)
    preview = serializers.BooleanField(required=False, default=False)
    aliases = {**{name: SESSION[name] for name in ("capacity", "notes", "is_active")}, **LOCATION_SAID}

    def get_fields(self) -> dict[str, serializers.Field]:
        return {**super().get_fields(), "from": serializers.DateField(source="first")}

    def validate(self, attrs: Given) -> Given:
        self.keep_room_at_its_place(attrs)
        rule = Rule(
            frozenset(WEEKDAYS.index(name) for name in attrs.pop("weekdays")), attrs.pop("first"),
            attrs.pop("every_weeks"), count=attrs.pop("count", None), until=attrs.pop("until", None),
            skipped=frozenset(attrs.pop("skip")),
        )  # fmt: skip
        hours = Hours(attrs.pop("begins"), attrs.pop("ends"), attrs.pop("ends_next_day"))
        try:
            rule.check()
        except RuleRefused as refused:
            raise as_fault(refused) from refused
        attrs["plan"] = SeriesPlan(rule, hours, attrs.pop("skip_holidays"))
        return attrs


def as_fault(refused: RuleRefused | PlanRefused) -> serializers.ValidationError:
    """What a rule or its hours can't be, by the name that its field has in a body."""
    return serializers.ValidationError({SAID.get(refused.field, refused.field): [refused.message]})


class SeriesDateOut(Serializer):
    """One date of a series. `clash` says what it clashes with, null where nothing does."""

    date = serializers.DateField(source="line.day")
    starts_at = serializers.DateTimeField(allow_null=True, help_text="Null for a time that its day skips or has twice")
    ends_at = serializers.DateTimeField(allow_null=True)
    clash = serializers.CharField(allow_null=True)
    warnings = serializers.ListField(child=serializers.CharField(), help_text="What speaks against it all the same")
    session_id = serializers.UUIDField(allow_null=True)


class SkippedOut(Serializer):
    date = serializers.DateField(source="day")
    reason = serializers.CharField(source="skipped")


class SeriesOut(Serializer):
    """The dates of a rule. `seriesId` and each `sessionId` are null in a preview."""

    series_id = serializers.UUIDField(allow_null=True)
    results = SeriesDateOut(many=True)
    skipped = SkippedOut(many=True)


def _shown(lines: Sequence[Line], series: SessionSeries | None = None) -> Given:
    made = dict(series.sessions.values_list("series_date", "pk")) if series else {}
    results = [
        {
            "line": line, "starts_at": line.span and line.span[0], "ends_at": line.span and line.span[1],
            "clash": line.why_not or None, "warnings": line.advice, "session_id": made.get(line.day),
        }
        for line in lines
        if not line.skipped
    ]  # fmt: skip
    skipped = [line for line in lines if line.skipped]
    return {"series_id": series.pk if series else None, "results": results, "skipped": skipped}


class SessionsFromARule(View):
    permission = "sessions.manage"

    @extend_schema(
        summary="Schedule sessions by a rule",
        description="All or none, at most 104. With `preview` each date is answered with what it clashes with (200), "
        "and nothing is made. 409 `some_sessions_cant_be` names in `refused` why.",
        request=SeriesInput,
        responses={200: SeriesOut, 201: SeriesOut},
        examples=[
            OpenApiExample(
                "Every Monday and Thursday, six times",
                {
                    "courseId": "01975f3c-5d12-7b60-8a1c-6f2d9e4b3a70", "startTime": "18:00", "endTime": "20:00",
                    "availableSpots": 12, "weekdays": ["mon", "thu"], "from": "2027-01-11", "count": 6,
                    "skip": ["2027-01-18"], "preview": True,
                },
                request_only=True,
            )
        ],
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        given = self.body(SeriesInput)
        preview, plan, course = given.pop("preview"), given.pop("plan"), given.pop("course")
        try:
            lines = look_at_series(plan, course=course, **given)
            if preview:
                return Response(SeriesOut(_shown(lines)).data)
            series = schedule_series(plan=plan, course=course, by=signed_in(request), beside=True, **given)
        except (RuleRefused, PlanRefused) as refused:
            raise as_fault(refused) from refused
        return Response(SeriesOut(_shown(lines, series)).data, status=201)
