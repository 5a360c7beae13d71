"""What earns certificates of a course, and how all of a provider's look."""

from datetime import timedelta
from typing import cast
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from shared_apps.core.time import local_today, now
from shared_apps.web.networks import at_most
from shared_apps.web.office import form_page, found_to_edit, refusals_on, say_saved
from tenant_apps.branding.registry import sections
from tenant_apps.catalogue.models import Course
from tenant_apps.certificates.models import Certificate, CertificateSettings, Design, new_code
from tenant_apps.certificates.office.forms import RuleForm, SettingsForm
from tenant_apps.certificates.papers import html_of, sample_pdf
from tenant_apps.certificates.selectors import rule_of
from tenant_apps.certificates.services import change_certificate_settings, change_rule
from tenant_apps.certificates.wording import SAMPLE, VARIABLES, Said, words_of

SAMPLES_A_MINUTE = 20


@require_http_methods(["GET", "POST"])
@allow("settings.manage")
@transaction.atomic
def settings_certificates(request: HttpRequest) -> HttpResponse:
    """Design, words, and when people hear of them."""
    rows = CertificateSettings.objects
    row = rows.locked() if request.method == "POST" else rows.load()
    form = SettingsForm(request.POST or None, instance=row)
    if form.is_valid():
        with refusals_on(form):
            change_certificate_settings(form.changes, by=signed_in(request))
            say_saved(request, form)
            return redirect("office:settings_certificates")
    context = {
        "nav": "settings", "sections": sections(), "form": form, "designs": Design.choices,
        "chosen": form["design"].value(),
        "variables": [(f"{{{{ {name} }}}}", meaning) for name, (meaning, _sample) in VARIABLES.items()],
    }  # fmt: skip
    return form_page(request, "certificates/office/settings.html", context)


@require_safe
@allow("settings.manage")
@xframe_options_sameorigin
def certificate_preview(request: HttpRequest) -> HttpResponse:
    """How a design looks with the present words, as a page for a frame: with its styles, without scripts."""
    words = words_of(CertificateSettings.objects.load())
    html = html_of(_sample(words), design=request.GET.get("design", ""), on_screen=True)
    response = HttpResponse(html)
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src *; form-action 'none'; "
        "frame-ancestors 'self'; sandbox"
    )
    return response


@require_POST
@allow("settings.manage")
def certificate_sample(request: HttpRequest) -> HttpResponse:
    """What the form has now, as a PDF with made-up values; nothing is saved."""
    form = SettingsForm(request.POST, instance=CertificateSettings.objects.load())
    if not form.is_valid():
        context = {"nav": "settings", "sections": sections(), "form": form, "designs": Design.choices,
                   "chosen": form["design"].value(), "variables": []}  # fmt: skip
        return form_page(request, "certificates/office/settings.html", context)
    at_most(SAMPLES_A_MINUTE, "certificate-sample", request)
    words = cast("Said", {name: form.cleaned_data[name] for name in Said.__annotations__})
    pdf = sample_pdf(_sample(words), design=form.cleaned_data["design"])
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="certificate.pdf"'
    return response


@require_http_methods(["GET", "POST"])
@allow("courses.manage")
@transaction.atomic
def course_certificates(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What earns a certificate of one course, and how long it is valid."""
    course = found_to_edit(request, Course.objects.visible_to(request.user), pk)
    form = RuleForm(request.POST or None, instance=rule_of(course))
    if form.is_valid():
        with refusals_on(form):
            change_rule(course, by=signed_in(request), **form.changes)
            say_saved(request, form)
            return redirect("office:course_certificates", pk)
    context = {"nav": "courses", "course": course, "form": form}
    return form_page(request, "certificates/office/rule.html", context)


def _sample(words: Said) -> Certificate:
    today = local_today()
    return Certificate(
        number=SAMPLE["number"], code=new_code(), name=SAMPLE["name"], course_title=SAMPLE["course"],
        trainer_name=SAMPLE["trainer"], company=SAMPLE["company"], begins_on=today - timedelta(days=1), ends_on=today,
        expires_on=today + timedelta(days=730), issued_at=now(), words=words,
    )  # fmt: skip
