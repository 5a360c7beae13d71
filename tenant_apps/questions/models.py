"""What a course asks each person who comes, such as what they eat or the number of their licence."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shared_apps.core.lines import validate_line
from shared_apps.core.models import Row
from shared_apps.core.personal import Personal

MOST_DAYS = 90  # before a session, by which an answer may be wanted
MOST_QUESTIONS = 20  # of one course, asked at one time
CHOICES_ONLY_WHERE_CHOSEN = Q(kind__in=["choice", "several"]) & ~Q(choices=[]) | ~Q(kind__in=["choice", "several"]) & Q(
    choices=[]
)


class AskedInTurn(Row):
    """A question of a course among its others. One that was answered is kept, and asked no longer."""

    text = models.CharField(max_length=200)
    choices = models.JSONField(default=list, blank=True, help_text="Texts to choose from")
    position = models.PositiveSmallIntegerField(default=1)
    active = models.BooleanField(default=True, help_text="Asked of those who answer from now on")

    class Meta:
        abstract = True
        ordering: ClassVar = ["position", "created_at"]

    def __str__(self) -> str:
        return self.text

    @classmethod
    def after_all(cls, others: "models.QuerySet[Self]") -> int:
        """The position of one that comes after all `others`."""
        last = others.order_by("position").last()
        return last.position + 1 if last else 1

    def stop_or_ask_again(self, *, answered: bool) -> None:
        """Ask it no longer, or again. One that nobody has `answered` goes instead."""
        if self.active and not answered:
            self.delete()
            return
        self.active = not self.active
        self.save(update_fields=["active"])


class Kind(models.TextChoices):
    """How a question is answered."""

    LINE = "line", _("A line of text")
    TEXT = "text", _("Several lines of text")
    CHOICE = "choice", _("One of several answers")
    SEVERAL = "several", _("Any number of several answers")
    DATE = "date", _("A date")
    YES_NO = "yes_no", _("Yes or no")
    FILE = "file", _("A file: a PDF or a photograph")


CHOSEN = (Kind.CHOICE, Kind.SEVERAL)


class QuestionQuerySet(models.QuerySet["Question"]):
    """Questions, by whether they are asked."""

    def asked(self) -> "QuestionQuerySet":
        """Those that are put to who comes, in their order."""
        return self.filter(active=True)

    def wanted(self) -> "QuestionQuerySet":
        """Those of them that must be answered."""
        return self.asked().filter(required=True)


class Question(AskedInTurn):
    """What a course asks of each person who comes. Its `text` and `hint` are what they read."""

    PERSONAL: ClassVar[tuple[Personal, ...]] = ()

    course = models.ForeignKey("catalogue.Course", models.PROTECT, related_name="questions")
    kind = models.CharField(max_length=7, choices=Kind, default=Kind.LINE)
    hint = models.CharField(max_length=300, blank=True, validators=[validate_line])
    required = models.BooleanField(default=False, help_text="Everybody must answer it")
    days_before = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Until so many days before the session it may be answered; None: when booking"
    )
    on_register = models.BooleanField(default=False, help_text="Answers stand beside the names on the register")

    objects: ClassVar = QuestionQuerySet.as_manager()

    class Meta(AskedInTurn.Meta):
        constraints = [
            models.CheckConstraint(condition=CHOICES_ONLY_WHERE_CHOSEN, name="answers_to_choose_from_where_chosen"),
            models.CheckConstraint(
                condition=Q(days_before=None) | Q(days_before__lte=MOST_DAYS), name="an_answer_is_wanted_in_time"
            ),
            models.CheckConstraint(condition=~Q(kind="file", on_register=True), name="no_file_stands_on_a_register"),
        ]

    @property
    def when_booking(self) -> bool:
        """Whether whoever must answer does so on the form with which they book."""
        return self.required and self.days_before is None

    @property
    def is_file(self) -> bool:
        return self.kind == Kind.FILE
