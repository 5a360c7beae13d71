"""A buyer's seats on a session."""

from typing import ClassVar

from django.db import models
from django.db.models import Case, Count, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from shared_apps.accounts.models import Visitor
from shared_apps.core.errors import DomainError
from shared_apps.core.ids import reference
from shared_apps.core.lines import LineField, NameField
from shared_apps.core.models import Row
from shared_apps.core.permissions import can
from shared_apps.core.personal import ERASED_NAME, personal
from shared_apps.core.search import found_by, found_by_index
from shared_apps.core.states import Actor, Someone, why_not
from shared_apps.core.time import now
from tenant_apps.bookings.answer_models import Answer as Answer
from tenant_apps.bookings.care_models import Care as Care
from tenant_apps.bookings.states import (
    BOOKING_MOVES,
    IN_LINE,
    LIVE,
    STANDING,
    WAITING_MOVES,
    BookingStatus,
    WaitingStatus,
)
from tenant_apps.bookings.terms_models import TermsAcceptance as TermsAcceptance
from tenant_apps.people.models import persons_of
from tenant_apps.scheduling.models import taught_by
from tenant_apps.terms.policy import CancellationPolicy, validate_policy


class BookingQuerySet(models.QuerySet["Booking"]):
    """Bookings, by how they stand and who may see them."""

    def live(self) -> "BookingQuerySet":
        """Those that take seats of a session still to come."""
        return self.filter(status__in=LIVE)

    def overdue(self) -> "BookingQuerySet":
        """Holds whose time is up."""
        return self.filter(status=BookingStatus.PENDING, hold_expires_at__lte=now())

    def never_paid(self) -> "BookingQuerySet":
        """Those that only held seats, so far: nobody who was confirmed holds them again."""
        return self.filter(confirmed_at=None)

    def on_the_order_of(self, booking: "Booking") -> "BookingQuerySet":
        """`booking`, and what is paid with it."""
        return self.filter(Q(order=booking.order_id) if booking.order_id else Q(pk=booking.pk))

    def visible_to(self, user: Visitor) -> "BookingQuerySet":
        """The office sees all; a trainer those of their sessions; anybody else those of whom they have access to."""
        if user.is_authenticated and user.can("bookings.view") and user.sees_all:
            return self
        if not user.is_authenticated:
            return self.none()
        mine = Q(buyer__in=persons_of(user))
        if can(user, "bookings.view"):
            mine |= taught_by(user, "session")
        return self.filter(mine)


