"""What failed for good at any provider, and trying it again."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from shared_apps.events.forms import DropForm
from shared_apps.events.given_up import drop, find, given_up, outcome, run_again
from shared_apps.tenants.context import tenant_context
from shared_apps.tenants.models import Tenant
from shared_apps.web.office import form_page

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


@allow("operator.enter")
@require_http_methods(["GET", "POST"])
def drop_at(request: HttpRequest, slug: str, kind: str, pk: UUID) -> HttpResponse:
    """Leave one of them undone for good, at its provider, with a reason."""
    tenant = get_object_or_404(Tenant.objects.active(), slug=slug)
    form = DropForm(request.POST or None)
    with tenant_context(tenant):
        try:
            row = find(kind, pk)
            if form.is_valid():
                drop(kind, pk, reason=form.cleaned_data["reason"], by=signed_in(request))
                messages.success(request, _("Nobody tries it any more."))
                return redirect("operator:undelivered")
        except LookupError:
            raise Http404 from None
    context = {"nav": "undelivered", "tenant": tenant, "row": row, "form": form}
    return form_page(request, "operator/undelivered_drop.html", context)
