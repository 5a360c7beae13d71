"""Another date, other seats and other people for a booking, by API."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from shared_apps.accounts.signed_in import signed_in
from shared_apps.api.endpoints import ViewSet
from shared_apps.api.fields import VisibleField
from shared_apps.api.strict import EmailField, NameField, Serializer
from shared_apps.core.errors import DomainError
from shared_apps.events.idempotency import idempotent
from shared_apps.web.networks import network_of
from tenant_apps.bookings.api import own_or_office, person_of, said_of_terms, with_details
from tenant_apps.bookings.care import give_care_of
from tenant_apps.bookings.details import change_attendee
from tenant_apps.bookings.hold_limits import ask_for_seats, wait_of_namer
from tenant_apps.bookings.models import Booking, BookingQuerySet
from tenant_apps.bookings.serializers import (
    MOST_SEATS,
    AcceptedVersionField,
    BookingSerializer,
    DateOfBirthField,
    GuardianSerializer,
    care_sent,
)
from tenant_apps.bookings.transfer_quotes import TransferQuote, quote_seats, quote_transfer, why_not_movable
from tenant_apps.bookings.transfers import change_seats, transfer_booking
from tenant_apps.scheduling.errors import PriceOnRequest
from tenant_apps.scheduling.models import Session

REFUSALS = (
    "409 `not_transferable` (it has ended), `transfer_too_late` (of a customer: only while cancelling would give "
    "everything back), `session_full`, `mostly_unpaid`, `payment_under_way`, `price_on_request`, "
    "`refund_failed_before`"
)


class AnotherDate(Serializer):
    """The session that a booking is to be moved to, and the version of the terms that was accepted for it, if any."""

    session_id = VisibleField(Session, source="session", related=["course"])
    accepted_terms_version = AcceptedVersionField()


class DateAsked(Serializer):
    """The session that a booking might be moved to."""

    session_id = serializers.UUIDField()


class OtherSeats(Serializer):
    """How many seats a booking is to have, and which attendees come no more."""

    seats = serializers.IntegerField(min_value=1, max_value=MOST_SEATS)
    leaving = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=MOST_SEATS, help_text="Ids of attendees"
    )


class SeatsAsked(Serializer):
    """How many seats a booking would have."""

    seats = serializers.RegexField("^[1-9][0-9]{0,2}$", min_length=1)


class AttendeeChange(Serializer):
    """Only what is sent changes. Somebody else than before has another address, or none.

    With `samePerson`, by the office, the name is put right: their address, marks and answers stay.
    """

    name = NameField(required=False)
    same_person = serializers.BooleanField(required=False)
    email = EmailField(required=False, allow_blank=True)
    date_of_birth = DateOfBirthField(required=False, allow_null=True)
    guardian = GuardianSerializer(required=False, allow_null=True)


class TransferQuoteSerializer(Serializer):
    """What it would do to the money. `refusal` is the code of what speaks against it, null while nothing does.

    `difference` is the new price less the former one, `refund` goes back at once, `toPay` is to be paid because of it,
    of all that is `due` then. `fee` is nothing here.
    """

    id = serializers.UUIDField()
    session_id = serializers.UUIDField()
    seats = serializers.IntegerField()
    refusal = serializers.CharField(allow_null=True)
    difference = serializers.DecimalField(max_digits=12, decimal_places=2)
    refund = serializers.DecimalField(max_digits=12, decimal_places=2)
    to_pay = serializers.DecimalField(max_digits=12, decimal_places=2)
    fee = serializers.DecimalField(max_digits=12, decimal_places=2)
    due = serializers.DecimalField(max_digits=12, decimal_places=2)
    currency = serializers.CharField()


class TransferViewSet(ViewSet):
    """Another date for a booking."""

    permission = "bookings.own"
    serializer_class = BookingSerializer
    may_say_wait = {"create", "seats", "attendee"}
    queries = {"quote": DateAsked, "quote_of_seats": SeatsAsked}

    def get_queryset(self) -> BookingQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return Booking.objects.none()
        return with_details(own_or_office(person_of(self.request)))

    @extend_schema(summary="What moving a booking to another date would cost", responses=TransferQuoteSerializer)
    def quote(self, request: Request, pk: UUID) -> Response:
        booking = self.get_object()
        sessions = Session.objects.visible_to(request.user).select_related("course")
        to = get_object_or_404(sessions, pk=self.query()["session_id"])
        refusal = why_not_movable(booking, by_office=self._by_office) or to.why_not_bookable(
            booking.seats, by_office=self._by_office
        )
        quote = quote_transfer(booking, to if to.seat_price is not None else booking.session)
        return self._told(booking, to, booking.seats, quote, refusal)

    @extend_schema(
        summary="Move a booking to another date",
        description="The same booking goes on there with its attendees; its seats change hands at one moment. What "
        f"the new date costs less goes back, what it costs more is due. {REFUSALS}, `same_session`, `already_booked`, "
        "`session_started`, `session_cancelled`, `session_not_bookable`, `terms_changed`. 400 `no_terms`.",
        request=AnotherDate,
        responses=BookingSerializer,
        examples=[OpenApiExample("To", {"sessionId": "01975f3c-91b2-7c55-8d0e-51c2b8a7f3d9"}, request_only=True)],
    )
    @idempotent
    def create(self, request: Request, pk: UUID) -> Response:
        booking, data = self.get_object(), self.body(AnotherDate)
        to, accepting = data["session"], said_of_terms(request, data)
        with self._counted(request, to, booking, booking.seats, held=None):
            transfer_booking(
                booking=booking, to=to, by=signed_in(request), by_office=self._by_office, accepting=accepting
            )
        return self._answer(booking)

    @extend_schema(summary="What another number of seats would cost", responses=TransferQuoteSerializer)
    def quote_of_seats(self, request: Request, pk: UUID) -> Response:
        booking, seats = self.get_object(), int(self.query()["seats"])
        refusal = why_not_movable(booking, by_office=self._by_office)
        more = seats - booking.seats
        if refusal is None and more > 0:
            refusal = booking.session.why_not_bookable(more, by_office=self._by_office)
        try:
            quote = quote_seats(booking, seats)
        except PriceOnRequest as error:
            refusal, quote = error, quote_seats(booking, booking.seats)
        return self._told(booking, booking.session, seats, quote, refusal)

    @extend_schema(
        summary="More or fewer seats for a booking",
        description="Further seats cost what they cost now; of those that are given up the price goes back. "
        f"{REFUSALS}, `too_many_seats`, `too_many_attendees` (more are named than seats are left: say who is "
        "`leaving`).",
        request=OtherSeats,
        responses=BookingSerializer,
        examples=[OpenApiExample("Three", {"seats": 3}, request_only=True)],
    )
    @idempotent
    def seats(self, request: Request, pk: UUID) -> Response:
        booking, data = self.get_object(), self.body(OtherSeats)
        with self._counted(request, booking.session, booking, data["seats"], held=booking):
            change_seats(booking=booking, by=signed_in(request), by_office=self._by_office, **data)
        return self._answer(booking)

    @extend_schema(
        operation_id="changeAttendee",
        summary="Name an attendee, or swap them for somebody else",
        description="Customers may until some hours before it begins, which the provider's terms say, the office "
        "until it is over. What was marked of days past stays with whoever was there. Who comes no "
        "more and who comes instead are told, where they have an address. Somebody else's `dateOfBirth` and `guardian` "
        "are asked anew. 409 `booking_over`, `too_late_for_names`, `too_young`, `consent_changed`.",
        request=AttendeeChange,
        responses=BookingSerializer,
        examples=[OpenApiExample("Grace", {"name": "Grace Hopper", "email": "grace@example.com"}, request_only=True)],
    )
    def attendee(self, request: Request, pk: UUID, attendee_id: UUID) -> Response:
        booking = self.get_object()
        row = get_object_or_404(booking.attendees.select_related("booking"), pk=attendee_id)
        data = self.body(AttendeeChange)
        if not self._by_office and data.get("email"):
            known = booking.attendees.values_list("email", flat=True)
            if wait := wait_of_namer(network_of(request), person_of(request), [data["email"]], known=known):
                raise exceptions.Throttled(wait, "You named many people by their addresses. Try again later.")
        said = care_sent(data)
        with transaction.atomic():
            if data:
                change_attendee(row, by=signed_in(request), by_office=self._by_office, **data)
            if said:
                row = get_object_or_404(booking.attendees.select_related("booking", "care"), position=row.position)
                give_care_of(row, said, by=signed_in(request), by_office=self._by_office)
        return self._answer(booking)

    @property
    def _by_office(self) -> bool:
        return person_of(self.request).can("bookings.manage")

    @contextmanager
    def _counted(
        self, request: Request, session: Session, booking: Booking, seats: int, *, held: Booking | None
    ) -> Iterator[None]:
        """What a customer takes counts towards what their network may take, as when it is booked."""
        if self._by_office or seats < booking.seats:
            yield
            return
        with ask_for_seats(network_of(request), session, seats=seats, held=held) as share:
            if share.wait:
                raise exceptions.Throttled(
                    share.wait, "That is as many seats as can be taken from one place. Try again later."
                )
            yield
            share.keep(Booking.objects.select_related("session__course").get(pk=booking.pk))

    def _told(
        self, booking: Booking, session: Session, seats: int, quote: TransferQuote, refusal: DomainError | None
    ) -> Response:
        told = {
            "id": booking.pk, "session_id": session.pk, "seats": seats, "refusal": refusal.code if refusal else None,
            "difference": quote.difference, "refund": quote.refund, "to_pay": quote.to_pay, "fee": quote.fee,
            "due": quote.due, "currency": quote.currency,
        }  # fmt: skip
        return Response(TransferQuoteSerializer(told).data)

    def _answer(self, booking: Booking) -> Response:
        fresh = with_details(Booking.objects.all()).get(pk=booking.pk)
        return Response(self.get_serializer(fresh).data)
