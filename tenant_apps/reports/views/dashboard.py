"""Where the office's day begins."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from shared_apps.core.access import allow, can
from tenant_apps.reports.selectors import latest_bookings, next_sessions, numbers, teaching
from tenant_apps.reports.todo import first_steps, tasks


@require_GET
@allow("dashboard.view")
def dashboard(request: HttpRequest) -> HttpResponse:
    """The office sees how things stand; a trainer, their day."""
    if not can(request.user, "bookings.manage"):
        today, ahead = teaching(request.user)
        context = {"nav": "dashboard", "today": today, "ahead": ahead, "now": timezone.now()}
        return render(request, "reports/day.html", context)
    steps = first_steps(request.user)
    context = {
        "nav": "dashboard", "numbers": numbers(), "tasks": tasks(), "sessions": next_sessions(request.user),
        "latest": latest_bookings(request.user), "steps": steps, "steps_done": sum(step.done for step in steps),
        "next_step": next((step for step in steps if not step.done), None),
        "now": timezone.now(),
    }  # fmt: skip
    return render(request, "reports/dashboard.html", context)
