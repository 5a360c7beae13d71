"""What those who come answered: on the page of a session, as a file, and filled in by the office."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from shared_apps.accounts.models import User
from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow, can
from shared_apps.core.time import local
from shared_apps.files.links import link_to_file
from shared_apps.files.models import File
from shared_apps.web.filtering import known_filters
from shared_apps.web.office import csv_file, form_page, refusals_on
from tenant_apps.bookings.answer_forms import AnswersForm
from tenant_apps.bookings.answer_readers import Reader
from tenant_apps.bookings.answers import answer_questions
from tenant_apps.bookings.asked import Asked, answers_due, asked_at, asked_on
from tenant_apps.bookings.models import Answer, Booking
from tenant_apps.questions.models import Question
from tenant_apps.scheduling.models import Session

SHOWN = {"missing"}
PERMISSION = "bookings.view"
Told = tuple[Asked, list[tuple[Question, Answer | None, str]]]


def _session(request: HttpRequest, pk: UUID) -> Session:
    rows = Session.objects.visible_to(request.user).select_related("course", "trainer__person")
    return get_object_or_404(rows, pk=pk)


def _asked(request: HttpRequest, session: Session) -> list[Asked]:
    only_missing = request.GET.get("show", "") == "missing"
    return [one for one in asked_at(session) if one.missing or not only_missing]


@require_GET
@allow(PERMISSION)
@known_filters(show=SHOWN)
def session_answers(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everybody who comes, with what they answered; `?show=missing`: those who have something left to answer."""
    session = _session(request, pk)
    found = _asked(request, session)
    user = signed_in(request)
    context = {
        "nav": "sessions", "session": session, "people": _told(found, user), "show": request.GET.get("show", ""),
        "everybody": not request.GET.get("show"),
        "questions": list(session.course.questions.asked()), "due": answers_due(session),
        "manages": can(request.user, "bookings.manage"),
    }  # fmt: skip
    return render(request, "bookings/office/session_answers.html", context)


@require_GET
@allow(PERMISSION)
@known_filters(show=SHOWN)
def session_answers_export(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same as a file: a line for each attendee, a column for each question. Files stand there by their names."""
    session = _session(request, pk)
    found = _asked(request, session)
    questions = list(session.course.questions.asked())
    head = [_("Attendee"), _("Reference"), *(one.text for one in questions)]
    rows = (
        [one.attendee.name, one.attendee.booking.reference, *(_cell(one.answers.get(asked.pk)) for asked in questions)]
        for one in found
    )
    return csv_file(f"answers-{session.course.slug}-{local(session.starts_at):%Y-%m-%d}", head, rows)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("bookings.manage")
def booking_answers(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What everybody on one booking answered, to be filled in or changed as they say on the phone."""
    rows = Booking.objects.visible_to(request.user).select_related("session__course", "buyer")
    booking = get_object_or_404(rows, pk=pk)
    asked = asked_on([booking], course_id=booking.session.course_id)
    form = None
    if asked and booking.stands:
        data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        form = AnswersForm(data, files, asked=asked, reader=Reader.ALL)
        if form.is_valid():
            with refusals_on(form):
                for one, given in form.answers():
                    answer_questions(one.attendee, given, by=signed_in(request), by_office=True)
                messages.success(request, _("Saved."))
                return redirect("office:booking", pk)
    context = {"nav": "bookings", "booking": booking, "form": form, "asked": asked}
    return form_page(request, "bookings/office/answers.html", context)


def answers_on(booking: Booking, user: User | None) -> dict[str, object]:
    """What the page of a booking shows of answers: to the office, and to who teaches there."""
    if user is None or not Session.objects.visible_to(user).filter(pk=booking.session_id).exists():
        return {"people_asked": []}
    return {"people_asked": _told(asked_on([booking], course_id=booking.session.course_id), user)}


def _told(asked: list[Asked], user: User | None) -> list[Told]:
    """Each person with their lines: a question, the answer, and where its file is fetched."""
    links = _links(asked, user)
    return [
        (one, [(question, answer, links.get(answer.pk, "") if answer else "") for question, answer in one.lines])
        for one in asked
    ]


def _links(asked: list[Asked], user: User | None) -> dict[UUID, str]:
    """The links of the files that were sent, for `user` and an hour, by the keys of the answers."""
    answers = {str(row.file.name): row for one in asked for row in one.answers.values() if row.file}
    if user is None or not answers:
        return {}
    files = File.objects.filter(path__in=answers)
    return {
        answers[file.path].pk: link_to_file(file, to=user, name=answers[file.path].text, permission=PERMISSION)
        for file in files
    }


def _cell(answer: Answer | None) -> str:
    return answer.words if answer else ""
