"""Registers by API."""

from collections import defaultdict
from typing import ClassVar
from uuid import UUID

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ValidationError

from shared_apps.accounts.signed_in import signed_in
from shared_apps.api.endpoints import View
from shared_apps.api.strict import Given, Serializer
from shared_apps.core.lines import validate_line
from tenant_apps.scheduling.attendance import Attending, Mark, attendance_of, mark_attendance, may_be_marked
from tenant_apps.scheduling.errors import DayNotBegun
from tenant_apps.scheduling.models import MARKED, TEACHING, AttendanceStatus, Session, SessionDay
from tenant_apps.scheduling.team import keep_to

MOST_MARKS = 1000  # in one request
PROGRAM = "API"


class AttendanceDay(Serializer):
    """How somebody stands to one day. `markedAt` is null until somebody marked it."""

    day_id = serializers.UUIDField()
    date = serializers.DateField()
    status = serializers.ChoiceField(AttendanceStatus.choices)
    note = serializers.CharField()
    marked_at = serializers.DateTimeField(allow_null=True)


class RegisterLine(Serializer):
    """One person on the register; `bookingId` is what gave them their seat."""

    attendee_id = serializers.UUIDField()
    name = serializers.CharField()
    person_id = serializers.UUIDField(allow_null=True)
    booking_id = serializers.UUIDField(allow_null=True)
    days = AttendanceDay(many=True)


@extend_schema_serializer(component_name="Register")
class Register(Serializer):
    results = RegisterLine(many=True)


@extend_schema_serializer(component_name="AttendanceMark")
class GivenMark(Serializer):
    """Without `dayId` it is of each day that can be marked so. Without `note` the note stays as it is."""

    attendee_id = serializers.UUIDField()
    day_id = serializers.UUIDField(required=False)
    status = serializers.ChoiceField(AttendanceStatus.choices)
    note = serializers.CharField(required=False, allow_blank=True, max_length=300, validators=[validate_line])


@extend_schema_serializer(component_name="AttendanceMarks")
class Marks(Serializer):
    marks = serializers.ListField(child=GivenMark(), max_length=MOST_MARKS)


def shown(line: Attending, days: list[SessionDay]) -> Given:
    """One line of the register, as it is answered."""
    return {
        "attendee_id": line.seat.attendee_id, "name": line.seat.name, "person_id": line.seat.person_id,
        "booking_id": line.seat.holder_id,
        "days": [
            {
                "day_id": day.pk, "date": day.starts_at.astimezone(day.zone).date(), "status": line.status_on(day),
                "note": row.note if row else "", "marked_at": row.marked_at if row else None,
            }
            for day in days
            for row in [line.marked.get(day.pk)]
        ],
    }  # fmt: skip


class SessionAttendance(View):
    permission = "bookings.view"
    write_permission = "registers.mark"
    queries: ClassVar = {}

    @extend_schema(
        operation_id="getAttendance",
        summary="Get a session's register",
        description="Everybody who sits there, and how they stand to each day: `invited` while their seat is held, "
        "`confirmed` when it is theirs, until somebody marks them.",
        responses=Register,
    )
    def get(self, request: Request, pk: UUID) -> Response:
        return self.answer(self.session(pk))

    @extend_schema(
        operation_id="markAttendance",
        summary="Mark who came",
        description="By the office, the trainer and the co-trainers. "
        "What is not sent stays as it is; the same marks sent twice change nothing. "
        "409 `day_not_begun` for who came, late or not, to a day that is still ahead; `session_cancelled`; "
        "`not_on_register`.",
        request=Marks,
        responses=Register,
        examples=[
            OpenApiExample(
                "Came late",
                {
                    "marks": [
                        {
                            "attendeeId": "01975f3c-b3d7-7a0e-8f66-2c9b1d4e7a55",
                            "status": "late",
                            "note": "Twenty minutes",
                        }
                    ]
                },
                request_only=True,
            )
        ],
    )
    def put(self, request: Request, pk: UUID) -> Response:
        session = self.session(pk)
        keep_to(TEACHING, session, request.user)
        given = self.body(Marks)["marks"]
        by = signed_in(request)
        with transaction.atomic():
            for day, marks in self._by_day(session, given).items():
                mark_attendance(day=day, marks=marks, by=by, device=PROGRAM)
        return self.answer(session)

    def session(self, pk: UUID) -> Session:
        return get_object_or_404(Session.objects.visible_to(self.request.user), pk=pk)

    def answer(self, session: Session) -> Response:
        days = list(session.days.order_by("starts_at"))
        lines = [shown(line, days) for line in attendance_of(session)]
        return Response(Register({"results": lines}).data)

    def _by_day(self, session: Session, given: list[Given]) -> dict[SessionDay, list[Mark]]:
        """What was sent, by the day that it is of, in the order in which days are locked."""
        days = {day.pk: day for day in session.days.order_by("pk")}
        known = {line.seat.attendee_id for line in attendance_of(session)}
        wrong: dict[int, dict[str, list[str]]] = {}
        found: dict[SessionDay, list[Mark]] = defaultdict(list)
        for n, one in enumerate(given):
            if one["attendee_id"] not in known:
                wrong[n] = {"attendee_id": [_("Nobody on this register has this id.")]}
            elif one.get("day_id") and one["day_id"] not in days:
                wrong[n] = {"day_id": [_("This session has no such day.")]}
            else:
                mark = Mark(attendee_id=one["attendee_id"], status=one["status"], note=one.get("note"))
                for day in [days[one["day_id"]]] if one.get("day_id") else self._usual(days, one["status"]):
                    found[day].append(mark)
        if wrong:
            raise ValidationError({"marks": [wrong.get(n, {}) for n in range(len(given))]})
        return dict(sorted(found.items(), key=lambda pair: pair[0].pk))

    def _usual(self, days: dict[UUID, SessionDay], status: str) -> list[SessionDay]:
        if status not in MARKED:
            return list(days.values())
        begun = [day for day in days.values() if may_be_marked(day)]
        if not begun:
            raise DayNotBegun
        return begun
