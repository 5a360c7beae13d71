"""What followed from an event and failed for good."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from shared_apps.events.given_up import GivenUp, given_up, outcome, run_again
from shared_apps.tenants.templatetags.features import url_of

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


def _page_of(row: GivenUp) -> str:
    """The record it is about, if it has a page here."""
    return next((url_of(page, row.payload[key]) for key, page in PAGES.items() if row.payload.get(key)), "")
