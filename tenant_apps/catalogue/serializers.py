"""What the API says of courses, and what it takes."""

from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from shared_apps.api.fields import ById, VisibleField
from shared_apps.api.strict import ModelSerializer, Serializer
from shared_apps.core.markdown import MOST_CHARACTERS
from shared_apps.core.payable import validate_price
from shared_apps.core.types import JsonObject
from shared_apps.tenants.context import current_tenant
from tenant_apps.catalogue.aliases import COURSE
from tenant_apps.catalogue.models import Audience, Category, Course, Module
from tenant_apps.people.models import Trainer
from tenant_apps.terms.policy import MOST_DAYS, validate_policy


class CategorySerializer(ModelSerializer):
    class Meta:
        model = Category
        fields = ["id", "name", "slug"]


class AudienceSerializer(ModelSerializer):
    class Meta:
        model = Audience
        fields = ["id", "name", "slug"]


class ModuleSerializer(ModelSerializer):
    """One part of a syllabus; `weight` in per cent, all together 100."""

    class Meta:
        model = Module
        fields = ["id", "position", "title", "summary", "weight"]
        read_only_fields = ["position"]
        extra_kwargs = {"weight": {"min_value": 1, "max_value": 100}}


class PolicyStep(Serializer):
    """Cancelled at least `days` days before, `percent` of what was paid comes back."""

    days = serializers.IntegerField(min_value=0, max_value=MOST_DAYS)
    percent = serializers.IntegerField(min_value=0, max_value=100)


class Fraction(serializers.DecimalField):
    """Whole per cent, shown and taken as a fraction: 0.3 is 30."""

    def __init__(self, **kwargs: Any):
        super().__init__(max_digits=3, decimal_places=2, min_value=0, max_value=1, **kwargs)

    def to_internal_value(self, data: int | float | str | Decimal) -> Any:
        return int(super().to_internal_value(data) * 100)

    def to_representation(self, value: Decimal | int) -> Any:
        return super().to_representation(Decimal(value) / 100)

    def run_validators(self, value: int) -> None:
        super().run_validators(Decimal(value) / 100)


class LeadTrainer(Serializer):
    id = serializers.UUIDField(source="pk")
    name = serializers.CharField(source="person.name")
    slug = serializers.CharField()


class CourseSerializer(ModelSerializer):
    """What is taught. `price` is a seat's, VAT included: 0 is free, null on request.

    With `asksAge` or a `minimumAge` (in years, on a session's first day) each attendee's date of birth is asked, and a
    guardian of who is under 18. `depositPercentage` is a fraction; it and `cancellationPolicy` are null where the
    provider's usual terms hold.
    `createdBy` and `updatedBy` are null but for staff.
    """

    category = CategorySerializer(read_only=True)
    category_id = ById(queryset=Category.objects.all(), source="category", write_only=True)
    audience = AudienceSerializer(read_only=True)
    audience_id = ById(queryset=Audience.objects.all(), source="audience", write_only=True)
    lead_trainer = LeadTrainer(read_only=True, allow_null=True)
    lead_trainer_id = VisibleField(Trainer, source="lead_trainer", write_only=True, required=False, allow_null=True)
    currency = serializers.SerializerMethodField()
    description = serializers.CharField(required=False, allow_blank=True, max_length=MOST_CHARACTERS)
    outcomes = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    requirements = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    what_to_bring = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    default_capacity = serializers.IntegerField(min_value=1, max_value=10_000, required=False)
    duration_minutes = serializers.IntegerField(min_value=1, max_value=1_000_000, required=False)
    vat_rate = serializers.DecimalField(max_digits=5, decimal_places=2, min_value=0, max_value=100, required=False)
    deposit_percentage = Fraction(source="deposit_percent", required=False, allow_null=True)
    cancellation_policy = serializers.ListField(child=PolicyStep(), required=False, allow_null=True)
    modules = ModuleSerializer(many=True, required=False)
    image = serializers.SerializerMethodField()
    created_by = serializers.CharField(read_only=True, allow_null=True)
    updated_by = serializers.CharField(read_only=True, allow_null=True)
    aliases = COURSE

    class Meta:
        model = Course
        fields = [
            "id", "title", "slug", "category", "category_id", "audience", "audience_id", "summary", "description",
            "outcomes", "requirements", "what_to_bring", "duration_minutes", "price", "currency", "vat_rate",
            "default_capacity", "deposit_percentage", "cancellation_policy", "lead_trainer", "lead_trainer_id",
            "modules", "asks_age", "minimum_age",
            "image", "published", "active", "created_at", "created_by", "updated_at", "updated_by",
        ]  # fmt: skip
        extra_kwargs = {
            "slug": {"required": False, "validators": []},  # whether the address is free is the service's to say
            "price": {"min_value": 0, "validators": [validate_price]},
            "summary": {"required": False},
            "minimum_age": {"min_value": 1, "max_value": 99},
        }

    def get_currency(self, course: Course) -> str:
        return str(current_tenant().currency)

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_image(self, course: Course) -> str:
        """Its picture, or the drawing that stands for it. Pictures are uploaded in the office."""
        base = current_tenant().base_url
        return f"{base}/media/{quote(str(course.image))}" if course.image else f"{base}/courses/{course.slug}/art.svg"

    def validate(self, attrs: JsonObject) -> JsonObject:
        if self.instance is None and not attrs.get("summary"):
            about = attrs.get("description", "").strip() or attrs["title"]
            attrs["summary"] = about.splitlines()[0][:240]
        return attrs

    def validate_slug(self, slug: str) -> str:
        return slug.lower()

    def validate_modules(self, modules: list[JsonObject]) -> list[JsonObject]:
        # On PATCH nothing is required of what is nested either, but a syllabus is replaced as a whole.
        for module in modules:
            if missing := {"title", "weight"} - module.keys():
                raise serializers.ValidationError([f"Each module needs a {' and a '.join(sorted(missing))}."])
        return modules

    def validate_cancellation_policy(self, steps: list[JsonObject] | None) -> list[JsonObject] | None:
        if steps is None:
            return None
        rows = [dict(step) for step in steps]
        try:
            validate_policy(rows)
        except ValidationError as error:
            raise serializers.ValidationError(error.messages) from error
        return rows
