"""The settings page about money."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from shared_apps.web.office import form_page, refusals_on, say_saved
from tenant_apps.branding.registry import sections
from tenant_apps.payments.choices import change_payment_settings
from tenant_apps.payments.models import PaymentSettings
from tenant_apps.payments.office.forms import PaymentSettingsForm, ways_to_pay
from tenant_apps.payments.providers.forms import ProviderForm


@require_http_methods(["GET", "POST"])
@allow("settings.manage")
@transaction.atomic
def payment_settings(request: HttpRequest) -> HttpResponse:
    """How each provider stands and what is chosen about it, and the VAT number."""
    chosen = PaymentSettings.objects.locked() if request.method == "POST" else PaymentSettings.objects.load()
    form = PaymentSettingsForm(request.POST or None, instance=chosen)
    ways = ways_to_pay(request.POST or None, chosen)
    forms: list[PaymentSettingsForm | ProviderForm] = [*(way.form for way in ways if way.form), form]
    if all(one.is_valid() for one in forms):
        changes = {name: value for one in forms for name, value in one.changes.items()}
        with refusals_on(form):
            change_payment_settings(changes, by=signed_in(request))
            say_saved(request, *forms)
            return redirect("office:settings_money")
    context = {"nav": "settings", "sections": sections(), "form": form, "ways": ways}
    wrong = any(one.errors for one in forms)
    return form_page(request, "payments/settings.html", {**context, "wrong": wrong})
