"""Bookings by API, and beginning to pay for one."""

from typing import Any
from uuid import UUID

from django.db.models import F
from django.http import Http404
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import exceptions, mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shared_apps.accounts.errors import EmailNotVerified
from shared_apps.accounts.models import User
from shared_apps.accounts.services import has_verified_email
from shared_apps.core.models import know
from shared_apps.core.strict import DayFilter, Filters
from shared_apps.core.throttling import network_of
from shared_apps.events.idempotency import idempotent, idempotent_outside
from tenant_apps.bookings.checkout import pay_online
from tenant_apps.bookings.crowding import note_hold, wait_of_holder, wait_of_network
from tenant_apps.bookings.details import set_details, set_internal_notes
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.selectors import link_to
from tenant_apps.bookings.serializers import (
    BookingChange,
    BookingSerializer,
    Cancellation,
    CancellationQuote,
    Checkout,
    NewBooking,
)
from tenant_apps.bookings.services import book_seats, cancel_booking
from tenant_apps.bookings.terms import refund_quote
from tenant_apps.payments.errors import ProviderNotConnected
from tenant_apps.payments.providers import PROVIDERS
from tenant_apps.payments.serializers import PaymentSerializer
from tenant_apps.people.models import Person
from tenant_apps.scheduling.models import Session

NEW_BOOKING = OpenApiExample(
    "With a deposit",
    {
        "customerId": "01975f3c-8a41-7d3e-9c1b-2f6a7d1e4b10",
        "sessionId": "01975f3c-91b2-7c55-8d0e-51c2b8a7f3d9",
        "specialRequests": "Dietary requirements",
        "depositPercentage": 0.3,
    },
    request_only=True,
)


class BookingFilters(Filters):
    session = filters.UUIDFilter("session_id")
    course = filters.UUIDFilter("session__course_id")
    customer = filters.UUIDFilter("buyer_id")
    reference = filters.CharFilter(lookup_expr="iexact", max_length=12)
    status = filters.MultipleChoiceFilter(choices=BookingStatus.choices)
    dateFrom = DayFilter(
        "session__ends_at", lookup_expr="date__gte", label="Of sessions that last to this day or later"
    )
    dateTo = DayFilter("session__starts_at", lookup_expr="date__lte", label="Of sessions that begin by this day")


def person_of(request: Request) -> User:
    """Whoever asks; the endpoint's permission has seen to it that they are signed in."""
    user: Any = request.user
    return user


def _themselves(user: User, *, by_office: bool) -> Person:
    if by_office:
        raise serializers.ValidationError({"customer_id": ["Say whom this booking is for."]})
    person = Person.objects.filter(user=user).first()
    if person is None:  # it is their address, once proven, that makes somebody a person we know
        raise EmailNotVerified
    return person


def own_or_office(user: Any) -> Any:
    """The bookings `user` may act on: a trainer sees those of their sessions, but they are not the trainer's."""
    visible = Booking.objects.visible_to(user)
    return visible if user.can("bookings.manage") else visible.filter(buyer__user_id=user.pk)


