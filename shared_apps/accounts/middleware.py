"""What allauth's pages leave unsaid."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

SAID = {"too_many_login_attempts", "rate_limited"}
WAIT = 300  # seconds: as long as allauth remembers wrong passwords of one account


class TooManyTries:
    """Say 429 where a form says "too many attempts", with the form still on the page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: Any) -> Any:
        form: Any = (getattr(response, "context_data", None) or {}).get("form")
        errors = form.errors.as_data().values() if getattr(form, "is_bound", False) else []
        if any(error.code in SAID for field in errors for error in field):
            response.status_code = 429
            response["Retry-After"] = str(WAIT)
        return response
