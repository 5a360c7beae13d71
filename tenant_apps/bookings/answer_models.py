"""What those who come answer to the questions of their course."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from shared_apps.core.models import Row
from shared_apps.core.personal import personal
from tenant_apps.questions.models import Kind
from tenant_apps.questions.words import in_words

FOLDER = "private/answers/"


class Answer(Row):
    """What one attendee answered to one question, beside the words that were asked then.

    `text` as `questions.fields` keeps it. Whose place somebody else takes has answered nothing any more.
    """

    PERSONAL: ClassVar = personal(
        people=["attendee__person"], shows=["label", "answered_at"], gone=True, text="", file=""
    )

    attendee = models.ForeignKey("bookings.Attendee", models.CASCADE, related_name="answers")
    question = models.ForeignKey("questions.Question", models.PROTECT, related_name="answers")
    label = models.CharField(max_length=200, help_text="The question, as it was asked")
    kind = models.CharField(max_length=7, choices=Kind, help_text="How it was answered")
    text = models.TextField()
    file = models.FileField(upload_to=FOLDER, max_length=300, blank=True)
    answered_at = models.DateTimeField()
    by_attendee = models.BooleanField(
        default=False, help_text="They answered it themselves: whoever booked for them does not read it"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attendee", "question"], name="one_answer_per_attendee_and_question"),
            models.CheckConstraint(condition=~Q(text=""), name="an_answer_to_a_question_says_something"),
            models.CheckConstraint(
                condition=Q(kind="file") & ~Q(file="") | ~Q(kind="file") & Q(file=""), name="a_file_answers_with_a_file"
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """The answer as people read it; of a file its name."""
        return in_words(self.kind, self.text)

    @property
    def is_file(self) -> bool:
        return self.kind == Kind.FILE
