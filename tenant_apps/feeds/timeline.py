"""What timelines say of calendars to subscribe to."""

from shared_apps.events.timeline import records, subject
from tenant_apps.feeds.models import Feed

subject("feed", find=records(lambda: Feed.objects.select_related("person", "trainer__person", "room"), str))
