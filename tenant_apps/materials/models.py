"""What those who come to a course get besides: files, recordings and links; and what they are still to be told of."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import User, Visitor
from shared_apps.core.lines import LineField
from shared_apps.core.models import Row
from shared_apps.core.permissions import can
from shared_apps.files.handouts import LONGEST_NAME
from tenant_apps.materials.links import host_of, validate_url
from tenant_apps.scheduling.models import TEACHING, Session

LONGEST_TITLE, LONGEST_NOTE = 120, 500
MOST_DAYS = 3650  # before a session begins, or after it is over
MOST_OF_ONE = 100  # materials of one course, or of one session


class Kind(models.TextChoices):
    """What a material is."""

    FILE = "file", _("File")
    RECORDING = "recording", _("Recording")
    LINK = "link", _("Link")


class Audience(models.TextChoices):
    """Who gets it; the office always does."""

    ATTENDEES = "attendees", _("Those booked, and the trainer")
    TRAINER = "trainer", _("The trainer alone")


class Opens(models.TextChoices):
    """From when those booked see it."""

    BOOKED = "booked", _("As soon as they are booked")
    BEFORE = "before", _("Some days before it begins")
    BEGUN = "begun", _("When it begins")
    ENDED = "ended", _("When it is over")
    DATE = "date", _("From a date on")


class Closes(models.TextChoices):
    """Until when those booked see it."""

    NEVER = "never", _("Always")
    AFTER = "after", _("Some days after it is over")
    DATE = "date", _("Until a date")


class MaterialQuerySet(models.QuerySet["Material"]):
    """Materials, by whether they are there, whose they are, and who may see or change them."""

    def there(self) -> "MaterialQuerySet":
        """Those that were not removed."""
        return self.filter(gone_at=None)

    def of_session(self, session: Session) -> "MaterialQuerySet":
        """Those of a session: its course's first, each kind in the order that the office gave them."""
        rows = self.there().filter(Q(session=session) | Q(course=session.course_id))
        return rows.order_by(models.F("course").asc(nulls_last=True), "position", "created_at")

    def visible_to(self, user: Visitor) -> "MaterialQuerySet":
        """To whoever works here: the office all, a trainer those of their sessions and of the courses of these."""
        if not (user.is_authenticated and can(user, "sessions.view")):
            return self.none()
        if user.sees_all:
            return self
        mine = Session.objects.visible_to(user)
        return self.filter(Q(session__in=mine) | Q(course__in=mine.order_by().values("course")))

    def changeable_by(self, user: Visitor) -> "MaterialQuerySet":
        """Those that this user may change: the office all, whoever teaches a session those of it."""
        if not (user.is_authenticated and can(user, "materials.manage")):
            return self.none()
        if user.sees_all:
            return self
        return self.filter(session__in=Session.objects.visible_to(user).in_hands_of(user, TEACHING))


class Material(Row):
    """A file, a recording or a link, of a course (and so of each of its sessions) or of one session.

    A recording is a link, too. When those booked see it is said relative to a session, by days of its own clock, or,
    of one session alone, by dates. Removed, it is kept until `gone_at`, in case that was a mistake.
    """

    course = models.ForeignKey("catalogue.Course", models.CASCADE, null=True, blank=True, related_name="materials")
    # What somebody uploaded keeps a session on the calendar: it is called off then, not removed.
    session = models.ForeignKey("scheduling.Session", models.PROTECT, null=True, blank=True, related_name="materials")
    kind = models.CharField(max_length=10, choices=Kind)
    title = LineField(max_length=LONGEST_TITLE)
    note = models.CharField(max_length=LONGEST_NOTE, blank=True)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.ATTENDEES)
    position = models.PositiveSmallIntegerField(default=1)
    file = models.FileField(upload_to="private/materials/", blank=True)
    file_name = models.CharField(max_length=LONGEST_NAME, blank=True, help_text="The name under which people get it")
    size = models.PositiveBigIntegerField(null=True, blank=True, help_text="Bytes of the file")
    url = models.URLField(max_length=1000, blank=True, validators=[validate_url])
    opens = models.CharField(max_length=10, choices=Opens, default=Opens.BOOKED)
    opens_days = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Days before the session begins")
    opens_at = models.DateTimeField(null=True, blank=True)
    closes = models.CharField(max_length=10, choices=Closes, default=Closes.NEVER)
    closes_days = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Days after the session is over")
    closes_at = models.DateTimeField(null=True, blank=True)
    added_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    gone_at = models.DateTimeField(null=True, blank=True, help_text="It was removed, and can't be brought back then")

    objects = MaterialQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(course=None, session__isnull=False) | Q(course__isnull=False, session=None),
                name="a_material_is_of_a_course_or_of_a_session",
            ),
            models.CheckConstraint(
                condition=Q(kind="file", url="", size__isnull=False) & ~Q(file="") & ~Q(file_name="")
                | ~Q(kind="file") & Q(file="", file_name="", size=None) & ~Q(url=""),
                name="a_material_is_a_file_or_an_address",
            ),
            models.CheckConstraint(
                condition=Q(url="") | Q(url__startswith="https://") | Q(url__startswith="http://"),
                name="the_address_of_a_material_is_that_of_a_page",
            ),
            models.CheckConstraint(
                condition=Q(opens="before", opens_days__isnull=False, opens_at=None)
                | Q(opens="date", opens_days=None, opens_at__isnull=False)
                | ~Q(opens__in=["before", "date"]) & Q(opens_days=None, opens_at=None),
                name="a_material_opens_in_one_way",
            ),
            models.CheckConstraint(
                condition=Q(closes="after", closes_days__isnull=False, closes_at=None)
                | Q(closes="date", closes_days=None, closes_at__isnull=False)
                | Q(closes="never", closes_days=None, closes_at=None),
                name="a_material_closes_in_one_way",
            ),
            models.CheckConstraint(
                condition=Q(course=None) | Q(opens_at=None, closes_at=None), name="only_a_sessions_material_has_dates"
            ),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=models.F("opens_at")),
                name="a_material_closes_after_it_opens",
            ),
        ]
        indexes = [
            models.Index(fields=["gone_at"], condition=Q(gone_at__isnull=False), name="material_gone"),
            models.Index(fields=["file"], name="material_file"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def host(self) -> str:
        """Where its address leads, as plain letters: `videos.example.org`. Empty of a file."""
        return host_of(self.url)

    @property
    def path(self) -> str:
        """Where its file is in the storage. Empty of what is no file."""
        return self.file.name or ""

    @property
    def extension(self) -> str:
        """What a file is, as people call it: `PDF`. Empty of what is no file."""
        return self.file_name.rpartition(".")[2].upper()

    @property
    def for_attendees(self) -> bool:
        return self.audience == Audience.ATTENDEES


class News(Row):
    """Something was added that those booked on a session could see at once; they are told of all of it together."""

    session = models.OneToOneField("scheduling.Session", models.CASCADE, related_name="material_news")
    since = models.DateTimeField(help_text="When the first of it was added")
    tell_at = models.DateTimeField(help_text="Some time after the last of it was added")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(tell_at__gte=models.F("since")), name="news_is_told_after_it_came")
        ]
        indexes = [models.Index(fields=["tell_at"], name="material_news_due")]

    def __str__(self) -> str:
        return f"News for {self.session}"
