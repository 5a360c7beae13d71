"""Courses in the office."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Min, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shared_apps.accounts.models import User
from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow, can
from shared_apps.core.time import now
from shared_apps.lists.acts import Act
from shared_apps.lists.columns import Column
from shared_apps.lists.lists import AnyRows, OfficeList
from shared_apps.lists.words import ListPage
from shared_apps.web.filtering import known_filters, sort_keys
from shared_apps.web.office import (
    back_to,
    form_page,
    found_to_edit,
    refusals_on,
    remember_list,
    remember_record,
    say_saved,
    say_with_undo,
)
from tenant_apps.catalogue.colours import give_colours
from tenant_apps.catalogue.errors import OutOfUse
from tenant_apps.catalogue.models import Category, Course
from tenant_apps.catalogue.office.forms import BaseModuleFormSet, CourseForm, changes_rows, module_formset
from tenant_apps.catalogue.search import matching
from tenant_apps.catalogue.services import save_course
from tenant_apps.catalogue.vat import usual_vat_rate
from tenant_apps.terms.office.forms import policy_formset
from tenant_apps.terms.policy import PolicyRow

STATES = {
    "published": Q(published=True, active=True),
    "draft": Q(published=False, active=True),
    "inactive": Q(active=False),
}


def _asked(request: HttpRequest) -> AnyRows:
    """The courses that the query string asks for, with their next date and how many there are."""
    mine, q = Course.objects.in_office_of(request.user), request.GET.get("q", "").strip()
    rows = matching(mine, q, forgiving=True) if q else mine
    if category := request.GET.get("category"):
        rows = rows.filter(category__slug=category)
    if (status := request.GET.get("status", "")) in STATES:
        rows = rows.filter(STATES[status])
    # As the page of a course's dates counts them: not over, not called off, and of a trainer their own.
    dates = Q(sessions__status__in=["tentative", "scheduled", "in_progress"], sessions__ends_at__gte=now())
    user = request.user
    assert user.is_authenticated
    if not user.sees_all:
        sessions = Course.sessions.rel.related_model.objects  # type: ignore[attr-defined]
        dates &= Q(sessions__in=sessions.visible_to(user).order_by().values("pk"))
    ahead = dates & Q(sessions__starts_at__gt=now())
    return rows.select_related("category", "audience", "lead_trainer__person").annotate(
        next_start=Min("sessions__starts_at", filter=ahead), dates=Count("sessions", filter=dates)
    )


def _publish(key: UUID, by: User | None, *, on: bool) -> None:
    course = Course.objects.get(pk=key)
    if on and not course.active:
        raise OutOfUse
    save_course(course, by=by, published=on)


def _label(key: UUID) -> str:
    return Course.objects.get(pk=key).title


LIST = OfficeList(
    "courses", permission="courses.view", money="courses.manage", usual="title", rows=_asked,
    page=ListPage(
        title=gettext_lazy("Courses"), row="catalogue/_row.html",
        search=gettext_lazy("Search courses"), finds=gettext_lazy("Title or category"),
        no_match=gettext_lazy("No course matches"), show_all=gettext_lazy("Show all courses"),
        fields=("category",),
    ),
    columns=[
        Column("title", gettext_lazy("Course"), sort="title", wide=3, fixed=True, phone="main"),
        Column("category", gettext_lazy("Category"), sort="category__name", phone="hide"),
        Column("status", gettext_lazy("Status"), phone="top"),
        Column("trainer", gettext_lazy("Trainer"), goes=2, phone="hide"),
        Column("next", gettext_lazy("Next date"), sort="next_start"),
        Column("dates", gettext_lazy("Upcoming"), sort="dates", num=True, goes=2, phone="hide"),
        Column("price", gettext_lazy("Price"), sort="price", num=True, for_money=True),
    ],
    views=[
        ("status=published", gettext_lazy("Published")), ("status=draft", gettext_lazy("Drafts")),
        ("status=inactive", gettext_lazy("Inactive")),
    ],
    acts=[
        Act(
            "catalogue.publish", title=gettext_lazy("Publish"), icon="globe", permission="courses.manage", label=_label,
            do=partial(_publish, on=True), done=gettext_lazy("On your site now"), back="catalogue.unpublish",
        ),
        Act(
            "catalogue.unpublish", title=gettext_lazy("Take off the site"), icon="eye-off", label=_label,
            permission="courses.manage", do=partial(_publish, on=False),
            done=gettext_lazy("No longer on your site"), back="catalogue.publish",
        ),
    ],
)  # fmt: skip


@require_GET
@allow("courses.view")
@known_filters(
    status=STATES, category=lambda slug: Category.objects.filter(slug=slug).exists(), sort=sort_keys(LIST.sorts)
)
def courses(request: HttpRequest) -> HttpResponse:
    """All courses, or a trainer's own."""
    remember_list(request, "courses")
    q, category, status = (request.GET.get(name, "").strip() for name in ("q", "category", "status"))
    seen = LIST.seen(request, LIST.sorted(request, _asked(request)))
    give_colours(row.category for row in seen.page if isinstance(row, Course))
    context = {
        "nav": "courses", "list": seen, "page": seen.page, "category": category,
        "categories": Category.objects.filter(courses__isnull=False).distinct(),
        "filtered": bool(q or category or status), "narrowed": bool(category),
    }  # fmt: skip
    return render(request, "catalogue/courses.html", context)


