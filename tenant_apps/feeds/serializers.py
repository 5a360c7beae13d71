"""What the API says of calendars to subscribe to, and what it takes."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from shared_apps.api.strict import ModelSerializer, Serializer
from tenant_apps.feeds.links import ways_of
from tenant_apps.feeds.models import Feed, Kind

EXAMPLE = {
    "id": "01975f3c-c1a4-7b12-9a77-0d5e3f2c1b88",
    "kind": "person",
    "url": "https://muster.example/bristol/calendars/AZdfPMGkexKadw1ePywbiCq0n1cB3hXqk5Yw9g/calendar.ics",
    "createdAt": "2027-01-15T09:30:00Z",
    "readAt": None,
}
OWN = [(kind.value, kind.label) for kind in (Kind.PERSON, Kind.TRAINER)]


@extend_schema_serializer(examples=[OpenApiExample("One's own bookings", EXAMPLE, response_only=True)])
class FeedSerializer(ModelSerializer):
    """`url` is secret: whoever has it reads the calendar. `readAt`, when a program did last, is right to the hour."""

    kind = serializers.ChoiceField(OWN, help_text="`person`: one's own bookings and seats; `trainer`: what one teaches")
    url = serializers.SerializerMethodField()

    class Meta:
        model = Feed
        fields = ["id", "kind", "url", "created_at", "read_at"]

    def get_url(self, feed: Feed) -> str:
        return ways_of(feed).url


@extend_schema_serializer(component_name="NewCalendarFeed")
class NewFeed(Serializer):
    kind = serializers.ChoiceField(OWN, default=Kind.PERSON.value)
