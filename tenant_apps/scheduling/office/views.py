"""The calendar as lists, and the forms that change it."""

import re
from datetime import time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Case, Count, F, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from shared_apps.accounts.models import User
from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow, can
from shared_apps.core.search import similar_last
from shared_apps.core.time import local, now
from shared_apps.jobs.exports import Export
from shared_apps.lists.acts import Act
from shared_apps.lists.columns import Column
from shared_apps.lists.lists import OfficeList
from shared_apps.web.drafts import draft_of, keep_draft, way_back
from shared_apps.web.filtering import a_day, an_id, known_filters, sort_keys
from shared_apps.web.office import (
    back_to,
    form_page,
    found_to_edit,
    moment_in,
    refusals_on,
    remember_list,
    say_saved,
    uuid_in,
)
from shared_apps.web.templatetags.muster import day as day_text
from tenant_apps.catalogue.colours import give_colours
from tenant_apps.catalogue.models import Course
from tenant_apps.people.models import Trainer
from tenant_apps.scheduling.errors import IsPrivate
from tenant_apps.scheduling.finding import find_sessions
from tenant_apps.scheduling.models import Place, Room, Session, SessionQuerySet, SessionSeries, SessionStatus
from tenant_apps.scheduling.office.day_rows import changes_days
from tenant_apps.scheduling.office.forms import DuplicateForm, PlaceForm, SessionForm
from tenant_apps.scheduling.places import save_place
from tenant_apps.scheduling.services import copy_takes_bookings, duplicate_session, schedule_session, update_session

HEAD = [
    "Course", "Starts", "Ends", "Days", "Trainer", "Co-trainers", "Assessor", "Place", "Room", "Link",
    "Seats", "Booked", "Confirmed", "Status", "Price",
]  # fmt: skip
WHEN = {"upcoming": gettext_lazy("Upcoming"), "past": gettext_lazy("Past"), "all": gettext_lazy("All")}
LATELY = timedelta(days=60)
MOST_SERIES = 100  # to choose from
CALLED_OFF = (SessionStatus.CANCELLED, SessionStatus.RESCHEDULED)


def _set_bookable(key: UUID, by: User | None, *, on: bool) -> None:
    session = Session.objects.get(pk=key)
    if session.visibility == Session.Visibility.PRIVATE:
        raise IsPrivate
    update_session(session, takes_bookings=on, by=by)


def _label(key: UUID) -> str:
    session = Session.objects.select_related("course").get(pk=key)
    return f"{session.course}, {day_text(session.starts_at, 'd MMM')}"


LIST = OfficeList(
    "sessions", permission="sessions.view", export="office:sessions_export", money="sessions.manage", usual="date",
    rows=lambda request: _asked(request, Session.objects.visible_to(request.user))[0], everything="when=all",
    columns=[
        Column("date", gettext_lazy("When"), sort="starts_at", fixed=True, phone="main"),
        Column("course", gettext_lazy("Course"), sort="course__title", wide=3, phone="wide"),
        Column("category", gettext_lazy("Category"), sort="course__category__name", off=True, phone="hide"),
        Column("trainer", gettext_lazy("Trainer"), sort="trainer__person__name", goes=2, phone="hide"),
        Column("place", gettext_lazy("Where"), sort="place__name", wide=2),
        Column("seats", gettext_lazy("Seats"), sort="seats_taken", phone="top"),
        Column("price", gettext_lazy("Price"), num=True, off=True, for_money=True, phone="hide"),
        Column("status", gettext_lazy("Status"), sort="status", phone="end"),
    ],
    views=[("", gettext_lazy("Upcoming")), ("when=past", gettext_lazy("Past")), ("when=all", gettext_lazy("All"))],
    acts=[
        Act(
            "scheduling.open_to_visitors", title=gettext_lazy("Open to visitors"), icon="eye", label=_label,
            permission="sessions.manage", do=partial(_set_bookable, on=True), done=gettext_lazy("Open to visitors"),
            back="scheduling.close_to_visitors",
        ),
        Act(
            "scheduling.close_to_visitors", title=gettext_lazy("Close to visitors"), icon="eye-off", label=_label,
            permission="sessions.manage", do=partial(_set_bookable, on=False), done=gettext_lazy("Closed to visitors"),
            back="scheduling.open_to_visitors",
        ),
    ],
)  # fmt: skip
filters = known_filters(
    when=WHEN, status=SessionStatus.values, course=an_id, trainer=an_id, series=an_id, from__=a_day, to=a_day,
    sort=sort_keys(LIST.sorts),
)  # fmt: skip


@require_GET
@allow("sessions.view")
@filters
def sessions(request: HttpRequest) -> HttpResponse:
    """All sessions, or a trainer's own."""
    remember_list(request, "sessions")
    return _list(request, Session.objects.visible_to(request.user))


