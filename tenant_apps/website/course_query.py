"""What a visitor asks of the course list. All of it is in the URL."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_apps.core.time import local_today
from shared_apps.core.types import Words
from shared_apps.web.forms import Cleaned, Sent
from shared_apps.web.money_fields import MoneyField
from shared_apps.web.whole_numbers import WholeNumberField

ONLINE = "online"
SORTS = {
    "soonest": _("Starts soonest"),
    "price": _("Price, lowest first"),
    "-price": _("Price, highest first"),
    "title": _("A to Z"),
}


@dataclass(frozen=True)
class CourseQuery:
    """A question put to the catalogue; nothing set means every course."""

    q: str = ""
    category: str = ""
    audience: str = ""
    place: str = ""
    since: date | None = None
    until: date | None = None
    free: bool = False
    upto: Decimal | None = None
    seats: int | None = None
    sort: str = ""

    @property
    def needs_date(self) -> bool:
        """Whether a course must have a date that answers."""
        return bool(self.place or self.since or self.until or self.seats)

    @property
    def order(self) -> str:
        """The order asked for; of a search the best match first, else what starts soonest."""
        return self.sort or ("match" if self.q else "soonest")


@dataclass
class Choices:
    """What the lists of the form offer, as `(value, label)`."""

    categories: list[tuple[str, str]] = field(default_factory=list)
    audiences: list[tuple[str, str]] = field(default_factory=list)
    places: list[tuple[str, str]] = field(default_factory=list)


class DateInput(forms.DateInput):
    """A date picker of the browser."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class CourseQueryForm(forms.Form):
    """Reads the query string. What makes no sense is said beside its field and left out of the search."""

    q = forms.CharField(required=False, max_length=120)
    category = forms.ChoiceField(label=_("Subject"), required=False)
    audience = forms.ChoiceField(label=_("Who it is for"), required=False)
    place = forms.ChoiceField(label=_("Where"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=DateInput)
    until = forms.DateField(label=_("To"), required=False, widget=DateInput)
    upto = MoneyField(label=_("Price up to"), required=False, max_digits=10)
    seats = WholeNumberField(label=_("Free seats I need"), required=False, min_value=1, max_value=500)
    free = forms.BooleanField(label=_("Free courses only"), required=False)
    sort = forms.ChoiceField(label=_("Sort by"), required=False, choices=list(SORTS.items()))

    def __init__(self, data: Sent, choices: Choices) -> None:
        super().__init__(data, use_required_attribute=False)
        self._offer("category", _("All subjects"), choices.categories)
        self._offer("audience", _("Everyone"), choices.audiences)
        self._offer("place", _("Anywhere"), choices.places)
        self.fields["since"].widget.attrs["min"] = local_today().isoformat()

    def _offer(self, name: str, everything: Words, options: list[tuple[str, str]]) -> None:
        field_ = self.fields[name]
        assert isinstance(field_, forms.ChoiceField)
        field_.choices = [("", everything), *options]

    def clean(self) -> Cleaned:
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", _("This is before the first date."))
        return data

    @property
    def left_out(self) -> list[str]:
        """The labels of the fields that made no sense."""
        return [str(self.fields[name].label or name) for name in self.errors]

    def query(self) -> CourseQuery:
        """The question, without the fields that made no sense."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        return CourseQuery(**{**given, "q": given.get("q", "").strip()})
