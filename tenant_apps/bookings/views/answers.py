"""Answering what a course asks: by the link of a booking, by the one for names, and by each attendee's own."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from shared_apps.core.time import how_long
from shared_apps.files.views import private_file
from shared_apps.web.networks import at_most, network_of
from shared_apps.web.office import refusals_on
from tenant_apps.bookings.answer_forms import AnswersForm
from tenant_apps.bookings.answer_links import attendee_of, file_of, file_token
from tenant_apps.bookings.answer_readers import Reader
from tenant_apps.bookings.answers import answer_questions
from tenant_apps.bookings.asked import Asked, answers_due, asked_of_attendee, asked_on
from tenant_apps.bookings.hold_limits import wait_of_sender
from tenant_apps.bookings.models import Answer, Booking
from tenant_apps.bookings.selectors import booking_of_names
from tenant_apps.bookings.views.links import by_link
from tenant_apps.checkout.road import private_page

ANSWERED_A_MINUTE = 20
READERS = {"booking_answers": Reader.BUYER, "people_answers": Reader.NAMER, "attendee_answers": Reader.ALL}


@require_http_methods(["GET", "HEAD", "POST"])
@allow("public")
@by_link
def booking_answers(request: HttpRequest, booking: Booking, token: str) -> HttpResponse:
    """What those who come by a booking are asked, for whoever booked it."""
    asked = asked_on([booking], course_id=booking.session.course_id)
    return _page(request, booking, asked, back="booking", to="booking_answers", token=token)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("public")
@private_page
def people_answers(request: HttpRequest, token: str) -> HttpResponse:
    """The same for whoever knows the names, by the link that opens these alone."""
    booking = booking_of_names(token)
    if booking is None:
        raise Http404
    asked = asked_on([booking], course_id=booking.session.course_id)
    return _page(request, booking, asked, back="booking_people", to="people_answers", token=token)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("public")
@private_page
def attendee_answers(request: HttpRequest, token: str) -> HttpResponse:
    """What one attendee is asked, by the link that is theirs alone."""
    attendee = attendee_of(token)
    if attendee is None:
        raise Http404
    asked = [one for one in [asked_of_attendee(attendee)] if one.questions]
    return _page(request, attendee.booking, asked, back="", to="attendee_answers", token=token, themselves=True)


@require_safe
@allow("public")
def answer_file(request: HttpRequest, token: str) -> HttpResponse:
    """The file that an attendee sent, for themselves."""
    answer = file_of(token)
    if answer is None:
        raise Http404
    return private_file(str(answer.file.name), name=answer.text)


def _page(
    request: HttpRequest, booking: Booking, asked: list[Asked], *, back: str, to: str, token: str,
    themselves: bool = False,
) -> HttpResponse:  # fmt: skip
    form = None
    if asked and booking.is_changeable:
        data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        if data is not None:  # before any file is looked into
            at_most(ANSWERED_A_MINUTE, "answers", request)
        form = AnswersForm(data, files, asked=asked, reader=READERS[to])
        if form.is_valid():
            if wait := wait_of_sender(network_of(request), len(request.FILES)):
                text = _("There were many files from you in a short time. Nothing was saved. Try again in %s.")
                form.add_error(None, text % how_long(wait))
            else:
                with refusals_on(form):
                    _save(request, form, reader=READERS[to], themselves=themselves)
                    _say(request, booking, asked)
                    return redirect(to, token)
    session = booking.session
    context = {
        "form": form, "asked": asked, "booking": booking, "session": session, "course": session.course,
        "due": answers_due(session), "back": back, "token": token, "themselves": themselves, "nav": "my_bookings",
        "files": _files(asked) if themselves else [], "to_namer": READERS[to] is Reader.NAMER,
    }  # fmt: skip
    return render(request, "bookings/answers.html", context, status=422 if request.method == "POST" else 200)


def _save(request: HttpRequest, form: AnswersForm, *, reader: Reader, themselves: bool) -> None:
    by = signed_in(request) if request.user.is_authenticated else None
    for one, given in form.answers():
        answer_questions(one.attendee, given, by=by, themselves=themselves, reader=reader)


def _say(request: HttpRequest, booking: Booking, asked: list[Asked]) -> None:
    keys = {one.attendee.pk for one in asked}
    fresh = asked_on([booking], course_id=booking.session.course_id)
    missing = sum(len(one.missing) for one in fresh if one.attendee.pk in keys)
    if missing:
        text = ngettext("Saved. %d answer is still missing.", "Saved. %d answers are still missing.", missing)
        messages.success(request, text % missing)
    else:
        messages.success(request, _("Thank you. Everything is answered."))


def _files(asked: list[Asked]) -> list[tuple[Answer, str]]:
    """The files that were sent, with the tokens of their links."""
    sent = [(one, answer) for one in asked for answer in one.answers.values() if answer.file]
    return [(answer, file_token(answer, one.attendee)) for one, answer in sent]
