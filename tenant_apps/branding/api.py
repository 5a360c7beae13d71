"""Settings by API."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from shared_apps.accounts.signed_in import signed_in
from shared_apps.api.aliases import camel
from shared_apps.api.endpoints import View
from shared_apps.api.strict import Serializer
from shared_apps.core.permissions import PUBLIC, can
from tenant_apps.branding.registry import SettingsRefused, all_settings, change_settings, values_of


class SettingSerializer(Serializer):
    """One choice of the provider, with what it may be."""

    key = serializers.CharField()
    category = serializers.CharField()
    type = serializers.ChoiceField(["boolean", "integer", "text", "email", "time", "json", "file"])
    title = serializers.CharField()
    about = serializers.CharField(help_text="What to know before one changes it")
    value = serializers.JSONField()
    standard = serializers.JSONField(help_text="Its value until somebody chooses another")
    public = serializers.BooleanField(help_text="Whether everybody may read it")


class SettingsSerializer(Serializer):
    results = SettingSerializer(many=True)


class ChangedSettingsSerializer(Serializer):
    values = serializers.JSONField(help_text="New values by key; what is left out stays")


class SettingsView(View):
    permission = PUBLIC
    write_permission = "settings.manage"

    @extend_schema(
        summary="Read the settings",
        description="Those who may change settings read all; everybody else, those that are public.",
        responses=SettingsSerializer,
    )
    def get(self, request: Request) -> Response:
        return Response({"results": self._said(request)})

    @extend_schema(
        summary="Change settings",
        description="All or none. 400 names, below `values`, each key that is unknown or has a value it can't have.",
        request=ChangedSettingsSerializer,
        responses=SettingsSerializer,
    )
    def patch(self, request: Request) -> Response:
        values = self.body(ChangedSettingsSerializer, partial=True).get("values")
        if not isinstance(values, dict):
            raise serializers.ValidationError({"values": ["Send an object of values by key."]})
        try:
            change_settings(values, by=signed_in(request))
        except SettingsRefused as refusal:
            raise serializers.ValidationError({"values": refusal.fields}) from None
        return Response({"results": self._said(request)})

    def _said(self, request: Request) -> list[dict[str, object]]:
        everything = can(request.user, "settings.manage")
        return [
            {
                "key": camel(one.name), "category": one.section.name, "type": one.type, "title": str(one.label),
                "about": str(one.help), "value": value, "standard": "" if one.is_file else one.default,
                "public": one.is_public,
            }
            for one, value in values_of(one for one in all_settings() if everything or one.is_public)
        ]  # fmt: skip
