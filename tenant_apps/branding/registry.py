"""The settings of a provider: declared once each, by the app that has them.

A setting stands in a column of a table with one row, which has its type, default and rules; a form has its name and
help. A section names both, so pages, API, search and history say the same of it:

    section("booking", _("Booking"), page="office:settings_booking", place=40, form=TermsForm, change=change_terms)
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _

from shared_apps.accounts.models import User
from shared_apps.core.errors import DomainError
from shared_apps.core.models import OneRow, Row
from shared_apps.core.named import is_named, typed_words
from shared_apps.core.types import Json, Words
from shared_apps.tenants.templatetags.clocks import site_clock

Change = Callable[..., object]  # change(changes, by=user) writes fields by their names
Clean = Callable[[object], object]  # a value as it is kept; raises ValidationError


class SettingsRefused(DomainError):
    """Values that settings can't have; `fields` says which and why."""

    status = 400
    code = "invalid"
    message = _("Some of these can't be used.")


@dataclass(frozen=True)
class Spot:
    """Something on a page that is no setting of its own: what it is called, its id there, and its other names.

    `page` is where it stands, if not on the page of its section.
    """

    title: Words
    id: str
    words: str = ""
    page: str = ""


@dataclass(frozen=True)
class Section:
    """One page of the settings. Those with a `form` have settings; `public` are the names of those all may read.

    `words` are what else people call what is on the page. `more` are settings that the page has without a field of the
    form, with what they are called; `cleans` has the rules of those whose column says too little. `spots` are what else
    is found on the page.
    """

    name: str
    title: Words
    page: str
    place: int
    icon: str
    form: type[forms.ModelForm] | None = None
    change: Change | None = None
    public: frozenset[str] = frozenset()
    words: str = ""
    more: Mapping[str, Words] = field(default_factory=dict)
    cleans: Mapping[str, Clean] = field(default_factory=dict)
    spots: tuple[Spot, ...] = ()

    @property
    def url(self) -> str:
        return reverse(self.page, urlconf=settings.TENANT_URLCONF)

    def url_of(self, spot: Spot) -> str:
        """The page on which `spot` stands."""
        return reverse(spot.page, urlconf=settings.TENANT_URLCONF) if spot.page else self.url

    @property
    def model(self) -> type[Row]:
        """The table with one row in which its settings stand."""
        assert self.form is not None
        model: type[Row] = self.form._meta.model
        return model

    def settings(self) -> list["Setting"]:
        """Its settings, in the order of the form."""
        if self.form is None:
            return []
        fields = self.form.base_fields
        named = [Setting(self, name, one.label or name, one.help_text) for name, one in fields.items()]
        return named + [Setting(self, name, label, "") for name, label in self.more.items()]


@dataclass(frozen=True)
class Setting:
    """One choice of a provider."""

    section: Section
    name: str
    label: Words
    help: Words

    @property
    def column(self) -> "models.Field[Any, Any]":
        """Where it stands: its type, default and rules."""
        column = self.section.model._meta.get_field(self.name)
        assert isinstance(column, models.Field)
        return column

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it, since it shows on the provider's site."""
        return self.name in self.section.public

    @property
    def is_file(self) -> bool:
        """Whether it is a picture, which is uploaded on its page."""
        return isinstance(self.column, models.FileField)

    @property
    def type(self) -> str:
        """What kind of value it has, in a word of the API."""
        kinds = (
            (models.BooleanField, "boolean"), (models.IntegerField, "integer"), (models.JSONField, "json"),
            (models.FileField, "file"), (models.EmailField, "email"), (models.TimeField, "time"),
        )  # fmt: skip
        return next((word for kind, word in kinds if isinstance(self.column, kind)), "text")

    @property
    def default(self) -> Json:
        """Its value until somebody chooses another."""
        found: Json = self.column.get_default()
        return found

    @property
    def url(self) -> str:
        """Its field on its page."""
        return f"{self.section.url}#id_{self.name}"

    def value_in(self, row: Row) -> Json:
        """What it is in the one row of its table."""
        found: Json = self.column.value_from_object(row)
        return str(found) if self.is_file else found

    def clean(self, value: object) -> object:
        """`value` as the column has it. Raises ValidationError."""
        assert self.section.form is not None
        shown = self.section.form(instance=OneRow(self.section.model).load()).fields.get(self.name)
        if self.type in ("boolean", "integer", "json"):
            if not _is_of(self.type, value):
                raise ValidationError(_("Send a value of the type %s.") % self.type)
        elif not isinstance(value, str):
            raise ValidationError(_("Send a text."))
        if own := self.section.cleans.get(self.name):
            return own(value)
        if shown is not None and not isinstance(shown, forms.BooleanField):
            value = shown.clean(value)
        return self.column.clean(value, None)


