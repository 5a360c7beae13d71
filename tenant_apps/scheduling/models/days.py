"""The days of sessions, and the zone on whose clock they are said."""

from collections.abc import Collection
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from shared_apps.core.models import Row
from shared_apps.core.time import tenant_zone, tenant_zone_name
from shared_apps.web.page_cache import watch
from tenant_apps.scheduling.models.places import Room, Vehicle

# What lies a month back no longer changes, and what is private is nobody's business.
SHOWN = "ends_at > now() - interval '30 days'"


def zone_named(name: str) -> ZoneInfo:
    """The zone of this IANA name; the tenant's for an empty one."""
    # Spelt otherwise than the UTC of a bare instant.
    return ZoneInfo("Etc/UTC" if name == "UTC" else name) if name else tenant_zone()


class InItsZone(Row):
    """A row with `starts_at` and `ends_at` that keeps the zone whose clock they were said on.

    Read from the database they carry that zone (see `core.time.local`), whatever the provider's zone is by then.
    """

    time_zone = models.CharField(
        max_length=50, blank=True, default=tenant_zone_name, db_default="", help_text="IANA name; empty: the tenant's"
    )

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[object], **options: Any) -> Self:
        row = super().from_db(db, field_names, values, **options)
        if row.__dict__.get("time_zone"):
            for field in ("starts_at", "ends_at"):
                if field in row.__dict__:
                    setattr(row, field, row.__dict__[field].astimezone(row.zone))
        return row

    @property
    def zone(self) -> ZoneInfo:
        """The zone on whose clock its times are said."""
        return zone_named(self.time_zone)


def never_in_two_places(what: str) -> ExclusionConstraint:
    """No two live days with the same `what` overlap. Without btree_gist, a key is a range of one uuid."""
    return ExclusionConstraint(
        name=f"a_{what}_is_never_in_two_places",
        expressions=[
            (Func(F(what), F(what), Value("[]"), function="uuidrange"), RangeOperators.OVERLAPS),
            (
                Func(F("starts_at"), F("ends_at"), function="tstzrange", output_field=DateTimeRangeField()),
                RangeOperators.OVERLAPS,
            ),
        ],
        condition=Q(live=True, **{f"{what}__isnull": False}),
    )


class SessionDay(InItsZone):
    """One span of time of a session. Calendar, clashes, registers and feeds work on days.

    Trainer, room, vehicle and `live` repeat the session's, so that the database itself can refuse a clash (of the
    trainer and the rest of the team by `TeamDay`, which follows); so does its zone.
    """

    session = models.ForeignKey("scheduling.Session", models.CASCADE, related_name="days")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    live = models.BooleanField(default=True)
    trainer = models.ForeignKey("people.Trainer", models.PROTECT, null=True, related_name="+")
    room = models.ForeignKey(Room, models.PROTECT, null=True, related_name="+")
    vehicle = models.ForeignKey(Vehicle, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["starts_at"]
        indexes = [models.Index(fields=["starts_at"], condition=Q(live=True), name="day_by_start")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="day_ends_after_it_starts"),
            never_in_two_places("room"),
            never_in_two_places("vehicle"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%-d %b %Y %H:%M}"


watch(SessionDay, f"{SHOWN} AND session_id IN (SELECT id FROM scheduling_session WHERE visibility = 'public')")  # noqa: S608  (our own names)
