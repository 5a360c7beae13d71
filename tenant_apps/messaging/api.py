"""Notices by API, and how somebody wants to be told."""

from uuid import UUID

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from shared_apps.accounts.signed_in import signed_in
from shared_apps.api.endpoints import View, ViewSet
from shared_apps.api.strict import Filters, ModelSerializer, Serializer, TimeOfDayField
from tenant_apps.messaging.inbox import change_preferences, choices_of, preferences_of, read
from tenant_apps.messaging.models import Message, Notice, Preferences


class DeliverySerializer(ModelSerializer):
    """How a notice went by one channel."""

    class Meta:
        model = Message
        fields = ["channel", "status", "sent_at", "delivered_at", "error"]


class NoticeSerializer(ModelSerializer):
    channels = DeliverySerializer(source="messages", many=True, help_text="Besides the inbox itself")

    class Meta:
        model = Notice
        fields = ["id", "kind", "title", "text", "link", "priority", "about_id", "channels", "created_at", "read_at"]


class NoticeFilters(Filters):
    unread = filters.BooleanFilter(field_name="read_at", lookup_expr="isnull", help_text="Only those nobody has read")


class KindSerializer(Serializer):
    """One kind of notice, and by which channels it comes to you. Those that are not offered are not named."""

    kind = serializers.CharField()
    title = serializers.CharField(read_only=True, help_text="What it is called")
    channels = serializers.DictField(child=serializers.BooleanField(), help_text="Whether it comes by each channel")


class PreferencesSerializer(Serializer):
    kinds = KindSerializer(many=True, required=False)
    quiet_from = serializers.TimeField(
        allow_null=True, required=False, format="%H:%M", help_text="On the provider's clock"
    )
    quiet_until = TimeOfDayField(allow_null=True, required=False)
    digest_at = TimeOfDayField(allow_null=True, required=False, help_text="When the daily summary comes; null for none")


@extend_schema_view(list=extend_schema(summary="List what you were told"))
class NoticeViewSet(mixins.ListModelMixin, ViewSet):
    permission = "account.use"
    serializer_class = NoticeSerializer
    filterset_class = NoticeFilters
    orderings = {"createdAt": "created_at"}

    def get_queryset(self) -> QuerySet[Notice]:
        return Notice.objects.visible_to(self.request.user).prefetch_related("messages")

    @extend_schema(summary="Mark a notice as read", request=None, responses=NoticeSerializer)
    def mark_read(self, request: Request, pk: UUID) -> Response:
        self.body()
        notice = self.get_object()
        read(notice)
        return Response(self.get_serializer(notice).data)


class PreferencesView(View):
    permission = "account.use"

    @extend_schema(summary="Read how you are told", responses=PreferencesSerializer)
    def get(self, request: Request) -> Response:
        user = signed_in(request)
        assert user is not None
        return Response(self._said(preferences_of(user)))

    @extend_schema(
        summary="Change how you are told",
        description="What is left out stays. 409 `channel_not_offered` for a channel that is not offered for a kind, or"
        " the email of one that must be told; `quiet_hours_incomplete` for one time without the other.",
        request=PreferencesSerializer,
        responses=PreferencesSerializer,
    )
    def patch(self, request: Request) -> Response:
        user = signed_in(request)
        assert user is not None
        given, before = self.body(PreferencesSerializer), preferences_of(user)
        quiet = None
        if {"quiet_from", "quiet_until"} & given.keys():
            quiet = (given.get("quiet_from", before.quiet_from), given.get("quiet_until", before.quiet_until))
        channels = {one["kind"]: one["channels"] for one in given["kinds"]} if "kinds" in given else None
        row = change_preferences(user, channels=channels, quiet=quiet, digest_at=given.get("digest_at", False))
        return Response(self._said(row))

    def _said(self, row: Preferences) -> object:
        kinds = [
            {"kind": one.name, "title": str(one.label),
             "channels": {choice.channel: choice.on for choice in one.choices if choice.on is not None}}
            for one in choices_of(row.user, row)
        ]  # fmt: skip
        said = {
            "kinds": kinds,
            "quiet_from": row.quiet_from,
            "quiet_until": row.quiet_until,
            "digest_at": row.digest_at,
        }
        return PreferencesSerializer(said).data
