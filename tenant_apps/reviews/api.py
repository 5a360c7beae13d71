"""Reviews by API."""

from uuid import UUID

from django.db.models import Q
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response

from shared_apps.accounts.signed_in import signed_in
from shared_apps.api.endpoints import View, ViewSet
from shared_apps.events.idempotency import idempotent
from shared_apps.web.networks import at_most
from tenant_apps.bookings.models import Booking
from tenant_apps.catalogue.models import Course
from tenant_apps.people.models import persons_of
from tenant_apps.reviews.models import Review, ReviewQuerySet
from tenant_apps.reviews.selectors import own_attendee, review_of
from tenant_apps.reviews.serializers import NewReview, ReviewSerializer
from tenant_apps.reviews.services import write_review

WRITTEN_A_MINUTE = 20


class CourseReviews(mixins.ListModelMixin, ViewSet):
    permission = "public"
    serializer_class = ReviewSerializer

    def get_queryset(self) -> ReviewQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return Review.objects.none()
        course = get_object_or_404(Course.objects.public(), pk=self.kwargs["course_id"])
        return Review.objects.shown().filter(course=course)

    @extend_schema(
        summary="List a course's reviews", description="Those that everybody sees, the newest first. Hidden ones don't."
    )
    def list(self, request: Request, course_id: UUID) -> Response:
        return super().list(request)


class BookingReview(View):
    permission = "bookings.own"

    @extend_schema(
        operation_id="reviewBooking",
        summary="Review a booking",
        description="Of one's own seat, once the session is over; sent again, it replaces what was said (200). "
        "409 `not_over_yet`, `did_not_attend`, `not_an_attendee`, `review_closed`. 400 `no_trainer`.",
        request=NewReview,
        responses={201: ReviewSerializer, 200: ReviewSerializer},
        examples=[OpenApiExample("Liked it", {"rating": 5, "text": "Clear.", "trainerRating": 5}, request_only=True)],
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        user = signed_in(request)
        assert user is not None
        mine = Q(buyer__in=persons_of(user)) | Q(attendees__person__in=persons_of(user))
        seen = Q(pk__in=Booking.objects.visible_to(user))  # the office reads why it can't write one
        booking = get_object_or_404(Booking.objects.filter(mine | seen).distinct(), pk=pk)
        data = self.body(NewReview)
        at_most(WRITTEN_A_MINUTE, "review", request)
        attendee = own_attendee(booking, user)
        known = review_of(attendee) is not None
        review = write_review(attendee=attendee, by=user, **data)
        return Response(ReviewSerializer(review).data, status=200 if known else 201)
