"""When a trainer teaches and is away, written by the office or by themselves; and the provider's holidays."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow, can
from shared_apps.core.time import local_today, now
from shared_apps.web.office import form_page
from tenant_apps.people.models import Trainer
from tenant_apps.scheduling.hours import (
    drop_holiday,
    drop_time_off,
    plan_holiday,
    plan_time_off,
    set_weekly_hours,
)
from tenant_apps.scheduling.models import Holiday, TeamDay, TimeOff
from tenant_apps.scheduling.office.hours_forms import HolidayForm, TimeOffForm, WeeklyHoursForm


def _trainer(request: HttpRequest, pk: UUID) -> Trainer:
    """The office's any; else oneself."""
    rows = Trainer.objects.select_related("person")
    if not can(request.user, "sessions.manage"):
        rows = rows.filter(person__user=signed_in(request))
    return get_object_or_404(rows, pk=pk)


def _page(request: HttpRequest, trainer: Trainer, **forms: object) -> HttpResponse:
    context = {
        "nav": "calendar", "trainer": trainer, "is_own": trainer.person.user_id == request.user.pk,
        "form": WeeklyHoursForm(trainer=trainer), "off_form": TimeOffForm(),
        "away": trainer.time_off.filter(ends_at__gt=now()), "has_hours": trainer.weekly_hours.exists(), **forms,
    }  # fmt: skip
    if forms:
        return form_page(request, "scheduling/trainer_hours.html", context)
    return render(request, "scheduling/trainer_hours.html", context)


@require_http_methods(["GET", "POST"])
@allow("sessions.view")
def trainer_hours(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The weekly hours of a trainer, and when they are away."""
    trainer = _trainer(request, pk)
    if request.method != "POST":
        return _page(request, trainer)
    form = WeeklyHoursForm(request.POST, trainer=trainer)
    if not form.is_valid():
        return _page(request, trainer, form=form)
    changed = set_weekly_hours(trainer, spans=form.cleaned_data["spans"], by=signed_in(request))
    messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
    return redirect("office:trainer_hours", pk)


@require_POST
@allow("sessions.view")
def time_off_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write down that a trainer is away."""
    trainer = _trainer(request, pk)
    form = TimeOffForm(request.POST)
    if not form.is_valid():
        return _page(request, trainer, off_form=form)
    given = {name: form.cleaned_data[name] for name in ("starts_at", "ends_at", "reason")}
    plan_time_off(trainer, by=signed_in(request), **given)
    taught = TeamDay.objects.filter(
        trainer=trainer, live=True, starts_at__lt=given["ends_at"], ends_at__gt=given["starts_at"]
    )
    if n := taught.values("day__session").distinct().count():
        said = ngettext(
            "Written down. %d session in that time stays as it is: somebody has to stand in.",
            "Written down. %d sessions in that time stay as they are: somebody has to stand in.", n,
        )  # fmt: skip
        messages.warning(request, said % n)
    else:
        messages.success(request, _("Written down."))
    return redirect("office:trainer_hours", pk)


@require_POST
@allow("sessions.view")
def time_off_drop(request: HttpRequest, pk: UUID, off: UUID) -> HttpResponse:
    """They are not away then after all."""
    trainer = _trainer(request, pk)
    row = get_object_or_404(TimeOff.objects.select_related("trainer__person"), pk=off, trainer=trainer)
    drop_time_off(row, by=signed_in(request))
    messages.success(request, _("Taken back."))
    return redirect("office:trainer_hours", pk)


@require_http_methods(["GET", "POST"])
@allow("sessions.manage")
def holidays(request: HttpRequest) -> HttpResponse:
    """Days on which nothing is taught, and another one."""
    form = HolidayForm(request.POST or None)
    if form.is_valid():
        plan_holiday(by=signed_in(request), **form.cleaned_data)
        messages.success(request, _("It is on the calendar."))
        return redirect("office:holidays")
    rows = Holiday.objects.filter(ends_on__gte=local_today())
    return form_page(request, "scheduling/holidays.html", {"nav": "calendar", "form": form, "rows": rows})


@require_POST
@allow("sessions.manage")
def holiday_drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a holiday off the calendar."""
    drop_holiday(get_object_or_404(Holiday, pk=pk), by=signed_in(request))
    messages.success(request, _("It is off the calendar."))
    return redirect("office:holidays")
