"""Forms that two people may have open at once. What each changed is kept; where both changed the same, it is asked.

The page of such a form carries what it showed. When it is sent, each field is compared three ways: what was shown,
what the row says now, and what was typed. A field that this user left alone takes the row's present value, so nobody's
change is undone by a page that is older than it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms.utils import ErrorDict
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shared_apps.core.plain import plain_value

MOST_SHOWN = 60  # characters; a longer value is carried and compared as a digest


@dataclass(frozen=True)
class LastChange:
    """Who changed a row last, and when (UTC)."""

    who: str
    when: datetime


_last_change: list[Callable[[Model], LastChange | None]] = []


def who_changed(function: Callable[[Model], LastChange | None]) -> Callable[[Model], LastChange | None]:
    """Register the function that knows who changed a row last; the app with the history has it."""
    _last_change[:] = [function]
    return function


@dataclass(frozen=True)
class Clash:
    """A field that this user and somebody else changed: what both saw, and what it is now. Empty: too long to quote."""

    before: str
    now: str


class EditForm(forms.BaseForm):
    """A mixin for forms that change a row. Give `subject`, and draw `{{ form.shown }}` inside the form element.

    `<c-form-errors>` draws it. After `is_valid()`, `changes` holds only what this user changed.
    """

    says_who = True  # whether to name who changed it meanwhile; not to customers

    @property
    def subject(self) -> Model | None:
        """The row that is changed, under which its history is kept; None for a new one."""
        instance = getattr(self, "instance", None)
        return None if instance is None or instance._state.adding else instance

    @property
    def shown(self) -> SafeString | str:
        """The hidden input that carries what the page shows."""
        if self.subject is None:
            return ""
        values = {name: _brief(text) for name, text in {**self._present(), **self._parts()}.items()}
        if self._is_draft:
            values = self._was_shown()
        return format_html('<input type="hidden" name="{}" value="{}">', self._shown_name, json.dumps(values))

    _is_draft = False

    def show_as_left(self) -> None:
        """Show what was typed, unjudged: nobody has asked to save it. The page goes on saying what it showed first."""
        self._errors = ErrorDict()
        self._is_draft = True

    def filled_in(self, typed: Mapping[str, str]) -> dict[str, str]:
        """What a browser would send of this page, with `typed` in some of its fields."""
        sent = {}
        if self.subject is not None:
            sent[self._shown_name] = json.dumps({name: _brief(text) for name, text in self._present().items()})
        for name, field in self.fields.items():
            value = field.prepare_value(self.get_initial_for_field(field, name))
            if not isinstance(field.widget, forms.CheckboxInput):
                shown = value if isinstance(field, forms.ModelChoiceField) else field.widget.format_value(value)
                sent[self.add_prefix(name)] = str(shown or "")
            elif value:
                sent[self.add_prefix(name)] = "on"
        return sent | {self.add_prefix(name): text for name, text in typed.items() if name in self.fields}

    @property
    def changes(self) -> dict[str, Any]:
        """The cleaned values of those fields that are to be written because they are not what the row says."""
        present = self._present()
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name in self.fields and (self.subject is None or _text(self.fields[name], value) != present[name])
        }

    @property
    def others_changed(self) -> list[str]:
        """The labels of the fields that somebody else changed meanwhile and this user did not; they stay so."""
        return list(getattr(self, "_taken_over", []))

    def add_part(self, name: str, now: object) -> None:
        """Something that is edited beside the fields, such as rows of a formset; `now` is what it is, fit for JSON."""
        self._parts()[name] = json.dumps(now, default=str)

    def settle_part(self, name: str, typed: object, label: str) -> bool:
        """Whether this user changed the part `name`, so that it is to be written. A clash is an error of the form."""
        now, mine = self._parts()[name], json.dumps(typed, default=str)
        shown = self._was_shown().get(name, _brief(now))
        if mine == now:
            return False
        if shown == _brief(now):
            return True
        if shown == _brief(mine):
            self._taken_over.append(label)
        else:
            self.add_error(None, f"{label}: {self._says(Clash('', ''))}")
        return False

    def full_clean(self) -> None:
        if self.is_bound and not hasattr(self, "_taken_over"):
            self._merge()
        super().full_clean()
        for name, clash in getattr(self, "_clashes", {}).items():
            self.add_error(name, self._says(clash))

    def _merge(self) -> None:
        self._taken_over: list[str] = []
        self._clashes: dict[str, Clash] = {}
        shown, present = self._was_shown(), self._present()
        for name in [name for name in self.fields if name in shown]:
            now, typed = present[name], self._typed(name)
            if _brief(now) == shown[name] or typed == now:
                continue
            if typed is None or _brief(typed) == shown[name]:
                self._take_over(name)
            else:
                field = self.fields[name]
                self._clashes[name] = Clash(_quoted(field, shown[name]), _quoted(field, _brief(now)))

    def _typed(self, name: str) -> str | None:
        """What was sent for a field, as text; None for a file field in which nothing was chosen."""
        field = self.fields[name]
        value = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
        if isinstance(field, forms.FileField) and value is None:
            return None
        return _text(field, value)

    def _take_over(self, name: str) -> None:
        field, key = self.fields[name], self.add_prefix(name)
        self._taken_over.append(str(field.label or name))
        if isinstance(field, forms.FileField):
            return  # nothing was chosen, so the row's own file stays
        value = field.prepare_value(self.get_initial_for_field(field, name))
        sent: Any = self.data
        data = sent.copy()
        if isinstance(field.widget, forms.CheckboxInput):
            data.pop(key, None)
            if value:
                data[key] = "on"
        elif isinstance(value, list | tuple) and hasattr(data, "setlist"):
            data.setlist(key, [str(one) for one in value])
        else:
            data[key] = field.widget.format_value(value) or ""
        self.data = data

    def _says(self, clash: Clash) -> str:
        known = bool(_last_change) and self.says_who
        last = _last_change[0](self.subject) if known and self.subject is not None else None
        who = last.who if last else _("Somebody else")
        when = formats.date_format(timezone.localtime(last.when), "H:i") if last else _("a moment ago")
        said = _("%(who)s changed this meanwhile (%(when)s).") % {"who": who, "when": when}
        if clash.before or clash.now:
            both = {"before": clash.before or _("nothing"), "now": clash.now or _("nothing")}
            said = _("%(who)s changed this meanwhile (%(when)s): %(before)s → %(now)s.") % {
                "who": who, "when": when, **both,
            }  # fmt: skip
        return f"{said} {_('Save again to put yours in its place.')}"

    @property
    def _shown_name(self) -> str:
        return f"shown-{self.prefix or type(self).__name__.lower()}"

    def _was_shown(self) -> dict[str, str]:
        if self.subject is None:
            return {}
        try:
            found = json.loads(self.data.get(self._shown_name, "{}"))
        except (ValueError, RecursionError):  # no page of ours said so
            return {}
        return {str(name): str(text) for name, text in found.items()} if isinstance(found, dict) else {}

    def _present(self) -> dict[str, str]:
        """What the row says now, field by field. Worked out once: a form's cleaning changes the row it was given."""
        if not hasattr(self, "_present_texts"):
            self._present_texts = {
                name: _text(field, self.get_initial_for_field(field, name)) for name, field in self.fields.items()
            }
        return self._present_texts

    def _parts(self) -> dict[str, str]:
        if not hasattr(self, "_part_texts"):
            self._part_texts: dict[str, str] = {}
        return self._part_texts


def _text(field: forms.Field, value: object) -> str:
    """A field's value as one text, the same whether it comes from the row or from the browser."""
    if isinstance(field, forms.FileField):
        return getattr(value, "name", "") or ""
    value = field.prepare_value(value)
    if not isinstance(field, forms.ModelChoiceField):
        try:
            return plain_value(field.to_python(value))
        except (ValidationError, ArithmeticError):  # what is no value, or no number
            pass
    return plain_value(value)


def _brief(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else f"#{blake2b(text.encode(), digest_size=12).hexdigest()}"


def _quoted(field: forms.Field, brief: str) -> str:
    """A carried value in the words of the page; empty for a digest."""
    if len(brief) == 25 and brief.startswith("#"):
        return ""
    if isinstance(field, forms.ModelMultipleChoiceField):  # keys, of which a page would not quote several
        return ""
    if isinstance(field, forms.ModelChoiceField):
        rows = field.queryset
        found = rows.filter(pk=brief).first() if brief and rows is not None else None
        return field.label_from_instance(found) if found else ""
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        return str(dict(choices).get(brief, brief))
    if isinstance(field, forms.BooleanField):
        return _("on") if brief == "yes" else _("off")
    return brief.replace("\n", ", ")
