"""Whether a session takes place for certain: fields of forms, and what they mean to the services."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TypedDict, Unpack
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shared_apps.core.time import local_today
from shared_apps.core.types import Words
from shared_apps.web.forms import Cleaned, FormOptions, Sent
from shared_apps.web.whole_numbers import WholeNumberField
from tenant_apps.scheduling.models import Session, SessionStatus
from tenant_apps.scheduling.running import decision_time

CERTAIN, TENTATIVE, DRAFT = "certain", "tentative", "draft"
CHOICES = [
    (CERTAIN, _("It takes place")),
    (TENTATIVE, _("It takes place if enough book")),
    (DRAFT, _("Draft: only the office sees it")),
]
LABEL = _("Does it take place?")


def certainty_field(choices: Sequence[tuple[str, Words]]) -> forms.ChoiceField:
    """A choice of how certain a session is."""
    return forms.ChoiceField(label=LABEL, choices=choices, widget=forms.RadioSelect, initial=CERTAIN, required=False)


def minimum_field() -> WholeNumberField:
    """From how many seats a tentative session runs."""
    return WholeNumberField(label=_("It runs from how many"), min_value=1, max_value=10_000, required=False)


def decide_field() -> forms.DateField:
    """The day on which it is decided."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    widget.input_type = "date"
    return forms.DateField(
        label=_("Decided on"), widget=widget, required=False,
        help_text=_("Whoever books reads this day. You are reminded of it in the morning."),
    )  # fmt: skip


def need_terms(form: forms.BaseForm, data: Cleaned, *, begins: date | None) -> None:
    """Ask a tentative session's form for what is missing, and for a day before `begins`."""
    if data.get("certainty") != TENTATIVE:
        return
    if not data.get("minimum") and "minimum" not in form.errors:
        form.add_error("minimum", _t("Say from how many it takes place."))
    day = data.get("decide_on")
    if "decide_on" in form.errors:
        return
    if not day:
        form.add_error("decide_on", _t("Say when that is decided."))
    elif day <= local_today() or (begins and day > begins):
        form.add_error("decide_on", _t("Choose a day from tomorrow on, at the latest the first day of the session."))


class TentativeTerms(TypedDict):
    """From how many a tentative session runs, and when that is decided; None for one that is certain."""

    minimum: int | None
    decide_by: datetime | None


def terms_of_form(data: Cleaned, zone: ZoneInfo) -> TentativeTerms:
    """`minimum` and `decide_by`, as the services take them."""
    if data.get("certainty") != TENTATIVE:
        return {"minimum": None, "decide_by": None}
    return {"minimum": data["minimum"], "decide_by": decision_time(data["decide_on"], zone)}


class CertaintyForm(forms.Form):
    """A draft is published, or what a tentative session needs is changed or settled."""

    certainty = certainty_field(CHOICES[:2])
    minimum = minimum_field()
    decide_on = decide_field()

    def __init__(self, data: Sent = None, *, session: Session, **options: Unpack[FormOptions]):
        super().__init__(data, **options)
        self.session = session
        self.fields["certainty"].required = True
        first = session.starts_at.astimezone(session.zone).date()
        decide = session.decide_by.astimezone(session.zone).date() if session.decide_by else first - timedelta(days=7)
        is_tentative = session.status == SessionStatus.TENTATIVE or session.minimum
        self.initial = {
            "certainty": TENTATIVE if is_tentative else CERTAIN, "minimum": session.minimum or min(4, session.capacity),
            "decide_on": max(decide, local_today() + timedelta(days=1)), **self.initial,
        }  # fmt: skip

    def clean(self) -> Cleaned:
        data = super().clean() or {}
        need_terms(self, data, begins=self.session.starts_at.astimezone(self.session.zone).date())
        return data

    @property
    def terms(self) -> TentativeTerms:
        """As the services take them."""
        return terms_of_form(self.cleaned_data, self.session.zone)
