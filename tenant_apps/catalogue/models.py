"""What is taught."""

from typing import NotRequired, TypedDict

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from shared_apps.accounts.models import User, Visitor
from shared_apps.core.lines import LineField
from shared_apps.core.markdown import MarkdownLength
from shared_apps.core.models import MadeAt, Row
from shared_apps.core.search import found_by, found_by_index
from shared_apps.web.page_cache import watch
from tenant_apps.terms.policy import validate_policy


class Listed(Row):
    """A name in a list the tenant keeps for itself."""

    name = LineField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class Category(Listed):
    """A field of teaching, e.g. gas safety."""

    motif = models.CharField(max_length=30, default="generic", help_text="The family of generated course pictures")
    icon = models.CharField(max_length=40, default="graduation-cap")

    colour = 0  # 1 to 7 where `colours.give_colours` was asked for it; no column


class Audience(Listed):
    """Whom a course is for, e.g. kids."""


class CourseQuerySet(models.QuerySet["Course"]):
    """Courses, by who may see them, and by their address."""

    def public(self) -> "CourseQuerySet":
        """What visitors may find."""
        return self.filter(published=True, active=True)

    def at(self, address: str) -> "CourseQuerySet":
        """The one that has this slug, or had it, whatever letters are capitals."""
        former = FormerAddress.objects.filter(slug=address.lower())
        return self.filter(Q(slug__iexact=address) | Q(pk__in=models.Subquery(former.values("course"))))

    def visible_to(self, user: Visitor) -> "CourseQuerySet":
        """The office sees all; a trainer those they lead or teach, and the public ones; the rest the public ones."""
        if not user.is_authenticated:
            return self.public()
        if user.can("courses.manage"):
            return self
        if user.can("courses.view"):
            return self.filter(_own(user) | Q(published=True, active=True))
        return self.public()

    def in_office_of(self, user: Visitor) -> "CourseQuerySet":
        """What the office's lists show to `user`: all courses, to a trainer only those they lead or teach."""
        if not (user.is_authenticated and user.can("courses.view")):
            return self.none()
        return self if user.sees_all else self.filter(_own(user))


def _own(user: User) -> Q:
    # Sessions point at their course: it is asked by that, since their app lies above this one.
    mine = Q(sessions__trainer__person__user_id=user.pk) | Q(sessions__team__trainer__person__user_id=user.pk)
    taught = Course.objects.filter(mine)
    return Q(lead_trainer__person__user_id=user.pk) | Q(pk__in=taught.order_by().values("pk"))


class Course(Row):
    """Something that is taught, on as many dated sessions as it has."""

    title = LineField(max_length=160)
    slug = models.SlugField(max_length=160, unique=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="courses")
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="courses")
    summary = models.CharField(max_length=240)
    description = models.TextField(blank=True, validators=[MarkdownLength()], help_text="Markdown")
    outcomes = models.TextField(blank=True, help_text="What one leaves with; one line each")
    requirements = models.TextField(blank=True, help_text="Who can come: what they know or hold; one line each")
    what_to_bring = models.TextField(blank=True, default="", db_default="", help_text="On the day; one line each")
    duration_minutes = models.PositiveIntegerField(default=360, help_text="Teaching time in all")
    price = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)],
        help_text="A seat, VAT included. 0: free. None: on request, not bookable online",
    )  # fmt: skip
    vat_rate = models.DecimalField(max_digits=5, decimal_places=2, default=0, help_text="Per cent, within the price")
    default_capacity = models.PositiveSmallIntegerField(default=12, validators=[MinValueValidator(1)])
    deposit_percent = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(100)], help_text="None: as the tenant's settings say"
    )
    cancellation_policy = models.JSONField(null=True, blank=True, validators=[validate_policy])
    asks_age = models.BooleanField(
        default=False, db_default=False,
        help_text="Each attendee's date of birth is asked, and of who is under 18 a guardian and their consent",
    )  # fmt: skip
    minimum_age = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(99)],
        help_text="Years on the first day of a session; then dates of birth are asked, too. None: any age",
    )  # fmt: skip
    lead_trainer = models.ForeignKey("people.Trainer", models.SET_NULL, null=True, blank=True, related_name="leads")
    image = models.FileField(upload_to="courses/", blank=True)
    published = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    updated_at = MadeAt(auto_now=True)
    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="english")
        + SearchVector("summary", weight="B", config="english")
        + SearchVector("description", weight="C", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    found_by = found_by(named=["title"], known=["summary"])

    objects = CourseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(price=None) | Q(price__gte=0), name="course_price_is_not_negative"),
            models.CheckConstraint(condition=Q(vat_rate__range=(0, 100)), name="vat_rate_is_a_percentage"),
            models.CheckConstraint(condition=Q(default_capacity__gte=1), name="default_capacity_is_at_least_one"),
            models.CheckConstraint(
                condition=Q(deposit_percent=None) | Q(deposit_percent__lte=100), name="course_deposit_is_a_percentage"
            ),
            models.CheckConstraint(
                condition=Q(minimum_age=None) | Q(minimum_age__range=(1, 99)), name="minimum_age_is_1_to_99"
            ),
        ]
        indexes = [found_by_index("course"), GinIndex(fields=["search"], name="course_search")]

    def __str__(self) -> str:
        return self.title

    @property
    def asks_for_age(self) -> bool:
        """Whether each attendee's date of birth is asked."""
        return self.asks_age or self.minimum_age is not None

    @property
    def syllabus(self) -> "list[SyllabusRow]":
        """The modules in order, as `{title, summary, weight}`; empty for a course that is not saved yet."""
        if self._state.adding:
            return []
        rows = self.modules.values("title", "summary", "weight")
        return [{"title": row["title"], "summary": row["summary"], "weight": row["weight"]} for row in rows]


class SyllabusRow(TypedDict):
    """One module of a syllabus, as it is given and shown."""

    title: str
    summary: NotRequired[str]
    weight: int


class FormerAddress(Row):
    """A slug that a course had. Links, search engines and emails know it, so it leads there and is no other course's.

    It changes only along with its course, so that nothing kept of the public pages depends on it alone.
    """

    slug = models.SlugField(max_length=160, unique=True)
    course = models.ForeignKey(Course, models.CASCADE, related_name="former_addresses")

    def __str__(self) -> str:
        return self.slug


class Module(Row):
    """One part of a course's syllabus, in its place."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="modules")
    position = models.PositiveSmallIntegerField()
    title = LineField(max_length=160)
    summary = models.TextField(blank=True)
    weight = models.PositiveSmallIntegerField(help_text="Per cent of the course; all modules together make 100")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "position"], name="one_module_per_place", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=Q(weight__range=(1, 100)), name="module_weight_is_a_percentage"),
        ]

    def __str__(self) -> str:
        return self.title


for shown in (Category, Audience):
    watch(shown)
watch(Course, "published AND active")
watch(Module, "course_id IN (SELECT id FROM catalogue_course WHERE published AND active)")
