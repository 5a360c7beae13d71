"""Where the office's day begins."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shared_apps.core.permissions import allow, can
from shared_apps.core.time import local_today, now
from shared_apps.tenants.features import is_on
from tenant_apps.reports.selectors import latest_bookings, numbers
from tenant_apps.reports.teaching import agenda
from tenant_apps.reports.todo import first_steps, tasks


@require_GET
@allow("dashboard.view")
def dashboard(request: HttpRequest) -> HttpResponse:
    """The office sees how things stand; a trainer, their day."""
    if not is_on("courses"):  # all that this page tells
        return render(request, "reports/nothing_on.html", {"nav": "dashboard", "now": now()})
    if not can(request.user, "bookings.manage"):
        context = {
            "nav": "dashboard", "agenda": agenda(request.user, most=12, every_day=True), "now": now(),
            "tomorrow": local_today() + timedelta(days=1),
        }  # fmt: skip
        return render(request, "reports/day.html", context)
    steps = first_steps(request.user)
    context = {
        "nav": "dashboard", "numbers": numbers(), "tasks": tasks(request.user), "agenda": agenda(request.user),
        "latest": latest_bookings(request.user), "steps": steps, "steps_done": sum(step.done for step in steps),
        "next_step": next((step for step in steps if not step.done), None),
        "now": now(), "tomorrow": local_today() + timedelta(days=1),
    }  # fmt: skip
    return render(request, "reports/dashboard.html", context)
