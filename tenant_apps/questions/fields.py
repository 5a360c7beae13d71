"""The field in which a question is answered, on whatever form, and what is kept of an answer.

An answer is kept as text: the words that were typed or chosen (several: a line each), a date as `2026-12-01`, `yes` or
`no`, and of a file the name that it had.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import TypedDict, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shared_apps.core.lines import validate_line
from shared_apps.core.types import Words
from shared_apps.files.documents import DocumentField
from shared_apps.files.handouts import name_for
from shared_apps.web.fields import TextBox
from shared_apps.web.forms import Cleaned
from tenant_apps.questions.models import Kind, Question

LONGEST_LINE, LONGEST_TEXT = 300, 2000
MOST_CHOICES, LONGEST_CHOICE = 20, 100
SHORT_LIST = 6  # answers that are shown all at once
YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class How(TypedDict):
    """What every field of a question is told."""

    label: str
    help_text: str
    required: bool
    error_messages: dict[str, Words]


@dataclass(frozen=True)
class Given:
    """What somebody answered: `text` as it is kept, empty where they took it back; and the file, of one."""

    text: str
    file: "ContentFile[bytes] | None" = None


class ChoicesField(forms.CharField):
    """Answers to choose from, one on each line: a list of two or more."""

    def __init__(self, *, most: int = MOST_CHOICES, longest: int = LONGEST_CHOICE) -> None:
        super().__init__(
            label=_("Answers to choose from"), required=False, max_length=(longest + 2) * most,
            widget=TextBox(attrs={"rows": 3}), help_text=_("One on each line, where something is chosen."),
        )  # fmt: skip
        self.most, self.longest = most, longest

    def prepare_value(self, value: object) -> object:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: object) -> list[str]:
        lines = [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()]
        for line in lines:
            validate_line(line)
        return list(dict.fromkeys(lines))


def settle_choices(form: forms.Form, data: Cleaned, *, chosen: bool) -> None:
    """Of a form with `choices`: none are kept unless something is `chosen`, and then two or more are needed."""
    field = form.fields["choices"]
    assert isinstance(field, ChoicesField)
    lines: Sequence[str] = data.get("choices", []) if chosen else []
    wrong = not 2 <= len(lines) <= field.most or any(len(line) > field.longest for line in lines)
    if chosen and wrong and "choices" not in form.errors:
        text = _t("Write two to %(most)d answers, each on a line of its own, of up to %(longest)d letters.")
        form.add_error("choices", text % {"most": field.most, "longest": field.longest})
    data["choices"] = list(lines)


def field_for(question: Question, *, required: bool = False, answered: str = "") -> forms.Field:
    """The field of `question`. Its cleaned value is what `given` takes.

    `answered`: the text that is kept. A choice in it that is offered no longer can still be chosen, so that whoever
    saves the form for something else takes nothing back.
    """
    field = FIELDS[Kind(question.kind)](question, {
        "label": question.text, "help_text": question.hint, "required": required,
        "error_messages": {"required": _("Answer this, please.")},
    })  # fmt: skip
    if isinstance(field, forms.ChoiceField) and question.choices:
        former = [text for text in answered.splitlines() if text not in question.choices]
        offered = cast("Sequence[tuple[str, str]]", field.choices)
        field.choices = [*offered, *((text, _t("%s (no longer offered)") % text) for text in former)]
    return field


def given(question: Question, cleaned: object) -> Given | None:
    """What a form's `cleaned` value of `question` answers. None: nothing was chosen, and what was sent before stays."""
    if question.is_file:
        if isinstance(cleaned, UploadedFile):
            document = DocumentField.kept(cleaned)
            return Given(name_for(cleaned.name or "", PurePath(document.name or "").suffix.removeprefix(".")), document)
        return Given("") if cleaned is False else None
    if isinstance(cleaned, date):
        return Given(cleaned.isoformat())
    if isinstance(cleaned, list):
        return Given("\n".join(cleaned))
    return Given(str(cleaned or "").strip())


def read(question: Question, value: object) -> Given:
    """What a program answered, as JSON. Raises ValidationError for what does not fit the question."""
    if question.is_file:
        raise ValidationError(_t("Files are sent on the page that the attendee's link opens."))
    if value is None or value == "" or value == []:
        return Given("")
    sent: object = value
    if question.kind == Kind.YES_NO and isinstance(value, bool):
        sent = "yes" if value else "no"
    elif question.kind == Kind.SEVERAL:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise ValidationError(_t("Send a list of texts."))
    elif not isinstance(value, str):
        raise ValidationError(_t("Send a text."))
    if question.kind == Kind.DATE:
        _refuse_no_date(str(sent))
    return given(question, field_for(question).clean(sent)) or Given("")


def _refuse_no_date(text: str) -> None:
    try:
        known = parse_date(text)
    except ValueError:
        known = None
    if known is None:
        raise ValidationError(_t("Send a date as 2026-12-01."))


def initial(question: Question, text: str) -> object:
    """What a field of `question` shows where `text` was answered."""
    if question.kind == Kind.SEVERAL:
        return text.splitlines()
    return parse_date(text) if question.kind == Kind.DATE and text else text


def _line(question: Question, how: How) -> forms.Field:
    return forms.CharField(
        max_length=LONGEST_LINE, validators=[validate_line], widget=forms.TextInput({"autocomplete": "off"}), **how
    )


def _text(question: Question, how: How) -> forms.Field:
    return forms.CharField(max_length=LONGEST_TEXT, widget=TextBox({"rows": 3, "autocomplete": "off"}), **how)


def _choice(question: Question, how: How) -> forms.Field:
    choices = [(text, text) for text in question.choices]
    if len(choices) <= SHORT_LIST:
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **how)
    return forms.ChoiceField(choices=[("", _("Choose")), *choices], **how)


def _several(question: Question, how: How) -> forms.Field:
    choices = [(text, text) for text in question.choices]
    return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **how)


def _date(question: Question, how: How) -> forms.Field:
    return forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **how)


def _yes_no(question: Question, how: How) -> forms.Field:
    return forms.ChoiceField(choices=YES_NO, widget=forms.RadioSelect, **how)


def _file(question: Question, how: How) -> forms.Field:
    return DocumentField(**how)


FIELDS: dict[Kind, Callable[[Question, How], forms.Field]] = {
    Kind.LINE: _line, Kind.TEXT: _text, Kind.CHOICE: _choice, Kind.SEVERAL: _several, Kind.DATE: _date,
    Kind.YES_NO: _yes_no, Kind.FILE: _file,
}  # fmt: skip
