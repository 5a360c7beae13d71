"""Calls that the API has names for and that nothing answers yet: they say so instead of looking mistyped."""

from collections.abc import Sequence

from drf_spectacular.utils import extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from shared_apps.api.endpoints import View
from shared_apps.core.errors import NotOffered

ID = "[0-9a-fA-F-]{36}"
# Resources that are to come, with all that will lie below them.
RESOURCES = (
    "achievements|analytics|api-keys|assignments|calendar|community|corporate|discounts|earnings|features"
    "|instructors|invoices|jobs|leaderboard|ledger|lessons|marketplace"
    "|onboarding|orders|packages|purchases|recurring-schedules|reviews|theory|threads|usage|waiting-list"
    "|webhook-endpoints"
)
# Calls that are to come below what is there.
CALLS = (
    f"bookings/{ID}/(?:transfer|attendees/{ID})",
    f"sessions/(?:series|{ID}/(?:start|complete|cancel|reschedule))",
    f"sessions/{ID}/waiting-list",
)


class CallConverter:
    """A path of one of these calls."""

    regex = "|".join([f"(?:{RESOURCES})(?:/.+)?", *CALLS])

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


@extend_schema(exclude=True)
class Coming(View):
    """404 `not_offered`, whatever is asked, by anybody."""

    permission = "public"
    authentication_classes: Sequence[type[BaseAuthentication]] = []

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        raise NotOffered

    def get(self, request: Request, call: str) -> Response:
        raise NotOffered

    post = put = patch = delete = get
