"""What the API says of materials, and what it takes."""

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from shared_apps.api.strict import ModelSerializer, Serializer
from shared_apps.core.lines import validate_line
from tenant_apps.materials.links import validate_url
from tenant_apps.materials.models import (
    LONGEST_NOTE,
    LONGEST_TITLE,
    MOST_DAYS,
    Audience,
    Closes,
    Kind,
    Material,
    Opens,
)


class MaterialSerializer(ModelSerializer):
    """A file, a recording or a link. A file is at `fileUrl`, an endpoint that asks who you are each time."""

    host = serializers.CharField(read_only=True)
    file_url = serializers.SerializerMethodField()

    class Meta:
        model = Material
        fields = [
            "id", "course_id", "session_id", "kind", "title", "note", "audience", "position", "url", "host",
            "file_name", "size", "file_url", "opens", "opens_days", "opens_at", "closes", "closes_days", "closes_at",
            "created_at",
        ]  # fmt: skip

    @extend_schema_field({"type": ["string", "null"], "format": "uri-reference"})
    def get_file_url(self, material: Material) -> str | None:
        return reverse("material_file_api", args=[material.pk]) if material.file else None


class MaterialDetails(Serializer):
    """`opens`: `before` with `opensDays`, `date` (of a session's own) with `opensAt`; `closes` alike."""

    title = serializers.CharField(required=False, max_length=LONGEST_TITLE, validators=[validate_line])
    note = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_NOTE)
    audience = serializers.ChoiceField(Audience.choices, required=False)
    url = serializers.CharField(required=False, max_length=1000, validators=[validate_url])
    kind = serializers.ChoiceField([one for one in Kind.choices if one[0] != Kind.FILE], required=False)
    opens = serializers.ChoiceField(Opens.choices, required=False)
    opens_days = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=MOST_DAYS)
    opens_at = serializers.DateTimeField(required=False, allow_null=True)
    closes = serializers.ChoiceField(Closes.choices, required=False)
    closes_days = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=MOST_DAYS)
    closes_at = serializers.DateTimeField(required=False, allow_null=True)


@extend_schema_serializer(component_name="NewMaterial")
class NewMaterial(MaterialDetails):
    title = serializers.CharField(max_length=LONGEST_TITLE, validators=[validate_line])
    url = serializers.CharField(max_length=1000, validators=[validate_url])


@extend_schema_serializer(component_name="NewMaterialFile")
class NewFile(Serializer):
    """A file with its title. When it is seen is said by PATCH."""

    file = serializers.FileField(max_length=255, allow_empty_file=True)
    title = serializers.CharField(
        required=False, allow_blank=True, max_length=LONGEST_TITLE, validators=[validate_line]
    )
    note = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_NOTE)
    audience = serializers.ChoiceField(Audience.choices, required=False)