@require_http_methods(["GET", "POST"])
@allow("courses.manage")
def course_new(request: HttpRequest) -> HttpResponse:
    """A new course."""
    return _edit(request, Course(vat_rate=usual_vat_rate()))


@require_http_methods(["GET", "POST"])
@allow("courses.view")
@transaction.atomic
def course(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One course: the office changes it, a trainer reads it."""
    rows = Course.objects.filter(pk__in=Course.objects.in_office_of(request.user).values("pk"))
    found = found_to_edit(request, rows.select_related("category", "lead_trainer__person"), pk)
    remember_record(request, "course", pk)
    if can(request.user, "courses.manage"):
        return _edit(request, found)
    context = {"nav": "courses", "course": found, "back": back_to(request, "courses")}
    return render(request, "catalogue/course_read.html", context)


def _edit(request: HttpRequest, course: Course) -> HttpResponse:
    new, data = course._state.adding, request.POST or None
    title = course.title
    form = CourseForm(data, request.FILES or None, instance=course)
    modules = module_formset(data, course)
    policy = policy_formset(data, course.cancellation_policy or [])
    form.add_part("modules", course.syllabus)
    form.add_part("policy", course.cancellation_policy)
    wants_rows = changes_rows(request.POST)
    if data is not None and not wants_rows:
        valid = form.is_valid()
        own_policy = bool(form["own_policy"].value())
        valid = all([valid, modules.is_valid(), not own_policy or policy.is_valid()])
        if valid and _save(request, form, modules, policy.rows if own_policy else None):
            return redirect("office:course", course.pk)
    context = {
        "nav": "courses", "course": course, "title": title, "new": new, "form": form, "modules": modules,
        "policy": policy, "back": back_to(request, "courses"),
    }  # fmt: skip
    if wants_rows:
        for unfinished in (form, *modules.forms, *policy.forms):
            unfinished.errors.clear()
        for rows in (modules, policy):
            rows.non_form_errors().clear()
        return render(request, "catalogue/course.html", context)
    return form_page(request, "catalogue/course.html", context)


def _save(request: HttpRequest, form: CourseForm, rows: BaseModuleFormSet, policy: list[PolicyRow] | None) -> bool:
    """Save a course, what of it this user changed; False when it is refused, which the form then says."""
    course, new = form.instance, form.subject is None
    details = form.details
    if new or form.settle_part("modules", rows.modules, _("Syllabus")):
        details["modules"] = rows.modules
    if new or form.settle_part("policy", policy, _("Cancellation terms")):
        details["cancellation_policy"] = policy
    if form.errors:
        return False
    with refusals_on(form, modules=rows):
        save_course(course, by=signed_in(request), **details)
        if new:
            messages.success(request, _("Course added. Publish it when it is ready."))
        else:
            say_saved(request, form)
        return True
    return False


@require_POST
@allow("courses.manage")
def course_state(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Publish or unpublish, take out of use or back: `published` or `active` as `1` or `0`."""
    found = get_object_or_404(Course.objects.in_office_of(request.user), pk=pk)
    field = "active" if "active" in request.POST else "published"
    on = request.POST.get(field) == "1"
    changes: dict[str, Any] = {field: on}
    save_course(found, by=signed_in(request), **changes)
    texts = {
        ("published", True): _("%s is on your site now."),
        ("published", False): _("%s is no longer on your site."),
        ("active", True): _("%s is in use again."),
        ("active", False): _("%s is out of use. Its sessions and bookings stay."),
    }
    say_with_undo(request, texts[field, on] % found.title, request.path, **{field: "0" if on else "1"})
    return redirect("office:course", found.pk)
