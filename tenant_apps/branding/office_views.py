"""The provider's settings."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shared_apps.core.access import allow
from shared_apps.core.office import form_page, refusals_on
from tenant_apps.branding.models import Brand, Settings
from tenant_apps.branding.office_forms import BrandForm, SettingsForm, policy_formset
from tenant_apps.branding.services import change_settings


@require_http_methods(["GET", "POST"])
@allow("settings.manage")
def settings(request: HttpRequest) -> HttpResponse:
    """How the provider looks, what it says, and how booking works."""
    brand, chosen = Brand.objects.load(), Settings.objects.load()
    rows = chosen.cancellation_policy
    data, files = request.POST or None, request.FILES or None
    form, rules = BrandForm(data, files, instance=brand), SettingsForm(data, instance=chosen)
    policy = policy_formset(data, rows)
    if data is not None and all([form.is_valid(), rules.is_valid(), policy.is_valid()]):
        with refusals_on(form):
            change_settings(
                brand=form.cleaned_data,
                settings=rules.cleaned_data | {"cancellation_policy": policy.rows},
                by=request.user,
            )
            messages.success(request, _("Settings saved."))
            return redirect("office:settings")
    context = {"nav": "settings", "form": form, "rules": rules, "policy": policy, "brand": brand}
    return form_page(request, "branding/settings.html", context)
