"""What those who came are asked."""

from collections.abc import Sequence
from typing import Unpack
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_apps.core.types import Words
from shared_apps.web.fields import TextBox
from shared_apps.web.forms import FormOptions, Sent
from tenant_apps.reviews.models import LONGEST, FeedbackQuestion, Kind, Review
from tenant_apps.reviews.texts import validate_text

STARS = [(5, _("5, excellent")), (4, _("4, good")), (3, _("3, fair")), (2, _("2, poor")), (1, _("1, bad"))]
LONGEST_ANSWER = 1000


def _rating(label: Words, *, required: bool) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=STARS, coerce=int, empty_value=None, required=required,
        widget=forms.RadioSelect(attrs={"class": "rate"}), error_messages={"required": _("Choose 1 to 5.")},
    )  # fmt: skip


def _text(label: Words, *, longest: int = LONGEST, rows: int = 4) -> forms.CharField:
    box = TextBox(attrs={"rows": rows, "autocomplete": "off"})
    return forms.CharField(label=label, max_length=longest, required=False, validators=[validate_text], widget=box)


class ReviewForm(forms.Form):
    """How it was: the course, who taught it if somebody is known, and what the course asks besides."""

    def __init__(
        self, data: Sent = None, *, trainer: str, questions: Sequence[FeedbackQuestion], review: Review | None,
        **options: Unpack[FormOptions],
    ) -> None:  # fmt: skip
        super().__init__(data, **options)
        self.questions = questions
        self.fields["rating"] = _rating(_("How was the course?"), required=True)
        self.fields["text"] = _text(_("What was good, what was not?"))
        if trainer:
            self.fields["trainer_rating"] = _rating(_("How was it taught by %s?") % trainer, required=False)
            self.fields["trainer_text"] = _text(_("Something about %s?") % trainer, rows=3)
        for question in questions:
            self.fields[_name(question)] = _asked(question)
        if review:
            for name in ("rating", "text", "trainer_rating", "trainer_text"):
                self.initial[name] = getattr(review, name)
            for answer in review.answers.all():
                self.initial[f"question_{answer.question_id}"] = answer.number or answer.text

    @property
    def about_it(self) -> list[forms.BoundField]:
        """The fields of what everybody reads."""
        return [field for field in self if not field.name.startswith("question_")]

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields that the office alone reads."""
        return [field for field in self if field.name.startswith("question_")]

    def answers(self) -> dict[UUID, str | int]:
        """What was answered to the course's questions; empty where nothing was."""
        given = {question.pk: self.cleaned_data[_name(question)] for question in self.questions}
        return {pk: "" if answer is None else answer for pk, answer in given.items()}


def _name(question: FeedbackQuestion) -> str:
    return f"question_{question.pk}"


def _asked(question: FeedbackQuestion) -> forms.Field:
    if question.kind == Kind.RATING:
        return _rating(question.text, required=False)
    if question.kind == Kind.CHOICE:
        choices = [(text, text) for text in question.choices]
        return forms.ChoiceField(label=question.text, choices=choices, required=False, widget=forms.RadioSelect)
    return _text(question.text, longest=LONGEST_ANSWER, rows=3)
