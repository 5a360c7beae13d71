"""Who and what is taken when, asked for many days at once. The database has the last word, when they are written."""

from collections.abc import Sequence
from itertools import groupby
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from shared_apps.web.templatetags.muster import clock
from shared_apps.web.templatetags.muster import day as day_text
from tenant_apps.people.models import Trainer
from tenant_apps.scheduling.models import Room, SessionDay, TeamDay, Vehicle
from tenant_apps.scheduling.plan import Span

MOST_NAMED = 3  # sessions in one sentence


class Taken:
    """What else is on, from the first to the last of some `days`, for people, a room and a vehicle. Two queries."""

    def __init__(
        self, days: Sequence[Span], *, people: Sequence[Trainer], room: Room | None, vehicle: Vehicle | None
    ) -> None:
        self.ones: list[Trainer | Room | Vehicle] = [*people, *(one for one in (room, vehicle) if one)]
        self.busy: dict[UUID, list[SessionDay]] = {one.pk: [] for one in self.ones}
        within = Q(
            starts_at__lt=max(ends for _b, ends in days), ends_at__gt=min(begins for begins, _e in days), live=True
        )
        theirs = TeamDay.objects.filter(within, trainer__in=[one.pk for one in people])
        for row in theirs.select_related("day__session__course").order_by("starts_at", "pk"):
            self.busy[row.trainer_id].append(row.day)
        rows = SessionDay.objects.filter(within, Q(room__in=[room] if room else []) | _with(vehicle))
        for day in rows.select_related("session__course").order_by("starts_at", "pk"):
            for key in (day.room_id, day.vehicle_id):
                if key in self.busy:
                    self.busy[key].append(day)

    def at(self, span: Span) -> str:
        """A sentence for each that is elsewhere then; "" where all are free."""
        begins, ends = span
        then = {
            one: [day for day in self.busy[one.pk] if day.starts_at < ends and day.ends_at > begins]
            for one in self.ones
        }  # fmt: skip
        return " ".join(said_taken(one, clashes) for one, clashes in then.items() if clashes)


def _with(vehicle: Vehicle | None) -> Q:
    return Q(vehicle__in=[vehicle] if vehicle else [])


def said_taken(one: object, clashes: Sequence[SessionDay]) -> str:
    """That `one` is elsewhere on the days of `clashes`, with what is on then."""
    courses = "; ".join(
        ", ".join([str(course), *map(_said, days)])
        for course, days in groupby(clashes[:MOST_NAMED], key=lambda day: day.session.course)
    )
    return _("%(who)s is taken at that time: %(courses)s.") % {"who": one, "courses": courses}


def _said(day: SessionDay) -> str:
    return f"{day_text(day.starts_at)}, {clock(day.starts_at)}–{clock(day.ends_at)}"
