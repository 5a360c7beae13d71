"""The provider's settings."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from shared_apps.core.access import allow
from shared_apps.core.office import form_page, refusals_on, say_saved
from tenant_apps.branding.models import Brand, Settings
from tenant_apps.branding.office_forms import BrandForm, SettingsForm, policy_formset
from tenant_apps.branding.palette import palette, variables
from tenant_apps.branding.services import change_settings


@require_http_methods(["GET", "POST"])
@allow("settings.manage")
@transaction.atomic
def settings(request: HttpRequest) -> HttpResponse:
    """How the provider looks, what it says, and how booking works."""
    if request.method == "POST":
        brand = Brand.objects.select_for_update().get_or_create(only=True)[0]
        chosen = Settings.objects.select_for_update().get_or_create(only=True)[0]
    else:
        brand, chosen = Brand.objects.load(), Settings.objects.load()
    rows = chosen.cancellation_policy
    data, files = request.POST or None, request.FILES or None
    form, rules = BrandForm(data, files, instance=brand), SettingsForm(data, instance=chosen)
    policy = policy_formset(data, rows)
    rules.add_part("policy", rows)
    if data is not None and all([form.is_valid(), rules.is_valid(), policy.is_valid()]):
        changed = rules.changes
        if rules.settle_part("policy", policy.rows, _("Cancellation terms")):
            changed["cancellation_policy"] = policy.rows
        with refusals_on(form):
            if not rules.errors:
                change_settings(brand=form.changes, settings=changed, by=request.user)
                say_saved(request, form, rules)
                return redirect("office:settings")
    context = {"nav": "settings", "form": form, "rules": rules, "policy": policy, "brand": brand}
    return form_page(request, "branding/settings.html", context)


@require_GET
@allow("settings.manage")
def look(request: HttpRequest) -> JsonResponse:
    """The colours that pages would have with `?primary=` and `?accent=` (#rrggbb), as CSS variables; 400 for others."""
    try:
        made = palette(request.GET.get("primary", ""), request.GET.get("accent", ""))
    except ValueError:
        return JsonResponse({"error": _("Give two colours as # and six hexadecimal digits.")}, status=400)
    return JsonResponse({"light": variables(made.light), "dark": variables(made.dark)})