def _is_of(type: str, value: object) -> bool:
    if type == "boolean":
        return isinstance(value, bool)
    if type == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, list | dict)


_sections: dict[str, Section] = {}


@cache
def _load() -> None:
    """Have each app declare its sections, in `sections.py`: only web processes ask, and forms take memory."""
    autodiscover_modules("sections")


def section(
    name: str, title: Words, *, page: str, place: int, icon: str, form: type[forms.ModelForm] | None = None,
    change: Change | None = None, public: Iterable[str] = (), words: str = "", more: Mapping[str, Words] | None = None,
    cleans: Mapping[str, Clean] | None = None, spots: Iterable[Spot] = (),
) -> None:  # fmt: skip
    """Add a page of the settings; those with a lower `place` stand before it. See `Section`."""
    _sections[name] = Section(
        name, title, page, place, icon, form, change, frozenset(public), words, more or {}, cleans or {}, tuple(spots)
    )


def sections() -> list[Section]:
    """The pages of the settings, in order."""
    _load()
    return sorted(_sections.values(), key=lambda one: one.place)


def all_settings() -> list[Setting]:
    """Every setting there is, in the order of the pages."""
    return [setting for one in sections() for setting in one.settings()]


def values_of(settings: Iterable[Setting]) -> list[tuple[Setting, Json]]:
    """What each of these is now; every table is read once."""
    rows: dict[type[Row], Row] = {}
    said = []
    for one in settings:
        model = one.section.model
        if model not in rows:
            rows[model] = OneRow(model).load()
        said.append((one, one.value_in(rows[model])))
    return said


class FoundSetting(NamedTuple):
    """A setting or a page of them: what it is called, where it is, and the words by which it is found."""

    title: Words
    url: str
    words: str


def find_settings(text: str) -> list[FoundSetting]:
    """The settings and pages that every word of `text` names."""
    typed = typed_words(text)
    if not typed:
        return []
    known = [
        *(
            FoundSetting(spot.title, f"{one.url_of(spot)}#{spot.id}", f"{spot.title} {spot.words}")
            for one in sections()
            for spot in one.spots
        ),
        *(FoundSetting(one.title, one.url, f"{one.title} {one.words}") for one in sections()),
        *(FoundSetting(one.label, one.url, f"{one.label} {one.help} {one.section.title}") for one in all_settings()),
    ]
    if clock := site_clock():
        known.append(FoundSetting(_("The clock of this demo"), clock.url, _("move the clock of this demo time date")))
    return [one for one in known if is_named(typed, one.words)]


@transaction.atomic
def change_settings(values: Mapping[str, object], *, by: User | None) -> None:
    """Change settings by their names, all or none. Raises `SettingsRefused`, and what a section's own rules refuse."""
    known = {one.name: one for one in all_settings() if not one.is_file}
    faults: dict[str, list[str]] = {}
    cleaned: dict[str, dict[str, object]] = {}
    for name, value in values.items():
        setting = known.get(name)
        if setting is None:
            faults[name] = [_("There is no such setting.")]
            continue
        try:
            cleaned.setdefault(setting.section.name, {})[name] = setting.clean(value)
        except ValidationError as error:
            faults[name] = list(error.messages)
    if faults:
        raise SettingsRefused(fields=faults)
    for name, changes in cleaned.items():
        change = _sections[name].change
        assert change is not None
        change(changes, by=by)
