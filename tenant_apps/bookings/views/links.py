"""Pages that a signed link opens: no account needed, nothing for search engines, nothing for shared caches."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse

from tenant_apps.bookings.accepting import acceptance_of, to_accept
from tenant_apps.bookings.care import all_missing
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.selectors import booking_of, days_of, paid_with, token_of
from tenant_apps.checkout.road import private_page
from tenant_apps.payments.receipts import has_receipt
from tenant_apps.payments.selectors import money_of

View = Callable[..., HttpResponse]
REMEMBERED = "remembered-bookings"


def by_link(view: View) -> View:
    """Give the view the booking that its token names; 404 for a token that is not ours."""

    @wraps(view)
    def opened(request: HttpRequest, token: str, **kwargs: object) -> HttpResponse:
        booking = booking_of(token)
        if booking is None:
            raise Http404
        return view(request, booking, token, **kwargs)

    return private_page(opened)


def remember(request: HttpRequest, booking: Booking) -> str:
    """Let this browser come back to the booking's form; the token of its pages."""
    others = [known for known in request.session.get(REMEMBERED, []) if known[0] != str(booking.pk)]
    request.session[REMEMBERED] = [*others[-19:], [str(booking.pk), booking.link_number]]
    return token_of(booking)


def remembered(request: HttpRequest) -> list[str]:
    """The bookings made in this browser, oldest first, but for those whose links were called in since."""
    known: dict[str, int] = dict(request.session.get(REMEMBERED, []))
    numbers = Booking.objects.filter(pk__in=known).values_list("pk", "link_number") if known else []
    opened = {str(pk) for pk, number in numbers if known[str(pk)] == number}
    return [pk for pk in known if pk in opened]


def facts_of(booking: Booking, token: str) -> dict[str, object]:
    """What every page of a booking tells of it."""
    session = booking.session
    money = money_of(booking.order)
    return {
        "booking": booking,
        "token": token,
        "session": session,
        "course": session.course,
        "days": days_of(session),
        "attendees": list(booking.attendees.all()),
        "money": money,
        "paid_with": paid_with(booking),
        "acceptance": acceptance_of(booking),
        "to_accept": to_accept(booking),
        "care_missing": all_missing(booking) if booking.is_changeable else [],
        "receipt": has_receipt(money),
        "who_can_come": [line for line in session.course.requirements.splitlines() if line.strip()],
        "to_bring": [line for line in session.course.what_to_bring.splitlines() if line.strip()],
        "nav": "courses",
    }
