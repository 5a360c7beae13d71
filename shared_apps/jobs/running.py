"""Doing jobs. A worker claims one for a while, goes on where the last one stopped, and lets others have their turn."""

import csv
import io
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import structlog
from celery import shared_task
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import User
from shared_apps.core.db import connection, is_away
from shared_apps.core.errors import DomainError
from shared_apps.core.permissions import can
from shared_apps.core.states import move
from shared_apps.core.time import now
from shared_apps.jobs.kinds import Do, Kind, kind_of
from shared_apps.jobs.models import Job, JobStatus
from shared_apps.tenants.schemas import schema_exists
from shared_apps.timers.due import DueRows
from shared_apps.timers.retention import forget
from shared_apps.web.office import neutral

log = structlog.get_logger()
LEASE = timedelta(seconds=60)  # of the worker that is at it: then another one goes on
SLICE = 10.0  # seconds, then other jobs have their turn
AWAY_FOR = 24 * 3600  # seconds for which it is known that a worker lost the database
STEP = 500  # lines of a file between two words of how far it is
MOST_ATTEMPTS = 5
LOOK_AGAIN = timedelta(minutes=1)  # whether this release knows its kind
STRANGE_FOR = timedelta(days=7)  # then no release will
MOST_ERRORS = 100  # that are named
KEYS = "keys"  # of what an item is, in the params of a job
BACK = "back"  # to the list from which it was begun, there too


class NotOurs(Exception):
    """The job was cancelled, or another worker took it over: what was not committed is taken back."""


class WentWrong(DomainError):
    """Several workers died over it, or it failed as often."""

    code = "went_wrong"
    message = _("It went wrong several times. The people who run this platform can see why.")


class NotAllowedAnyMore(DomainError):
    """Whoever began it may not any more do what it does, or have what it makes."""

    code = "not_allowed_any_more"
    message = _("Whoever began this is not allowed to any more.")


def go_on_later(job: Job) -> None:
    """Have a worker go on with `job` once this transaction is committed."""
    go_on_with.delay_on_commit(str(job.pk))


@shared_task(name="jobs.go_on")
def go_on_with(job_id: str) -> None:
    """Go on with the job of this key."""
    go_on(UUID(job_id))


def go_on(pk: UUID) -> bool:
    """Go on with a job for some seconds; False if another worker is at it, or there is nothing left to do."""
    if (job := _claim(pk)) is None:
        return False
    try:
        if _work(job):
            _end(job)
        else:
            _ours(job).update(next_try_at=now(), claim=None)
            go_on_later(job)
    except NotOurs:
        pass
    except DomainError as error:
        _fail(job, str(error.message))
    except Exception as error:
        if is_away(error):
            log.warning("job stopped", job=str(job.pk), error=str(error))
            cache.set(_without_database(job), 1, AWAY_FOR)
            raise  # its claim ends by itself
        if schema_exists(connection.schema_name):
            _stopped(job, error)
        else:
            log.info("job ended with its tenant", job=str(job.pk))
    return True


# What no worker does: one died, or the broker was away.
DueRows("jobs.go_on", lambda: Job.objects.under_way().values_list("pk", flat=True), "next_try_at", go_on)


def _claim(pk: UUID) -> Job | None:
    with transaction.atomic():
        waiting = Job.objects.under_way().filter(pk=pk, next_try_at__lte=now())
        job = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("by").first()
        if job is None:
            return None
        if kind_of(job) is None and job.created_at > now() - STRANGE_FOR:
            # Its release runs beside this one, or comes back: one of its workers takes it.
            Job.objects.filter(pk=pk).update(next_try_at=now() + LOOK_AGAIN)
            return None
        # Its worker died over it, unless that had only lost the database.
        job.attempts += bool(job.claim and not cache.get(_without_database(job)))
        job.claim, job.next_try_at, job.started_at = uuid4(), now() + LEASE, job.started_at or now()
        job.save(update_fields=["claim", "next_try_at", "started_at", "attempts"])
        if job.status == JobStatus.QUEUED:
            move(job, "status", JobStatus.RUNNING, by=None)
    return job


def _work(job: Job) -> bool:
    kind = kind_of(job)
    if kind is None:
        raise LookupError(f"No kind of job is called {job.kind}")
    if kind.lines is not None:
        if job.attempts >= MOST_ATTEMPTS:
            raise WentWrong
        _refuse_without_right(job, kind)
        _write(job, kind.lines(job))
        return True
    assert kind.do is not None
    until = time.monotonic() + SLICE
    for key in [UUID(key) for key in job.params[KEYS][job.done :]]:
        if kind.permission:
            _refuse_without_right(job, kind)
        if why := _do_one(job, kind.do, key):
            with transaction.atomic():
                _got_on(job, job.done + 1)  # it locks the row: whoever is erased from here on waits, see `erasing`
                _note(job, why, key=key, what=kind.called(key))
        job.done, job.attempts = job.done + 1, 0
        if time.monotonic() > until:
            break
    if job.done == job.total and kind.finish and job.result_name:
        _finish(job, kind)
    return job.done == job.total


