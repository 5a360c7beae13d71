"""Work that takes too long for a request: how far it is, and what came of it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import User, Visitor
from shared_apps.core.errors import DomainError
from shared_apps.core.models import Row
from shared_apps.core.permissions import can
from shared_apps.core.states import Actor, Move, StateTable
from shared_apps.core.time import now


class JobStatus(models.TextChoices):
    """How a job stands. A done one may have had errors of single items."""

    QUEUED = "queued", "waiting"
    RUNNING = "running", "under way"
    DONE = "done", "done"
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "cancelled"


UNDER_WAY = (JobStatus.QUEUED, JobStatus.RUNNING)


class MustGoOn(DomainError):
    """A job that would leave something half done is not cancelled."""

    code = "must_go_on"
    message = _("This can't be cancelled: it would leave something half done.")


def may_stop(job: "Job") -> DomainError | None:
    """Whether it may end before it is through."""
    return None if job.may_stop else MustGoOn()


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs, by whether they are over and who may see them."""

    def under_way(self) -> "JobQuerySet":
        """Those that a worker will go on with."""
        return self.filter(status__in=UNDER_WAY)

    def at_work_on(self, row: Row) -> "Job | None":
        """The one that is about `row` and under way; of several the one that was begun last."""
        return self.under_way().filter(about_id=row.pk).order_by("-created_at").first()

    def visible_to(self, user: Visitor) -> "JobQuerySet":
        """One's own; those who change settings see all."""
        if can(user, "settings.manage"):
            return self
        return self.filter(by=user.pk) if user.is_authenticated else self.none()


class Job(Row):
    """Work that a worker does bit by bit, see `kinds`. Whoever dies over it leaves it where it was.

    `done` of `total` items are through, also those that could not be done, which `errors` name:
    `[{"what", "why", "key"}]`.
    """

    MOVES: ClassVar = {
        "status": StateTable["Job"](
            JobStatus,
            Move({JobStatus.QUEUED}, JobStatus.RUNNING, by={Actor.SYSTEM}),
            Move({JobStatus.RUNNING}, JobStatus.DONE, by={Actor.SYSTEM}),
            Move({JobStatus.RUNNING}, JobStatus.FAILED, by={Actor.SYSTEM}),
            Move({JobStatus.QUEUED, JobStatus.RUNNING}, JobStatus.CANCELLED, by={"account.use"}, guard=may_stop),
            unrecorded="Its row says who began it, when it began and ended, and what went wrong.",
        )
    }

    kind = models.CharField(max_length=80)
    title = models.CharField(max_length=200, help_text="What it does, in the words of whoever began it")
    params = models.JSONField(default=dict, help_text="What to do, as its kind reads it")
    about_id = models.UUIDField(null=True, help_text="The row that it is about, if it is one")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    may_stop = models.BooleanField(default=True, help_text="Whether somebody may cancel it half way")
    status = models.CharField(max_length=10, choices=JobStatus, default=JobStatus.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0, help_text="0: not known yet")
    errors = models.JSONField(default=list)
    error_count = models.PositiveIntegerField(default=0, help_text="More than are named, perhaps")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often it stopped since it last got on")
    next_try_at = models.DateTimeField(
        default=now, help_text="When a worker goes on, unless the one that is at it does"
    )
    claim = models.UUIDField(null=True, help_text="Of the worker that is at it")
    result = models.FileField(upload_to="private/jobs/", blank=True)
    result_name = models.CharField(max_length=100, blank=True, help_text="What the file is called when it is fetched")
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(total=0) | Q(done__lte=F("total")), name="job_does_what_there_is"),
            models.CheckConstraint(
                condition=Q(status__in=UNDER_WAY, finished_at=None) | (~Q(status__in=UNDER_WAY) & ~Q(finished_at=None)),
                name="jobs_that_are_over_and_only_they_say_when",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(status__in=["queued", "running"]), name="job_due"),
            models.Index(fields=["by", "-created_at"], name="job_by"),
            models.Index(fields=["about_id"], condition=Q(about_id__isnull=False), name="job_about"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_under_way(self) -> bool:
        """Whether there is something left to do, and nobody cancelled it."""
        return self.status in UNDER_WAY

    @property
    def percent(self) -> int:
        """How much of it is through; 0 while nobody knows."""
        return self.done * 100 // self.total if self.total else 0
