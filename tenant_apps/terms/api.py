"""What people agree to, by API."""

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework import mixins, serializers

from shared_apps.api.endpoints import ViewSet
from shared_apps.api.strict import Filters, ModelSerializer, StatusFilter
from shared_apps.core.permissions import PUBLIC
from tenant_apps.terms.models import TermsKind, TermsVersion, TermsVersionQuerySet
from tenant_apps.terms.versions import page_of

EXAMPLE = {
    "id": "01975f3c-c1a0-7e31-8f02-6d1b4a7c9e55",
    "kind": "booking",
    "version": 2,
    "title": "Booking terms",
    "text": "## Your booking\n\nWe hold your seats while you pay.",
    "publishedAt": "2026-11-02T09:00:00Z",
    "url": "https://example.com/terms/2/",
}


@extend_schema_serializer(examples=[OpenApiExample("The version in force", EXAMPLE, response_only=True)])
class TermsVersionSerializer(ModelSerializer):
    """One version as it was published; it never changes. `text` is Markdown, `url` the page that people read.

    Of each kind the one with the highest `version` is in force.
    """

    version = serializers.IntegerField(source="number")
    url = serializers.SerializerMethodField()

    class Meta:
        model = TermsVersion
        fields = ["id", "kind", "version", "title", "text", "published_at", "url"]
        read_only_fields = fields

    def get_url(self, version: TermsVersion) -> str:
        return page_of(version)


class TermsFilters(Filters):
    kind = StatusFilter(choices=TermsKind.choices, label="`booking`: booking terms; `consent`: of guardians")


@extend_schema_view(
    list=extend_schema(
        summary="List the versions of the terms",
        description="The latest first. Send the `version` of kind `booking` that your user accepted as "
        "`acceptedTermsVersion` when you book.",
    ),
    retrieve=extend_schema(summary="Get a version of the terms"),
)
class TermsViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ViewSet):
    permission = PUBLIC
    serializer_class = TermsVersionSerializer
    filterset_class = TermsFilters
    page_ordering = ("-published_at", "-pk")

    def get_queryset(self) -> TermsVersionQuerySet:
        return TermsVersion.objects.filter(number__isnull=False)
