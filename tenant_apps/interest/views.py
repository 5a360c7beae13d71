"""Asking to hear of a course's dates, on the site."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shared_apps.accounts.services import owns_email
from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.errors import DomainError
from shared_apps.core.permissions import allow
from shared_apps.core.states import Actor
from shared_apps.web.networks import network_of
from shared_apps.web.views import shown_again, too_many_requests
from tenant_apps.bookings.hold_limits import wait_of_stranger
from tenant_apps.catalogue.models import Course
from tenant_apps.checkout.road import private_page
from tenant_apps.interest.errors import AlreadyInterested
from tenant_apps.interest.forms import InterestForm
from tenant_apps.interest.links import Asked, asked_by, interest_of, own_token
from tenant_apps.interest.models import Interest
from tenant_apps.interest.notifications import send_confirm_link
from tenant_apps.interest.selectors import open_dates
from tenant_apps.interest.services import leave_interest, register_interest
from tenant_apps.people.identity import find_person
from tenant_apps.people.services import meet_person

SENT = "interest-link"  # in the browser's session: to which address the link about which course went


@shown_again
@require_http_methods(["GET", "HEAD", "POST"])
@allow("public")
@private_page
def interest(request: HttpRequest, slug: str) -> HttpResponse:
    """GET asks who would come; POST notes it, or sends the link that does."""
    course = get_object_or_404(Course.objects.public(), slug=slug)
    if open_dates(course):
        return redirect("course", course.slug)
    stale = request.method == "POST" and getattr(request, "stale", False)
    user = signed_in(request)
    known = {"name": user.name, "email": user.email} if user else {}
    form = InterestForm(request.POST or None, initial={"seats": 1, **known})
    if request.method == "POST" and not stale and form.is_valid():
        given = form.cleaned_data
        asked = Asked(str(course.pk), given["name"], given["email"].strip().lower(), given["seats"])
        if owns_email(user, asked.email):
            return _register(request, course, asked)
        if seconds := wait_of_stranger(network_of(request)):
            return too_many_requests(request, wait=seconds)
        send_confirm_link(asked, course)
        request.session[SENT] = [str(course.pk), asked.email]
        return redirect("interest", course.slug)
    sent = request.session.get(SENT, ["", ""])
    context = {
        "course": course, "form": form, "nav": "courses",
        "sent_to": sent[1] if request.method != "POST" and sent[0] == str(course.pk) else "",
    }  # fmt: skip
    return render(request, "interest/interest.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("public")
@private_page
def interest_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the email. Programs that look at links do no more than that, so it is a button."""
    asked = asked_by(token)
    course = Course.objects.public().filter(pk=UUID(asked.course_id)).first() if asked else None
    if asked is None or course is None:
        raise Http404
    if request.method == "POST":
        request.session.pop(SENT, None)
        return _register(request, course, asked)
    return render(request, "interest/confirm.html", {"course": course, "seats": asked.seats, "nav": "courses"})


def _register(request: HttpRequest, course: Course, asked: Asked) -> HttpResponse:
    """Note the interest of whoever proved the address, or lead them to what they have instead."""
    try:
        with transaction.atomic():
            person = meet_person(name=asked.name, email=asked.email, student=False)
            noted = register_interest(course=course, person=person, seats=asked.seats, by=signed_in(request))
    except AlreadyInterested as refusal:
        messages.info(request, refusal.message)
        theirs = Interest.objects.waiting().filter(course=course, person=find_person(asked.email))
        first = theirs.select_related("person").first()
        return redirect("interest_own", own_token(first)) if first else redirect("course", course.slug)
    except DomainError as refusal:
        messages.info(request, refusal.message)
        return redirect("course", course.slug)
    messages.success(request, _("Noted. We write to you as soon as there is a date."))
    return redirect("interest_own", own_token(noted))


@require_http_methods(["GET", "HEAD", "POST"])
@allow("public")
@private_page
def interest_own(request: HttpRequest, token: str) -> HttpResponse:
    """One's own interest, by the link in the email; POST ends it."""
    found = interest_of(token)
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            leave_interest(found, by=signed_in(request), acting=Actor.BUYER)
            messages.success(request, _("You will not hear of it any more."))
        except DomainError as refusal:
            messages.error(request, refusal.message)
        return redirect("interest_own", token)
    return render(request, "interest/own.html", {"interest": found, "course": found.course, "nav": "courses"})
