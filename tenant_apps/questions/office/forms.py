"""Forms of the office around the questions of a course."""

from typing import Unpack

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_apps.core.lines import validate_line
from shared_apps.web.editing import EditForm
from shared_apps.web.forms import Cleaned, FormOptions, Sent
from shared_apps.web.whole_numbers import WholeNumberField
from tenant_apps.questions.fields import ChoicesField, field_for, settle_choices
from tenant_apps.questions.models import CHOSEN, MOST_DAYS, Kind, Question

WHEN = [("booking", _("When booking")), ("later", _("Until some days before the session"))]


class QuestionForm(EditForm, forms.Form):
    """What is asked, how it is answered, whether everybody must, and by when."""

    text = forms.CharField(label=_("Question"), max_length=200, validators=[validate_line])
    hint = forms.CharField(
        label=_("Help"), max_length=300, required=False, validators=[validate_line],
        help_text=_("Stands below the question, in small letters."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Answered by"), choices=Kind.choices, initial=Kind.LINE)
    choices = ChoicesField()
    required = forms.BooleanField(label=_("Everybody must answer it"), required=False)
    when = forms.ChoiceField(
        label=_("By when"), choices=WHEN, initial="booking", widget=forms.RadioSelect,
        help_text=_("Who has not answered by then is reminded, and you see it on the page of the session."),
    )  # fmt: skip
    days_before = WholeNumberField(
        label=_("Days before the session"), min_value=0, max_value=MOST_DAYS, required=False, initial=7,
        help_text=_("Where it is not answered when booking."),
    )  # fmt: skip
    on_register = forms.BooleanField(
        label=_("Show on register"), required=False,
        help_text=_("The answer stands below the name, for whoever keeps the register. Not of files."),
    )  # fmt: skip

    def __init__(self, data: Sent = None, *, instance: Question | None = None, **options: Unpack[FormOptions]) -> None:
        super().__init__(data, **options)
        self.instance = instance
        if instance is not None:
            for name in ("text", "hint", "kind", "choices", "required", "on_register"):
                self.initial[name] = getattr(instance, name)
            self.initial["when"] = "booking" if instance.days_before is None else "later"
            self.initial["days_before"] = instance.days_before

    def clean(self) -> Cleaned:
        data: Cleaned = super().clean() or {}
        settle_choices(self, data, chosen=data.get("kind") in CHOSEN)
        if data.get("when") == "booking":
            data["days_before"] = None
        elif data.get("days_before") is None and "days_before" not in self.errors:
            self.add_error("days_before", _("Say how many days before."))
        if data.get("kind") == Kind.FILE:
            data["on_register"] = False
        return data

    @property
    def wording(self) -> Cleaned:
        """What the services take."""
        return {name: value for name, value in self.cleaned_data.items() if name != "when"}


class Preview(forms.Form):
    """The questions as people see them. Nothing is sent."""

    def __init__(self, questions: list[Question]) -> None:
        super().__init__(prefix="preview")
        for n, question in enumerate(questions):
            self.fields[f"question_{n}"] = field_for(question, required=question.required)
