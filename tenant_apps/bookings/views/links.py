"""Pages that a signed link opens: no account needed, nothing for search engines, nothing for shared caches."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from shared_apps.core.signing import BadSignature, unsign
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.selectors import token_of

View = Callable[..., HttpResponse]
REMEMBERED = "bookings"


def private_page(view: View) -> View:
    """Keep a page with personal data out of indexes and shared caches."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        response["Cache-Control"] = "private, no-cache"
        return response

    return answered


def by_link(view: View) -> View:
    """Give the view the booking that its token names; 404 for a token that is not ours."""

    @wraps(view)
    def opened(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        try:
            pk = unsign("booking", token)
        except BadSignature:
            raise Http404 from None
        related = ("session__course", "session__place", "session__room", "session__trainer__person", "buyer", "order")
        booking = Booking.objects.select_related(*related).filter(pk=pk).first()
        if booking is None:
            raise Http404
        return view(request, booking, token, **kwargs)

    return private_page(opened)


def remember(request: HttpRequest, booking: Booking) -> str:
    """Let this browser come back to the booking's form; the token of its pages."""
    ids = [pk for pk in remembered(request) if pk != str(booking.pk)]
    request.session[REMEMBERED] = [*ids[-19:], str(booking.pk)]
    return token_of(booking)


def remembered(request: HttpRequest) -> list[str]:
    """The bookings made in this browser, oldest first."""
    return list(request.session.get(REMEMBERED, []))
