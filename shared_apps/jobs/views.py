"""How far jobs are, in the office."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow, can
from shared_apps.files.links import link_to_file
from shared_apps.files.models import File
from shared_apps.jobs.kinds import kind_of
from shared_apps.jobs.models import Job
from shared_apps.jobs.services import cancel_job
from shared_apps.web.office import page_of


@require_GET
@allow("office.enter")
def jobs(request: HttpRequest) -> HttpResponse:
    """One's own jobs, the newest first; all, for those who change settings."""
    rows = Job.objects.visible_to(request.user).select_related("by").order_by("-created_at")
    return render(request, "jobs/jobs.html", {"nav": "jobs", "page": page_of(request, rows)})


@require_GET
@allow("office.enter")
def job(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far one is: the whole page, or for htmx what of it may have changed."""
    found = get_object_or_404(Job.objects.visible_to(request.user).select_related("by"), pk=pk)
    template = "jobs/_progress.html" if request.headers.get("HX-Request") else "jobs/job.html"
    context = {"nav": "jobs", "job": found, "result_url": result_url(found, request), "more": _not_named(found)}
    kind = kind_of(found)
    context["leads"] = kind.leads(found) if kind and kind.leads else None
    return render(request, template, context)


@require_POST
@allow("office.enter")
def job_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop it before its next item."""
    found = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    cancel_job(found, by=signed_in(request))
    messages.success(request, _("Cancelled. What was done before stays done."))
    return redirect("office:job", pk)


def result_url(job: Job, request: HttpRequest) -> str:
    """Where whoever asks, and may make it, gets the file that a job made; empty while there is none."""
    user, kind = signed_in(request), kind_of(job)
    if not (job.result and user and kind and can(user, kind.permission)) or job.is_under_way:
        return ""
    file = File.objects.filter(path=job.result.name).first()
    return link_to_file(file, to=user, name=job.result_name, permission=kind.permission) if file else ""


def _not_named(job: Job) -> int:
    return job.error_count - len(job.errors)
