"""What speaks against days for a session without forbidding them: hours of a trainer, time off, holidays."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from shared_apps.core.time import tenant_zone
from shared_apps.web.templatetags.muster import clock
from shared_apps.web.templatetags.muster import day as day_text
from tenant_apps.people.models import Trainer
from tenant_apps.scheduling.hours import WeeklySpan, weekly_spans_of
from tenant_apps.scheduling.models import Holiday, TimeOff
from tenant_apps.scheduling.plan import Span

SHORT = "EEE d MMM"


class Adviser:
    """Knows when the `people` of a team teach and when nothing is taught, between two instants. Three queries."""

    def __init__(self, people: Sequence[Trainer], since: datetime, until: datetime) -> None:
        zone = tenant_zone()
        first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
        self.names = {one.pk: str(one) for one in people}
        self.holidays = list(Holiday.objects.filter(starts_on__lte=last, ends_on__gte=first))
        self.hours = weekly_spans_of(people) if people else {}
        away = TimeOff.objects.filter(starts_at__lt=until, ends_at__gt=since)
        self.away = list(away.filter(trainer__in=self.names)) if people else []

    def on(self, days: Sequence[Span]) -> list[str]:
        """A sentence for each thing that speaks against these `days`."""
        zone = tenant_zone()
        local = [(begins.astimezone(zone), ends.astimezone(zone)) for begins, ends in days]
        outside = [said for key in self.names for said in self._outside(key, local)]
        return [*self._closed(local), *self._away(local), *outside]

    def _closed(self, days: Sequence[Span]) -> list[str]:
        hit = [
            row for row in self.holidays
            if any(begins.date() <= row.ends_on and _last(ends).date() >= row.starts_on for begins, ends in days)
        ]  # fmt: skip
        return [_("%(name)s: closed %(when)s.") % {"name": row.name, "when": _dates(row)} for row in hit]

    def _away(self, days: Sequence[Span]) -> list[str]:
        hit = [row for row in self.away if any(row.starts_at < ends and row.ends_at > begins for begins, ends in days)]
        return [
            _("%(who)s is away from %(first)s to %(last)s.")
            % {
                "who": self.names[row.trainer_id], "first": _moment(row.starts_at),
                "last": _moment(row.ends_at, end=True),
            }
            for row in hit
        ]  # fmt: skip

    def _outside(self, key: UUID, days: Sequence[Span]) -> list[str]:
        hours = self.hours.get(key, [])
        odd = [begins for begins, ends in days if not within(hours, begins, ends)] if hours else []
        if not odd:
            return []
        named = ", ".join(f"{day_text(begins, SHORT)}, {clock(begins)}" for begins in odd[:3])
        more = ", …" if len(odd) > 3 else ""
        told = {"who": self.names[key], "days": named + more}
        return [_("Outside the weekly hours of %(who)s: %(days)s.") % told]


def advice_on(people: Sequence[Trainer], days: Sequence[Span]) -> list[str]:
    """What speaks against a session of the team of `people` on these `days`: a sentence each."""
    return Adviser(people, min(begins for begins, _e in days), max(ends for _b, ends in days)).on(days)


def within(hours: Sequence[WeeklySpan], begins: datetime, ends: datetime) -> bool:
    """Whether one day of teaching lies within the weekly `hours`, of which those that touch count as one."""
    reached, last = begins.time(), ends.time()
    if ends.date() > begins.date():
        if ends.time() != time.min or ends.date() - begins.date() > timedelta(days=1):
            return False
        last = time.max
    for span in hours:
        if span.weekday == begins.weekday() and span.begins <= reached < span.ends:
            reached = span.ends
    return reached > begins.time() and reached >= min(last, time(23, 59))


def _last(moment: datetime) -> datetime:
    return moment - timedelta(microseconds=1)


def _moment(moment: datetime, *, end: bool = False) -> str:
    local = moment.astimezone(tenant_zone())
    if local.time() == time.min:
        return day_text(_last(local) if end else local, SHORT)
    return f"{day_text(local, SHORT)}, {clock(local)}"


def _dates(row: Holiday) -> str:
    if row.starts_on == row.ends_on:
        return day_text(row.starts_on, SHORT)
    return _("%(first)s to %(last)s") % {
        "first": day_text(row.starts_on, SHORT), "last": day_text(row.ends_on, SHORT),
    }  # fmt: skip
