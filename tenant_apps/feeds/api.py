"""One's own calendars to subscribe to, by API."""

from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response

from shared_apps.accounts.signed_in import signed_in
from shared_apps.api.endpoints import ViewSet
from shared_apps.events.idempotency import idempotent
from tenant_apps.feeds.errors import DoesNotTeach
from tenant_apps.feeds.models import Feed, FeedQuerySet, Kind
from tenant_apps.feeds.selectors import own_feeds, trainer_of
from tenant_apps.feeds.serializers import FeedSerializer, NewFeed
from tenant_apps.feeds.services import make_own_feed, make_trainer_feed, revoke_feed


class OwnFeeds(mixins.ListModelMixin, ViewSet):
    permission = "account.use"
    serializer_class = FeedSerializer

    def get_queryset(self) -> FeedQuerySet:
        user = signed_in(self.request)
        if user is None or getattr(self, "swagger_fake_view", False):
            return Feed.objects.none()
        return own_feeds(user)

    @extend_schema(
        summary="List your calendar links", description="Those that open something: of your own bookings, and of what "
        "you teach.",
    )  # fmt: skip
    def list(self, request: Request) -> Response:
        return super().list(request)

    @extend_schema(
        summary="Make a calendar link",
        description="Calendars subscribe to its `url`. The former link of this kind opens nothing any more. "
        "409 `does_not_teach` for `trainer`, asked for by who is none.",
        request=NewFeed,
        responses={201: FeedSerializer},
        examples=[OpenApiExample("Own bookings", {"kind": "person"}, request_only=True)],
    )
    @idempotent
    def create(self, request: Request) -> Response:
        user, data = signed_in(request), self.body(NewFeed)
        assert user is not None
        if data["kind"] == Kind.PERSON:
            feed = make_own_feed(user)
        elif trainer := trainer_of(user):
            feed = make_trainer_feed(trainer, by=user)
        else:
            raise DoesNotTeach
        return Response(self.get_serializer(feed).data, status=201)

    @extend_schema(
        summary="End a calendar link", description="It opens nothing any more.", request=None, responses={204: None}
    )
    def destroy(self, request: Request, pk: UUID) -> Response:
        self.body()
        revoke_feed(self.get_object(), by=signed_in(request))
        return Response(status=204)
