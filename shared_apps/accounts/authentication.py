from typing import TYPE_CHECKING

from allauth.headless.contrib.rest_framework.authentication import JWTTokenAuthentication
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.exceptions import AuthenticationFailed

from shared_apps.accounts.models import User
from shared_apps.accounts.rotation import renewed
from shared_apps.core.db import connection
from shared_apps.core.types import JsonObject

if TYPE_CHECKING:
    from drf_spectacular.openapi import AutoSchema


class TenantJWTAuthentication(JWTTokenAuthentication):
    """A bearer token of this tenant, whose session still lives. One of another tenant is a 401."""

    def authenticate_credentials(self, key: str) -> tuple[User, JsonObject]:
        user, payload = super().authenticate_credentials(renewed(key))
        if payload.get("tid") != connection.schema_name or not user.is_active:
            raise AuthenticationFailed("Invalid token.")
        return user, payload


class TenantJWTScheme(OpenApiAuthenticationExtension):
    """How the reference page describes the token."""

    target_class = TenantJWTAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: "AutoSchema") -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
