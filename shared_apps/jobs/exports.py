"""Lists as files: small ones at once, large ones by a job."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.time import local_today
from shared_apps.core.types import Words
from shared_apps.jobs.kinds import Kind, file_job
from shared_apps.jobs.models import Job
from shared_apps.jobs.services import begin_file
from shared_apps.web.office import csv_file, uuid_of

AT_ONCE = 1000  # lines, in about a third of a second

Line = Sequence[object]
Rows = Callable[[HttpRequest], "QuerySet[Any]"]


class Export:
    """A list of the office as a CSV file: the `rows` that a request asks for, a `head`, and a `line` for each row.

    `what` names it, in the file's name too. A worker asks again for what the request asked, as the same account.
    That needs the page's `permission` then, and when it fetches the file.
    """

    def __init__(
        self, name: str, *, what: str, permission: str, rows: Rows, head: Sequence[str], line: "Callable[[Any], Line]"
    ):
        self.what, self.rows, self.head, self.line = what, rows, head, line
        self.kind: Kind = file_job(name, self._again, permission=permission)

    def answer(self, request: HttpRequest, *, title: Words) -> HttpResponse:
        """The file, or of a long list the page that begins a job. `title` is what the job is called.

        Of a list in which rows were chosen, as `pick` says, only these; unless `all` that match were.
        """
        rows, name = self.rows(request), f"{self.what}-{local_today():%Y-%m-%d}"
        picked = [pk for pk in request.POST.getlist("pick") if uuid_of(pk)]
        if picked and "all" not in request.POST:
            rows = rows.filter(pk__in=picked)
        count = rows.count()
        if count <= AT_ONCE:
            return csv_file(name, self.head, map(self.line, rows.iterator(chunk_size=500)))
        if request.method != "POST" or "act" in request.POST:
            return render(request, "jobs/large.html", {"nav": "jobs", "title": title, "count": count})
        job = begin_file(
            self.kind, name=f"{name}.csv", total=count, title=str(title), by=signed_in(request),
            params={"query": request.GET.urlencode()},
        )  # fmt: skip
        return redirect("office:job", job.pk)

    def _again(self, job: Job) -> Iterable[Line]:
        request = HttpRequest()
        request.GET = QueryDict(job.params["query"])
        request.user = job.by or AnonymousUser()
        yield self.head
        yield from map(self.line, self.rows(request).iterator(chunk_size=500))
