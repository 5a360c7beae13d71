"""What can be done with many rows of a list at once: a few in the request, many by a job."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils.translation import gettext_lazy

from shared_apps.accounts.models import User
from shared_apps.core.errors import DomainError
from shared_apps.core.types import Words
from shared_apps.jobs.kinds import Kind, Label, job
from shared_apps.jobs.models import Job
from shared_apps.jobs.running import BACK
from shared_apps.jobs.services import begin

AT_ONCE = 10  # rows
Do = Callable[[UUID, User | None], object]


def _list(job: Job) -> tuple[Words, str]:
    return gettext_lazy("The list"), job.params.get(BACK, "")


class IsGone(DomainError):
    """The row is not there any more."""

    code = "is_gone"
    message = gettext_lazy("It was deleted meanwhile.")


@dataclass(frozen=True)
class Refused:
    """A row with which it could not be done."""

    what: str
    why: str


class Act:
    """Something done with each chosen row, in a transaction of its own. A `DomainError` says why not with this one.

    `name` is its job's too and never changes. `asks`: a question before it is done, with `%d` for how many.
    `back`: the name of the act that undoes it. `label` reads the row, and says which it is.
    """

    def __init__(
        self, name: str, *, title: Words, icon: str, permission: str, do: Do, label: Label, asks: Words = "",
        done: Words = "", back: str = "",
    ) -> None:  # fmt: skip
        self.name, self.title, self.icon, self.permission = name, title, icon, permission
        self.do, self.asks, self.done, self.back = do, asks, done, back
        self.kind: Kind = job(name, self._of_job, label=label, permission=permission, leads=_list)

    def _of_job(self, key: UUID, of: Job) -> object:
        return self._do(key, of.by)

    def _do(self, key: UUID, by: User | None) -> object:
        try:
            return self.do(key, by)
        except ObjectDoesNotExist as error:
            if self._is_there(key):
                raise  # something else is missing, which is a fault
            raise IsGone from error

    def _is_there(self, key: UUID) -> bool:
        try:
            self.kind.label(key)
        except ObjectDoesNotExist:
            return False
        return True

    def begin(self, keys: Sequence[UUID], *, by: User | None, back: str = "") -> Job:
        """Let a worker do it; `back` is the address of the list from which it was begun."""
        return begin(self.kind, keys, title=f"{self.title} ({len(keys)})", by=by, params={BACK: back})

    def run(self, keys: Sequence[UUID], *, by: User | None) -> list[Refused]:
        """Do it now; those with which it could not be done."""
        refused = []
        for key in keys:
            try:
                with transaction.atomic():
                    self._do(key, by)
            except DomainError as error:
                refused.append(Refused(self.kind.called(key), str(error.message)))
        return refused
