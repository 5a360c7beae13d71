"""By which ways a notice goes, and when: from what the provider offers, what the person wants, and the hour."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared_apps.core.time import at
from tenant_apps.messaging.kinds import EMAIL, Kind
from tenant_apps.messaging.models.notices import Priority
from tenant_apps.messaging.models.preferences import MessagingSettings, Preferences

Hours = tuple[time, time] | tuple[None, None]  # from when until when, or no hours


@dataclass(frozen=True)
class Quiet:
    """Hours, on the clock of `zone`, in which telephones stay silent."""

    begins: time
    ends: time
    zone: ZoneInfo

    def over(self, moment: datetime) -> datetime:
        """`moment`, or when the quiet hours in which it lies are over."""
        local = moment.astimezone(self.zone)
        clock, day = local.time(), local.date()
        overnight = self.begins > self.ends
        if not (clock >= self.begins or clock < self.ends if overnight else self.begins <= clock < self.ends):
            return moment
        if overnight and clock >= self.begins:
            day += timedelta(days=1)
        return max(moment, at(day, self.ends, self.zone), _again(day, self.ends, self.zone))


def _again(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """When a clock reads `clock` on `day` for the second time, in the night that has an hour twice; else the first."""
    return datetime.combine(day, clock, tzinfo=zone).replace(fold=1).astimezone(UTC)


def next_at(clock: time, *, after: datetime, zone: ZoneInfo) -> datetime:
    """The next instant after `after` at which a clock in `zone` reads `clock`."""
    day = after.astimezone(zone).date()
    today = at(day, clock, zone)
    return today if today > after else at(day + timedelta(days=1), clock, zone)


def offered(kind: Kind, settings: MessagingSettings, *, may: Collection[str]) -> list[str]:
    """The channels by which the provider sends notices of `kind`, of those that it `may` use, in their order.

    What is essential goes by email whatever the provider says.
    """
    chosen: Sequence[str] = settings.channels.get(kind.name, kind.channels)
    found = [name for name in may if name in chosen]
    return found if EMAIL in found or not kind.essential else [EMAIL, *found]


def wanted(kind: Kind, channels: Sequence[str], preferences: Preferences | None) -> list[str]:
    """Those of `channels` that the person has not switched off. What is essential goes by email all the same."""
    off: Collection[str] = preferences.off.get(kind.name, ()) if preferences else ()
    return [name for name in channels if name not in off or (name == EMAIL and kind.essential)]


def lost(
    kind: Kind, settings: MessagingSettings, preferences: Preferences | None, *, ended: Collection[str] = ()
) -> bool:  # fmt: skip
    """Whether somebody was to get `kind` by a way that led to them once and ended: one of `ended`, or noted so."""
    ended = [*ended, *(preferences.ended.split() if preferences else [])]
    return any(name in ended for name in wanted(kind, offered(kind, settings, may=ended), preferences))


def quiet_hours(preferences: Preferences | None, settings: MessagingSettings, zone: ZoneInfo) -> Quiet | None:
    """The person's own quiet hours, else the provider's for everybody."""
    for row in (preferences, settings):
        if row and row.quiet_from is not None and row.quiet_until is not None:
            return Quiet(row.quiet_from, row.quiet_until, zone)
    return None


def digest_time(kind: Kind, preferences: Preferences | None, *, moment: datetime, zone: ZoneInfo) -> datetime | None:
    """When the summary goes in which this waits; None for what goes by itself."""
    if preferences is None or preferences.digest_at is None or kind.priority != Priority.LOW:
        return None
    return next_at(preferences.digest_at, after=moment, zone=zone)
