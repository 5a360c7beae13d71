"""The settings pages about the brand: a page, and a button to save it, for each part."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from shared_apps.web.office import form_page, refusals_on, say_saved
from tenant_apps.branding.models import Brand
from tenant_apps.branding.office.forms import ContactForm, LookForm, WordsForm, read_logo
from tenant_apps.branding.palette import palette, variables
from tenant_apps.branding.registry import find_settings, sections
from tenant_apps.branding.services import change_brand

OF_THE_BRAND = {"look": LookForm, "words": WordsForm, "contact": ContactForm}


@require_http_methods(["GET", "POST"])
@allow("settings.manage")
def brand(request: HttpRequest, part: str) -> HttpResponse:
    """How the provider looks, what it says, or how it is reached: the `part` of its brand."""
    read_logo(request)
    return _brand(request, part)


@transaction.atomic
def _brand(request: HttpRequest, part: str) -> HttpResponse:
    row = Brand.objects.locked() if request.method == "POST" else Brand.objects.load()
    form = OF_THE_BRAND[part](request.POST or None, request.FILES or None, instance=row)
    if form.is_valid():
        with refusals_on(form):
            change_brand(form.changes, by=signed_in(request))
            say_saved(request, form)
            return redirect(request.path)
    context = {"nav": "settings", "sections": sections(), "form": form, "brand": row}
    return form_page(request, f"branding/settings_{part}.html", context)


@require_GET
@allow("settings.manage")
def find(request: HttpRequest) -> HttpResponse:
    """The settings that `?q=` names, each with a link to its field; only these when htmx asks."""
    q = request.GET.get("q", "").strip()[:100]
    context = {"nav": "settings", "sections": sections(), "q": q, "found": find_settings(q)}
    template = "branding/_settings_found.html" if vars(request)["htmx"] else "branding/settings_find.html"
    return render(request, template, context)


@require_GET
@allow("settings.manage")
def look(request: HttpRequest) -> JsonResponse:
    """The colours that pages would have with `?primary=` and `?accent=` (#rrggbb), as CSS variables; 400 for others."""
    try:
        made = palette(request.GET.get("primary", ""), request.GET.get("accent", ""))
    except ValueError:
        return JsonResponse({"error": _("Give two colours as # and six hexadecimal digits.")}, status=400)
    return JsonResponse({"light": variables(made.light), "dark": variables(made.dark)})
