"""The questions of a course on forms: where people book, where they are named, and on pages of their own."""

import hashlib
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
from tenant_apps.questions.models import Kind, Question


def field_name(key: str, question: Question) -> str:
    """The field of a question on a form with those of several people; `key` tells one's from another's."""
    return f"ask_{key}_{question.pk.hex}"


@dataclass
class AskedFields:
    """The fields of one person among those of a form. `hidden`: answered, and not to be read by whoever fills it in."""

    form: forms.Form
    key: str
    questions: Sequence[Question]
    answers: Mapping[UUID, Answer] = field(default_factory=dict)
    hidden: Sequence[Question] = ()

    def add(self) -> None:
        """Add them to the form, filled in with what was answered. None of them is required before `require`."""
        for question in self.questions:
            name, answer = field_name(self.key, question), self.answers.get(question.pk)
            text = answer.text if answer and answer.kind == question.kind else ""
            field = self.form.fields[name] = field_for(question, answered=text)
            if question.required and not question.when_booking:
                field.help_text = " ".join(filter(None, [question.hint, _("You may answer this later, too.")]))
            if question.is_file:
                if answer:
                    self.form.fields[f"{name}_drop"] = forms.BooleanField(label=_("Remove the file"), required=False)
                continue
            self.form.fields[f"{name}_shown"] = forms.CharField(required=False, widget=forms.HiddenInput)
            self.form.initial.setdefault(f"{name}_shown", _mark(question, answer, text))
            if answer:
                self.form.initial.setdefault(name, initial(question, text))

    def require(self) -> None:
        """Refuse the form where something is left open that must be answered when booking."""
        for question in self.questions:
            if question.when_booking and question.pk not in self.answers:
                self.form.fields[field_name(self.key, question)].required = True

    @property
    def lines(self) -> list[tuple[forms.BoundField, Question, forms.BoundField | None, forms.BoundField | None]]:
        """Each field with its question; with the field that removes a file that was sent, and what was shown."""
        found = []
        for one in self.questions:
            name = field_name(self.key, one)
            drop, shown = (self.form[more] if more in self.form.fields else None for more in _beside(name))
            found.append((self.form[name], one, drop, shown))
        return found

    def given(self, cleaned: Cleaned) -> dict[UUID, Given]:
        """What was answered, by the keys of the questions; without what the page left as it was."""
        found = ((one, given(one, self._said(one, cleaned))) for one in self.questions)
        return {one.pk: answer for one, answer in found if answer is not None and not self._is_as_shown(one, answer)}

    def _said(self, question: Question, cleaned: Cleaned) -> object:
        """What the field says; False for a file that is to be removed and not replaced."""
        name = field_name(self.key, question)
        return cleaned.get(name) or (False if cleaned.get(f"{name}_drop") else cleaned.get(name))

    def _is_as_shown(self, question: Question, answer: Given) -> bool:
        """Whether there is an answer, and `answer` is what the page showed when it was opened, or nothing was sent.

        Somebody else may have answered since: who saw nothing of that takes nothing of it back.
        """
        known, name = self.answers.get(question.pk), field_name(self.key, question)
        if known is None or question.is_file:
            return False
        shown = self.form.data.get(f"{name}_shown")
        return name not in self.form.data if shown is None else shown == _mark(question, known, answer.text)


def _beside(name: str) -> tuple[str, str]:
    return f"{name}_drop", f"{name}_shown"


def _mark(question: Question, answer: Answer | None, text: str) -> str:
    """Stands for what a page shows of an answer; empty for nothing. A browser has its own ends of lines and order."""
    if answer is None or not text:
        return ""
    lines = sorted(text.splitlines()) if question.kind == Kind.SEVERAL else text.splitlines()
    return hashlib.sha256("\n".join([str(answer.pk), *lines]).encode()).hexdigest()[:16]


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
            part = AskedFields(self, one.attendee.pk.hex, open_to_them, one.answers, hidden)
            part.add()
            self.parts.append((one, part, hidden))

    def answers(self) -> list[tuple[Asked, dict[UUID, Given]]]:
        """What was answered for whom."""
        return [(one, part.given(self.cleaned_data)) for one, part, _hidden in self.parts]