@require_GET
@allow("sessions.view")
@filters
def course_sessions(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The sessions of one course."""
    course = get_object_or_404(Course.objects.in_office_of(request.user), pk=pk)
    return _list(request, course.sessions.visible_to(request.user), course=course)


# Times are those of its zone.
EXPORT = Export(
    "scheduling.export", what="sessions", permission="sessions.manage", head=HEAD,
    rows=lambda request: _asked(request, Session.objects.visible_to(request.user))[0],
    line=lambda row: (
        row.course.title, f"{local(row.starts_at):%Y-%m-%d %H:%M}", f"{local(row.ends_at):%Y-%m-%d %H:%M}",
        row.day_count, row.trainer or "", ", ".join(map(str, row.co_trainers)), row.assessor or "",
        row.place or "", row.room or "", row.online_url, row.capacity,
        row.seats_taken, row.seats_confirmed, row.get_status_display(), row.seat_price,
    ),
)  # fmt: skip


@require_http_methods(["GET", "POST"])
@allow("sessions.manage")
@filters
def sessions_export(request: HttpRequest) -> HttpResponse:
    """The filtered list as CSV."""
    return EXPORT.answer(request, title=_("Sessions as a file"))


def _asked(request: HttpRequest, mine: SessionQuerySet) -> tuple[QuerySet[Any], dict[str, str], str]:
    """The sessions that the query string asks for, what it asks, and whether upcoming, past or all."""
    chosen = {name: request.GET.get(name, "") for name in ("q", "course", "trainer", "series", "status", "from", "to")}
    rows = _filtered(request, mine, chosen)
    dated = bool(chosen["from"] or chosen["to"])
    when = request.GET.get("when", "all" if dated or chosen["status"] or chosen["series"] else "upcoming")
    past = Q(ends_at__lt=now()) | Q(status=SessionStatus.COMPLETED)
    ahead = ~past
    rows = rows.filter({"upcoming": ahead, "past": past}.get(when, Q()))
    rows = (
        rows.select_related("course__category", "trainer__person", "place", "room")
        .with_team()
        .annotate(day_count=Count("days"), soonest=Case(When(ahead, then=F("starts_at"))))
    )
    if "sort" in request.GET:
        return LIST.sorted(request, rows), chosen, when
    similar = [similar_last()] if chosen["q"].strip() else []
    return rows.order_by(*similar, F("soonest").asc(nulls_last=True), "-starts_at", "-pk"), chosen, when


def _list(request: HttpRequest, mine: SessionQuerySet, course: Course | None = None) -> HttpResponse:
    rows, chosen, when = _asked(request, mine)
    seen = LIST.seen(request, rows, without=["course"] if course else [])
    page = seen.page
    give_colours(row.course.category for row in page if isinstance(row, Session))
    context: dict[str, object] = {
        "nav": "courses" if course else "sessions", "list": seen, "page": page, "when": when, "course": course,
        "whens": WHEN.items(), "statuses": SessionStatus.choices, "chosen": chosen,
        "since": chosen["from"], "until": chosen["to"],
        "courses": [] if course else Course.objects.in_office_of(request.user).order_by("title").only("title"),
        "trainers": Trainer.objects.filter(
            Q(pk__in=mine.order_by().values("trainer_id")) | Q(assists__session__in=mine.order_by().values("pk"))
        )
        .distinct()
        .select_related("person")
        .order_by("person__name"),
        "filtered": any(chosen.values()), "narrowed": any(value for name, value in chosen.items() if name != "q"),
        "query": request.GET.urlencode(),
        "by_month": request.GET.get("sort", "date").endswith("date"),
        "back": back_to(request, "courses") if course else "",
        "manages": can(request.user, "sessions.manage"),
        "series_choices": _series(mine, uuid_in(request, "series")),
        "several_places": Place.objects.count() > 1,
    }  # fmt: skip
    if course:
        off = rows.filter(status__in=CALLED_OFF).count()
        context |= {"when_title": WHEN.get(when, WHEN["all"]), "on": page.paginator.count - off, "off": off}
    return render(request, "scheduling/sessions.html", context)


def _series(mine: SessionQuerySet, chosen: UUID | None) -> QuerySet[SessionSeries]:
    """Series with a date that is not long over, or the one that is chosen."""
    lately = mine.order_by().exclude(series=None).filter(Q(ends_at__gt=now() - LATELY) | Q(series=chosen))
    return SessionSeries.objects.filter(pk__in=lately.values("series_id")).select_related("course")[:MOST_SERIES]


def _filtered(request: HttpRequest, mine: SessionQuerySet, chosen: dict[str, str]) -> SessionQuerySet:
    q = chosen["q"].strip()
    rows = find_sessions(mine, q, user=request.user) if q else mine
    if course := uuid_in(request, "course"):
        rows = rows.filter(course_id=course)
    if trainer := uuid_in(request, "trainer"):
        rows = rows.with_trainer(trainer)
    if series := uuid_in(request, "series"):
        rows = rows.filter(series_id=series)
    if chosen["status"] in SessionStatus.values:
        rows = rows.filter(status=chosen["status"])
    return rows.taught_within(moment_in(request, "from"), moment_in(request, "to", end=True))


@require_http_methods(["GET", "POST"])
@allow("sessions.manage")
def session_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put a course on the calendar."""
    course = get_object_or_404(Course.objects.in_office_of(request.user), pk=pk)
    draft = draft_of(request)
    form = SessionForm(request.POST or draft, course=course, initial=_like(request, course) | _on_calendar(request))
    context = {"nav": "sessions", "course": course, "form": form, "session": None}
    if "new_place" in request.POST:
        return leave_for_a_place(request)
    if changes_days(request.POST):
        form.show_as_left()
        return render(request, "scheduling/session_form.html", context)
    if draft:
        form.show_as_left()
    elif form.is_valid():
        twin = form.twin
        if twin and form.cleaned_data["agreed"] == form.plan_key:
            twin = None
        if twin or not form.is_heeded:
            asks = {"twin": twin, "advice": form.advice}
            return render(request, "scheduling/session_form.html", {**context, **asks})
        with refusals_on(form):
            made = schedule_session(
                course=course, days=form.cleaned_data["days"], by=signed_in(request), **form.details, **form.terms
            )
            messages.success(
                request, _("The draft is saved.") if form.terms["draft"] else _("The session is on the calendar.")
            )
            if "another" in request.POST:
                return redirect(f"{reverse('office:session_new', args=[pk])}?like={made.pk}")
            return redirect("office:session", made.pk)
    return form_page(request, "scheduling/session_form.html", context)


def leave_for_a_place(request: HttpRequest) -> HttpResponse:
    """To the form of a new place, and back to this one when it is saved."""
    keep_draft(request)
    return redirect(f"{reverse('office:place_new')}?back=yes")


def _like(request: HttpRequest, course: Course) -> dict[str, object]:
    """What a form for another date begins with: all of the session `?like=` names, but its days."""
    pk = uuid_in(request, "like")
    like = course.sessions.filter(pk=pk).first() if pk else None
    if like is None:
        return {}
    shown = SessionForm(instance=like, course=course).initial
    return {name: value for name, value in shown.items() if name not in ("start_date", "end_date", "only_days")}


def _on_calendar(request: HttpRequest) -> dict[str, object]:
    """What was chosen on the calendar: a day, perhaps its hours, perhaps whose lane it was."""
    shown: dict[str, object] = {}
    if a_day(day := request.GET.get("on", "")):
        shown["start_date"] = parse_date(day)
    for name in ("begins", "ends"):
        if re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text := request.GET.get(name, "")):
            shown[name] = time.fromisoformat(text)
    if trainer := uuid_in(request, "trainer"):
        shown["trainer"] = trainer
    key = uuid_in(request, "room")
    if key and (room := Room.objects.filter(pk=key).first()):
        shown |= {"room": room.pk, "place": room.place_id}
    return shown


