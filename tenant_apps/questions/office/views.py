"""What a course asks those who come: read, asked otherwise, put in another order, asked no longer."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.errors import DomainError
from shared_apps.core.permissions import allow
from shared_apps.web.office import form_page, found_to_edit, refusals_on, say_saved
from tenant_apps.catalogue.models import Course
from tenant_apps.questions.models import Question
from tenant_apps.questions.office.forms import Preview, QuestionForm
from tenant_apps.questions.services import ask, ask_earlier, ask_otherwise, stop_asking


def _course(request: HttpRequest, pk: UUID) -> Course:
    return get_object_or_404(Course.objects.in_office_of(request.user), pk=pk)


def _question(request: HttpRequest, pk: UUID, question: UUID) -> Question:
    rows = Question.objects.select_related("course").filter(course=_course(request, pk))
    return get_object_or_404(rows, pk=question)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("courses.manage")
def course_questions(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All questions of a course, and how people see them; POST asks another one."""
    course = _course(request, pk)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            ask(course=course, by=signed_in(request), **form.wording)
            messages.success(request, _("Those who book from now on are asked this, and those booked by their links."))
            return redirect("office:course_questions", pk)
    questions = list(course.questions.all())
    asked = [one for one in questions if one.active]
    context = {
        "nav": "courses", "course": course, "form": form, "asked": asked, "preview": Preview(asked),
        "former": [one for one in questions if not one.active],
    }  # fmt: skip
    return form_page(request, "questions/office/questions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("courses.manage")
@transaction.atomic
def course_question(request: HttpRequest, pk: UUID, question: UUID) -> HttpResponse:
    """One question, asked otherwise. Answers that were given keep the words that were asked then."""
    course = _course(request, pk)
    found = found_to_edit(request, Question.objects.select_related("course").filter(course=course), question)
    form = QuestionForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            ask_otherwise(found, by=signed_in(request), **form.wording)
            say_saved(request, form)
            return redirect("office:course_questions", pk)
    context = {"nav": "courses", "course": course, "question": found, "form": form}
    return form_page(request, "questions/office/question.html", context)


@require_POST
@allow("courses.manage")
def course_question_move(request: HttpRequest, pk: UUID, question: UUID) -> HttpResponse:
    """Ask it earlier, or with `down` later."""
    ask_earlier(_question(request, pk, question), later="down" in request.POST, by=signed_in(request))
    return redirect("office:course_questions", pk)


@require_POST
@allow("courses.manage")
def course_question_stop(request: HttpRequest, pk: UUID, question: UUID) -> HttpResponse:
    """Ask it no longer, or again; one that nobody answered goes."""
    try:
        stop_asking(_question(request, pk, question), by=signed_in(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Saved."))
    return redirect("office:course_questions", pk)
