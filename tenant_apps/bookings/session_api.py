"""Putting a session on another date by API, its bookings with it."""

from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from shared_apps.accounts.signed_in import signed_in
from shared_apps.api.strict import Given, Serializer, TimeOfDayField
from shared_apps.events.idempotency import idempotent
from tenant_apps.bookings.rescheduling import reschedule_session
from tenant_apps.scheduling.api import SessionViewSet
from tenant_apps.scheduling.plan import PlanRefused, replan
from tenant_apps.scheduling.serializers import PlannedSession
from tenant_apps.scheduling.session_input import PLAN_FIELDS, PLAN_NAMES


class OtherDate(Serializer):
    """When it is from now on. What is not sent stays: another `startDate` alone takes all days along."""

    start_date = serializers.DateField()
    end_date = serializers.DateField(required=False)
    start_time = TimeOfDayField(required=False)
    end_time = TimeOfDayField(required=False)
    ends_next_day = serializers.BooleanField(required=False)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=500, default="")

    def validate(self, attrs: Given) -> Given:
        if attrs.get("end_date") and attrs["end_date"] < attrs["start_date"]:
            raise serializers.ValidationError({"end_date": [_("The last day is before the first.")]})
        return attrs


class RescheduleSession(SessionViewSet):
    @extend_schema(
        summary="Put a session on another date",
        description="The answer is a new session, `rescheduledFromId` being the old one, which stays with the status "
        "`rescheduled` and `rescheduledToId`. Bookings, attendance and waiting list go along; everybody booked is told "
        "with the reason, and may cancel for everything back. `warnings` say what speaks against the new days. "
        "409 `illegal_move`, `session_in_past`, `clash`, `clock_change`, `moved_meanwhile`.",
        request=OtherDate,
        responses={201: PlannedSession},
        examples=[
            OpenApiExample(
                "A week later",
                {"startDate": "2027-01-22", "endDate": "2027-01-24", "reason": "Our trainer is ill."},
                request_only=True,
            )
        ],
    )
    @idempotent
    def reschedule(self, request: Request, pk: UUID) -> Response:
        session, given = self.get_object(), self.body(OtherDate)
        named = {PLAN_NAMES[name]: given[name] for name in PLAN_NAMES if name in given}
        present = [(day.starts_at, day.ends_at) for day in session.days.all()]
        try:
            days = replan(sorted(present), session.zone, **named)
        except PlanRefused as refused:
            raise serializers.ValidationError({PLAN_FIELDS[refused.field]: [refused.message]}) from refused
        new = reschedule_session(session, days=days, reason=given["reason"], by=signed_in(request))
        return self.planned(new.pk, status=201)