@require_http_methods(["GET", "POST"])
@allow("sessions.manage")
def session_duplicate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same again on another date."""
    session = get_object_or_404(
        Session.objects.visible_to(request.user).select_related("course", "trainer__person", "place", "room"), pk=pk
    )
    form = DuplicateForm(request.POST or None, session=session)
    context = {
        "nav": "sessions", "session": session, "form": form, "days": session.days.all(),
        "copy_takes_bookings": copy_takes_bookings(session),
    }  # fmt: skip
    if form.is_valid():
        with refusals_on(form):
            twin = None if form.cleaned_data["agreed"] == form.plan_key else form.twin
            if twin or not form.is_heeded:
                asks = {"twin": twin, "advice": form.advice}
                return render(request, "scheduling/session_duplicate.html", {**context, **asks})
            made = duplicate_session(session, starts_on=form.cleaned_data["starts_on"], by=signed_in(request))
            on_it = _("The copy is on the calendar. Nobody is booked on it yet.")
            messages.success(request, _("The copy is a draft.") if made.status == SessionStatus.DRAFT else on_it)
            return redirect("office:session", made.pk)
    return form_page(request, "scheduling/session_duplicate.html", context)


@require_GET
@allow("sessions.manage")
def places(request: HttpRequest) -> HttpResponse:
    """Where sessions happen."""
    rows = Place.objects.prefetch_related("rooms").order_by("name")
    return render(request, "scheduling/places.html", {"nav": "places", "places": rows})


@require_http_methods(["GET", "POST"])
@allow("sessions.manage")
def place_new(request: HttpRequest) -> HttpResponse:
    """Another place."""
    return _edit_place(request, Place())


@require_http_methods(["GET", "POST"])
@allow("sessions.manage")
@transaction.atomic
def place_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a place and its rooms."""
    return _edit_place(request, found_to_edit(request, Place.objects.all(), pk))


def _edit_place(request: HttpRequest, place: Place) -> HttpResponse:
    new, form = place._state.adding, PlaceForm(request.POST or None, instance=place)
    if form.is_valid():
        with refusals_on(form):
            save_place(place, by=signed_in(request), **form.details)
            say_saved(request, form)
            back = way_back(request, place=str(place.pk), room="") if new and "back" in request.GET else ""
            return redirect(back or "office:places")
    return form_page(request, "scheduling/place_form.html", {"nav": "places", "form": form, "new": new})
