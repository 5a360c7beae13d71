"""Waiting lists by API: joining, one's place, taking an offer, leaving."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from shared_apps.accounts.errors import EmailNotVerified
from shared_apps.accounts.models import User
from shared_apps.accounts.signed_in import signed_in
from shared_apps.api.endpoints import ViewSet
from shared_apps.api.fields import VisibleField
from shared_apps.api.strict import EmailField, Given, ModelSerializer, NameField, Serializer
from shared_apps.core.errors import IllegalMove
from shared_apps.core.permissions import can
from shared_apps.core.states import Actor
from shared_apps.events.idempotency import idempotent
from tenant_apps.bookings.api import person_of, said_of_terms
from tenant_apps.bookings.models import WaitingListEntry, WaitingListQuerySet, WaitingStatus
from tenant_apps.bookings.serializers import MOST_SEATS, AcceptTerms, BookingSerializer
from tenant_apps.bookings.terms import why_not_payable
from tenant_apps.bookings.waiting_by_hand import remove_from_waiting_list
from tenant_apps.bookings.waiting_list import join_waiting_list, leave_waiting_list, open_offer, take_offer
from tenant_apps.people.identity import person_of as account_person
from tenant_apps.people.models import Person, persons_of
from tenant_apps.people.services import meet_as_typed
from tenant_apps.scheduling.models import Session

EXAMPLE = {
    "id": "01975f3c-b3a1-7c02-9d11-7e5a3f2b1c40",
    "sessionId": "01975f3c-91b2-7c55-8d0e-51c2b8a7f3d9",
    "customerId": "01975f3c-8a41-7d3e-9c1b-2f6a7d1e4b10",
    "name": "Grace Hopper",
    "position": 3,
    "seats": 2,
    "status": "waiting",
    "offerExpiresAt": None,
    "createdAt": "2026-11-20T17:15:00Z",
}


@extend_schema_serializer(examples=[OpenApiExample("Third in line", EXAMPLE, response_only=True)])
class WaitingListEntrySerializer(ModelSerializer):
    """One customer's place in the line for seats of a session; `position` counts from 1, null for who left the line.

    While the status is `offered`, so many seats are kept for them until `offerExpiresAt`.
    """

    session_id = serializers.UUIDField()
    customer_id = serializers.UUIDField(source="person_id")
    name = serializers.CharField(source="person.name")
    position = serializers.IntegerField(allow_null=True)
    offer_expires_at = serializers.SerializerMethodField()

    class Meta:
        model = WaitingListEntry
        fields = [
            "id", "session_id", "customer_id", "name", "position", "seats", "status", "offer_expires_at", "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_offer_expires_at(self, entry: WaitingListEntry) -> datetime | None:
        offer = open_offer(entry) if entry.status == WaitingStatus.OFFERED else None
        return offer.until if offer else None


class NewWaitingListEntry(Serializer):
    """Who waits for how many seats together. The office names anybody; everybody else waits for themselves."""

    customer_id = VisibleField(Person, source="person", required=False)
    name = NameField(required=False)
    email = EmailField(required=False)
    seats = serializers.IntegerField(min_value=1, max_value=MOST_SEATS, default=1)
    only_shown = frozenset(WaitingListEntrySerializer.Meta.fields) - {"name"}

    def validate(self, attrs: Given) -> Given:
        if "person" in attrs and ("name" in attrs or "email" in attrs):
            raise serializers.ValidationError({"customer_id": [_("Send this, or name and email.")]})
        if ("name" in attrs) != ("email" in attrs):
            missing = "email" if "name" in attrs else "name"
            raise serializers.ValidationError({missing: [_("Send name and email together.")]})
        return attrs


def _own_or_office(user: User) -> WaitingListQuerySet:
    visible = WaitingListEntry.objects.visible_to(user)
    return visible if user.can("bookings.manage") else visible.filter(person__in=persons_of(user))


@extend_schema_view(
    list=extend_schema(
        summary="List who waits for seats of a session",
        description="Those in line, in their order: to the office all, to a trainer those of their sessions, to "
        "everybody else their own place.",
    )
)
class SessionWaitingListViewSet(mixins.ListModelMixin, ViewSet):
    permission = "bookings.own"
    write_permission = "bookings.book"
    serializer_class = WaitingListEntrySerializer
    page_ordering = ("rank", "created_at", "pk")

    @property
    def session(self) -> Session:
        rows = Session.objects.visible_to(self.request.user)
        return get_object_or_404(rows, pk=self.kwargs["session_id"])

    def get_queryset(self) -> WaitingListQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return WaitingListEntry.objects.none()
        rows = WaitingListEntry.objects.visible_to(self.request.user).in_line().filter(session=self.session)
        return rows.with_position().select_related("person")

    @extend_schema(
        summary="Join a session's waiting list",
        description="At its end. Seats that come back are offered to the first for whom they suffice. 409 `not_full` "
        "when so many seats are free, `already_booked`, `already_waiting`, `too_many_seats`, `session_full` for more "
        "seats than the session ever has, `session_started`, `session_cancelled`, `session_not_bookable`, "
        "`price_on_request`, `email_not_verified`, `payment_provider_not_connected`.",
        request=NewWaitingListEntry,
        responses={201: WaitingListEntrySerializer},
        examples=[OpenApiExample("Two seats together", {"seats": 2}, request_only=True)],
    )
    @idempotent
    def create(self, request: Request, session_id: UUID) -> Response:
        session, user = self.session, person_of(request)
        data, by_office = self.body(NewWaitingListEntry), user.can("bookings.manage")
        if not by_office and (refusal := why_not_payable(session)):
            raise refusal
        with transaction.atomic():
            person = _whom(user, data, by_office=by_office)
            entry = join_waiting_list(session=session, person=person, seats=data["seats"], by=user, by_office=by_office)
        return Response(_told(entry), status=201)


@extend_schema_view(retrieve=extend_schema(summary="Get a place on a waiting list"))
class WaitingListViewSet(mixins.RetrieveModelMixin, ViewSet):
    permission = "bookings.own"

    serializer_class = WaitingListEntrySerializer

    @property
    def write_permission(self) -> str:
        return "bookings.book" if self.action == "accept" else "bookings.own"

    def get_queryset(self) -> WaitingListQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return WaitingListEntry.objects.none()
        user = person_of(self.request)
        rows = WaitingListEntry.objects.visible_to(user) if self.action == "retrieve" else _own_or_office(user)
        return rows.with_position().select_related("person")

    @extend_schema(
        summary="Take the seats that were offered",
        description="The answer is the booking that holds them until they are paid for. 409 `illegal_move` when "
        "nothing is offered, `offer_over` when its time is up, `already_booked`, `terms_changed`. 400 `no_terms`.",
        request=AcceptTerms,
        responses={201: BookingSerializer},
    )
    @idempotent
    def accept(self, request: Request, pk: UUID) -> Response:
        accepting = said_of_terms(request, self.body(AcceptTerms))
        entry = self.get_object()
        offer = open_offer(entry)
        if offer is None:
            raise IllegalMove(_("No seats are kept for them now."), before=entry.status, after=WaitingStatus.ACCEPTED)
        user = person_of(request)
        acting = None if user.can("bookings.manage") else Actor.BUYER
        booking = take_offer(offer, by=user, acting=acting, accepting=accepting)
        booking = type(booking).objects.select_related("session__course", "buyer", "order").get(pk=booking.pk)
        return Response(BookingSerializer(booking, context=self.get_serializer_context()).data, status=201)

    @extend_schema(
        summary="Leave a waiting list",
        description="What was offered goes to the next. 409 `illegal_move` for who is not in line.",
        request=None,
        responses={204: None},
    )
    def destroy(self, request: Request, pk: UUID) -> Response:
        self.body()
        entry, user = self.get_object(), signed_in(request)
        if user is not None and can(user, "bookings.manage") and entry.person.user_id != user.pk:
            remove_from_waiting_list(entry, by=user)
        else:
            leave_waiting_list(entry, by=user, acting=Actor.BUYER)
        return Response(status=204)


def _whom(user: User, data: Given, *, by_office: bool) -> Person:
    if not by_office:
        if "email" in data:
            raise serializers.ValidationError({"email": [_("Only the office puts others on the list.")]})
        person = account_person(user)
        if person is None:
            raise EmailNotVerified
        if "person" in data and data["person"].pk not in {pk for (pk,) in persons_of(user).values_list("person")}:
            raise serializers.ValidationError({"customer_id": [_("There is nothing with this id.")]})
        whom: Person = data.get("person", person)
        return whom
    if "person" in data:
        return Person.objects.get(pk=data["person"].pk)
    if "email" in data:
        return meet_as_typed(name=data["name"], email=data["email"])
    raise serializers.ValidationError({"customer_id": [_("Say who waits.")]})


def _told(entry: WaitingListEntry) -> object:
    rows = WaitingListEntry.objects.with_position().select_related("person")
    return WaitingListEntrySerializer(rows.get(pk=entry.pk)).data
