"""Bookings by API, and beginning to pay for one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Prefetch, Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import exceptions, mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from shared_apps.accounts.errors import EmailNotVerified
from shared_apps.accounts.models import User
from shared_apps.accounts.services import has_verified_email
from shared_apps.accounts.signed_in import signed_in
from shared_apps.api.endpoints import View, ViewSet
from shared_apps.api.strict import DayFilter, Filters, Given, StatusFilter
from shared_apps.core.errors import IllegalMove, NotOffered
from shared_apps.core.permissions import can
from shared_apps.core.search import AnyRows, by_time
from shared_apps.core.time import now
from shared_apps.events.idempotency import idempotent, idempotent_outside
from shared_apps.web.networks import network_of
from tenant_apps.bookings.accepting import Accepting, accept_terms
from tenant_apps.bookings.answer_input import take_answers
from tenant_apps.bookings.care import give_care
from tenant_apps.bookings.desk import take_payment
from tenant_apps.bookings.details import set_details, set_internal_notes
from tenant_apps.bookings.finding import find_bookings
from tenant_apps.bookings.hold_limits import Share, ask_for_seats, wait_of_holder, wait_of_namer
from tenant_apps.bookings.models import Attendee, Booking, BookingQuerySet, BookingStatus
from tenant_apps.bookings.purchases import BookedSeats
from tenant_apps.bookings.selectors import link_to
from tenant_apps.bookings.serializers import (
    BookingChange,
    BookingSerializer,
    Cancellation,
    CancellationQuote,
    Checkout,
    NewBooking,
    take_care,
)
from tenant_apps.bookings.services import book_seats, cancel_booking
from tenant_apps.bookings.terms import refund_quote, why_not_payable
from tenant_apps.bookings.terms_models import AcceptedBy, TermsAcceptance
from tenant_apps.checkout.services import pay_online
from tenant_apps.payments.errors import NothingDue, ProviderNotConnected, WrongAmount
from tenant_apps.payments.models import Balance, Payment
from tenant_apps.payments.providers import PROVIDERS
from tenant_apps.payments.serializers import PaymentSerializer
from tenant_apps.payments.services import amount_for
from tenant_apps.people.identity import person_of as account_person
from tenant_apps.people.models import Person, persons_of
from tenant_apps.scheduling.errors import SessionFull
from tenant_apps.scheduling.models import Session

ARCHIVED_AFTER = timedelta(days=365)  # since the end of the session
# Statuses that a booking comes to by itself: what brings it there.
NOT_BY_HAND = {
    BookingStatus.CONFIRMED: _lazy("A booking is confirmed when it is paid: begin a payment, or record one."),
    BookingStatus.COMPLETED: _lazy("A booking is completed when its session is over."),
    BookingStatus.EXPIRED: _lazy("A hold expires automatically; cancel it to give the seats back now."),
    BookingStatus.PENDING: _lazy("A booking is pending only when it is new: book again."),
}
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
    q = filters.CharFilter(
        method="search",
        label="Parts of a reference, order, name, phone or company; for the office, of an email address. Best first",
        max_length=100,
    )
    session = filters.UUIDFilter("session_id")
    course = filters.UUIDFilter("session__course_id")
    customer = filters.UUIDFilter("buyer_id")
    reference = filters.CharFilter(lookup_expr="iexact", max_length=12)
    status = StatusFilter(choices=BookingStatus.choices)
    dateFrom = DayFilter(
        "session__ends_at", lookup_expr="date__gte", label="Of sessions that last to this day or later"
    )
    dateTo = DayFilter("session__starts_at", lookup_expr="date__lte", label="Of sessions that begin by this day")
    archived = filters.BooleanFilter(
        method="old_or_not", label="Of sessions that ended over a year ago, or all others; both where it is left out"
    )

    def search(self, rows: BookingQuerySet, name: str, text: str) -> AnyRows:
        by_email = can(self.request.user, "bookings.manage")
        return find_bookings(rows, text, by_email=by_email).annotate(best=by_time("created_at"))

    def old_or_not(self, rows: BookingQuerySet, name: str, wanted: bool) -> BookingQuerySet:
        old = Q(session__ends_at__lt=now() - ARCHIVED_AFTER)
        return rows.filter(old if wanted else ~old)


def person_of(request: Request) -> User:
    """Whoever asks; the endpoint's permission has seen to it that they are signed in."""
    user = signed_in(request)
    assert user is not None
    return user


