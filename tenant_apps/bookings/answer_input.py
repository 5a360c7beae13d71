"""Answers as programs send them, and what is said of those that were given."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from shared_apps.api.strict import Given as Sent
from shared_apps.api.strict import Serializer
from shared_apps.core.types import JsonObject
from tenant_apps.questions.fields import Given, read
from tenant_apps.questions.models import Question

VALUE: JsonObject = {
    "oneOf": [
        {"type": "string", "maxLength": 2000}, {"type": "boolean"},
        {"type": "array", "items": {"type": "string"}},
    ],
    "description": "A text, a day as `2026-12-01`, true or false, or a list of choices; null takes it back",
}  # fmt: skip


@extend_schema_field(VALUE)
class ValueField(serializers.JSONField):
    """An answer; whether it fits is found by its question."""


class AnswerGiven(Serializer):
    """One answer. Files are sent on the page that the attendee's link opens, not here."""

    question_id = serializers.UUIDField()
    value = ValueField(allow_null=True)


def take_answers(attendees: Iterable[Sent], *, course_id: UUID) -> list[dict[UUID, Given]]:
    """Take the answers out of what was sent about `attendees`: one after the other, by their questions.

    Empty where nobody answered anything. Raises ValidationError that names the fields.
    """
    sent: list[Sequence[Sent]] = [one.pop("answers", ()) for one in attendees]
    if not any(sent):
        return []
    asked = {one.pk: one for one in Question.objects.asked().filter(course=course_id)}
    found, wrong = [], []
    for answers in sent:
        given, errors = _read(answers, asked)
        found.append(given)
        wrong.append({"answers": errors} if any(errors) else {})
    if any(wrong):
        raise serializers.ValidationError({"attendees": wrong})
    return found


def answers_in(sent: Sequence[Sent], *, course_id: UUID) -> dict[UUID, Given]:
    """The `answers` that were sent for one attendee. Raises ValidationError that names the fields."""
    given, errors = _read(sent, {one.pk: one for one in Question.objects.asked().filter(course=course_id)})
    if any(errors):
        raise serializers.ValidationError({"answers": errors})
    return given


def _read(sent: Sequence[Sent], asked: dict[UUID, Question]) -> tuple[dict[UUID, Given], list[dict[str, list[str]]]]:
    given: dict[UUID, Given] = {}
    errors: list[dict[str, list[str]]] = []
    for one in sent:
        key, wrong = one["question_id"], dict[str, list[str]]()
        if key not in asked:
            wrong["question_id"] = [_("The course does not ask this.")]
        elif key in given:
            wrong["question_id"] = [_("Answer each question once.")]
        else:
            try:
                given[key] = read(asked[key], one["value"])
            except ValidationError as error:
                wrong["value"] = error.messages
        errors.append(wrong)
    return given, errors
