"""What people who came say of a course and who taught it, and the questions that a course asks them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import User, Visitor
from shared_apps.core.lines import LineField
from shared_apps.core.models import Row
from shared_apps.core.permissions import can
from shared_apps.core.personal import personal
from shared_apps.web.page_cache import watch
from tenant_apps.people.models import persons_of
from tenant_apps.questions.models import AskedInTurn

LEAST, MOST = 1, 5
LONGEST = 2000  # characters of a text


def _within(name: str) -> Q:
    return Q(**{f"{name}__gte": LEAST, f"{name}__lte": MOST})


class ReviewQuerySet(models.QuerySet["Review"]):
    """Reviews, by whether the public sees them, and who may see them at all."""

    def shown(self) -> "ReviewQuerySet":
        """Those that everybody sees."""
        return self.filter(hidden_at=None)

    def visible_to(self, user: Visitor) -> "ReviewQuerySet":
        """The office sees all, a trainer those of their sessions, anybody else their own."""
        if user.is_authenticated and user.can("reviews.view") and user.sees_all:
            return self
        if not user.is_authenticated:
            return self.none()
        mine = Q(attendee__person__in=persons_of(user))
        if can(user, "reviews.view"):
            mine |= Q(trainer__person__user_id=user.pk)
        return self.filter(mine)


class Review(Row):
    """What one attendee says of a course they came to, and of who taught it. `name` is what the public sees of theirs.

    Hidden, the office alone and its author see it, and it does not count.
    """

    PERSONAL: ClassVar = personal(
        people=["attendee__person"], shows=["course_id", "rating", "trainer_rating", "created_at"],
        name="", text="", trainer_text="", answer="", hidden_reason="",
    )  # fmt: skip

    attendee = models.OneToOneField("bookings.Attendee", models.CASCADE, related_name="review")
    session = models.ForeignKey("scheduling.Session", models.PROTECT, related_name="reviews")
    course = models.ForeignKey("catalogue.Course", models.PROTECT, related_name="reviews")
    trainer = models.ForeignKey("people.Trainer", models.PROTECT, null=True, related_name="reviews")
    name = LineField(max_length=110, blank=True)
    rating = models.PositiveSmallIntegerField(help_text="Of the course, 1 to 5")
    text = models.TextField(blank=True)
    trainer_rating = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Of who taught it, 1 to 5")
    trainer_text = models.TextField(blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    hidden_reason = models.CharField(max_length=300, blank=True)
    answer = models.TextField(blank=True, help_text="The office's, which everybody reads")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_within("rating"), name="a_rating_is_one_to_five"),
            models.CheckConstraint(
                condition=Q(trainer_rating=None) | _within("trainer_rating") & Q(trainer__isnull=False),
                name="a_trainers_rating_is_one_to_five_of_a_trainer",
            ),
            models.CheckConstraint(
                condition=Q(hidden_reason="") | Q(hidden_at__isnull=False), name="only_hidden_reviews_have_a_reason"
            ),
            models.CheckConstraint(condition=Q(answer="") | Q(answered_at__isnull=False), name="an_answer_says_when"),
        ]
        indexes = [
            models.Index(fields=["course", "created_at"], condition=Q(hidden_at=None), name="review_of_course"),
            models.Index(fields=["trainer", "created_at"], condition=Q(hidden_at=None), name="review_of_trainer"),
        ]

    def __str__(self) -> str:
        return f"{self.rating}/{MOST}"

    @property
    def is_hidden(self) -> bool:
        """Whether the office took it from the public's sight."""
        return self.hidden_at is not None


class Kind(models.TextChoices):
    """How a question is answered."""

    TEXT = "text", _("In words")
    CHOICE = "choice", _("One of several answers")
    RATING = "rating", _("1 to 5")


class FeedbackQuestion(AskedInTurn):
    """A question that a course asks those who came, besides how they liked it. The office alone reads the answers."""

    course = models.ForeignKey("catalogue.Course", models.PROTECT, related_name="feedback_questions")
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.TEXT)

    class Meta(AskedInTurn.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="choice") & ~Q(choices=[]) | ~Q(kind="choice") & Q(choices=[]),
                name="a_choice_and_only_that_has_answers_to_choose_from",
            )
        ]


class FeedbackAnswer(Row):
    """What one attendee answered to one question: a number for 1 to 5, else a text."""

    PERSONAL: ClassVar = personal(people=["review__attendee__person"], shows=["question_id", "number"], text="")

    review = models.ForeignKey(Review, models.CASCADE, related_name="answers")
    question = models.ForeignKey(FeedbackQuestion, models.PROTECT, related_name="answers")
    text = models.TextField(blank=True)
    number = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "question"], name="one_answer_per_review_and_question"),
            models.CheckConstraint(condition=Q(number=None) | _within("number"), name="an_answer_is_one_to_five"),
        ]

    def __str__(self) -> str:
        return self.text or str(self.number)


watch(Review, "hidden_at IS NULL")
