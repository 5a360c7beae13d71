"""Beginning a job, and cancelling it."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from shared_apps.accounts.models import User
from shared_apps.core.models import Row
from shared_apps.core.states import move
from shared_apps.core.time import now
from shared_apps.core.types import JsonObject
from shared_apps.jobs.kinds import Kind
from shared_apps.jobs.models import Job, JobStatus
from shared_apps.jobs.running import KEYS, go_on_later


def begin(
    kind: Kind, keys: Sequence[UUID], *, title: str, by: User | None, about: Row | None = None,
    params: JsonObject | None = None, result_name: str = "",
) -> Job:  # fmt: skip
    """Have a worker do what `kind` does for each of `keys`, in their order, once this transaction is committed.

    `result_name` is what the file is called that it makes at the end, if its kind makes one.
    """
    named = {**(params or {}), KEYS: [str(key) for key in keys]}
    about_id = about.pk if about else None
    return _begun(kind, total=len(keys), title=title, by=by, params=named, about_id=about_id, name=result_name)


def begin_file(
    kind: Kind, *, name: str, total: int, title: str, by: User | None, params: JsonObject | None = None
) -> Job:
    """Have a worker make a file of about `total` lines, which `by` then gets under this `name`."""
    return _begun(kind, total=total, title=title, by=by, params=params or {}, name=name)


@transaction.atomic
def cancel_job(job: Job, *, by: User | None) -> Job:
    """Stop before the next item. What is done already stays done. Raises `IllegalMove` for one that is over,
    `MustGoOn` for one that would leave something half done.
    """
    move(job, "status", JobStatus.CANCELLED, by=by, finished_at=now(), claim=None)
    return job


@transaction.atomic
def _begun(
    kind: Kind, *, total: int, title: str, by: User | None, params: JsonObject, name: str = "",
    about_id: UUID | None = None,
) -> Job:  # fmt: skip
    job = Job.objects.create(
        kind=kind.name, title=title[:200], by=by, params=params, total=total, result_name=name[:100],
        about_id=about_id, may_stop=kind.may_stop,
    )  # fmt: skip
    go_on_later(job)
    return job
