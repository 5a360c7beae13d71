"""The questions of a course on forms: where people book, where they are named, and on pages of their own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Unpack
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _

from shared_apps.web.forms import Cleaned, FormOptions, Sent, SentFiles
from tenant_apps.bookings.answer_readers import Reader, hidden_from
from tenant_apps.bookings.asked import Asked
from tenant_apps.bookings.models import Answer
from tenant_apps.questions.fields import Given, field_for, given, initial
from tenant_apps.questions.models import Question


@dataclass
class AskedFields:
    """The fields of one person among those of a form; `key` tells theirs from another's."""

    form: forms.Form
    key: str
    questions: Sequence[Question]
    answers: Mapping[UUID, Answer] = field(default_factory=dict)

    def add(self) -> None:
        """Add them to the form, filled in with what was answered. None of them is required before `require`."""
        for question in self.questions:
            name = self._name(question)
            field = self.form.fields[name] = field_for(question)
            if question.required and not question.when_booking:
                field.help_text = " ".join(filter(None, [question.hint, _("You may answer this later, too.")]))
            if answer := self.answers.get(question.pk):
                if question.is_file:
                    self.form.fields[f"{name}_drop"] = forms.BooleanField(label=_("Remove the file"), required=False)
                self.form.initial.setdefault(name, "" if question.is_file else initial(question, answer.text))

    def require(self) -> None:
        """Refuse the form where something is left open that must be answered when booking."""
        for question in self.questions:
            if question.when_booking and question.pk not in self.answers:
                self.form.fields[self._name(question)].required = True

    @property
    def lines(self) -> list[tuple[forms.BoundField, Question, forms.BoundField | None]]:
        """Each field with its question; of a file that was sent, with the field that removes it."""
        names = [(one, self._name(one)) for one in self.questions]
        drops = {name: self.form[f"{name}_drop"] for _one, name in names if f"{name}_drop" in self.form.fields}
        return [(self.form[name], one, drops.get(name)) for one, name in names]

    def given(self, cleaned: Cleaned) -> dict[UUID, Given]:
        """What was answered, by the keys of the questions."""
        found = ((one.pk, given(one, self._said(one, cleaned))) for one in self.questions)
        return {pk: answer for pk, answer in found if answer is not None}

    def _said(self, question: Question, cleaned: Cleaned) -> object:
        """What the field says; False for a file that is to be removed and not replaced."""
        name = self._name(question)
        return cleaned.get(name) or (False if cleaned.get(f"{name}_drop") else cleaned.get(name))

    def _name(self, question: Question) -> str:
        return f"ask_{self.key}_{question.pk.hex}"


class AnswersForm(forms.Form):
    """What one or several who come are asked. Nothing of it is required: what is left open is asked again."""

    def __init__(
        self, data: Sent = None, files: SentFiles = None, *, asked: Iterable[Asked], reader: Reader,
        **options: Unpack[FormOptions],
    ) -> None:  # fmt: skip
        super().__init__(data, files, **options)
        self.parts: list[tuple[Asked, AskedFields, list[Question]]] = []
        for one in asked:
            hidden = hidden_from(reader, one)
            open_to_them = [question for question in one.questions if question not in hidden]
            part = AskedFields(self, one.attendee.pk.hex, open_to_them, one.answers)
            part.add()
            self.parts.append((one, part, hidden))

    def answers(self) -> list[tuple[Asked, dict[UUID, Given]]]:
        """What was answered for whom."""
        return [(one, part.given(self.cleaned_data)) for one, part, _hidden in self.parts]
