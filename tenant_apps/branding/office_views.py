"""The provider's settings: a page, and a button to save it, for each part."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_http_methods

from shared_apps.core.permissions import allow
from shared_apps.web.office import form_page, refusals_on, say_saved
from tenant_apps.branding.models import Brand, Settings
from tenant_apps.branding.office_forms import ContactForm, LookForm, SettingsForm, WordsForm, policy_formset
from tenant_apps.branding.palette import palette, variables
from tenant_apps.branding.services import change_settings

TABS = [
    ("office:settings", _lazy("Look")),
    ("office:settings_words", _lazy("Words")),
    ("office:settings_contact", _lazy("Contact")),
    ("office:settings_booking", _lazy("Booking and money")),
]
OF_THE_BRAND = {"look": LookForm, "words": WordsForm, "contact": ContactForm}


@require_http_methods(["GET", "POST"])
@allow("settings.manage")
@transaction.atomic
def brand(request: HttpRequest, part: str) -> HttpResponse:
    """How the provider looks, what it says, or how it is reached: the `part` of its brand."""
    if request.method == "POST":
        row = Brand.objects.select_for_update().get_or_create(only=True)[0]
    else:
        row = Brand.objects.load()
    form = OF_THE_BRAND[part](request.POST or None, request.FILES or None, instance=row)
    if form.is_valid():
        with refusals_on(form):
            change_settings(brand=form.changes, settings={}, by=request.user)
            say_saved(request, form)
            return redirect(request.path)
    context = {"nav": "settings", "tabs": TABS, "form": form, "brand": row}
    return form_page(request, f"branding/settings_{part}.html", context)


@require_http_methods(["GET", "POST"])
@allow("settings.manage")
@transaction.atomic
def booking(request: HttpRequest) -> HttpResponse:
    """How booking works, and what cancelling gives back."""
    if request.method == "POST":
        chosen = Settings.objects.select_for_update().get_or_create(only=True)[0]
    else:
        chosen = Settings.objects.load()
    rows, data = chosen.cancellation_policy, request.POST or None
    form, policy = SettingsForm(data, instance=chosen), policy_formset(data, rows)
    form.add_part("policy", rows)
    if data is not None and all([form.is_valid(), policy.is_valid()]):
        changed = form.changes
        if form.settle_part("policy", policy.rows, _("Cancellation terms")):
            changed["cancellation_policy"] = policy.rows
        with refusals_on(form):
            if not form.errors:
                change_settings(brand={}, settings=changed, by=request.user)
                say_saved(request, form)
                return redirect("office:settings_booking")
    context = {"nav": "settings", "tabs": TABS, "form": form, "policy": policy}
    return form_page(request, "branding/settings_booking.html", context)


@require_GET
@allow("settings.manage")
def look(request: HttpRequest) -> JsonResponse:
    """The colours that pages would have with `?primary=` and `?accent=` (#rrggbb), as CSS variables; 400 for others."""
    try:
        made = palette(request.GET.get("primary", ""), request.GET.get("accent", ""))
    except ValueError:
        return JsonResponse({"error": _("Give two colours as # and six hexadecimal digits.")}, status=400)
    return JsonResponse({"light": variables(made.light), "dark": variables(made.dark)})
