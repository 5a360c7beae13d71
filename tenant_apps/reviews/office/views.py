"""Reviews in the office: read, hidden and answered; the questions of a course and what was answered."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow, can
from shared_apps.events.timeline import history
from shared_apps.web.filtering import an_id, known_filters
from shared_apps.web.office import back_to, csv_file, form_page, page_of, refusals_on, remember_list
from tenant_apps.catalogue.models import Course
from tenant_apps.reviews.models import FeedbackAnswer, FeedbackQuestion, Review, ReviewQuerySet
from tenant_apps.reviews.office.forms import AnswerForm, HideForm, QuestionForm
from tenant_apps.reviews.selectors import average_of, results_of
from tenant_apps.reviews.services import answer_review, ask_question, hide_review, show_review, stop_asking

STATES = {
    "low": (gettext_lazy("3 and less"), Q(rating__lte=3) | Q(trainer_rating__lte=3)),
    "open": (gettext_lazy("Not answered"), Q(answer="", hidden_at=None)),
    "hidden": (gettext_lazy("Hidden"), Q(hidden_at__isnull=False)),
}


def _visible(request: HttpRequest) -> ReviewQuerySet:
    related = ("course", "trainer__person", "session", "attendee__booking", "hidden_by")
    return Review.objects.visible_to(request.user).select_related(*related)


@require_GET
@allow("reviews.view")
@known_filters(status=STATES, course=an_id, trainer=an_id)
def reviews(request: HttpRequest) -> HttpResponse:
    """All reviews, the newest first: those of one course or trainer, bad ones, those without an answer."""
    remember_list(request, "reviews")
    seen = Review.objects.visible_to(request.user)
    rows = _visible(request).order_by("-created_at", "-pk")
    chosen = {name: request.GET.get(name, "") for name in ("status", "course", "trainer")}
    for name in ("course", "trainer"):
        if chosen[name]:
            rows = rows.filter(**{name: chosen[name]})
    if chosen["status"]:
        rows = rows.filter(STATES[chosen["status"]][1])
    context = {
        "nav": "reviews", "page": page_of(request, rows), "chosen": chosen, "filtered": any(chosen.values()),
        "courses": Course.objects.filter(pk__in=seen.order_by().values("course")).order_by("title"),
        "states": [(key, title) for key, (title, _condition) in STATES.items()],
    }  # fmt: skip
    return render(request, "reviews/office/reviews.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("reviews.view")
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One review with what was answered to the course's questions; POST answers it."""
    found = get_object_or_404(_visible(request), pk=pk)
    manages = can(request.user, "reviews.manage")
    form = AnswerForm(request.POST or None, initial={"answer": found.answer}) if manages else None
    if form and request.method == "POST" and form.is_valid():
        answer_review(found, answer=form.cleaned_data["answer"], by=signed_in(request))
        messages.success(request, _("Saved."))
        return redirect("office:review", pk)
    context = {
        "nav": "reviews", "review": found, "form": form, "manages": manages, "back": back_to(request, "reviews"),
        "answers": found.answers.select_related("question").order_by("question__position"),
        "history": history(found),
    }  # fmt: skip
    return form_page(request, "reviews/office/review.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("reviews.manage")
def review_hide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hide a review, with a reason."""
    found = get_object_or_404(_visible(request), pk=pk)
    form = HideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            hide_review(found, reason=form.cleaned_data["reason"], by=signed_in(request))
            messages.success(request, _("Nobody sees it any more, and it does not count."))
            return redirect("office:review", pk)
    return form_page(request, "reviews/office/hide.html", {"nav": "reviews", "review": found, "form": form})


@require_POST
@allow("reviews.manage")
def review_show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let everybody see it again."""
    show_review(get_object_or_404(_visible(request), pk=pk), by=signed_in(request))
    messages.success(request, _("Everybody sees it again."))
    return redirect("office:review", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("courses.manage")
def course_feedback(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a course asks those who came, and what they answered; POST adds a question."""
    course = get_object_or_404(Course.objects.visible_to(request.user), pk=pk)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ask_question(course=course, **form.cleaned_data, by=signed_in(request))
        messages.success(request, _("Those who answer from now on are asked this, too."))
        return redirect("office:course_feedback", pk)
    context = {
        "nav": "courses", "course": course, "form": form, "results": results_of(course), "average": average_of(course),
    }  # fmt: skip
    return form_page(request, "reviews/office/feedback.html", context)


@require_POST
@allow("courses.manage")
def course_feedback_question(request: HttpRequest, pk: UUID, question: UUID) -> HttpResponse:
    """Ask a question no longer, or again."""
    course = get_object_or_404(Course.objects.visible_to(request.user), pk=pk)
    found = get_object_or_404(FeedbackQuestion, course=course, pk=question)
    stop_asking(found, by=signed_in(request))
    messages.success(request, _("Saved."))
    return redirect("office:course_feedback", pk)


@require_GET
@allow("courses.manage")
def course_feedback_export(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All answers of a course as a file: a line for each review, a column for each question, no names."""
    course = get_object_or_404(Course.objects.visible_to(request.user), pk=pk)
    questions = list(course.feedback_questions.all())
    given = FeedbackAnswer.objects.filter(review__course=course).values_list("review", "question", "number", "text")
    cells = {(review, question): number or text for review, question, number, text in given}
    rows = (
        [
            f"{row.session.starts_at.astimezone(row.session.zone):%Y-%m-%d}", str(row.trainer or ""), row.rating,
            row.text, row.trainer_rating, row.trainer_text, *(cells.get((row.pk, one.pk), "") for one in questions),
        ]
        for row in Review.objects.filter(course=course).select_related("session", "trainer__person").order_by("pk")
    )  # fmt: skip
    head = ["date", "trainer", "rating", "text", "trainer rating", "trainer text", *(one.text for one in questions)]
    return csv_file(f"feedback-{course.slug}", head, rows)
