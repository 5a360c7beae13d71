"""What timelines say of interest in courses."""

from shared_apps.events.timeline import records, rows_of, subject
from tenant_apps.catalogue.models import Course
from tenant_apps.interest.models import Interest

subject("interest", find=records(Course.objects.all, str, "office:course"))
rows_of("interest_id", lambda: Interest.objects.select_related("person"))
