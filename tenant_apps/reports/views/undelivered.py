"""What followed from an event and failed for good."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from shared_apps.events.forms import DropForm
from shared_apps.events.given_up import GivenUp, drop, find, given_up, outcome, run_again
from shared_apps.tenants.templatetags.features import url_of
from shared_apps.web.office import form_page

PAGES = {"booking_id": "office:booking", "session_id": "office:session"}


@require_GET
@allow("bookings.manage")
def undelivered(request: HttpRequest) -> HttpResponse:
    """All that was given up, newest first, each to be run again."""
    rows = [(row, _page_of(row)) for row in given_up()]
    return render(request, "reports/undelivered.html", {"nav": "messages", "rows": rows})


@require_POST
@allow("bookings.manage")
def undelivered_again(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """Try one of them once more."""
    try:
        done = run_again(kind, pk, by=signed_in(request))
    except LookupError:
        raise Http404 from None
    messages.add_message(request, messages.ERROR if done is False else messages.SUCCESS, outcome(done))
    return redirect("office:undelivered")


@require_http_methods(["GET", "POST"])
@allow("bookings.manage")
def undelivered_drop(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """Leave one of them undone for good, with a reason."""
    form = DropForm(request.POST or None)
    try:
        row = find(kind, pk)
        if form.is_valid():
            drop(kind, pk, reason=form.cleaned_data["reason"], by=signed_in(request))
            messages.success(request, _("Nobody tries it any more."))
            return redirect("office:undelivered")
    except LookupError:
        raise Http404 from None
    return form_page(request, "reports/undelivered_drop.html", {"nav": "messages", "row": row, "form": form})


def _page_of(row: GivenUp) -> str:
    """The record it is about, if it has a page here."""
    return next((url_of(page, row.payload[key]) for key, page in PAGES.items() if row.payload.get(key)), "")