def _themselves(user: User, *, by_office: bool) -> Person:
    if by_office:
        raise serializers.ValidationError({"customer_id": ["Say whom this booking is for."]})
    person = account_person(user)
    if person is None:  # it is their address, once proven, that makes somebody a person we know
        raise EmailNotVerified
    return person


def _as_known(data: Given) -> Given:
    """What is known of the buyer where nothing else was said: one seat is theirs, and so is the phone."""
    buyer: Person = data["buyer"]
    if data["seats"] == 1 and "attendees" not in data:
        data["attendees"] = [{"name": buyer.name, "email": buyer.email}]
    return {"contact_phone": buyer.phone, **data}


def said_of_terms(request: Request, data: Given) -> Accepting | None:
    """What a program says that its user accepted, taken out of `data`; None where it says nothing."""
    number = data.pop("accepted_terms_version", None)
    return None if number is None else Accepting(number, AcceptedBy.API, network_of(request))


def own_or_office(user: User) -> BookingQuerySet:
    """The bookings `user` may act on: a trainer sees those of their sessions, but they are not the trainer's."""
    visible = Booking.objects.visible_to(user)
    return visible if user.can("bookings.manage") else visible.filter(buyer__in=persons_of(user))


@extend_schema_view(
    list=extend_schema(summary="List bookings", description="The office sees all, a trainer those of their sessions, "
                       "everybody else their own. Newest first."),
    retrieve=extend_schema(summary="Get a booking"),
)  # fmt: skip
class BookingViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ViewSet):
    permission = "bookings.own"
    serializer_class = BookingSerializer
    filterset_class = BookingFilters
    searched_ordering = ("best", "-pk")
    orderings = {"createdAt": "created_at", "startsAt": "starts_at"}
    may_say_wait = {"create", "partial_update"}

    @property
    def write_permission(self) -> str:
        return "bookings.book" if self.action == "create" else "bookings.own"

    def get_queryset(self) -> BookingQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return Booking.objects.none()
        user = self.request.user
        reads = self.action in ("list", "retrieve")
        rows = with_details(Booking.objects.visible_to(user) if reads else own_or_office(person_of(self.request)))
        return listed(rows) if self.action == "list" else rows

    def answer(self, booking: Booking) -> Response:
        fresh = with_details(Booking.objects.all()).get(pk=booking.pk)
        return Response(self.get_serializer(fresh).data)

    @extend_schema(
        summary="Book seats",
        description="The seats are held until `holdExpiresAt`; what costs nothing is confirmed at once. "
        "From one network only a part of a session's free seats can be booked in a day, and only as many unpaid ones "
        "held in three hours as the session has; the addresses of attendees are counted, too (429). "
        "Attendees may bring `answers` to what the course asks; what is missing is asked of them by a link. "
        "409 `session_full` (nothing is held or charged), `already_booked`, `session_started`, "
        "`session_cancelled`, `session_not_bookable`, `price_on_request`, `deposit_too_low`, `email_not_verified`, "
        "`payment_provider_not_connected` (nobody could pay for it online), `total_too_high`, `terms_changed` "
        "(`acceptedTermsVersion` is not the version in force, which is `current`), `consent_changed`, "
        "`too_young` (for the course's `minimumAge`). 400 `no_terms` where nothing is in force. What a course asks of "
        "attendees may be left out: it is `missing` then, and their customer is asked.",
        request=NewBooking,
        responses={201: BookingSerializer},
        examples=[NEW_BOOKING],
    )
    @idempotent
    def create(self, request: Request) -> Response:
        data, user = self.body(NewBooking), person_of(request)
        by_office = user.can("bookings.manage")
        if "buyer" not in data:
            data["buyer"] = _themselves(user, by_office=by_office)
        accepting, care = said_of_terms(request, data), take_care(data.get("attendees", ()))
        with self._seats_asked_for(request, data, by_office=by_office) as share:
            booking = book_seats(
                **_as_known(data), booking_id=share.booking_id, by=user, by_office=by_office, accepting=accepting,
                care=care,
            )  # fmt: skip
            share.keep(booking)
        context: dict[str, object] = {**self.get_serializer_context()}
        if booking.order:  # it is a moment old: nobody has paid, and nothing was taken off
            context["balances"] = {booking.order: Balance(booking.order.total, cancelled=False)}
        return Response(BookingSerializer(booking, context=context).data, status=201)

    @contextmanager
    def _seats_asked_for(self, request: Request, data: Given, *, by_office: bool) -> Iterator[Share]:
        """Raise what keeps a visitor from holding these seats now, see `hold_limits`."""
        if by_office:
            yield Share()
            return
        session: Session = data["session"]
        has_seats = bool(session.seats_left)  # else that it is full is all that one need know
        if wait := wait_of_holder(person_of(request), session):
            text = "You held these seats several times without paying. Try again later."
            raise exceptions.Throttled(wait, text) if has_seats else SessionFull()
        if refusal := why_not_payable(session):
            raise refusal
        with ask_for_seats(network_of(request), session, seats=data["seats"]) as share:
            if share.wait and not has_seats:
                raise SessionFull
            if share.wait:
                text = "That is as many seats as can be taken from one place. Try again later."
                raise exceptions.Throttled(share.wait, text)
            self._refuse_names(request, data)
            yield share

    def _refuse_names(self, request: Request, data: Given, *, booking: Booking | None = None) -> None:
        """Raise what keeps a visitor from making us write to these attendees now."""
        emails = [given.get("email", "") for given in data.get("attendees") or ()]
        known = booking.attendees.values_list("email", flat=True) if booking and emails else ()
        if wait := wait_of_namer(network_of(request), person_of(request), emails, known=known):
            raise exceptions.Throttled(wait, "You named many people by their addresses. Try again later.")

    @extend_schema(
        summary="Change a booking",
        description="Requests and names; `internalNotes` by the office only. `status: cancelled` cancels it, as "
        "`cancel` does; a status that one can't give it is a 409 `illegal_move`. PUT does the same: what is not sent "
        "stays as it is. The addresses of attendees are counted by account and network (429). 409 `booking_over`, "
        "`too_many_attendees`, `terms_changed`, `too_young`, `consent_changed`, `too_late_for_names`. 400 `no_terms`.",
        request=BookingChange(partial=True),
        responses=BookingSerializer,
        examples=[OpenApiExample("Name two", {"attendees": [{"name": "Ada"}, {"name": "Grace"}]}, request_only=True)],
    )
    @transaction.atomic
    def partial_update(self, request: Request, pk: UUID) -> Response:
        booking = self.get_object()
        data, by_office = self.body(BookingChange), person_of(request).can("bookings.manage")
        notes, status, reason = (data.pop(name, None) for name in ("internal_notes", "status", "reason"))
        if notes is not None and not by_office:
            raise serializers.ValidationError({"internal_notes": [_("Only the office writes these.")]})
        if reason is not None and status != BookingStatus.CANCELLED:
            raise serializers.ValidationError({"reason": [_("A reason goes with the status “cancelled”.")]})
        if not by_office:
            self._refuse_names(request, data, booking=booking)
        if accepting := said_of_terms(request, data):
            accept_terms(booking, accepting, by=signed_in(request))
        if "attendees" in data:
            data["answers"] = take_answers(data["attendees"], course_id=booking.session.course_id)
        care = take_care(data.get("attendees", ()))
        if data:
            set_details(booking, by=signed_in(request), by_office=by_office, **data)
        give_care(booking, care, by=signed_in(request), by_office=by_office)
        if notes is not None:
            set_internal_notes(booking, notes=notes, by=signed_in(request))
        if status == BookingStatus.CANCELLED:
            self._cancel(booking, {"reason": reason or ""})
        elif status not in (None, booking.status):
            raise IllegalMove(NOT_BY_HAND[status], before=booking.status, after=status)
        return self.answer(booking)

    @extend_schema(summary="What cancelling would give back", responses=CancellationQuote)
    def cancellation(self, request: Request, pk: UUID) -> Response:
        booking = self.get_object()
        quote = refund_quote(booking)
        by_office = person_of(request).can("bookings.manage")
        details = {
            "id": booking.pk,
            "cancellable": booking.why_not_cancellable(by=signed_in(request), by_office=by_office) is None,
            "percent": quote.percent,
            "held": quote.held,
            "overpaid": quote.overpaid,
            "settled": quote.settled,
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
        self._cancel(booking, self.body(Cancellation))
        return self.answer(booking)

    def _cancel(self, booking: Booking, data: Given) -> None:
        by_office = person_of(self.request).can("bookings.manage")
        if by_office and not data["reason"]:
            raise serializers.ValidationError({"reason": [_("Say why: the customer reads it in the email.")]})
        if "refund" in data and not by_office:
            raise serializers.ValidationError({"refund": [_("The terms say what comes back.")]})
        cancel_booking(
            booking, by=signed_in(self.request), reason=data["reason"], by_office=by_office, refund=data.get("refund")
        )


# One question each, however much hangs on them.
SEATS = Prefetch("attendees", Attendee.objects.select_related("care"))
ACCEPTANCES = Prefetch("acceptances", TermsAcceptance.objects.select_related("version"))


def with_details(rows: BookingQuerySet) -> BookingQuerySet:
    """Bookings with what the answer needs."""
    return (
        rows.select_related("session__course", "buyer", "order")
        .prefetch_related(SEATS, ACCEPTANCES)
        .annotate(starts_at=F("session__starts_at"))
    )


def listed(rows: BookingQuerySet) -> BookingQuerySet:
    """`rows` of `with_details` with what a list shows of them alone: sessions and courses have long texts besides."""
    return rows.only(
        "reference", "status", "seats", "contact_name", "contact_phone", "company", "special_requests",
        "internal_notes", "hold_expires_at", "session_moved_at", "confirmed_at", "cancelled_at", "cancel_reason",
        "created_at", "session__course__title", "session__course__asks_age", "session__course__minimum_age",
        "session__status", "session__time_zone", "session__starts_at",
        "session__ends_at", "buyer__name", "buyer__email", "buyer__user_id", "order__number", "order__status",
        "order__currency", "order__total", "order__deposit", "order__balance_due_at",
    )  # fmt: skip


@extend_schema_view(list=extend_schema(summary="List a session's bookings"))
class SessionBookingViewSet(mixins.ListModelMixin, ViewSet):
    permission = "bookings.own"
    serializer_class = BookingSerializer
    filterset_class = BookingFilters
    searched_ordering = ("best", "-pk")
    orderings = BookingViewSet.orderings

    def get_queryset(self) -> BookingQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return Booking.objects.none()
        user = self.request.user
        session = get_object_or_404(Session.objects.visible_to(user), pk=self.kwargs["session_id"])
        return listed(with_details(Booking.objects.visible_to(user).filter(session=session)))


@extend_schema_view(list=extend_schema(summary="List a user's own bookings"))
class UserBookingViewSet(SessionBookingViewSet):
    def get_queryset(self) -> BookingQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return Booking.objects.none()
        user = self.request.user
        owner = get_object_or_404(User.objects.visible_to(user), pk=self.kwargs["user_id"])
        return listed(with_details(Booking.objects.visible_to(user).filter(buyer__in=persons_of(owner))))


COMING = {"mpesa", "flutterwave"}


class StartPayment(View):
    permission = "bookings.own"

    @extend_schema(
        operation_id="initiatePayment",
        summary="Begin to pay for a booking",
        description="Answers with the page where it is paid. Asked again while that payment is open, the answer is "
        "the same payment. By `cash` and `bank_transfer` the office records what it has received. "
        "409 `email_not_verified`, `wrong_amount`, `hold_expired`, `nothing_due`, `deposit_not_offered`, "
        "`payment_provider_not_connected`, `payment_provider_disconnected`, `payment_provider_refused`, "
        "`too_little_for_a_card`; 503 `payment_provider_unavailable`.",
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
        if provider in COMING:
            raise NotOffered
        if provider not in PROVIDERS or PROVIDERS[provider].is_here_already:
            raise Http404
        given, user = self.body(Checkout), person_of(request)
        if given.get("payment_method", provider) != provider:
            raise serializers.ValidationError({"payment_method": [_("This is not the one in the address.")]})
        rows = own_or_office(user).select_related("order")
        booking = get_object_or_404(rows, pk=given["booking_id"])
        by_office = user.can("bookings.manage")
        if not by_office and not has_verified_email(user):
            raise EmailNotVerified
        if booking.order and given.get("amount") not in (None, amount_for(booking.order, given["purpose"])):
            raise WrongAmount
        if PROVIDERS[provider].manual:
            payment = self._received(booking, provider, given)
        elif given["reference"]:
            raise serializers.ValidationError({"reference": [_("The provider gives its own.")]})
        else:
            payment = pay_online(
                BookedSeats(booking),
                purpose=given["purpose"],
                success_url=link_to(booking, "booking_return"),
                cancel_url=link_to(booking, "booking_check"),
                by=user,
                provider=provider,
            )
        return Response(PaymentSerializer(payment).data, status=201)

    def _received(self, booking: Booking, provider: str, given: Given) -> Payment:
        """Cash or a transfer that the office has."""
        user = person_of(self.request)
        if not user.can("payments.take"):
            raise ProviderNotConnected
        if booking.order is None:
            raise NothingDue
        due, amount = booking.order.due, amount_for(booking.order, given["purpose"])
        return take_payment(booking, provider=provider, amount=amount, reference=given["reference"], by=user, due=due)
