"""Saying how it was: by the link in an email, from a booking's page, or from one's own bookings."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from shared_apps.web.networks import at_most
from shared_apps.web.office import refusals_on
from shared_apps.web.page_cache import cached_page
from tenant_apps.bookings.models import Attendee, Booking
from tenant_apps.bookings.review_links import attendee_of, review_token
from tenant_apps.bookings.views.links import by_link
from tenant_apps.catalogue.models import Course
from tenant_apps.checkout.road import private_page
from tenant_apps.reviews.errors import NotAnAttendee
from tenant_apps.reviews.forms import ReviewForm
from tenant_apps.reviews.models import Review
from tenant_apps.reviews.selectors import average_of, questions_of, review_of, why_not_reviewable
from tenant_apps.reviews.services import write_review

WRITTEN_A_MINUTE = 20
ROWS = 20


@require_http_methods(["GET", "HEAD", "POST"])
@allow("public")
@private_page
def review(request: HttpRequest, token: str) -> HttpResponse:
    """What one attendee says of what they came to: written, and for some weeks changed."""
    attendee = attendee_of(token)
    if attendee is None:
        raise Http404
    found = review_of(attendee)
    session = attendee.booking.session
    trainer = found.trainer if found else session.trainer
    refusal = why_not_reviewable(attendee, found)
    form = None
    if refusal is None:
        form = ReviewForm(
            request.POST or None, trainer=str(trainer or ""), questions=questions_of(session.course_id), review=found
        )
        if request.method == "POST" and form.is_valid():
            at_most(WRITTEN_A_MINUTE, "review", request)
            with refusals_on(form):
                _write(request, form, attendee)
                messages.success(request, _("Thank you. What you said is saved."))
                return redirect("review", token)
    context = {
        "form": form, "review": found, "attendee": attendee, "session": session, "course": session.course,
        "trainer": trainer, "refusal": refusal, "nav": "my_bookings",
    }  # fmt: skip
    refused = request.method == "POST"
    return render(request, "reviews/review.html", context, status=422 if refused else 200)


def _write(request: HttpRequest, form: ReviewForm, attendee: Attendee) -> None:
    said = form.cleaned_data
    write_review(
        attendee=attendee, rating=said["rating"], text=said["text"], trainer_rating=said.get("trainer_rating"),
        trainer_text=said.get("trainer_text", ""), answers=form.answers(),
        by=signed_in(request) if request.user.is_authenticated else None,
    )  # fmt: skip


@require_safe
@allow("public")
@by_link
def booking_review(request: HttpRequest, booking: Booking, token: str) -> HttpResponse:
    """To the review of whoever booked, if they had a seat themselves; the others have links of their own."""
    own = booking.attendees.filter(person=booking.buyer_id).first()
    if own is None:
        messages.info(request, NotAnAttendee.message)
        return redirect("booking", token)
    return redirect("review", review_token(own))


@require_safe
@allow("public")
@cached_page(reads=["page"])
def course_reviews(request: HttpRequest, slug: str) -> HttpResponse:
    """All that is said of one course, the newest first."""
    course = Course.objects.public().filter(slug=slug).first()
    average = average_of(course) if course else None
    if course is None or average is None:
        raise Http404
    rows = Review.objects.shown().filter(course=course).select_related("trainer__person").order_by("-created_at")
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {"nav": "courses", "course": course, "average": average, "page": page}
    return render(request, "reviews/course.html", context)
