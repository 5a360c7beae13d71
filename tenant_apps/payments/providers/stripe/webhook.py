"""The platform's one endpoint for Stripe Connect: an event names an account, the account its provider."""

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shared_apps.api.problems import problem
from shared_apps.core.permissions import allow
from shared_apps.tenants.accounts import tenant_with
from shared_apps.tenants.context import tenant_context
from tenant_apps.payments.errors import ForgedWebhook
from tenant_apps.payments.providers.stripe.signature import genuine_event
from tenant_apps.payments.webhooks import receive

log = structlog.get_logger()


@csrf_exempt
@require_POST
@allow("public")
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Store the event at the tenant whose account it names; a suspended tenant's money moves all the same.

    An account that nobody here has is answered with 200 and logged: asking Stripe to send it again
    would change nothing.
    """
    try:
        event = genuine_event(request)
    except ForgedWebhook as error:
        log.warning("forged webhook refused", provider="stripe", reason=str(error))
        return problem(400, "This is not from the provider.", code="forged_webhook", request=request)
    account = event.get("account")
    tenant = tenant_with("stripe", account) if account else None
    if tenant is None:
        log.error("webhook of an unknown account", account=account, event_id=event.get("id"), kind=event.get("type"))
        return JsonResponse({"received": True, "parked": True})
    with tenant_context(tenant):
        receive(request, provider="stripe")
    return JsonResponse({"received": True})
