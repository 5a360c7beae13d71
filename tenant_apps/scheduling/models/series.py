"""Sessions that came from one rule."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from shared_apps.core.models import Row
from shared_apps.core.time import tenant_zone_name
from tenant_apps.people.models import Trainer
from tenant_apps.scheduling.models.hours import Weekday
from tenant_apps.scheduling.models.places import Place, Room, Vehicle
from tenant_apps.scheduling.plan import Hours, Span, typed
from tenant_apps.scheduling.recurrence import MOST_DATES, MOST_WEEKS, Rule

if TYPE_CHECKING:
    from tenant_apps.scheduling.models.sessions import Session

WEEK = list(range(7))


class SessionSeries(Row):
    """A rule, and what the sessions have in common that were made by it or will be when it is extended.

    Weekdays count from Monday, 0. `begins` and `ends` are read on the clock of `time_zone`. It ends after `count`
    sessions or on the day `until`. A session of it may be otherwise: it says so itself (`Session.is_own_way`).
    """

    PATTERN: ClassVar = ("trainer", "place", "room", "online_url", "capacity", "price")
    COLUMNS: ClassVar = ("trainer_id", "place_id", "room_id", "online_url", "capacity", "price")

    course = models.ForeignKey("catalogue.Course", models.PROTECT, related_name="series")
    weekdays = ArrayField(models.PositiveSmallIntegerField(choices=Weekday), help_text="Monday is 0; in order")
    begins = models.TimeField()
    ends = models.TimeField()
    overnight = models.BooleanField(default=False, help_text="Each ends on the day after")
    time_zone = models.CharField(max_length=50, default=tenant_zone_name, help_text="IANA name")
    starts_on = models.DateField(help_text="From this day on; weeks are counted from the one that it is in")
    every = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_WEEKS)], help_text="Every so many weeks"
    )
    count = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MOST_DATES)],
        help_text="How many sessions; None: until a day",
    )  # fmt: skip
    until = models.DateField(null=True, blank=True, help_text="The last day, included; None: so many sessions")
    skipped = ArrayField(models.DateField(), default=list, blank=True, help_text="Dates left out by hand")
    skips_holidays = models.BooleanField(default=True)
    trainer = models.ForeignKey(Trainer, models.PROTECT, null=True, blank=True, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="+")
    vehicle = models.ForeignKey(Vehicle, models.PROTECT, null=True, blank=True, related_name="+")
    online_url = models.URLField(blank=True)
    capacity = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    price = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="None: the course's price"
    )
    visibility = models.CharField(
        max_length=10, choices=[("public", "public"), ("private", "private")], default="public"
    )
    takes_bookings = models.BooleanField(default=True)

    class Meta:
        ordering = ["-starts_on", "-id"]
        indexes = [models.Index(fields=["course", "starts_on"], name="series_by_course")]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=WEEK, weekdays__len__gte=1), name="series_is_on_days_of_the_week"
            ),
            models.CheckConstraint(
                condition=Q(count__isnull=False, until=None) | Q(count=None, until__isnull=False),
                name="series_ends_after_a_number_or_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(count=None) | Q(count__gte=1, count__lte=MOST_DATES), name="series_has_not_too_many"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("starts_on")), name="series_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=Q(every__gte=1, every__lte=MOST_WEEKS), name="series_has_its_weeks"),
            models.CheckConstraint(
                condition=Q(overnight=True, ends__lte=F("begins")) | Q(overnight=False, ends__gt=F("begins")),
                name="series_hours_end_after_they_begin",
            ),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="series_capacity_is_at_least_one"),
            models.CheckConstraint(condition=Q(price=None) | Q(price__gte=0), name="series_price_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.course} from {self.starts_on:%-d %b %Y}"

    @property
    def rule(self) -> Rule:
        """Its dates, but for holidays, which change."""
        return Rule(
            frozenset(self.weekdays), self.starts_on, self.every, count=self.count, until=self.until,
            skipped=frozenset(self.skipped),
        )  # fmt: skip

    @property
    def hours(self) -> Hours:
        """When each of its days begins and ends."""
        return Hours(self.begins, self.ends, self.overnight)

    def is_followed_by(self, session: "Session", days: Sequence[Span]) -> bool:
        """Whether `session`, on `days`, is as this series is by now."""
        when = [(session.series_date, self.hours)]
        same = all(getattr(session, column) == getattr(self, column) for column in self.COLUMNS)
        return same and typed(days, session.zone) == when

    @property
    def rule_text(self) -> str:
        """Its rule in words: `every Monday and Thursday`, `Monday, every 2 weeks`."""
        names = [str(Weekday(number).label) for number in self.weekdays]
        if len(names) == 7:
            named = _("day")
        elif len(names) == 1:
            named = names[0]
        else:
            named = _("%(days)s and %(last)s") % {"days": ", ".join(names[:-1]), "last": names[-1]}
        if self.every == 1:
            return _("every %s") % named
        return _("%(days)s, every %(n)d weeks") % {"days": named, "n": self.every}

    @property
    def hours_text(self) -> str:
        """From when to when, as the clock shows it."""
        return f"{self.begins:%H:%M}–{self.ends:%H:%M}"
