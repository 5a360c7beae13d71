"""Calls that the API has names for and that nothing answers yet: they say so instead of looking mistyped."""

import re
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from shared_apps.core.endpoints import View
from shared_apps.core.errors import NotOffered
from shared_apps.tenants.features import is_on

ID = "[0-9a-fA-F-]{36}"
# With the feature that each will belong to.
CALLS = {
    f"corporate/requests(?:/{ID})?": "corporate",
    f"courses/{ID}/reviews": "courses",
    f"bookings/{ID}/(?:review|transfer)": "courses",
    f"sessions/{ID}/(?:waiting-list|attendance|certificates|materials)": "courses",
    f"waiting-list/{ID}(?:/accept)?": "courses",
    f"certificates(?:/{ID}(?:/pdf|/revoke)?|/verify/[^/]+)?": "courses",
    "calendar|reviews": "courses",
    "notifications|notification-preferences|analytics(?:/[^/]+)?|invoices|discounts|orders|ledger": "",
}


class CallConverter:
    """A path of one of these calls."""

    regex = "|".join(f"(?:{call})" for call in CALLS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


@extend_schema(exclude=True)
class Coming(View):
    """404 `not_offered`, whatever is asked, by anybody; as if it were not there where its feature is off."""

    permission = "public"
    authentication_classes: Any = []

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        [feature] = [one for call, one in CALLS.items() if re.fullmatch(call, kwargs["call"])]
        if not is_on(feature):
            raise Http404
        raise NotOffered

    def get(self, request: Request, call: str) -> Response:
        raise NotOffered

    post = put = patch = delete = get
