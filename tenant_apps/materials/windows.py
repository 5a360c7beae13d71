"""From when until when those booked see a material, and how that is said."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shared_apps.core.time import local, now
from shared_apps.web.templatetags.muster import clock, day
from tenant_apps.materials.models import Closes, Material, Opens
from tenant_apps.scheduling.models import Session


@dataclass(frozen=True)
class Window:
    """The instants between which those booked see something. None: from when they are booked; or for good."""

    opens_at: datetime | None
    closes_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it is seen now."""
        return not self.is_ahead and not self.is_over

    @property
    def is_ahead(self) -> bool:
        return self.opens_at is not None and self.opens_at > now()

    @property
    def is_over(self) -> bool:
        return self.closes_at is not None and self.closes_at <= now()

    @property
    def never(self) -> bool:
        """Whether it closes before it opens."""
        return bool(self.opens_at and self.closes_at and self.closes_at <= self.opens_at)


def window(material: Material, session: Session) -> Window:
    """When those booked on `session` see `material`, by the clock of the session."""
    begins, ends = local(session.starts_at), local(session.over_at)
    opens = {
        Opens.BEFORE: begins - timedelta(days=material.opens_days or 0), Opens.BEGUN: begins, Opens.ENDED: ends,
        Opens.DATE: material.opens_at,
    }.get(Opens(material.opens))  # fmt: skip
    closes = {
        Closes.AFTER: ends + timedelta(days=material.closes_days or 0), Closes.DATE: material.closes_at,
    }.get(Closes(material.closes))  # fmt: skip
    return Window(opens, closes)


def when_seen(material: Material, session: Session | None = None) -> str:
    """Says when people see `material`, in a sentence: at `session`, by its own days; else at any session."""
    if not material.for_attendees:
        return _("Only the trainer and the office see it.")
    return _at(window(material, session)) if session else _at_any(material)


def _at(seen: Window) -> str:
    opens, closes = _moment(seen.opens_at), _moment(seen.closes_at)
    if seen.never:
        return _("Those booked never see it: it would end before it begins.")
    if seen.is_over:
        return _("Those booked saw it until %s.") % closes
    if seen.is_ahead and closes:
        return _("Those booked see it from %(from)s until %(until)s.") % {"from": opens, "until": closes}
    if seen.is_ahead:
        return _("Those booked see it from %s on.") % opens
    return _("Those booked see it now, until %s.") % closes if closes else _("Those booked see it now.")


def _at_any(material: Material) -> str:
    n = material.opens_days or 0
    opens = {
        Opens.BOOKED: _("as soon as they are booked"),
        Opens.BEFORE: ngettext("from %d day before it begins", "from %d days before it begins", n) % n,
        Opens.BEGUN: _("from when it begins"),
        Opens.ENDED: _("from when it is over"),
    }.get(Opens(material.opens), "")
    if material.closes == Closes.AFTER:
        n = material.closes_days or 0
        closes = ngettext("until %d day after it is over", "until %d days after it is over", n) % n
        return _("Those booked on a date see it %(from)s, %(until)s.") % {"from": opens, "until": closes}
    return _("Those booked on a date see it %s.") % opens


def _moment(moment: datetime | None) -> str:
    return f"{day(moment)}, {clock(moment)}" if moment else ""
