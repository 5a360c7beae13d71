"""What the address of the calendar asks for: which view, which days, narrowed by what."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shared_apps.core.time import FIRST_DAY, LAST_DAY, local_today, midnight
from shared_apps.web.filtering import a_day, an_id, known_filters
from shared_apps.web.office import uuid_in
from shared_apps.web.templatetags.muster import day as day_text
from tenant_apps.scheduling.calendar.entries import Narrowed
from tenant_apps.scheduling.models import SessionStatus

LANES = {"trainers": _("Trainers"), "rooms": _("Rooms"), "vehicles": _("Vehicles")}
VIEWS = {"month": _("Month"), "week": _("Week"), "day": _("Day"), **LANES}
COLOURS = {"category": _("Colour by category"), "status": _("Colour by status")}
WEEK = timedelta(weeks=1)
MARGIN = timedelta(days=62)  # to both ends of the days there are, so that turning the page stays among them

filters = known_filters(
    view=VIEWS, on=a_day, course=an_id, trainer=an_id, place=an_id, status=SessionStatus.values, colour=COLOURS
)


@dataclass(frozen=True)
class Asked:
    """A view on some days; `since` is the first of them and `until` the day after the last."""

    view: str
    on: date
    since: date
    until: date
    narrowed: Narrowed
    colour: str
    kept: tuple[tuple[str, str], ...]  # the filters as they stand in the address

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The instants between which it is."""
        return midnight(self.since), midnight(self.until)

    @property
    def title(self) -> str:
        """The days in words."""
        if self.view == "month":
            return day_text(self.on, "MMMM y")
        if self.view == "day":
            return day_text(self.on, "EEEE d MMMM y")
        last = self.until - timedelta(days=1)
        first = day_text(self.since, "d MMM y" if self.since.year != last.year else "d MMM")
        return _t("%(first)s to %(last)s") % {"first": first, "last": day_text(last, "d MMM y")}

    def link(self, *, view: str = "", on: date | None = None) -> str:
        """The query of another view or other days, with the same filters."""
        return "?" + urlencode({"view": view or self.view, "on": (on or self.on).isoformat(), **dict(self.kept)})

    @property
    def rest(self) -> str:
        """The filters as they follow other parts of a query."""
        return f"&{urlencode(self.kept)}" if self.kept else ""

    @property
    def earlier(self) -> str:
        """The query of what lies before."""
        return self.link(on=_turned(self.view, self.on, -1))

    @property
    def later(self) -> str:
        """The query of what comes next."""
        return self.link(on=_turned(self.view, self.on, 1))


def asked_of(request: HttpRequest, *, usual: str) -> Asked:
    """What `request` asks for; a `usual` view where it names none."""
    view = request.GET.get("view", "").strip() or usual
    day = parse_date(request.GET.get("on", "").strip()) or local_today()
    day = min(max(day, FIRST_DAY + MARGIN), LAST_DAY - MARGIN)
    since = until = day
    if view == "month":
        since = _monday(day.replace(day=1))
        until = _monday(_turned("month", day, 1) - timedelta(days=1)) + WEEK
    elif view == "day":
        until = day + timedelta(days=1)
    else:
        since = _monday(day)
        until = since + WEEK
    names = ("course", "trainer", "place", "status", "colour")
    kept = tuple((name, value) for name in names if (value := request.GET.get(name, "").strip()))
    narrowed: Narrowed = {
        "course_id": uuid_in(request, "course"), "trainer_id": uuid_in(request, "trainer"),
        "place_id": uuid_in(request, "place"), "status": request.GET.get("status", "").strip() or None,
    }  # fmt: skip
    colour = request.GET.get("colour", "").strip() or "category"
    return Asked(view, day, since, until, narrowed, colour, kept)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _turned(view: str, day: date, by: int) -> date:
    """The day on which the next page begins, or with -1 the one before."""
    if view == "month":
        return (day.replace(day=1) + timedelta(days=31 if by > 0 else -1)).replace(day=1)
    return day + by * (timedelta(days=1) if view == "day" else WEEK)
