"""Sessions by API: all of them, or those of one course."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Prefetch
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ValidationError

from shared_apps.accounts.models import Visitor
from shared_apps.accounts.signed_in import signed_in
from shared_apps.api.endpoints import ViewSet
from shared_apps.api.strict import DayFilter, Filters, StatusFilter, WholeNumberFilter
from shared_apps.core.errors import IllegalMove
from shared_apps.core.permissions import can
from shared_apps.core.search import AnyRows, by_date
from shared_apps.core.time import midnight
from shared_apps.events.authors import with_authors
from shared_apps.events.idempotency import idempotent
from shared_apps.jobs.api import JobBegun
from shared_apps.jobs.models import Job
from shared_apps.web.page_cache import cached_page
from tenant_apps.catalogue.models import Course
from tenant_apps.scheduling.errors import SessionOver
from tenant_apps.scheduling.finding import find_sessions
from tenant_apps.scheduling.models import (
    LEADING,
    Place,
    Room,
    Session,
    SessionDay,
    SessionQuerySet,
    SessionStatus,
    TeamMember,
    Vehicle,
)
from tenant_apps.scheduling.running import (
    complete_session,
    confirm_session,
    decision_time,
    publish_session,
    start_session,
)
from tenant_apps.scheduling.serializers import (
    Completion,
    PlaceSerializer,
    PlannedSession,
    Publication,
    ReasonSerializer,
    RoomSerializer,
    SessionSerializer,
    VehicleSerializer,
)
from tenant_apps.scheduling.services import cancel_session, schedule_session, update_session
from tenant_apps.scheduling.session_input import FirstInput, NewSession, SessionInput
from tenant_apps.scheduling.team import keep_to

NEW_SESSION = OpenApiExample(
    "Three days for twelve people",
    {
        "startDate": "2027-01-15",
        "endDate": "2027-01-17",
        "startTime": "09:00",
        "endTime": "17:00",
        "availableSpots": 12,
        "instructorNotes": "Bring safety equipment",
    },
    request_only=True,
)


class SessionFilters(Filters):
    q = filters.CharFilter(
        method="search", label="Parts of the course's title, of the place or the trainer's name", max_length=100
    )
    course = filters.UUIDFilter("course_id")
    trainer = filters.UUIDFilter(method="has_trainer", label="Led, taught or assessed by this trainer")
    place = filters.UUIDFilter("place_id")
    series = filters.UUIDFilter("series_id")
    status = StatusFilter(choices=SessionStatus.choices, called={"ongoing": "in_progress"})
    dateFrom = DayFilter(method="begins_from", label="Begins on this day or later")
    dateTo = DayFilter(method="begins_until", label="Begins on this day or earlier")
    taughtFrom = DayFilter(method="is_taught", label="Has a teaching day on this day or later; under way or not")
    taughtTo = DayFilter(method="is_taught", label="Has a teaching day on this day or earlier")
    seats = WholeNumberFilter(
        method="has_seats", label="Has at least so many seats left", min_value=1, max_value=10_000
    )

    def search(self, rows: SessionQuerySet, name: str, text: str) -> AnyRows:
        return find_sessions(rows, text, user=self.request.user).annotate(best=by_date("starts_at"))

    def has_trainer(self, rows: SessionQuerySet, name: str, key: UUID) -> SessionQuerySet:
        return rows.with_trainer(key)

    def begins_from(self, rows: SessionQuerySet, name: str, day: date) -> SessionQuerySet:
        return rows.begins_between(day, None)

    def begins_until(self, rows: SessionQuerySet, name: str, day: date) -> SessionQuerySet:
        return rows.begins_between(None, day)

    def is_taught(self, rows: SessionQuerySet, name: str, day: date) -> SessionQuerySet:
        return rows  # both ask about one and the same day: see filter_queryset

    def filter_queryset(self, queryset: SessionQuerySet) -> SessionQuerySet:
        since, until = (self.form.cleaned_data.get(name) for name in ("taughtFrom", "taughtTo"))
        rows = super().filter_queryset(queryset)
        return rows.taught_within(
            midnight(since) if since else None,
            midnight(until, after=True) - timedelta(microseconds=1) if until else None,
        )

    def has_seats(self, rows: SessionQuerySet, name: str, seats: Decimal) -> SessionQuerySet:
        return rows.with_seats(int(seats))


# Their keys are all that is shown of them.
TEAM = Prefetch("team", TeamMember.objects.only("session_id", "trainer_id", "role"))


def sessions_for(user: Visitor) -> SessionQuerySet:
    """The sessions `user` may see, with what the answer needs."""
    rows = Session.objects.visible_to(user).annotate(came_from=F("rescheduled_from__pk"))
    if can(user, "sessions.view"):
        rows = with_authors(rows)
    return rows.select_related("course", "trainer__person", "place", "room").prefetch_related("days", TEAM)


def listed(rows: SessionQuerySet) -> SessionQuerySet:
    """`rows` of `sessions_for` with what a list shows of them alone: there are long texts and instants besides."""
    days = SessionDay.objects.only("session_id", "time_zone", "starts_at", "ends_at")
    return rows.prefetch_related(None).prefetch_related(Prefetch("days", days), TEAM).only(
        "course_id", "status", "time_zone", "starts_at", "ends_at", "capacity", "seats_taken", "seats_confirmed",
        "takes_bookings", "minimum", "decide_by", "series_id", "rescheduled_to_id", "price", "online_url", "visibility",
        "instructor_notes", "completion_notes", "cancelled_at", "created_at", "updated_at", "course__title",
        "course__slug", "course__price", "trainer__slug", "trainer__person__name", "place__name", "place__address",
        "place__map_url", "room__name",
    )  # fmt: skip


CHANGING = (
    "Those booked are told of another time, place or link in one email, some minutes after the last change. "
    "PUT does the same: what is not sent stays as it is. With other days or other people, `warnings` say what "
    "speaks against them: weekly hours, time off, holidays. "
    "409 `capacity_below_booked`, `session_over`, `session_in_past`, `day_begun`, `twice_on_session`, `clash`."
)
CANCELLING = (
    "Its bookings are cancelled and refunded in full, and everybody is told. The reason may be sent as JSON or in the "
    "query; where people have booked, it is needed. The session stays, with the status `cancelled`. "
    "409 `session_over`."
)


@extend_schema_view(
    list=extend_schema(
        summary="List sessions",
        description="Of all courses, in the order in which they begin; those of the past too, so give `dateFrom`.",
    ),
    retrieve=extend_schema(summary="Get a session"),
    partial_update=extend_schema(
        summary="Change a session",
        description=CHANGING,
        request=SessionInput(partial=True),
        responses=PlannedSession,
        examples=[OpenApiExample("More seats", {"availableSpots": 16}, request_only=True)],
    ),
    destroy=extend_schema(
        summary="Cancel a session", description=CANCELLING, request=None, responses={202: JobBegun, 204: None}
    ),
)
@method_decorator(cached_page(reads=None), name="dispatch")
class SessionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ViewSet):
    permission = "public"
    write_permission = "sessions.manage"
    serializer_class = SessionSerializer
    filterset_class = SessionFilters
    searched_ordering, page_ordering = ("best", "pk"), ("starts_at", "pk")
    orderings = {"startsAt": "starts_at", "createdAt": "created_at", "bookedSpots": "seats_taken"}
    queries = {"destroy": ReasonSerializer}

    def get_queryset(self) -> SessionQuerySet:
        rows = sessions_for(self.request.user)
        return listed(rows) if self.action == "list" else rows

    def answer(self, pk: UUID, *, status: int = 200) -> Response:
        """The session as it is now."""
        return Response(self.get_serializer(self.get_queryset().get(pk=pk)).data, status=status)

    def planned(self, pk: UUID, *, status: int = 200, was_planned: bool = True) -> Response:
        """The same with what speaks against its days and its team, if these `was_planned` by this request."""
        context = {**self.get_serializer_context(), "was_planned": was_planned}
        return Response(PlannedSession(self.get_queryset().get(pk=pk), context=context).data, status=status)

    @extend_schema(
        summary="Schedule a session of any course",
        description="409 `session_in_past`, `minimum_too_high`, `decided_too_late`, `twice_on_session`, or `clash` "
        "when somebody of the team, the room or the vehicle is elsewhere at that time. Against weekly hours, time off "
        "and holidays it is planned all the same, and `warnings` say so.",
        request=NewSession,
        responses={201: PlannedSession},
    )
    @idempotent
    def create(self, request: Request) -> Response:
        session = schedule_session(by=signed_in(request), **self.body(NewSession))
        return self.planned(session.pk, status=201)

    def partial_update(self, request: Request, pk: UUID, **course: UUID) -> Response:
        session = self.get_object()
        given = self.body(SessionInput, session, partial=True)
        update_session(session, by=signed_in(request), **given)
        return self.planned(pk, was_planned=bool({"days", "trainer", "co_trainers", "assessor"} & given.keys()))

    def destroy(self, request: Request, pk: UUID, **course: UUID) -> Response:
        session = self.get_object()
        reason = self.body(ReasonSerializer)["reason"] or self.query()["reason"]
        self._cancel(session, reason)
        if job := Job.objects.at_work_on(session):
            return Response(JobBegun({"job_id": job.pk}).data, status=202)
        return Response(status=204)

    @extend_schema(
        summary="Call a session off",
        description="As DELETE does, answering with the session as it is then. 202 with a job where many have booked. "
        "409 `illegal_move`.",
        request=ReasonSerializer,
        responses={200: SessionSerializer, 202: JobBegun},
        examples=[OpenApiExample("With a reason", {"reason": "Our trainer is ill."}, request_only=True)],
    )
    @idempotent
    def cancel(self, request: Request, pk: UUID) -> Response:
        session = self.get_object()
        reason = self.body(ReasonSerializer)["reason"]
        before = session.status
        try:
            self._cancel(session, reason)
        except SessionOver as refusal:
            raise IllegalMove(refusal.message, before=before, after=SessionStatus.CANCELLED) from refusal
        if job := Job.objects.at_work_on(session):
            return Response(JobBegun({"job_id": job.pk}).data, status=202)
        return self.answer(pk)

    def _cancel(self, session: Session, reason: str) -> None:
        if session.is_open and session.seats_taken and not reason:
            raise ValidationError({"reason": [_("Say why: everybody who booked reads it.")]})
        cancel_session(session, reason=reason, by=signed_in(self.request))

    @extend_schema(
        summary="Publish a draft",
        description="Without `minimumBookings` it takes place for certain. "
        "409 `illegal_move`, `session_in_past`, `minimum_too_high`, `decided_too_late`.",
        request=Publication,
        responses=SessionSerializer,
    )
    @idempotent
    def publish(self, request: Request, pk: UUID) -> Response:
        session, given = self.get_object(), self.body(Publication)
        day = given.get("decide_on")
        publish_session(
            session,
            minimum=given.get("minimum_bookings"),
            decide_by=decision_time(day, session.zone) if day else None,
            visibility=given["visibility"],
            takes_bookings=given["takes_bookings"],
            by=signed_in(request),
        )
        return self.answer(pk)

    @extend_schema(
        summary="Say that a tentative session takes place",
        description="Everybody booked is told. 409 `illegal_move`.",
        request=None,
        responses=SessionSerializer,
    )
    @idempotent
    def confirm(self, request: Request, pk: UUID) -> Response:
        session = self.get_object()
        self.body()
        confirm_session(session, by=signed_in(request))
        return self.answer(pk)


class SessionRunViewSet(SessionViewSet):
    """Beginning and ending a session: for whoever leads it, too."""

    write_permission = "sessions.run"

    @extend_schema(
        summary="Begin a session",
        description="It begins by itself as well, at its time. Its trainer may begin it from the morning of its first "
        "day on: 409 `session_too_early`. 409 `illegal_move`.",
        request=None,
        responses=SessionSerializer,
    )
    @idempotent
    def start(self, request: Request, pk: UUID) -> Response:
        session = self.get_object()
        keep_to(LEADING, session, request.user)
        self.body()
        start_session(session, by=signed_in(request))
        return self.answer(pk)

    @extend_schema(
        summary="Complete a session",
        description="Its bookings are completed; days that have not begun, and on which nobody is marked, are free "
        "again. It is completed by itself as well, when its last day is over. 409 `illegal_move`.",
        request=Completion,
        responses=SessionSerializer,
        examples=[OpenApiExample("With notes", {"completionNotes": "Everybody passed."}, request_only=True)],
    )
    @idempotent
    def complete(self, request: Request, pk: UUID) -> Response:
        session = self.get_object()
        keep_to(LEADING, session, request.user)
        given = self.body(Completion)
        complete_session(session, notes=given["completion_notes"], by=signed_in(request))
        return self.answer(pk)


@extend_schema_view(
    list=extend_schema(summary="List a course's sessions"),
    retrieve=extend_schema(summary="Get a session of a course"),
    partial_update=extend_schema(
        summary="Change a session of a course",
        description=CHANGING,
        request=SessionInput(partial=True),
        responses=PlannedSession,
    ),
    destroy=extend_schema(
        summary="Cancel a session of a course",
        description=CANCELLING,
        request=None,
        responses={202: JobBegun, 204: None},
    ),
)
class CourseSessionViewSet(SessionViewSet):
    """The sessions of one course; the course must be visible too."""

    @property
    def course(self) -> Course:
        return get_object_or_404(Course.objects.visible_to(self.request.user), pk=self.kwargs["course_id"])

    def get_queryset(self) -> SessionQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return Session.objects.none()
        return super().get_queryset().filter(course=self.course)

    @extend_schema(
        summary="Schedule a session",
        description="409 `session_in_past`, `minimum_too_high`, `decided_too_late`, `twice_on_session`, or `clash` "
        "when somebody of the team, the room or the vehicle is elsewhere at that time. Against weekly hours, time off "
        "and holidays it is planned all the same, and `warnings` say so.",
        request=FirstInput,
        responses={201: PlannedSession},
        examples=[NEW_SESSION],
    )
    @idempotent
    def create(self, request: Request, course_id: UUID) -> Response:
        course = self.course
        session = schedule_session(course=course, by=signed_in(request), **self.body(FirstInput))
        return self.planned(session.pk, status=201)


@extend_schema_view(
    list=extend_schema(
        summary="List places", description="Where sessions happen, with their rooms. What a session calls `placeId`."
    )
)
class PlaceViewSet(mixins.ListModelMixin, ViewSet):
    permission = "sessions.view"
    serializer_class = PlaceSerializer
    queryset = Place.objects.prefetch_related("rooms")
    page_ordering = ("name", "pk")


@extend_schema_view(list=extend_schema(summary="List rooms", description="What a session calls `roomId`."))
class RoomViewSet(mixins.ListModelMixin, ViewSet):
    permission = "sessions.view"
    serializer_class = RoomSerializer
    queryset = Room.objects.all()
    page_ordering = ("name", "pk")


@extend_schema_view(list=extend_schema(summary="List vehicles", description="What a session calls `vehicleId`."))
class VehicleViewSet(mixins.ListModelMixin, ViewSet):
    permission = "sessions.view"
    serializer_class = VehicleSerializer
    queryset = Vehicle.objects.all()
    page_ordering = ("name", "pk")
