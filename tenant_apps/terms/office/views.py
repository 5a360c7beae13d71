"""The settings page about booking."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from shared_apps.web.office import form_page, refusals_on, say_saved
from tenant_apps.branding.registry import sections
from tenant_apps.terms.models import BookingTerms
from tenant_apps.terms.office.forms import TermsForm, policy_formset
from tenant_apps.terms.services import change_terms


@require_http_methods(["GET", "POST"])
@allow("settings.manage")
@transaction.atomic
def booking_terms(request: HttpRequest) -> HttpResponse:
    """How booking works, and what cancelling gives back."""
    terms = BookingTerms.objects.locked() if request.method == "POST" else BookingTerms.objects.load()
    rows, data = terms.cancellation_policy, request.POST or None
    form, policy = TermsForm(data, instance=terms), policy_formset(data, rows)
    form.add_part("policy", rows)
    if data is not None and all([form.is_valid(), policy.is_valid()]):
        changed = form.changes
        if form.settle_part("policy", policy.rows, _("Cancellation terms")):
            changed["cancellation_policy"] = policy.rows
        with refusals_on(form):
            if not form.errors:
                change_terms(changed, by=signed_in(request))
                say_saved(request, form)
                return redirect("office:settings_booking")
    context = {"nav": "settings", "sections": sections(), "form": form, "policy": policy}
    return form_page(request, "terms/settings.html", context)
