"""The history of the house."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shared_apps.core.permissions import allow
from shared_apps.web.filtering import known_filters
from shared_apps.web.office import page_of
from tenant_apps.reports.activity import KINDS, happenings, lines


@require_GET
@allow("users.manage")
@known_filters(kind=KINDS)
def activity(request: HttpRequest) -> HttpResponse:
    """Who did what and when, newest first: `?kind=`, and `?q=` for a name."""
    kind, q = request.GET.get("kind", ""), request.GET.get("q", "").strip()
    page = page_of(request, happenings(kind, q), size=50)
    context = {
        "nav": "activity", "page": page, "lines": lines(list(page)), "q": q, "kind": kind,
        "kinds": [(name, title) for name, (title, _words) in KINDS.items()], "filtered": bool(q or kind),
    }  # fmt: skip
    return render(request, "reports/activity.html", context)
