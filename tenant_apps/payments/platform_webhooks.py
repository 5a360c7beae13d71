"""The platform's one door for the webhooks of all tenants: an event names an account, the account its tenant."""

import structlog
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shared_apps.api.problems import problem
from shared_apps.core.permissions import allow
from shared_apps.tenants.accounts import tenant_with
from shared_apps.tenants.context import tenant_context
from tenant_apps.payments.errors import ForgedWebhook, ProviderNotConnected
from tenant_apps.payments.providers import online_provider
from tenant_apps.payments.webhooks import store

log = structlog.get_logger()


@csrf_exempt
@require_POST
@allow("public")
def platform_webhook(request: HttpRequest, provider: str) -> HttpResponse:
    """Store the event at the tenant whose account it names; a suspended tenant's money moves all the same.

    An account that nobody here has is answered with 200 and logged: asking the provider to send it again would change
    nothing.
    """
    try:
        incoming = online_provider(provider).verify(request)
    except ProviderNotConnected:
        raise Http404 from None
    except ForgedWebhook as error:
        log.warning("forged webhook refused", provider=provider, reason=str(error))
        return problem(400, "This is not from the provider.", code="forged_webhook", request=request)
    tenant = tenant_with(provider, incoming.account) if incoming.account else None
    if tenant is None:
        log.error(
            "webhook of an unknown account", account=incoming.account, event_id=incoming.event_id, kind=incoming.kind
        )
        return JsonResponse({"received": True, "parked": True})
    with tenant_context(tenant):
        store(incoming, provider=provider)
    return JsonResponse({"received": True})