class Booking(Row):
    """One buyer's seats on one session. Pending, it holds them until `hold_expires_at` (None: for ever)."""

    MOVES: ClassVar = {"status": BOOKING_MOVES}

    PERSONAL: ClassVar = personal(
        people=["buyer"], shows=["reference", "session_id", "seats", "status", "created_at", "confirmed_at"],
        contact_name=ERASED_NAME, contact_email="", contact_phone="", company="", special_requests="",
        internal_notes="", cancel_reason="",
    )  # fmt: skip

    reference = models.CharField(max_length=12, unique=True, default=reference, editable=False)
    session = models.ForeignKey("scheduling.Session", models.PROTECT, related_name="bookings")
    buyer = models.ForeignKey("people.Person", models.PROTECT, related_name="bookings")
    organisation = models.ForeignKey(
        "people.Organisation", models.PROTECT, null=True, blank=True, related_name="bookings"
    )
    order = models.ForeignKey("payments.Order", models.PROTECT, null=True, blank=True, related_name="bookings")
    seats = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(max_length=10, choices=BookingStatus, default=BookingStatus.PENDING)
    hold_expires_at = models.DateTimeField(null=True, blank=True)
    hold_extended_at = models.DateTimeField(
        null=True, blank=True, help_text="When the buyer took more time to pay; each hold has that once"
    )
    session_moved_at = models.DateTimeField(
        null=True, blank=True,
        help_text="When its session got another time or place; since then it may be cancelled for everything back",
    )  # fmt: skip
    came_at = models.DateTimeField(
        null=True, blank=True, help_text="When it came to this session from another one; None: it was booked there"
    )
    calendar_sequence = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Added to its session's, since another session may count lower"
    )
    # As given with this booking: a visitor who types a known address must not see or change that person's details.
    contact_name = NameField()
    contact_email = models.EmailField(blank=True, default="", db_default="", help_text="Empty: the buyer's own")
    contact_phone = LineField(max_length=40, blank=True)
    company = LineField(max_length=200, blank=True)
    special_requests = models.TextField(blank=True)
    internal_notes = models.TextField(blank=True)
    deposit_percent = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True,
        help_text="Agreed for this booking: of all its seats, should they change; None: what is usual here",
    )  # fmt: skip
    cancellation_policy = models.JSONField(validators=[validate_policy], help_text="As shown when it was booked")
    link_number = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="One more makes every link to this booking so far worth nothing"
    )
    by_office = models.BooleanField(
        default=False, db_default=False, help_text="The office made it: its address is the office's word"
    )
    form_key = models.UUIDField(null=True, unique=True, help_text="Of the form it came from: sent twice, booked once")
    beside_another = models.BooleanField(
        default=False, db_default=False,
        help_text="Made under an address that turned out to be of a buyer who had booked this session, too",
    )  # fmt: skip
    confirmed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    found_by = found_by(
        named=["contact_name"], known=["reference", "company"], numbers=["contact_phone"], private=["contact_email"]
    )

    objects = BookingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "buyer"], condition=Q(status__in=["pending", "confirmed"], beside_another=False),
                name="one_live_booking_per_session_and_buyer",
            ),
            models.CheckConstraint(condition=Q(seats__gte=1), name="booking_has_a_seat"),
            models.CheckConstraint(
                condition=Q(status=BookingStatus.CANCELLED, cancelled_at__isnull=False)
                | (~Q(status=BookingStatus.CANCELLED) & Q(cancelled_at=None)),
                name="cancelled_bookings_and_only_they_say_when",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["confirmed", "completed"]) | Q(confirmed_at__isnull=False),
                name="confirmed_bookings_say_when",
            ),
        ]  # fmt: skip
        indexes = [
            found_by_index("booking"),
            models.Index(fields=["session", "status"], name="booking_by_session"),
            models.Index(fields=["hold_expires_at"], condition=Q(status="pending"), name="booking_hold"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_live(self) -> bool:
        """Whether its seats are taken, paid for or not."""
        return self.status in LIVE

    @property
    def stands(self) -> bool:
        """Whether its price is owed: it is held or confirmed, or its session is over."""
        return self.status in STANDING

    def why_not_cancellable(self, *, by: Someone | None = None, by_office: bool = False) -> DomainError | None:
        """Why it can't be cancelled now, by its buyer or `by` somebody in the office; None while it can."""
        return why_not(self, "status", BookingStatus.CANCELLED, by=by, acting=None if by_office else Actor.BUYER)

    @property
    def is_free_to_cancel(self) -> bool:
        """Whether everything comes back whatever the policy says, since its session was moved: until that begins."""
        return self.session_moved_at is not None and self.is_live and not self.session.has_started

    @property
    def is_changeable(self) -> bool:
        """Whether its buyer may still say who comes and what they need: until the session begins."""
        return self.is_live and not self.session.has_started

    def may_be_changed(self, *, by_office: bool) -> bool:
        """Whether its buyer, or the office, may say who comes. The office may until its session is over."""
        return self.is_live and self.session.over_at > now() if by_office else self.is_changeable

    @property
    def seats_unnamed(self) -> int:
        """On how many of its seats nobody was named. Asks nothing where `attendees` were fetched along."""
        return max(0, self.seats - len(self.attendees.all()))

    @property
    def shown_email(self) -> str:
        """The address that whoever has the booking's link may see: what was typed, not what we know of the buyer."""
        return self.contact_email or self.buyer.email

    @property
    def policy(self) -> CancellationPolicy:
        """The terms of cancelling it, as they were when it was made."""
        return CancellationPolicy.parse(self.cancellation_policy)

    @property
    def cancelling(self) -> list[str]:
        """What cancelling gives back, with the days that it means for this session; a sentence each."""
        if self.is_free_to_cancel:
            return [_("This course was moved. Cancel before it begins, and you get back everything you paid.")]
        return self.policy.sentences(self.session.starts_at)


class SeatedManager(models.Manager["Attendee"]):
    """Those who sit on a seat now."""

    def get_queryset(self) -> models.QuerySet["Attendee"]:
        return super().get_queryset().filter(left_at=None)


class Attendee(Row):
    """The person on one seat, as they were named for it. We may know nothing else of them.

    Who gave up their seat (`left_at`), and was marked on a day before, keeps the row for the sake of that day's
    register. Nothing else counts them: they are in `everybody` alone.
    """

    PERSONAL: ClassVar = (
        *personal(
            people=["person"], tells=["booking_id"], shows=["booking_id", "position", "created_at"],
            name=ERASED_NAME, email="",
        ),
        *personal(addresses=["email__iexact"], hidden=True, email=""),
    )  # fmt: skip

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="attendees")
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="attendances")
    name = NameField()
    email = models.EmailField(blank=True)
    position = models.PositiveSmallIntegerField()
    link_number = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="One more makes the check-in code so far worth nothing: somebody else comes"
    )
    left_at = models.DateTimeField(
        null=True, blank=True, help_text="When they gave up their seat, or somebody else came in their place"
    )
    found_by = found_by(named=["name"], private=["email"])

    objects = SeatedManager()
    everybody = models.Manager["Attendee"]()

    class Meta:
        ordering = ["position"]
        indexes = [found_by_index("attendee")]
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "position"], condition=Q(left_at=None), name="one_attendee_per_seat"
            ),
            models.CheckConstraint(condition=Q(position__gte=1), name="seats_count_from_one"),
            models.CheckConstraint(condition=Q(person__isnull=False), name="an_attendee_is_a_person"),
        ]

    def __str__(self) -> str:
        return self.name


