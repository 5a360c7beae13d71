"""What failed for good at any provider, and trying it again."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from shared_apps.events.given_up import given_up, outcome, run_again
from shared_apps.tenants.context import tenant_context
from shared_apps.tenants.models import Tenant

MOST_OF_ONE = 20


@allow("operator.enter")
@require_safe
def undelivered(request: HttpRequest) -> HttpResponse:
    """Of each provider the newest of what was given up. It asks every provider's schema, some milliseconds each."""
    rows = []
    for tenant in Tenant.objects.active().order_by("name"):
        with tenant_context(tenant):
            rows += [(tenant, row) for row in given_up(limit=MOST_OF_ONE)]
    return render(request, "operator/undelivered.html", {"nav": "undelivered", "rows": rows})


@allow("operator.enter")
@require_POST
def run_again_at(request: HttpRequest, slug: str, kind: str, pk: UUID) -> HttpResponse:
    """Try one of them once more, at its provider."""
    tenant = get_object_or_404(Tenant.objects.active(), slug=slug)
    with tenant_context(tenant):
        try:
            done = run_again(kind, pk, by=signed_in(request))
        except LookupError:
            raise Http404 from None
    messages.add_message(request, messages.ERROR if done is False else messages.SUCCESS, outcome(done))
    return redirect("operator:undelivered")
