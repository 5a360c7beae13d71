"""Forms of a trainer's weekly hours and time off, and of holidays."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Unpack

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shared_apps.core.lines import TypedLine
from shared_apps.core.time import at, midnight, tenant_zone
from shared_apps.web.forms import Cleaned, FormOptions, Sent
from tenant_apps.people.models import Trainer
from tenant_apps.scheduling.hours import WeeklySpan, weekly_spans
from tenant_apps.scheduling.models import Weekday
from tenant_apps.scheduling.office.forms import date_field


class WeeklyHoursForm(forms.Form):
    """One line of hours for each day of the week, such as `09:00-12:00, 13:00-17:00`."""

    def __init__(self, data: Sent = None, *, trainer: Trainer, **options: Unpack[FormOptions]):
        super().__init__(data, **options)
        known = weekly_spans(trainer)
        for number, label in Weekday.choices:
            spans = [f"{one.begins:%H:%M}-{one.ends:%H:%M}" for one in known if one.weekday == number]
            self.fields[f"day{number}"] = forms.CharField(
                label=label, required=False, max_length=80, initial=", ".join(spans)
            )

    def clean(self) -> Cleaned:
        data = super().clean() or {}
        spans: list[WeeklySpan] = []
        for number, _label in Weekday.choices:
            try:
                spans += _spans(number, data.get(f"day{number}", ""))
            except ValueError:
                message = _t("Write it like 09:00-17:00, or two of these with a comma between them.")
                self.add_error(f"day{number}", message)
        data["spans"] = spans
        return data


def _spans(weekday: int, text: str) -> list[WeeklySpan]:
    """Raises ValueError for what is not a span, for one that ends before it begins, and where two overlap."""
    found = []
    for part in filter(None, (one.strip() for one in text.replace("–", "-").split(","))):
        begins, ends = (time.fromisoformat(clock.strip().zfill(5)) for clock in part.split("-"))
        if begins.tzinfo or ends.tzinfo or ends <= begins:
            raise ValueError(part)
        found.append(
            WeeklySpan(weekday, begins.replace(second=0, microsecond=0), ends.replace(second=0, microsecond=0))
        )
    found.sort()
    if any(before.ends > after.begins for before, after in pairwise(found)):
        raise ValueError(text)
    return found


class TimeOffForm(forms.Form):
    """From which day to which a trainer is away; with times of day where it is a part of a day."""

    starts_on = date_field(_("First day"))
    ends_on = date_field(_("Last day"), required=False, help_text=_("Empty: that day alone."))
    begins = forms.TimeField(label=_("From"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    ends = forms.TimeField(label=_("Until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=200, help_text=_("Only the office and the trainer see it.")
    )

    def clean(self) -> Cleaned:
        data = super().clean() or {}
        if self.errors:
            return data
        first, last = data["starts_on"], data.get("ends_on") or data["starts_on"]
        data["starts_at"] = _instant(first, data["begins"]) if data.get("begins") else midnight(first)
        data["ends_at"] = _instant(last, data["ends"]) if data.get("ends") else midnight(last, after=True)
        if data["ends_at"] <= data["starts_at"]:
            self.add_error("ends_on" if last < first else "ends", _t("The end is not after the beginning."))
        elif data["ends_at"] - data["starts_at"] > timedelta(days=400):
            self.add_error("ends_on", _t("At most a year at once."))
        return data


def _instant(day: date, clock: time) -> datetime:
    return at(day, clock, tenant_zone())


class HolidayForm(forms.Form):
    """Days on which nothing is taught."""

    name = TypedLine(label=_("Name"), max_length=80, widget=forms.TextInput({"autocomplete": "off"}))
    starts_on = date_field(_("First day"))
    ends_on = date_field(_("Last day"), required=False, help_text=_("Empty: that day alone."))

    def clean_ends_on(self) -> date | None:
        first: date | None = self.cleaned_data.get("starts_on")
        last: date | None = self.cleaned_data["ends_on"]
        if first and last and last < first:
            raise ValidationError(_t("The last day is before the first."))
        return last or first