class WaitingListQuerySet(models.QuerySet["WaitingListEntry"]):
    """Places in waiting lists, by whether they still count."""

    def in_line(self) -> "WaitingListQuerySet":
        """Those that wait or have an offer, the first one first."""
        return self.filter(status__in=IN_LINE).order_by("rank", "created_at", "pk")

    def with_position(self) -> "WaitingListQuerySet":
        """Each with its `position`, the how manieth it is in its line, beginning with 1; None for who is in none."""
        same, older = Q(rank=OuterRef("rank")), Q(created_at__lt=OuterRef("created_at"))
        twin = Q(created_at=OuterRef("created_at"), pk__lt=OuterRef("pk"))
        line = WaitingListEntry.objects.filter(status__in=IN_LINE, session=OuterRef("session")).order_by()
        ahead = line.filter(Q(rank__lt=OuterRef("rank")) | same & (older | twin)).values("session")
        count = Coalesce(Subquery(ahead.annotate(count=Count("pk")).values("count")), 0) + 1
        return self.annotate(position=Case(When(status__in=IN_LINE, then=count), output_field=models.IntegerField()))

    def visible_to(self, user: Visitor) -> "WaitingListQuerySet":
        """The office sees all; a trainer those of their sessions; anybody else those of whom they have access to."""
        if user.is_authenticated and user.can("bookings.view") and user.sees_all:
            return self
        if not user.is_authenticated:
            return self.none()
        mine = Q(person__in=persons_of(user))
        if can(user, "bookings.view"):
            mine |= taught_by(user, "session")
        return self.filter(mine)


class WaitingListEntry(Row):
    """One person who waits for seats of a session; of one `rank` the older one comes first."""

    MOVES: ClassVar = {"status": WAITING_MOVES}

    PERSONAL: ClassVar = personal(people=["person"], shows=["session_id", "seats", "status", "created_at"])

    session = models.ForeignKey("scheduling.Session", models.PROTECT, related_name="waiting_list")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="waiting_for")
    seats = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(max_length=10, choices=WaitingStatus, default=WaitingStatus.WAITING)
    rank = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Where the office put it in its line, the lowest first"
    )

    objects = WaitingListQuerySet.as_manager()

    class Meta:
        verbose_name = "place on the waiting list"
        constraints = [
            models.UniqueConstraint(
                fields=["session", "person"], condition=Q(status__in=["waiting", "offered"]),
                name="one_place_in_line_per_session_and_person",
            ),
            models.CheckConstraint(condition=Q(seats__gte=1), name="who_waits_wants_a_seat"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.person} waits for {self.session}"
