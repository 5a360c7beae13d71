"""One certificate: its page, its PDF, putting it right and taking it back; and giving one by hand."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow, can
from shared_apps.events.timeline import history
from shared_apps.web.office import back_to, form_page, refusals_on, remember_record
from tenant_apps.certificates.bulk import file_name
from tenant_apps.certificates.models import Certificate
from tenant_apps.certificates.office.forms import GiveForm, ReissueForm, RevokeForm
from tenant_apps.certificates.papers import pdf_for
from tenant_apps.certificates.selectors import SHOWN, called_otherwise
from tenant_apps.certificates.services import give_certificate, reissue_certificate, revoke_certificate
from tenant_apps.people.services import meet_person


def _found(request: HttpRequest, pk: UUID) -> Certificate:
    rows = Certificate.objects.visible_to(request.user).select_related(*SHOWN, "replaces", "replaced_by")
    return get_object_or_404(rows, pk=pk)


@require_GET
@allow("certificates.view")
def certificate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What it says, how it stands, and what happened to it."""
    row = _found(request, pk)
    remember_record(request, "certificate", pk)
    context = {
        "nav": "certificates", "row": row, "public_link": row.public_url, "history": history(row),
        "back": back_to(request, "certificates"), "manages": can(request.user, "certificates.manage"),
        "replaced_by": getattr(row, "replaced_by", None), "called_otherwise": called_otherwise(row),
    }  # fmt: skip
    return render(request, "certificates/office/certificate.html", context)


@require_GET
@allow("certificates.view")
def certificate_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same as a PDF."""
    row = _found(request, pk)
    response = HttpResponse(pdf_for(row, request=request), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{file_name(row)}.pdf"'
    return response


@require_http_methods(["GET", "POST"])
@allow("certificates.manage")
def certificate_reissue(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Another one in its place, with the right name."""
    row = _found(request, pk)
    form = ReissueForm(request.POST or None, certificate=row)
    if form.is_valid():
        with refusals_on(form):
            new = reissue_certificate(row, by=signed_in(request), **form.cleaned_data)
            messages.success(request, _("Issued anew as %s. They are sent the link.") % new.number)
            return redirect("office:certificate", new.pk)
    return form_page(request, "certificates/office/reissue.html", {"nav": "certificates", "row": row, "form": form})


@require_http_methods(["GET", "POST"])
@allow("certificates.manage")
def certificate_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take it back, with a reason."""
    row = _found(request, pk)
    form = RevokeForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            revoke_certificate(row, reason=form.cleaned_data["reason"], by=signed_in(request))
            messages.success(request, _("Revoked. Its public page says so from now on."))
            return redirect("office:certificate", pk)
    return form_page(request, "certificates/office/revoke.html", {"nav": "certificates", "row": row, "form": form})


@require_http_methods(["GET", "POST"])
@allow("certificates.manage")
def certificate_new(request: HttpRequest) -> HttpResponse:
    """Give somebody a certificate that no session here stands for."""
    form = GiveForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form), transaction.atomic():
            made = give_certificate(
                person=meet_person(name=given["name"], email=given["email"]), course=given["course"],
                name=given["name"], ends_on=given["ends_on"], trainer_name=given["trainer_name"],
                quietly=not given["tell"], by=signed_in(request),
            )  # fmt: skip
            messages.success(request, _("Issued as %s.") % made.number)
            return redirect("office:certificate", made.pk)
    return form_page(request, "certificates/office/new.html", {"nav": "certificates", "form": form})
