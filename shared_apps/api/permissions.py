"""Who may use an endpoint."""

from typing import TYPE_CHECKING

from django.http import Http404
from rest_framework import exceptions, permissions
from rest_framework.request import Request

from shared_apps.core.permissions import can

if TYPE_CHECKING:
    from rest_framework.views import APIView


class NamedPermission(permissions.BasePermission):
    """The view's `permission`, for unsafe methods its `write_permission`; a view that names none is closed.

    A signed-in person who may not gets a 404, as if it were not there.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        method = (request.method or "").lower()
        if method not in view.http_method_names or not hasattr(view, method):
            raise exceptions.MethodNotAllowed(request.method or "")
        needed = getattr(view, "permission", None)
        if request.method not in permissions.SAFE_METHODS:
            needed = getattr(view, "write_permission", needed)
        if needed and can(request.user, needed):
            return True
        if request.user.is_authenticated:
            raise Http404
        return False
