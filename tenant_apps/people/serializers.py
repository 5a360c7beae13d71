"""What the API says of students and trainers, and what it takes."""

from urllib.parse import quote

from django.contrib.auth.models import AnonymousUser
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from shared_apps.api.aliases import Alias
from shared_apps.api.strict import EmailField, ModelSerializer, NameField, PhoneField
from shared_apps.core.markdown import MOST_CHARACTERS
from shared_apps.core.permissions import can
from shared_apps.core.states import Someone
from shared_apps.tenants.context import current_tenant
from tenant_apps.people.models import Student, Trainer


class StudentSerializer(ModelSerializer):
    """Somebody who is taught. Their id is what a booking calls `customerId`. `notes` are the office's own."""

    id = serializers.UUIDField(source="pk", read_only=True)
    user_id = serializers.UUIDField(source="person.user_id", read_only=True, allow_null=True)
    name = NameField(source="person.name")
    email = EmailField(source="person.email", max_length=254, required=False, allow_blank=True)
    pending_email = serializers.CharField(
        source="person.pending_email",
        read_only=True,
        help_text="Given by the office; waits until the account proves it. Empty when none does",
    )
    phone = PhoneField(source="person.phone")
    active = serializers.BooleanField(source="person.active", required=False)
    notes = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    created_at = serializers.DateTimeField(source="person.created_at", read_only=True)
    for_some = frozenset({"notes"})
    aliases = {"is_active": Alias("active")}

    class Meta:
        model = Student
        fields = ["id", "user_id", "name", "email", "pending_email", "phone", "active", "notes", "created_at"]

    def shows_all(self, user: Someone | AnonymousUser) -> bool:
        return can(user, "students.view")


class TrainerSerializer(ModelSerializer):
    """Somebody who teaches. Their `email` and `userId` are for the office.

    `totalCoursesTaught` counts courses of which they gave a date that is over. `rating` is null as long as nobody
    can be rated here.
    """

    id = serializers.UUIDField(source="pk", read_only=True)
    user_id = serializers.UUIDField(source="person.user_id", read_only=True, allow_null=True)
    name = NameField(source="person.name")
    email = EmailField(source="person.email", max_length=254, required=False, allow_blank=True)
    bio = serializers.CharField(required=False, allow_blank=True, max_length=MOST_CHARACTERS)
    photo = serializers.SerializerMethodField()
    years_of_experience = serializers.IntegerField(min_value=0, max_value=100, required=False)
    rating = serializers.SerializerMethodField()
    total_courses_taught = serializers.IntegerField(source="courses_taught", read_only=True)
    for_some = frozenset({"email", "user_id"})
    aliases = {"is_active": Alias("active")}

    class Meta:
        model = Trainer
        fields = [
            "id", "user_id", "name", "email", "slug", "headline", "bio", "photo", "specialisations", "certifications",
            "years_of_experience", "rating", "total_courses_taught", "active",
        ]  # fmt: skip
        read_only_fields = ["slug"]

    def shows_all(self, user: Someone | AnonymousUser) -> bool:
        return can(user, "users.manage")

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_photo(self, trainer: Trainer) -> str | None:
        return f"{current_tenant().base_url}/media/{quote(str(trainer.photo))}" if trainer.photo else None

    @extend_schema_field({"type": ["number", "null"]})
    def get_rating(self, trainer: Trainer) -> None:
        return None