def _refuse_without_right(job: Job, kind: Kind) -> None:
    by = User.objects.filter(pk=job.by_id).first() if job.by_id else None  # as they are now, not when it was claimed
    if by is None or not can(by, kind.permission):
        raise NotAllowedAnyMore


def _do_one(job: Job, do: Do, key: UUID) -> str:
    """Do one item, and say in the same transaction that it is done; why it can't be done, if so."""
    if job.attempts >= MOST_ATTEMPTS:
        return str(WentWrong.message)
    try:
        with transaction.atomic():
            if not _ours(job).select_for_update(of=("self",)).exists():
                raise NotOurs
            do(key, job)
            _got_on(job, job.done + 1)
    except DomainError as error:
        return str(error.message)
    return ""


def _write(job: Job, lines: Iterable[Sequence[object]]) -> None:
    text = io.StringIO()
    text.write("\ufeff")  # without it a spreadsheet reads UTF-8 as something else
    csv.writer(text).writerows([neutral(cell) for cell in line] for line in _counted(job, lines))
    with transaction.atomic():
        _got_on(job, job.total)
        job.result.save(f"{job.pk.hex}.csv", ContentFile(text.getvalue().encode()), save=False)
        _ours(job).update(result=job.result.name)


def _finish(job: Job, kind: Kind) -> None:
    """Have the file made of all that was done, and keep it."""
    assert kind.finish is not None
    if job.attempts >= MOST_ATTEMPTS:
        raise WentWrong
    if kind.permission:
        _refuse_without_right(job, kind)
    _keep(job, done=job.done)
    made = kind.finish(job)
    if made is None:
        return
    with made, transaction.atomic():
        _got_on(job, job.done)
        job.result.save(f"{job.pk.hex}{Path(job.result_name).suffix}", made, save=False)
        _ours(job).update(result=job.result.name)


def _counted(job: Job, lines: Iterable[Sequence[object]]) -> Iterator[Sequence[object]]:
    for number, line in enumerate(lines):  # the first is the head
        if number and number % STEP == 0:
            _keep(job, done=min(number, job.total))  # its attempts count on: the next one begins at the beginning
        yield line


def _got_on(job: Job, done: int) -> None:
    """Say how far it is for good, and keep the claim. Raises `NotOurs`."""
    _keep(job, done=done, attempts=0)


def _keep(job: Job, **said: int) -> None:
    if not _ours(job).update(next_try_at=now() + LEASE, **said):
        raise NotOurs


def _note(job: Job, why: str, *, key: UUID | None = None, what: str = "") -> None:
    named = Job.objects.values_list("errors", flat=True).get(pk=job.pk)
    error = {"what": what, "why": why} | ({"key": str(key)} if key else {})
    more = [error] if len(named) < MOST_ERRORS else []
    _ours(job).update(errors=[*named, *more], error_count=F("error_count") + 1)


def _stopped(job: Job, error: Exception) -> None:
    """Something went wrong that nobody foresaw: another try later; after several an item is left out, a file is not."""
    log.exception("job stopped", job=str(job.pk), kind=job.kind, error=str(error))
    kind = kind_of(job)
    if job.attempts + 1 < MOST_ATTEMPTS or (kind and kind.do):
        wait = timedelta(seconds=2**job.attempts)
        _ours(job).update(attempts=F("attempts") + 1, next_try_at=now() + wait, claim=None)
    else:
        _fail(job, str(WentWrong.message))


@transaction.atomic
def _fail(job: Job, why: str) -> None:
    if _ours(job).exists():
        _note(job, why)
        move(job, "status", JobStatus.FAILED, by=None, finished_at=now(), claim=None)


@transaction.atomic
def _end(job: Job) -> None:
    if _ours(job).exists():
        move(job, "status", JobStatus.DONE, by=None, finished_at=now(), claim=None)


@forget("jobs that are over")
def old_jobs(before: datetime) -> "models.QuerySet[Job]":
    return Job.objects.filter(finished_at__lt=before)


def _without_database(job: Job) -> str:
    return f"job-without-database:{job.claim}"


def _ours(job: Job) -> "models.QuerySet[Job]":
    """The row, if it still is ours to work on."""
    return Job.objects.under_way().filter(pk=job.pk, claim=job.claim)
