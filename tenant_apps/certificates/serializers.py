"""What the API says of certificates, and what it takes."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from shared_apps.api.strict import ModelSerializer, NameField, Serializer
from shared_apps.core.lines import validate_line
from tenant_apps.certificates.models import Certificate, CertificateStatus

EXAMPLE = {
    "id": "01975f3c-c1a4-7b12-9a77-0d5e3f2c1b88",
    "number": "C-00042",
    "code": "7qk2mwra9xgd4hnpy8zt3bce",
    "status": "valid",
    "name": "Grace Hopper",
    "company": "",
    "courseId": "01975f3c-5d12-7b60-8a1c-6f2d9e4b3a70",
    "courseTitle": "Heat pump installation",
    "sessionId": "01975f3c-91b2-7c55-8d0e-51c2b8a7f3d9",
    "studentId": "01975f3c-8a41-7d3e-9c1b-2f6a7d1e4b10",
    "trainerName": "Ada Byron",
    "assessorName": "",
    "startedOn": "2027-01-15",
    "completedOn": "2027-01-17",
    "result": "",
    "issuedAt": "2027-01-17T17:05:00Z",
    "expiresAt": "2029-01-18T00:00:00Z",
    "replacesId": None,
    "revokedAt": None,
    "revokeReason": "",
}


@extend_schema_serializer(examples=[OpenApiExample("Valid for two years", EXAMPLE, response_only=True)])
class CertificateSerializer(ModelSerializer):
    """What somebody was given for a course, as it said then. `expiresAt` is null where it is valid for ever.

    One that was put right is revoked, and another `replacesId` it.
    """

    status = serializers.ChoiceField(CertificateStatus.choices)
    session_id = serializers.UUIDField(allow_null=True)
    student_id = serializers.UUIDField(source="person_id")
    started_on = serializers.DateField(source="begins_on")
    completed_on = serializers.DateField(source="ends_on")
    expires_at = serializers.DateTimeField(allow_null=True)
    replaces_id = serializers.UUIDField(allow_null=True)

    class Meta:
        model = Certificate
        fields = ["id", "number", "code", "status", "name", "company", "course_id", "course_title", "session_id",
                  "student_id", "trainer_name", "assessor_name", "started_on", "completed_on", "result",
                  "issued_at", "expires_at", "replaces_id", "revoked_at", "revoke_reason"]  # fmt: skip


VERIFIED = {
    "number": "C-00042",
    "name": "Grace Hopper",
    "course": "Heat pump installation",
    "completedOn": "2027-01-17",
    "expiresAt": "2029-01-18T00:00:00Z",
    "status": "valid",
}


@extend_schema_serializer(
    component_name="VerifiedCertificate", examples=[OpenApiExample("It is valid", VERIFIED, response_only=True)]
)
class Verified(Serializer):
    """What anybody may know of a certificate whose code they have."""

    number = serializers.CharField()
    name = serializers.CharField()
    course = serializers.CharField(source="course_title")
    completed_on = serializers.DateField(source="ends_on")
    expires_at = serializers.DateTimeField(allow_null=True)
    status = serializers.ChoiceField(CertificateStatus.choices)


@extend_schema_serializer(component_name="CertificateRevocation")
class Revocation(Serializer):
    reason = serializers.CharField(max_length=300, validators=[validate_line])


@extend_schema_serializer(component_name="CertificateReissue")
class Reissue(Serializer):
    """Without `name` it stays as it is."""

    name = NameField(required=False)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300, validators=[validate_line])