@extend_schema_view(
    list=extend_schema(summary="List bookings", description="The office sees all, a trainer those of their sessions, "
                       "everybody else their own. Newest first."),
    retrieve=extend_schema(summary="Get a booking"),
)  # fmt: skip
class BookingViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Booking]):
    permission = "bookings.own"
    serializer_class = BookingSerializer
    filterset_class = BookingFilters
    http_method_names = ["get", "head", "options", "post", "patch"]
    orderings = {"createdAt": "created_at", "startsAt": "starts_at"}
    may_say_wait = {"create"}

    @property
    def write_permission(self) -> str:
        return "bookings.book" if self.action == "create" else "bookings.own"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Booking.objects.none()
        user = self.request.user
        reads = self.action in ("list", "retrieve")
        rows = Booking.objects.visible_to(user) if reads else own_or_office(user)
        return with_details(rows)

    def answer(self, booking: Booking) -> Response:
        fresh = with_details(Booking.objects).get(pk=booking.pk)
        return Response(self.get_serializer(fresh).data)

    def valid(self, kind: type[serializers.Serializer]) -> dict[str, Any]:
        given = kind(data=self.request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    @extend_schema(
        summary="Book seats",
        description="The seats are held until `holdExpiresAt`; what costs nothing is confirmed at once. "
        "From one network only a part of a session's free seats can be booked in a day (429). "
        "409 `session_full` (nothing is held or charged), `already_booked`, `session_started`, "
        "`session_cancelled`, `session_not_bookable`, `price_on_request`, `deposit_too_low`, `email_not_verified`.",
        request=NewBooking,
        responses={201: BookingSerializer},
        examples=[NEW_BOOKING],
    )
    @idempotent
    def create(self, request: Request) -> Response:
        data, user = self.valid(NewBooking), person_of(request)
        by_office = user.can("bookings.manage")
        if "buyer" not in data:
            data["buyer"] = _themselves(user, by_office=by_office)
        if not by_office and (wait := wait_of_holder(user, data["session"], seats=data["seats"])):
            raise exceptions.Throttled(wait, "You held these seats several times without paying. Try again later.")
        free = data["session"].seat_price == 0 and not by_office
        if free and (wait := wait_of_network(network_of(request), data["session"], seats=data["seats"])):
            raise exceptions.Throttled(wait, "That is as many free seats as can be booked from one place.")
        booking = book_seats(**data, by=user, by_office=by_office)
        if free:
            note_hold(network_of(request), booking)
        if booking.order:
            know(booking.order, "payments", [])  # it is a moment old
        if not data.get("attendees"):
            know(booking, "attendees", [])
        return Response(self.get_serializer(booking).data, status=201)

    @extend_schema(
        summary="Change a booking",
        description="Requests and names; `internalNotes` by the office only. 409 `booking_over`, `too_many_attendees`.",
        request=BookingChange(partial=True),
        responses=BookingSerializer,
        examples=[OpenApiExample("Name two", {"attendees": [{"name": "Ada"}, {"name": "Grace"}]}, request_only=True)],
    )
    def partial_update(self, request: Request, pk: UUID) -> Response:
        booking = self.get_object()
        data = self.valid(BookingChange)
        notes = data.pop("internal_notes", None)
        if data:
            set_details(booking, by=request.user, **data)
        if notes is not None and person_of(request).can("bookings.manage"):
            set_internal_notes(booking, notes=notes, by=request.user)
        return self.answer(booking)

    @extend_schema(summary="What cancelling would give back", responses=CancellationQuote)
    def cancellation(self, request: Request, pk: UUID) -> Response:
        booking = self.get_object()
        quote = refund_quote(booking)
        by_office = person_of(request).can("bookings.manage")
        details = {
            "id": booking.pk,
            "cancellable": booking.is_cancellable(by_office=by_office),
            "percent": quote.percent,
            "held": quote.held,
            "amount": quote.amount,
            "currency": quote.currency,
            "policy": booking.cancelling,
        }
        return Response(CancellationQuote(details).data)

    @extend_schema(
        summary="Cancel a booking",
        description="The seats are free at once, and the money goes back as the policy says. "
        "409 `not_cancellable`, `refund_too_high`.",
        request=Cancellation,
        responses=BookingSerializer,
        examples=[OpenApiExample("With a reason", {"reason": "I am ill"}, request_only=True)],
    )
    @idempotent
    def cancel(self, request: Request, pk: UUID) -> Response:
        booking = self.get_object()
        data = self.valid(Cancellation)
        by_office = person_of(request).can("bookings.manage")
        cancel_booking(
            booking, by=request.user, reason=data["reason"], by_office=by_office,
            refund=data.get("refund") if by_office else None,
        )  # fmt: skip
        return self.answer(booking)


def with_details(rows: Any) -> Any:
    """Bookings with what the answer needs."""
    return (
        rows.select_related("session__course", "buyer", "order")
        .prefetch_related("attendees", "order__payments__refunds")
        .annotate(starts_at=F("session__starts_at"))
    )


@extend_schema_view(list=extend_schema(summary="List a session's bookings"))
class SessionBookingViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Booking]):
    permission = "bookings.own"
    serializer_class = BookingSerializer
    filterset_class = BookingFilters
    orderings = BookingViewSet.orderings

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Booking.objects.none()
        user = self.request.user
        session = get_object_or_404(Session.objects.visible_to(user), pk=self.kwargs["session_id"])
        return with_details(Booking.objects.visible_to(user).filter(session=session))


@extend_schema_view(list=extend_schema(summary="List a user's own bookings"))
class UserBookingViewSet(SessionBookingViewSet):
    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Booking.objects.none()
        user = self.request.user
        owner = get_object_or_404(User.objects.visible_to(user), pk=self.kwargs["user_id"])
        return with_details(Booking.objects.visible_to(user).filter(buyer__user_id=owner.pk))


class StartPayment(APIView):
    permission = "bookings.own"

    @extend_schema(
        summary="Begin to pay for a booking",
        description="Answers with the page where it is paid. Asked again while that payment is open, the answer is "
        "the same payment. 409 `email_not_verified`, `hold_expired`, `nothing_due`, `deposit_not_offered`, "
        "`payment_provider_not_connected`; 503 `payment_provider_unavailable`.",
        tags=["Payments"],
        request=Checkout,
        responses={201: PaymentSerializer},
        examples=[
            OpenApiExample(
                "The deposit",
                {"bookingId": "01975f3c-a0c4-7b12-9a77-0d5e3f2c1b88", "purpose": "deposit"},
                request_only=True,
            )
        ],
    )
    @idempotent_outside
    def post(self, request: Request, provider: str) -> Response:
        if provider not in PROVIDERS:
            raise Http404
        given = Checkout(data=request.data)
        given.is_valid(raise_exception=True)
        rows = own_or_office(request.user).select_related("order")
        booking = get_object_or_404(rows, pk=given.validated_data["booking_id"])
        user = person_of(request)
        if not user.can("bookings.manage") and not has_verified_email(user):
            raise EmailNotVerified
        if PROVIDERS[provider].manual:
            raise ProviderNotConnected
        payment = pay_online(
            booking,
            purpose=given.validated_data["purpose"],
            success_url=link_to(booking, "booking_return"),
            cancel_url=link_to(booking, "booking_check"),
            by=user,
        )
        return Response(PaymentSerializer(payment).data, status=201)
