"""What jobs know of people, when somebody is erased."""

from collections.abc import Collection
from uuid import UUID

from shared_apps.core.time import now
from shared_apps.jobs.models import Job
from shared_apps.jobs.running import BACK, KEYS


def erase_from_jobs(keys: Collection[UUID]) -> None:
    """Forget whoever has these keys, of their own record and of rows that are theirs; part of the caller's transaction.

    Files go, since any of them may name anybody: they are lists as they were once, and can be made again. One that is
    being made is begun anew. What could not be done with them is counted and not named any more. Ways back to a search
    go too, of which there are some from a time when they were kept.
    """
    theirs = {str(key) for key in keys}
    for job in Job.objects.select_for_update(of=("self",)).exclude(result_name="").order_by("pk"):
        _drop_file(job)
    searched = Job.objects.filter(**{f"params__{BACK}__icontains": "q="})
    for job in searched.select_for_update(of=("self",)).order_by("pk"):
        kept_params = {name: value for name, value in job.params.items() if name != BACK}
        Job.objects.filter(pk=job.pk).update(params=kept_params)
    named = Job.objects.filter(**{f"params__{KEYS}__has_any_keys": sorted(theirs)})
    for job in named.select_for_update(of=("self",)).order_by("pk"):
        # The former release wrote no keys.
        kept = [error for error in job.errors if error.get("key", "" if error["what"] else None) not in {"", *theirs}]
        if kept != job.errors:
            Job.objects.filter(pk=job.pk).update(errors=kept)


def _drop_file(job: Job) -> None:
    changes: dict[str, object] = {"result": ""}
    if job.is_under_way:  # a worker that is at it finds that the job is not its own any more
        changes |= {"claim": None, "next_try_at": now()}
    else:
        changes |= {"params": {}}  # what was searched for
    if job.result:
        job.result.storage.delete(str(job.result.name))
    Job.objects.filter(pk=job.pk).update(**changes)
