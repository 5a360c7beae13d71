"""What timelines say of reviews."""

from shared_apps.events.timeline import records, subject
from tenant_apps.reviews.models import Review


def _name(review: Review) -> str:
    return f"{review.course.title}, {review}"


subject("review", find=records(lambda: Review.objects.select_related("course"), _name, "office:review"))
