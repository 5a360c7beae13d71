"""What the API says of students and trainers, and what it takes."""

from rest_framework import serializers

from shared_apps.core.lines import LONGEST_NAME, validate_line, validate_name
from shared_apps.core.strict import ModelSerializer
from tenant_apps.people.models import Student, Trainer


class StudentSerializer(ModelSerializer):
    """Somebody who is taught. Their id is what a booking calls `customerId`. `notes` are the office's own."""

    id = serializers.UUIDField(source="pk", read_only=True)
    user_id = serializers.UUIDField(source="person.user_id", read_only=True, allow_null=True)
    name = serializers.CharField(source="person.name", max_length=LONGEST_NAME, validators=[validate_name])
    email = serializers.EmailField(source="person.email", max_length=254, required=False, allow_blank=True)
    phone = serializers.CharField(
        source="person.phone", max_length=40, required=False, allow_blank=True, validators=[validate_line]
    )
    active = serializers.BooleanField(source="person.active", required=False)
    notes = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    created_at = serializers.DateTimeField(source="person.created_at", read_only=True)

    class Meta:
        model = Student
        fields = ["id", "user_id", "name", "email", "phone", "active", "notes", "created_at"]

    def to_representation(self, student: Student) -> dict[str, object]:
        shown = super().to_representation(student)
        if not self.context["request"].user.can("students.view"):
            del shown["notes"]
        return shown


class TrainerSerializer(ModelSerializer):
    """Somebody who teaches. No contact details: those are the office's."""

    id = serializers.UUIDField(source="pk", read_only=True)
    name = serializers.CharField(source="person.name", read_only=True)

    class Meta:
        model = Trainer
        fields = [
            "id", "name", "slug", "headline", "bio", "specialisations", "certifications", "years_of_experience",
            "active",
        ]  # fmt: skip
        read_only_fields = fields
