"""The short form that moves a session: another day, other hours, another place or room, and what undoes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Unpack
from uuid import UUID

from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from shared_apps.web.forms import Cleaned, FormOptions, Sent
from tenant_apps.catalogue.models import Course
from tenant_apps.scheduling.models import Place, Room, Session
from tenant_apps.scheduling.office.forms import SessionForm
from tenant_apps.scheduling.plan import Span

SHOWN = ("note", "start_date", "begins", "ends", "ends_next_day", "place", "room", "agreed", "heeded")
BY_ADDRESS = ("start_date", "begins", "ends", "room")
SALT = "scheduling.moved"
UNDONE_WITHIN = 60 * 60  # seconds


class MoveForm(SessionForm):
    """Of the form of a session, only when and where it is. A room of the former place is left behind with it."""

    def __init__(
        self, data: Sent = None, *, course: Course, instance: Session | None = None, **options: Unpack[FormOptions]
    ):
        super().__init__(data, course=course, instance=instance, **options)
        for name in set(self.fields) - set(SHOWN):
            del self.fields[name]
        if len(self.present) == 1:
            self.fields["start_date"].label = _("Day")

    def clean(self) -> Cleaned:
        if "place" in self.changed_data and "room" not in self.changed_data and "room" in self.cleaned_data:
            self.cleaned_data["room"] = None
        return super().clean()

    @classmethod
    def filled_in_by(cls, asked: QueryDict, session: Session) -> "MoveForm":
        """The form of `session` with what the address says typed into it, as when something is dragged."""
        typed = {name: str(asked[name]) for name in BY_ADDRESS if name in asked}
        page = cls(instance=session, course=session.course)
        return cls(page.filled_in(typed), instance=session, course=session.course) if typed else page


@dataclass(frozen=True)
class Whereabouts:
    """When and where a session was before it was moved, and when it was to be decided, for what takes the move back."""

    days: Sequence[Span]
    place: UUID | None
    room: UUID | None
    decide_by: datetime | None

    @classmethod
    def of(cls, session: Session) -> "Whereabouts":
        """Those that `session` has now."""
        days = [(day.starts_at, day.ends_at) for day in session.days.order_by("starts_at")]
        return cls(days, session.place_id, session.room_id, session.decide_by)

    def signed(self, session: Session, *, booked: Sequence[UUID]) -> str:
        """All of it as one text that nobody can change, for `session` as it is after the move.

        `booked`: the bookings that were on it then.
        """
        days = [[begins.isoformat(), ends.isoformat()] for begins, ends in self.days]
        told = {
            "session": str(session.pk), "sequence": session.sequence, "days": days,
            "booked": [short(pk) for pk in booked],
            "place": str(self.place or ""), "room": str(self.room or ""),
            "decide_by": self.decide_by.isoformat() if self.decide_by else "",
        }  # fmt: skip
        return signing.dumps(told, salt=SALT)


def short(pk: UUID) -> str:
    """Enough of a key to know it again among those of one session."""
    return pk.hex[-10:]


@dataclass(frozen=True)
class MovedFrom:
    """What `Whereabouts.signed` said: where to go back, as which move it was, and who was booked.

    `gone`: which of them, `place` or `room`, is not there any more.
    """

    days: Sequence[Span]
    place: Place | None
    room: Room | None
    decide_by: datetime | None
    sequence: int
    booked: frozenset[str]
    gone: str = ""

    def knew(self, booking: UUID) -> bool:
        """Whether that booking was there when it was moved."""
        return short(booking) in self.booked

    @classmethod
    def read(cls, text: str, session: Session) -> "MovedFrom | None":
        """None where it is not ours, is about another session, or is too old."""
        try:
            told = signing.loads(text, salt=SALT, max_age=UNDONE_WITHIN)
        except signing.BadSignature:
            return None
        if told["session"] != str(session.pk):
            return None
        days = [(datetime.fromisoformat(begins), datetime.fromisoformat(ends)) for begins, ends in told["days"]]
        place = Place.objects.filter(pk=told["place"]).first() if told["place"] else None
        room = Room.objects.filter(pk=told["room"]).first() if told["room"] else None
        gone = "place" if told["place"] and not place else "room" if told["room"] and not room else ""
        decide_by = datetime.fromisoformat(told["decide_by"]) if told.get("decide_by") else None
        return cls(days, place, room, decide_by, told["sequence"], frozenset(told["booked"]), gone)
