"""Kinds of jobs: what an app does bit by bit.

Work on one thing after the other, each in a transaction of its own, which also says that it is done:

    call_off = job("bookings.call_off", _cancel)          # _cancel(key, job) is run for each key
    begin(call_off, keys, title=_("Calling off …"), by=user)

Work that makes a file, in one go and from its beginning if its worker dies:

    export = file_job("bookings.export", _lines, permission="bookings.manage")  # _lines(job) yields rows of a table
    begin_file(export, name="bookings.csv", total=len, title=_("Bookings as a file"), by=user, params={…})
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.urls import get_resolver

from shared_apps.jobs.models import Job

Do = Callable[[UUID, Job], object]
Lines = Callable[[Job], Iterable[Sequence[object]]]
Label = Callable[[UUID], str]


@dataclass(frozen=True)
class Kind:
    """What a job of this name does: `do` for each of its keys, or the `lines` of a table. `may_stop`: half way.

    `label` says which item one was, to people who read what could not be done. `permission`: whoever lost it since
    gets nothing of the lines, and nothing more is done for them.
    """

    name: str
    do: Do | None = None
    lines: Lines | None = None
    may_stop: bool = True
    label: Label = str
    permission: str = ""


_kinds: dict[str, Kind] = {}


def job(name: str, do: Do, *, may_stop: bool = True, label: Label = str, permission: str = "") -> Kind:
    """A kind of job that runs `do` for each of its keys. A `DomainError` of one is told, and keeps no other back.

    With a `permission`, whoever began it must have it still before each key.
    """
    return _known(Kind(name, do=do, may_stop=may_stop, label=label, permission=permission))


def file_job(name: str, lines: Lines, *, permission: str) -> Kind:
    """A kind of job that writes `lines`, the first being the head, into a CSV file for those with a `permission`."""
    return _known(Kind(name, lines=lines, permission=permission))


def kind_of(job: Job) -> Kind | None:
    """The kind of a job; None if this release has no such kind."""
    if job.kind not in _kinds:
        # Exports stand with their pages, and a worker has opened none of these.
        _ = get_resolver(settings.TENANT_URLCONF).url_patterns
    return _kinds.get(job.kind)


def _known(kind: Kind) -> Kind:
    if kind.name in _kinds:
        raise ValueError(f"Two kinds of jobs are called {kind.name}")
    _kinds[kind.name] = kind
    return kind
