"""What a scanned code leads to."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shared_apps.accounts.models import User
from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.errors import DomainError
from shared_apps.core.permissions import allow, can
from tenant_apps.bookings.check_in import attendee_of, day_to_check_in, mark_present, picture_of
from tenant_apps.bookings.models import STANDING, Attendee, Booking
from tenant_apps.bookings.register import seat_of
from tenant_apps.bookings.selectors import token_of
from tenant_apps.checkout.road import private_page
from tenant_apps.people.models import persons_of
from tenant_apps.scheduling.models import TEACHING, Attendance, AttendanceStatus, Session
from tenant_apps.scheduling.office.register_input import device_of


@require_http_methods(["GET", "HEAD", "POST"])
@allow("public")
@private_page
def check_in(request: HttpRequest, token: str) -> HttpResponse:
    """Staff mark that person present for today; who booked sees the booking; nobody else learns anything.

    Opening it changes nothing: the page sends its form by itself, so that a program that follows links marks nobody.
    """
    attendee = attendee_of(token)
    if attendee is None:
        raise Http404
    user = signed_in(request)
    if user is None:
        return render(request, "bookings/check_in_code.html", {"nav": "courses"})
    if _may_mark(user, attendee):
        return _at_the_door(request, attendee, user)
    if Booking.objects.filter(pk=attendee.booking_id, buyer__in=persons_of(user)).exists():
        return redirect("booking", token_of(attendee.booking))
    raise Http404


def _may_mark(user: User, attendee: Attendee) -> bool:
    sessions = Session.objects.visible_to(user).in_hands_of(user, TEACHING)
    return can(user, "registers.mark") and sessions.filter(pk=attendee.booking.session_id).exists()


def _at_the_door(request: HttpRequest, attendee: Attendee, user: User) -> HttpResponse:
    booking, day = attendee.booking, day_to_check_in(attendee)
    stands = booking.status in STANDING
    if request.method == "POST" and day is not None and stands:
        try:
            mark_present(attendee, day, by=user, device=device_of(request.headers.get("User-Agent", "")[:500]))
        except DomainError as refusal:
            messages.error(request, refusal.message)
        return redirect(request.path)
    row = Attendance.objects.filter(day=day, attendee_id=attendee.pk).first() if day else None
    context = {
        "nav": "today", "attendee": attendee, "booking": booking, "session": booking.session, "day": day, "row": row,
        "seat": seat_of(attendee, AttendanceStatus.CONFIRMED), "stands": stands,
        "next": booking.session.days.order_by("starts_at"), "title": _("Check-in"),
    }  # fmt: skip
    return render(request, "bookings/office/check_in.html", context)


@require_safe
@allow("public")
def check_in_code(request: HttpRequest, token: str) -> HttpResponse:
    """The code as a picture, as emails and the booking's page show it."""
    if attendee_of(token) is None:
        raise Http404
    response = HttpResponse(picture_of(token), content_type="image/png")
    response["Cache-Control"] = "private, max-age=86400"
    response["X-Robots-Tag"] = "noindex"
    return response
