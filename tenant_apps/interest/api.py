"""Interest in courses without dates by API: asking to hear of one, leaving by the link, and what is asked for."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from shared_apps.accounts.services import owns_email
from shared_apps.accounts.signed_in import signed_in
from shared_apps.api.endpoints import View
from shared_apps.api.strict import EmailField, Given, ModelSerializer, NameField, Serializer
from shared_apps.core.states import Actor
from shared_apps.events.idempotency import idempotent
from shared_apps.web.networks import at_most, network_of
from tenant_apps.bookings.hold_limits import wait_of_stranger
from tenant_apps.catalogue.models import Course
from tenant_apps.interest.errors import HasDates
from tenant_apps.interest.links import Asked, interest_of
from tenant_apps.interest.models import OFFICE, Interest
from tenant_apps.interest.notifications import send_confirm_link
from tenant_apps.interest.selectors import demand, open_dates
from tenant_apps.interest.services import leave_interest, register_interest
from tenant_apps.people.services import meet_as_typed, meet_person

LEFT_A_MINUTE = 30  # from one network
MOST_SEATS = 100


class InterestSerializer(ModelSerializer):
    """Somebody who hears of it as soon as the course has a date; `toldAt` says when they did."""

    course_id = serializers.UUIDField()

    class Meta:
        model = Interest
        fields = ["id", "course_id", "seats", "status", "told_at", "created_at"]
        read_only_fields = fields


class NewInterest(Serializer):
    """Who would come, with how many seats. Whoever is signed in need not say who they are."""

    name = NameField(required=False)
    email = EmailField(required=False, max_length=254)
    seats = serializers.IntegerField(min_value=1, max_value=MOST_SEATS, default=1)

    def validate(self, attrs: Given) -> Given:
        if ("name" in attrs) != ("email" in attrs):
            missing = "email" if "name" in attrs else "name"
            raise serializers.ValidationError({missing: [_("Send name and email together.")]})
        return attrs


class LinkSent(Serializer):
    """Nothing is noted yet: the link that does it went to the address."""

    detail = serializers.CharField()


class DemandSerializer(Serializer):
    """How many people wait for a date of one course, and for how many seats."""

    course_id = serializers.UUIDField()
    title = serializers.CharField()
    people = serializers.IntegerField()
    seats = serializers.IntegerField()


class DemandAnswer(Serializer):
    results = DemandSerializer(many=True)


class CourseInterest(View):
    permission = "public"

    @extend_schema(
        operation_id="askForDates",
        summary="Ask to hear of a course's dates",
        description="201 for whoever is signed in and proved their address, and for the office, which names anybody. "
        "Anybody else is sent a link that notes it, 202; too many of these from one network are a 429. "
        "409 `has_dates`, `already_interested`.",
        request=NewInterest,
        responses={201: InterestSerializer, 202: LinkSent},
        examples=[
            OpenApiExample(
                "A visitor", {"name": "Ada Byron", "email": "ada@example.com", "seats": 2}, request_only=True
            )
        ],
    )
    @idempotent
    def post(self, request: Request, course_id: UUID) -> Response:
        course = get_object_or_404(Course.objects.public(), pk=course_id)
        data, user = self.body(NewInterest), signed_in(request)
        if open_dates(course, data["seats"]):
            raise HasDates
        if user is None and "email" not in data:
            raise serializers.ValidationError({name: [_("This field is required.")] for name in ("name", "email")})
        email, name = data.get("email", user.email if user else "").strip().lower(), data.get("name", "")
        by_office = user is not None and user.can(OFFICE) and "email" in data
        if by_office or owns_email(user, email):
            with transaction.atomic():
                called = name or (user.name if user else "")
                if by_office:
                    person = meet_as_typed(name=called, email=email)
                else:
                    person = meet_person(name=called, email=email, student=False)
                noted = register_interest(course=course, person=person, seats=data["seats"], by=user)
            return Response(InterestSerializer(noted).data, status=201)
        if wait := wait_of_stranger(network_of(request)):
            raise exceptions.Throttled(wait, _("Too many were asked for from here. Try again later."))
        send_confirm_link(Asked(str(course.pk), name or (user.name if user else ""), email, data["seats"]), course)
        said = LinkSent({"detail": _("We sent a link to that address. Follow it, and it is noted.")})
        return Response(said.data, status=202)


class OwnInterest(View):
    permission = "public"
    authentication_classes: Sequence[type[BaseAuthentication]] = []

    @extend_schema(
        operation_id="getInterest",
        summary="Get what somebody waits for",
        description="By what the link in their email ends with.",
        responses=InterestSerializer,
    )
    def get(self, request: Request, token: str) -> Response:
        return Response(InterestSerializer(self._found(request, token)).data)

    @extend_schema(
        operation_id="leaveInterest",
        summary="Hear of a course's dates no more",
        description="By what the link in the email ends with. 409 `illegal_move` for who was told or left already.",
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, token: str) -> Response:
        self.body()
        leave_interest(self._found(request, token), by=None, acting=Actor.BUYER)
        return Response(status=204)

    def _found(self, request: Request, token: str) -> Interest:
        at_most(LEFT_A_MINUTE, "interest", request)
        found = interest_of(token)
        if found is None:
            raise Http404
        return found


class InterestDemand(View):
    permission = OFFICE

    @extend_schema(
        operation_id="listDemand",
        summary="List what is asked for",
        description="How many people wait for a date of each course, and for how many seats: the most wanted first, at "
        "most fifty.",
        responses=DemandAnswer,
    )
    def get(self, request: Request) -> Response:
        return Response(DemandAnswer({"results": demand()}).data)
