"""Finding a course and reading about it."""

from functools import partial
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe
from django_htmx.middleware import HtmxDetails

from shared_apps.core.permissions import allow
from shared_apps.tenants.features import is_on, of_feature
from shared_apps.web.page_cache import cached_page, dont_cache, recall
from tenant_apps.bookings.terms import terms_shown
from tenant_apps.branding.views import brand_of
from tenant_apps.catalogue import search
from tenant_apps.catalogue.models import Course
from tenant_apps.people.models import Trainer
from tenant_apps.reviews.selectors import average_of
from tenant_apps.terms.models import BookingTerms
from tenant_apps.terms.policy import CancellationPolicy
from tenant_apps.website import selectors, structured
from tenant_apps.website.active_filters import active_filters
from tenant_apps.website.course_query import SORTS, CourseQueryForm
from tenant_apps.website.month import Month


@of_feature("courses")
@allow("public")
@require_safe
@cached_page(reads=["page", *CourseQueryForm.base_fields], fragments=True)
def courses(request: HttpRequest) -> HttpResponse:
    """The course list: the whole page, or its results for htmx."""
    subjects = selectors.categories()
    form = CourseQueryForm(request.GET, selectors.choices(subjects))
    query = form.query()
    found = selectors.find_courses(query, page=request.GET.get("page"), guess=partial(search.guess, request))
    if not found.count:
        dont_cache(request)
    context = {
        "nav": "courses",
        "ask": form,
        "query": query,
        "subjects": subjects,
        "found": found,
        "active_filters": active_filters(form, query),
        "sorts": SORTS.items(),
    }
    htmx: HtmxDetails = vars(request)["htmx"]
    fragment = htmx and not htmx.history_restore_request
    response = render(request, "website/_results.html" if fragment else "website/courses.html", context)
    patch_vary_headers(response, ["HX-Request"])
    if fragment:
        asked = request.GET.urlencode()
        response["HX-Replace-Url"] = f"{request.path}{'?' if asked else ''}{asked}"
    return response


@of_feature("courses")
@allow("public")
@require_safe
@cached_page(reads=["month", "view", "category", "day"])
def dates(request: HttpRequest) -> HttpResponse:
    """All dates of a month or of one day of it, of all subjects or one: a list by day, or a sheet of a calendar."""
    subjects, asked = selectors.categories(), request.GET.get("category", "")
    category = next((one for one in subjects if one.slug == asked), None)
    if request.GET.get("view", "") not in ("", "month") or (asked and category is None):
        raise Http404
    month = Month.read(request.GET.get("month", ""), asked, request.GET.get("day", ""))
    context = {"nav": "dates", "month": month, "subjects": subjects, "category": category}
    context["by_subject"] = category is None and len(subjects) > 1  # what is not shown is found so
    context["as_sheet"] = request.GET.get("view") == "month" and month.day is None
    return render(request, "website/dates.html", context)


@of_feature("courses")
@allow("public")
@require_safe
@cached_page()
def course(request: HttpRequest, slug: str) -> HttpResponse:
    """One course. Its key instead of its slug, a slug it had, or capitals, lead to the slug."""
    offer = selectors.course_page(slug)
    if offer is None:
        return _to_slug(request, "course", slug)
    usual = recall(BookingTerms, BookingTerms.objects.load)
    dates = [(date, terms_shown(date, usual=usual) if date in offer.bookable else None) for date in offer.dates]
    brand = brand_of(request)
    average = average_of(offer.course)
    said = selectors.said_of(offer.course) if average else []
    nothing_free = offer.is_full or not offer.dates
    context = {
        "nav": "courses",
        "offer": offer,
        "course": offer.course,
        "dates": dates,
        "next_terms": next((terms for date, terms in dates if date == offer.next), None),
        "policy": _policy(offer.course, usual).sentences(),
        "trainers": _teachers(offer),
        "similar": selectors.similar_courses(offer.course) if nothing_free else [],
        "average": average,
        "said": said,
        "data": structured.as_json(structured.course(offer, brand, average, said)),
    }
    return render(request, "website/course.html", context)


@of_feature("courses")
@allow("public")
@require_safe
def course_book(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a date; with only one, or with `?session=`, go on to book it."""
    offer = selectors.course_page(slug)
    if offer is None:
        return _to_slug(request, "course_book", slug)
    chosen = [date for date in offer.bookable if str(date.pk) == request.GET.get("session")]
    if chosen or len(offer.bookable) == 1:
        return redirect("book", (chosen or offer.bookable)[0].pk)
    if not offer.bookable:
        return redirect("course", slug)
    usual = recall(BookingTerms, BookingTerms.objects.load)
    dates = [(date, terms_shown(date, usual=usual)) for date in offer.choices]
    context = {"nav": "courses", "course": offer.course, "offer": offer, "dates": dates}
    context["missed"] = "session" in request.GET
    return render(request, "website/course_book.html", context)


@allow("public")
@require_safe
@cached_page()
def trainers(request: HttpRequest) -> HttpResponse:
    """Who teaches here."""
    context = {"nav": "trainers", "trainers": selectors.trainers()}
    return render(request, "website/trainers.html", context)


@allow("public")
@require_safe
@cached_page()
def trainer(request: HttpRequest, slug: str) -> HttpResponse:
    """One of them, and what they teach next."""
    found = selectors.trainer_page(slug)
    if found is None:
        return _permanently(request, "trainer", get_object_or_404(selectors.shown_trainers(), slug__iexact=slug).slug)
    average = average_of(found) if is_on("courses") else None
    said = selectors.said_of(found) if average else []
    context = {"nav": "trainers", "trainer": found, "average": average, "said": said}
    return render(request, "website/trainer.html", context)


def _to_slug(request: HttpRequest, page: str, key: str) -> HttpResponse:
    """To the `page` of the public course whose id is `key`, or whose slug it was, or is but for capitals."""
    try:
        found = Course.objects.filter(pk=UUID(key))
    except ValueError:
        found = Course.objects.at(key)
    return _permanently(request, page, get_object_or_404(found.public()).slug)


def _permanently(request: HttpRequest, page: str, slug: str) -> HttpResponse:
    query = request.GET.urlencode()
    return HttpResponsePermanentRedirect(reverse(page, args=[slug]) + (f"?{query}" if query else ""))


def _policy(course: Course, usual: BookingTerms) -> CancellationPolicy:
    rows = course.cancellation_policy
    return usual.policy if rows is None else usual.policy.parse(rows)


def _teachers(offer: selectors.Offer) -> list[Trainer]:
    everyone = [offer.course.lead_trainer, *(one for date in offer.dates for one in date.teachers)]
    return list(dict.fromkeys(one for one in everyone if one and one.active))
