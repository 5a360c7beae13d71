"""One calendar: whatever is taught is a Session, so nobody and nothing is ever in two places."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from shared_apps.accounts.models import User, Visitor
from shared_apps.core.errors import DomainError
from shared_apps.core.models import MadeAt
from shared_apps.core.states import why_not
from shared_apps.core.time import first_moment, last_moment, now, tenant_zone_name
from shared_apps.web.page_cache import watch
from tenant_apps.catalogue.models import Course
from tenant_apps.people.models import Trainer
from tenant_apps.scheduling.errors import (
    NotEnoughSeats,
    PriceOnRequest,
    SessionCancelled,
    SessionEnded,
    SessionFull,
    SessionMoved,
    SessionNotBookable,
    SessionStarted,
)
from tenant_apps.scheduling.models.days import SHOWN, InItsZone, SessionDay
from tenant_apps.scheduling.models.places import Place, Room, Vehicle, on_one_line
from tenant_apps.scheduling.models.team import WHOLE_TEAM, TeamMember, TeamRole, on_team, taught_by
from tenant_apps.scheduling.states import AHEAD, OPEN, SESSION_MOVES, SessionStatus


class SessionQuerySet(models.QuerySet["Session"]):
    """Sessions, by who may see them and whether they can be booked."""

    def public(self) -> "SessionQuerySet":
        """What visitors may see: dates of public courses, past and cancelled ones too."""
        return self.filter(visibility="public", course__published=True, course__active=True)

    def upcoming(self) -> "SessionQuerySet":
        """Not begun yet and not called off, soonest first."""
        return self.filter(status__in=AHEAD, starts_at__gt=now()).order_by("starts_at", "id")

    def on_offer(self, *, by_office: bool = False) -> "SessionQuerySet":
        """Taking bookings, of visitors or `by_office`; perhaps full, perhaps with its price on request.

        Visitors book what is to come, the office what is under way, too.
        """
        if not by_office:
            return self.upcoming().filter(takes_bookings=True)
        ahead = Q(status__in=AHEAD, starts_at__gt=now())
        under_way = Q(status__in=[SessionStatus.SCHEDULED, SessionStatus.IN_PROGRESS], ends_at__gt=now())
        return self.filter(ahead | under_way).order_by("starts_at", "id")

    def bookable(self) -> "SessionQuerySet":
        """On offer to visitors at a price; perhaps full. `Session.why_not_bookable` says the same of one."""
        return self.on_offer().filter(Q(price__isnull=False) | Q(course__price__isnull=False))

    def ahead(self) -> "SessionQuerySet":
        """Those that are taught once more, under way or to come, by their `next_day`, the soonest first."""
        days = SessionDay.objects.filter(session=OuterRef("pk"), live=True, ends_at__gt=now()).order_by("starts_at")
        rows = self.filter(status__in=OPEN, ends_at__gt=now())
        return rows.annotate(next_day=Subquery(days.values("starts_at")[:1])).order_by("next_day", "id")

    def begins_between(self, since: date | None, until: date | None) -> "SessionQuerySet":
        """Those that begin from `since` to `until`, days on the clock of each; None is no limit."""
        zone = Coalesce(NullIf("time_zone", Value("")), Value(tenant_zone_name()))
        clock = Func(zone, F("starts_at"), function="timezone", output_field=models.DateTimeField())
        rows = self.alias(begins_on=Cast(clock, models.DateField())) if since or until else self
        if since:  # by the instant too, which has an index
            rows = rows.filter(starts_at__gte=first_moment(since), begins_on__gte=since)
        if until:
            rows = rows.filter(starts_at__lt=last_moment(until), begins_on__lte=until)
        return rows

    def taught_within(self, since: datetime | None, until: datetime | None) -> "SessionQuerySet":
        """Those with a day that ends at `since` or later and begins at `until` or earlier; None is no limit."""
        days = SessionDay.objects.filter(session=OuterRef("pk"))
        if since:
            days = days.filter(ends_at__gte=since)
        if until:
            days = days.filter(starts_at__lte=until)
        return self.filter(Exists(days)) if since or until else self

    def behind_the_clock(self) -> "SessionQuerySet":
        """Those that should have begun or ended by now."""
        begins = Q(status__in=AHEAD, starts_at__lte=now())
        return self.filter(begins | Q(status=SessionStatus.IN_PROGRESS, ends_at__lte=now()))

    def twins(
        self, *, course: Course, starts_at: datetime, place: Place | None, trainer: "Trainer | None", room: Room | None
    ) -> "SessionQuerySet":
        """Open ones of `course` that begin then and there, and that neither trainer nor room tells apart."""
        same = self.filter(course=course, starts_at=starts_at, place=place, status__in=OPEN)
        if trainer:
            same = same.filter(trainer=None)
        return same.filter(room=None) if room else same

    def with_seats(self, seats: int = 1) -> "SessionQuerySet":
        """Those with at least `seats` left."""
        return self.filter(seats_taken__lte=F("capacity") - seats)

    def visible_to(self, user: Visitor) -> "SessionQuerySet":
        """The office sees all; a trainer those on whose team they are, but no drafts; the rest what is public."""
        if user.is_authenticated and user.can("sessions.view"):
            return self if user.sees_all else self.filter(taught_by(user)).exclude(status=SessionStatus.DRAFT)
        return self.public()

    def in_hands_of(self, user: Visitor, roles: Collection[TeamRole] = WHOLE_TEAM) -> "SessionQuerySet":
        """Those on whose team `user` has one of `roles`; all, for the office: what it may do there, permissions say."""
        if not user.is_authenticated:
            return self.none()
        return self if user.sees_all else self.filter(taught_by(user, roles=roles))

    def with_trainer(self, trainer: UUID) -> "SessionQuerySet":
        """Those on whose team the trainer with this key is: they lead, assist or assess."""
        return self.filter(on_team(Trainer.objects.filter(pk=trainer)))

    def with_team(self) -> "SessionQuerySet":
        """Each with its `members`, read at once."""
        return self.prefetch_related(team_at())


def team_at(way: str = "") -> Prefetch:
    """What reads the team of sessions at once, of rows that have their session `way`."""
    rows = TeamMember.objects.select_related("trainer__person")
    return Prefetch(f"{way}__team" if way else "team", rows)


class Session(InItsZone):
    """A dated occurrence of a course with a trainer, a place and a capacity; perhaps a `team` besides the trainer.

    `seats_taken` counts seats held or confirmed, `seats_confirmed` only those confirmed; both are
    changed by the spot services alone. `starts_at` and `ends_at` are those of its first and last day.
    A tentative one runs once `minimum` seats are confirmed; whether it does is decided by `decide_by` at the latest.
    """

    class Visibility(models.TextChoices):
        PUBLIC = "public", "public"
        PRIVATE = "private", "private"

    MOVES: ClassVar = {"status": SESSION_MOVES}

    course = models.ForeignKey("catalogue.Course", models.PROTECT, related_name="sessions")
    trainer = models.ForeignKey("people.Trainer", models.PROTECT, null=True, blank=True, related_name="sessions")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="sessions")
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="sessions")
    vehicle = models.ForeignKey(Vehicle, models.PROTECT, null=True, blank=True, related_name="sessions")
    online_url = models.URLField(blank=True, help_text="With a place as well: hybrid")
    capacity = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    seats_taken = models.PositiveSmallIntegerField(default=0, editable=False, db_column="booked_spots")
    seats_confirmed = models.PositiveSmallIntegerField(default=0, editable=False, db_column="confirmed_spots")
    price = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="None: the course's price"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    status = models.CharField(max_length=15, choices=SessionStatus, default=SessionStatus.SCHEDULED)
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.PUBLIC)
    takes_bookings = models.BooleanField(default=True)
    instructor_notes = models.TextField(blank=True, help_text="Internal")
    completion_notes = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    series = models.ForeignKey(
        "scheduling.SessionSeries", models.PROTECT, null=True, blank=True, related_name="sessions"
    )
    series_date = models.DateField(null=True, blank=True, help_text="Which date of its series it stands for")
    is_own_way = models.BooleanField(
        default=False, db_default=False, help_text="Changed by itself, so that it is not as its series is"
    )
    rescheduled_to = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="rescheduled_from"
    )
    minimum = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Seats from which a tentative one runs")
    decide_by = models.DateTimeField(null=True, blank=True, help_text="When it is decided whether a tentative one runs")
    decided_at = models.DateTimeField(null=True, blank=True, help_text="When a tentative one was said to run")
    noticed_until = models.DateTimeField(
        null=True, blank=True, help_text="What is told before and after it and was due by then has gone out"
    )
    sequence = models.PositiveSmallIntegerField(default=0, help_text="Counts changes of time and place, for calendars")
    move_untold = models.JSONField(
        null=True, blank=True, help_text="What those booked know of time and place, while a move waits to be told"
    )
    move_note = models.CharField(max_length=500, blank=True, db_default="", help_text="What the office adds to that")
    tell_move_at = models.DateTimeField(null=True, blank=True, help_text="When they are told of it")
    updated_at = MadeAt(auto_now=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(capacity__gte=1), name="capacity_is_at_least_one"),
            models.CheckConstraint(condition=Q(seats_taken__lte=F("capacity")), name="session_is_never_oversold"),
            models.CheckConstraint(
                condition=Q(seats_confirmed__lte=F("seats_taken")), name="confirmed_spots_are_booked_spots"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(price=None) | Q(price__gte=0), name="session_price_is_not_negative"),
            models.CheckConstraint(
                condition=Q(status=SessionStatus.CANCELLED, cancelled_at__isnull=False)
                | (~Q(status=SessionStatus.CANCELLED) & Q(cancelled_at=None)),
                name="cancelled_sessions_and_only_they_say_when",
            ),
            models.CheckConstraint(
                condition=Q(status=SessionStatus.RESCHEDULED, rescheduled_to__isnull=False)
                | (~Q(status=SessionStatus.RESCHEDULED) & Q(rescheduled_to=None)),
                name="rescheduled_sessions_and_only_they_point_on",
            ),
            models.CheckConstraint(
                condition=~Q(status=SessionStatus.TENTATIVE) | Q(minimum__isnull=False, decide_by__isnull=False),
                name="tentative_sessions_say_from_how_many_and_when",
            ),
            models.CheckConstraint(
                condition=Q(minimum=None) | Q(minimum__gte=1, minimum__lte=F("capacity")),
                name="a_session_can_reach_its_minimum",
            ),
            models.CheckConstraint(
                condition=Q(series=None, series_date=None) | Q(series__isnull=False, series_date__isnull=False),
                name="sessions_of_a_series_and_only_they_have_a_date_in_it",
            ),
            models.UniqueConstraint(
                fields=["series", "series_date"],
                condition=~Q(status=SessionStatus.RESCHEDULED),
                name="one_session_for_each_date_of_a_series",
            ),
            models.CheckConstraint(
                condition=~Q(status=SessionStatus.DRAFT) | Q(visibility="private", takes_bookings=False),
                name="drafts_are_seen_by_the_office_alone",
            ),
        ]
        indexes = [
            models.Index(fields=["course", "starts_at"], name="session_by_course"),
            models.Index(fields=["starts_at"], name="session_by_start"),
            models.Index(fields=["starts_at"], condition=Q(status="scheduled"), name="session_to_begin"),
            models.Index(fields=["ends_at"], condition=Q(status="in_progress"), name="session_to_end"),
            models.Index(fields=["tell_move_at"], condition=Q(tell_move_at__isnull=False), name="session_to_tell"),
        ]

    def __str__(self) -> str:
        return f"{self.course} on {self.starts_at:%-d %b %Y}"

    @property
    def seats_left(self) -> int:
        """Seats nobody holds."""
        return max(0, self.capacity - self.seats_taken)

    @property
    def has_started(self) -> bool:
        """Whether its first day has begun."""
        return self.starts_at <= now()

    @property
    def has_begun(self) -> bool:
        """Whether its first day has begun, or whoever teaches it began before."""
        return self.has_started or self.status == SessionStatus.IN_PROGRESS

    @property
    def over_at(self) -> datetime:
        """When it is over: after its last day, or when whoever teaches it ended it before."""
        return min(self.finished_at, self.ends_at) if self.finished_at else self.ends_at

    @property
    def taught_days(self) -> models.QuerySet[SessionDay]:
        """The days to come to, in order: without those that an early end left out."""
        return self.days.filter(live=True) if self.status == SessionStatus.COMPLETED else self.days.all()

    @property
    def is_open(self) -> bool:
        """Whether it is to come or under way, so that it can be changed and called off."""
        return why_not(self, "status", SessionStatus.CANCELLED) is None

    @property
    def members(self) -> list[TeamMember]:
        """Who is on its team besides its trainer, by name."""
        known = self.__dict__.get("_prefetched_objects_cache", {}).get("team")
        rows = list(self.team.select_related("trainer__person") if known is None else known)
        return sorted(rows, key=lambda row: (str(row.trainer).casefold(), row.pk))

    @property
    def co_trainers(self) -> list[Trainer]:
        """Who teaches it together with its trainer, by name."""
        return [row.trainer for row in self.members if row.role == TeamRole.CO_TRAINER]

    @property
    def assessor(self) -> Trainer | None:
        """Who assesses those who come."""
        return next((row.trainer for row in self.members if row.role == TeamRole.ASSESSOR), None)

    @property
    def teachers(self) -> list[Trainer]:
        """Who teaches it: its trainer first, then the co-trainers by name."""
        return [*([self.trainer] if self.trainer else []), *self.co_trainers]

    @property
    def teacher_names(self) -> str:
        """The names of those who teach it on one line; "" while there is nobody."""
        return get_text_list([str(one) for one in self.teachers], _("and"))

    def role_of(self, user: User) -> TeamRole | None:
        """What whoever signs in as `user` does here; None for who is not on its team."""
        if self.trainer and self.trainer.person.user_id == user.pk:
            return TeamRole.LEAD
        return next((TeamRole(row.role) for row in self.members if row.trainer.person.user_id == user.pk), None)

    @property
    def is_tentative(self) -> bool:
        """Whether it is still open whether it takes place: until it begins, as it does with whoever is booked."""
        return self.status == SessionStatus.TENTATIVE and not self.has_started

    @property
    def is_decided_late(self) -> bool:
        """Whether its day of decision is over, and nobody has decided."""
        return self.is_tentative and self.decide_by is not None and self.decide_by <= now()

    @property
    def seats_missing(self) -> int:
        """How many more have to be confirmed until a tentative one runs."""
        return max(0, (self.minimum or 0) - self.seats_confirmed)

    @property
    def delivery(self) -> str:
        """`in_person`, `online` or `hybrid`."""
        if self.online_url:
            return "hybrid" if self.place_id else "online"
        return "in_person"

    @property
    def where(self) -> str:
        """Room, place and address on one line; "" where there is no place."""
        if self.place is None:
            return ""
        return on_one_line("\n".join([self.room.name if self.room else "", self.place.name, self.place.address]))

    @property
    def seat_price(self) -> Decimal | None:
        """What a seat costs, VAT included; None when on request."""
        return self.price if self.price is not None else self.course.price

    @property
    def is_bookable(self) -> bool:
        """Whether a visitor may book it, leaving aside whether it is full."""
        return self.why_not_bookable(seats=0) is None

    def why_not_bookable(self, seats: int = 1, *, by_office: bool = False) -> DomainError | None:
        """Why `seats` of it can't be booked now; None if they can. Seats may be gone a moment later.

        The office books until it is over: somebody stands at the door, or joins an evening course in its second week.
        """
        if self.status == SessionStatus.CANCELLED:
            return SessionCancelled()
        if self.status == SessionStatus.RESCHEDULED:
            return SessionMoved()
        if self.status == SessionStatus.COMPLETED or self.ends_at <= now():
            return SessionEnded()
        if self.status == SessionStatus.DRAFT:
            return SessionNotBookable()
        if self.has_begun and (not by_office or self.status == SessionStatus.TENTATIVE):
            return SessionStarted()
        if self.seat_price is None:
            return PriceOnRequest()
        if not (self.takes_bookings or by_office):
            return SessionNotBookable()
        if self.seats_left < seats:
            return NotEnoughSeats(self.seats_left) if self.seats_left else SessionFull()
        return None

    def why_not_waited_for(self, *, by_office: bool = False) -> DomainError | None:
        """Why nobody can wait for seats of it now, or be offered them; None if they can. Once it begins nobody does."""
        return self.why_not_bookable(0, by_office=by_office and not self.has_begun)


watch(Session, f"visibility = 'public' AND {SHOWN}")
