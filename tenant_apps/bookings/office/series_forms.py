"""Forms about one session of a series and those after it."""

import hashlib
from collections.abc import Sequence
from typing import Unpack

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_apps.web.fields import TextBox
from shared_apps.web.forms import Cleaned, FormOptions, Sent
from tenant_apps.catalogue.models import Course
from tenant_apps.scheduling.following import Clock, Follows
from tenant_apps.scheduling.models import Session
from tenant_apps.scheduling.office.forms import SessionForm
from tenant_apps.scheduling.plan import Hours, Span, replan

SHOWN = (
    "note", "begins", "ends", "ends_next_day", "trainer", "co_trainers", "assessor", "place", "room",
    "online_url", "capacity", "price", "agreed",
)  # fmt: skip
HOURS = {"begins": "begins", "ends": "ends", "ends_next_day": "overnight"}


class FollowingForm(SessionForm):
    """Of the form of a session what can become another thing for those after it too: all but its day."""

    also_own = forms.BooleanField(label=_("Also those that were changed by themselves"), required=False)

    def __init__(
        self, data: Sent = None, *, course: Course, instance: Session | None = None, **options: Unpack[FormOptions]
    ):
        super().__init__(data, course=course, instance=instance, **options)
        for name in set(self.fields) - {*SHOWN, "also_own"}:
            del self.fields[name]

    def clean(self) -> Cleaned:
        if "place" in self.changed_data and "room" not in self.changed_data and "room" in self.cleaned_data:
            self.cleaned_data["room"] = None
        return super().clean()

    def _days(self, data: Cleaned) -> list[Span]:
        Hours(data["begins"], data["ends"], data["ends_next_day"]).on(self.instance.series_date, self.zone)
        named = {to: data[name] for name, to in HOURS.items() if name in self.changed_data}
        return replan(self.as_present, self.zone, **named)

    @property
    def hours(self) -> Clock:
        """What becomes another time of day."""
        found: Clock = {}
        changes = self.changes
        if "begins" in changes:
            found["begins"] = changes["begins"]
        if "ends" in changes:
            found["ends"] = changes["ends"]
        if "ends_next_day" in changes:
            found["overnight"] = changes["ends_next_day"]
        return found

    @property
    def has_changes(self) -> bool:
        """Whether anything is to become another thing."""
        return bool(self.hours or self.details)

    def key_of(self, lines: Sequence[Follows]) -> str:
        """What `agreed` says once its sender has seen just these `lines` of this form."""
        what = [str(getattr(value, "pk", value)) for name, value in self.cleaned_data.items() if name != "agreed"]
        seen = [f"{line.session.pk} {line.why_not} {line.stays} {line.is_changed}" for line in lines]
        return hashlib.sha256(repr((what, seen)).encode()).hexdigest()[:16]


class CancelFollowingForm(forms.Form):
    """Why the dates of a series from one on are called off."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=TextBox(attrs={"rows": 2}),
        help_text=_("Everybody who booked one of them reads it in the email."),
    )  # fmt: skip
