"""What the API says of reviews, and what it takes."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from shared_apps.api.strict import ModelSerializer, Serializer
from tenant_apps.reviews.models import LEAST, LONGEST, MOST, Review
from tenant_apps.reviews.texts import validate_text


class ReviewSerializer(ModelSerializer):
    """What everybody may read. `name` is a first name and an initial; empty where it was erased."""

    class Meta:
        model = Review
        fields = [
            "id", "course_id", "trainer_id", "name", "rating", "text", "trainer_rating", "trainer_text", "created_at",
            "changed_at", "answer", "answered_at",
        ]  # fmt: skip


@extend_schema_serializer(component_name="NewReview")
class NewReview(Serializer):
    rating = serializers.IntegerField(min_value=LEAST, max_value=MOST)
    text = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST, validators=[validate_text])
    trainer_rating = serializers.IntegerField(min_value=LEAST, max_value=MOST, required=False, allow_null=True)
    trainer_text = serializers.CharField(
        required=False, allow_blank=True, max_length=LONGEST, validators=[validate_text]
    )
