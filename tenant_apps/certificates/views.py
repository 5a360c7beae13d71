"""Pages of whoever holds a certificate, and the public one on which anybody checks it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shared_apps.core.permissions import allow
from shared_apps.web.networks import at_most
from tenant_apps.certificates.bulk import file_name
from tenant_apps.certificates.forms import CheckForm
from tenant_apps.certificates.models import Certificate
from tenant_apps.certificates.papers import pdf_for
from tenant_apps.certificates.selectors import (
    CHECKED_A_MINUTE,
    booking_by_token,
    by_code,
    by_number,
    certificates_of_booking,
    held_by_token,
    of_their_people,
    own_certificates,
    renewing,
    token_of,
)
from tenant_apps.checkout.road import private_page


@require_safe
@allow("account.use")
@private_page
def my_certificates(request: HttpRequest) -> HttpResponse:
    """One's own certificates, and those of the people one booked for or is the contact of."""
    own = [(row, token_of(row), renewing(row)) for row in own_certificates(request.user)]
    people = [(row, token_of(row)) for row in of_their_people(request.user)]
    context = {"own": own, "people": people, "nav": "my_certificates"}
    return render(request, "certificates/mine.html", context)


@require_safe
@allow("public")
@private_page
def certificate_held(request: HttpRequest, token: str) -> HttpResponse:
    """A certificate, for who has the link in the email."""
    row = _held(token)
    context = {"row": row, "token": token, "public_link": row.public_url, "renews": renewing(row)}
    return render(request, "certificates/held.html", context)


@require_safe
@allow("public")
@private_page
def certificate_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """The same as a PDF."""
    row = _held(token)
    response = HttpResponse(pdf_for(row, request=request), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{file_name(row)}.pdf"'
    return response


@require_safe
@allow("public")
@private_page
def certificates_of_people(request: HttpRequest, token: str) -> HttpResponse:
    """The certificates of all for whom somebody booked, for whoever has the link in the email."""
    booking = booking_by_token(token)
    if booking is None:
        raise Http404
    rows = [(row, token_of(row)) for row in certificates_of_booking(booking) if not row.is_erased]
    return render(request, "certificates/of_booking.html", {"booking": booking, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@allow("public")
@private_page
def certificate_check(request: HttpRequest) -> HttpResponse:
    """Whether a certificate is real, by its number and the name on it."""
    form = CheckForm(request.POST or None)
    if form.is_valid():
        at_most(CHECKED_A_MINUTE, "certificate", request)
        if found := by_number(form.cleaned_data["number"], form.cleaned_data["name"]):
            return redirect("certificate_verify", found.code)
        form.add_error(None, _("We have no certificate with this number and this name. Look at both again."))
    status = 422 if form.is_bound else 200
    return render(request, "certificates/check.html", {"form": form}, status=status)


@require_safe
@allow("public")
@private_page
def certificate_verify(request: HttpRequest, code: str) -> HttpResponse:
    """What anybody may know of a certificate: whose, of which course, when, and whether it is valid."""
    at_most(CHECKED_A_MINUTE, "certificate", request)
    row = by_code(code)
    return render(request, "certificates/verify.html", {"row": row}, status=200 if row else 404)


def _held(token: str) -> Certificate:
    row = held_by_token(token)
    if row is None or row.is_erased:
        raise Http404
    return row
