"""What one attendee is asked and answered, by API."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from shared_apps.accounts.models import User
from shared_apps.api.endpoints import View
from shared_apps.api.strict import Serializer
from shared_apps.core.types import JsonObject
from shared_apps.files.links import link_to_file
from shared_apps.files.models import File
from shared_apps.web.networks import at_most
from tenant_apps.bookings.answer_input import AnswerGiven, ValueField, answers_in
from tenant_apps.bookings.answer_readers import Reader, hidden_from
from tenant_apps.bookings.answers import answer_questions
from tenant_apps.bookings.api import own_or_office, person_of
from tenant_apps.bookings.asked import asked_of_attendee
from tenant_apps.bookings.models import Answer, Attendee, Booking
from tenant_apps.people.models import persons_of
from tenant_apps.questions.models import MOST_QUESTIONS
from tenant_apps.questions.words import as_json
from tenant_apps.scheduling.models import Session

ANSWERED_A_MINUTE = 60


class AnswersChange(Serializer):
    """The answers that are another now; those to other questions stay."""

    answers: serializers.ListSerializer[JsonObject] = serializers.ListSerializer(
        child=AnswerGiven(), max_length=MOST_QUESTIONS
    )


class AnswerShown(Serializer):
    """One answer beside the words that were asked then; `fileUrl` fetches a file, for who asks and an hour."""

    question_id = serializers.UUIDField()
    text = serializers.CharField(source="label")
    kind = serializers.CharField()
    value = ValueField()
    answered_at = serializers.DateTimeField()
    file_url = serializers.CharField(allow_null=True)


class AnswersShown(Serializer):
    """What an attendee answered, and the keys of the questions that they must still answer."""

    attendee_id = serializers.UUIDField()
    answers = AnswerShown(many=True)
    missing = serializers.ListField(child=serializers.UUIDField())


class AttendeeAnswers(View):
    permission = "bookings.own"

    @extend_schema(
        operation_id="getAttendeeAnswers",
        summary="Get an attendee's answers",
        description="To what their course asks: for the office, the trainer of the session, the attendee, and who "
        "booked. The last one does not read what the attendee answered by a link of their own.",
        responses=AnswersShown,
    )
    def get(self, request: Request, pk: UUID, attendee_id: UUID) -> Response:
        user = person_of(request)
        attendee, themselves = _found(user, pk, attendee_id, to_change=False)
        return _told(attendee, user, themselves=themselves)

    @extend_schema(
        operation_id="changeAttendeeAnswers",
        summary="Answer for an attendee",
        description="Until the session begins, for the office later, too. `value` is a text, a day, true or false, or "
        "a list of choices, as the question's `kind` says; null takes an answer back. 409 `booking_over`, "
        "`answered_themselves` for who booked and can't read the answer.",
        request=AnswersChange,
        responses=AnswersShown,
        examples=[
            OpenApiExample(
                "One answer",
                {"answers": [{"questionId": "01975f3c-b7d1-7a60-9c22-3e5f8a1b4d70", "value": "Vegetarian"}]},
                request_only=True,
            )
        ],
    )
    def patch(self, request: Request, pk: UUID, attendee_id: UUID) -> Response:
        user = person_of(request)
        attendee, themselves = _found(user, pk, attendee_id, to_change=True)
        sent = self.body(AnswersChange)
        at_most(ANSWERED_A_MINUTE, "answers", request)
        given = answers_in(sent["answers"], course_id=attendee.booking.session.course_id)
        by_office = user.can("bookings.manage")
        reader = Reader.ALL if themselves or by_office else Reader.BUYER
        answer_questions(
            attendee, given, by=user, themselves=themselves and not by_office, by_office=by_office, reader=reader
        )
        return _told(attendee, user, themselves=themselves)


def _found(user: User, pk: UUID, attendee_id: UUID, *, to_change: bool) -> tuple[Attendee, bool]:
    """The attendee, and whether that is `user` or somebody they look after. A 404 for who has no part in it."""
    rows = Attendee.objects.filter(booking=pk).select_related("booking__session", "booking__buyer")
    themselves = rows.filter(pk=attendee_id, person__in=persons_of(user)).exists()
    if not themselves:
        seen = own_or_office(user) if to_change else Booking.objects.visible_to(user)
        rows = rows.filter(booking__in=seen.order_by().values("pk"))
    return get_object_or_404(rows, pk=attendee_id), themselves


def _told(attendee: Attendee, user: User, *, themselves: bool) -> Response:
    asked = asked_of_attendee(attendee)
    teaches = user.can("bookings.view") and Session.objects.visible_to(user).filter(pk=attendee.booking.session_id)
    reads_all = themselves or user.can("bookings.manage") or bool(teaches)
    hidden = set() if reads_all else {one.pk for one in hidden_from(Reader.BUYER, asked)}
    shown = [row for question, row in asked.lines if row is not None and question.pk not in hidden]
    links = _links(shown, user) if reads_all else {}
    told = {
        "attendee_id": attendee.pk, "missing": [one.pk for one in asked.missing],
        "answers": [
            {
                "question_id": row.question_id, "label": row.label, "kind": row.kind, "answered_at": row.answered_at,
                "value": as_json(row.kind, row.text), "file_url": links.get(row.pk),
            }
            for row in shown
        ],
    }  # fmt: skip
    return Response(AnswersShown(told).data)


def _links(answers: list[Answer], user: User) -> dict[UUID, str]:
    paths = {str(row.file.name): row for row in answers if row.file}
    files = File.objects.filter(path__in=paths) if paths else []
    return {paths[file.path].pk: link_to_file(file, to=user, name=paths[file.path].text) for file in files}
