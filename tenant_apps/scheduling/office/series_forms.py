"""The forms of a series: its rule with what its sessions have in common, and how many more there are to be."""

from datetime import date, timedelta
from typing import Unpack

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shared_apps.core.ids import uuid7
from shared_apps.core.time import local_today
from shared_apps.web.fields import TextBox
from shared_apps.web.forms import Cleaned, FormOptions, Sent
from shared_apps.web.whole_numbers import WholeNumberField
from tenant_apps.catalogue.models import Course
from tenant_apps.scheduling.models import Weekday
from tenant_apps.scheduling.office.forms import date_field
from tenant_apps.scheduling.office.several_forms import EVERY, SharedForm, days_in
from tenant_apps.scheduling.plan import Hours
from tenant_apps.scheduling.recurrence import MOST_DATES, Rule
from tenant_apps.scheduling.series import SeriesPlan

MOST_SKIPPED = 200
ENDS = {"first": "starts_on"}  # fields of a rule that have another name on the form
HOURS = {"overnight": "ends_next_day", "start": "starts_on", "end": "starts_on", "days": "starts_on"}


class SeriesForm(SharedForm):
    """A rule, and what the sessions that it makes have in common. Days are those of the provider's clock."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("On which days"), choices=Weekday, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    starts_on = date_field(_("From"))
    every = forms.TypedChoiceField(label=_("How often"), choices=EVERY, coerce=int)
    count = WholeNumberField(
        label=_("How many"), min_value=1, max_value=MOST_DATES, required=False,
        help_text=_("Dates that are skipped are not counted."),
    )  # fmt: skip
    until = date_field(_("Or until"), required=False)
    skips_holidays = forms.BooleanField(label=_("Skip our holidays"), required=False)
    skipped = forms.CharField(
        label=_("Dates left out"), required=False, max_length=4_000,
        widget=TextBox(attrs={"rows": 2, "data-skipped": ""}), help_text=_("One a line, like 2027-01-12."),
    )  # fmt: skip
    field_order = ["weekdays", "starts_on", "every", "count", "until", "skips_holidays", "skipped"]

    def __init__(self, data: Sent = None, *, course: Course, **options: Unpack[FormOptions]):
        super().__init__(data, course=course, **options)
        first = local_today() + timedelta(days=7)
        usual: dict[str, object] = {
            "starts_on": first - timedelta(days=first.weekday()), "weekdays": [Weekday.MONDAY.value], "every": 1,
            "count": 6, "skips_holidays": True,
        }  # fmt: skip
        self.initial = {**self.initial, **usual, **(options.get("initial") or {})}

    def clean_skipped(self) -> list[date]:
        days = days_in(self.cleaned_data["skipped"])
        if len(days) > MOST_SKIPPED:
            raise forms.ValidationError(_t("At most %d dates.") % MOST_SKIPPED)
        return days

    def clean(self) -> Cleaned:
        data = super().clean()
        if not self.errors and (data["count"] is None) == (data["until"] is None):
            self.add_error("count", _t("Say how many, or until which day: one of the two."))
        return data

    @property
    def plan(self) -> SeriesPlan:
        """What is to be made, as the services take it."""
        data = self.cleaned_data
        rule = Rule(
            frozenset(data["weekdays"]), data["starts_on"], data["every"], count=data["count"], until=data["until"],
            skipped=frozenset(data["skipped"]),
        )  # fmt: skip
        return SeriesPlan(rule, Hours(data["begins"], data["ends"], data["ends_next_day"]), data["skips_holidays"])

    def refuse(self, field: str, message: str) -> None:
        """Say at its field what a rule or its hours can't be."""
        named = ENDS.get(field) or HOURS.get(field) or field
        self.add_error(named if named in self.fields else None, message)


class MoreForm(forms.Form):
    """How many more sessions a series is to have."""

    form_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    more = WholeNumberField(label=_("How many more"), min_value=1, max_value=MOST_DATES, initial=4)

    def __init__(self, data: Sent = None, **options: Unpack[FormOptions]):
        super().__init__(data, **options)
        self.initial["form_key"] = f"more {uuid7()}"
