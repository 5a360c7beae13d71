"""What allauth's pages leave unsaid, and who comes in while a provider is suspended."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.urls import Resolver404, resolve

from shared_apps.accounts.roles import OWNER
from shared_apps.api.problems import problem
from shared_apps.core.permissions import form_again
from shared_apps.tenants.models import Tenant, TenantStatus
from shared_apps.web.views import error_page

# What signing in needs: its own pages, and how they look. And money moves all the same.
OPEN_WHILE_SUSPENDED = {
    "account_login", "account_logout", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "mfa_authenticate", "brand_css",
    "favicon", "hero", "media", "provider_webhook",
}  # fmt: skip
SAID = {"too_many_login_attempts", "rate_limited"}
WAIT = 300  # seconds: as long as allauth remembers wrong passwords of one account


class TooManyTries:
    """Say 429 where a form says "too many attempts", with the form still on the page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(
        self, request: HttpRequest, response: SimpleTemplateResponse
    ) -> SimpleTemplateResponse:
        form: BaseForm | None = (response.context_data or {}).get("form")
        errors = form.errors.as_data().values() if form is not None and form.is_bound else []
        if any(error.code in SAID for field in errors for error in field):
            response.status_code = 429
            response["Retry-After"] = str(WAIT)
        return response


class FormAgain:
    """Lead whoever was signed out back to the form of allauth's that they sent; the page says it was not saved."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method != "POST" or response.status_code != 302:
            return response
        asked = redirect_to_login(request.get_full_path()).url
        return redirect_to_login(form_again(request)) if response["Location"] == asked else response


class SuspendedTenant:
    """Show a notice in the place of a suspended provider's pages, and its owner why and whom to write to.

    The pages of signing in stay open, so that an owner can be told from a visitor. Nobody gets further than that.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        tenant: Tenant | None = getattr(request, "tenant", None)
        if tenant is None or tenant.status != TenantStatus.SUSPENDED:
            return self.get_response(request)
        if self._is_door(request):
            return self.get_response(request)
        answer = self._notice(request, tenant)
        vars(answer)["_has_been_logged"] = True  # Django would call each visit an error
        return answer

    @staticmethod
    def _notice(request: HttpRequest, tenant: Tenant) -> HttpResponse:
        if "/api/" in request.path:
            return problem(503, "This provider's site is paused.", code="tenant_suspended", request=request)
        user = request.user
        if user.is_authenticated and user.is_active and OWNER in user.roles:
            return error_page(request, 503, template="suspended_owner", tenant=tenant, contact=settings.CONTACT_EMAIL)
        return error_page(request, 503, template="suspended")

    @staticmethod
    def _is_door(request: HttpRequest) -> bool:
        try:
            return resolve(request.path_info, getattr(request, "urlconf", None)).url_name in OPEN_WHILE_SUSPENDED
        except Resolver404:
            return False
