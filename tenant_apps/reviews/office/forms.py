"""Forms of the office around reviews."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_apps.core.lines import validate_line
from shared_apps.web.fields import TextBox
from shared_apps.web.forms import Cleaned
from tenant_apps.questions.fields import ChoicesField, settle_choices
from tenant_apps.reviews.models import LONGEST, Kind
from tenant_apps.reviews.texts import validate_text


class AnswerForm(forms.Form):
    """The office's public answer to a review."""

    answer = forms.CharField(
        label=_("Your answer"), max_length=LONGEST, required=False, validators=[validate_text],
        widget=TextBox(attrs={"rows": 4}),
        help_text=_("Everybody reads it below the review. Leave it empty to take it back."),
    )  # fmt: skip


class HideForm(forms.Form):
    """Why a review is hidden."""

    reason = forms.CharField(
        label=_("Why"), max_length=300, validators=[validate_line], help_text=_("For the office only."),
        error_messages={"required": _("Say why, for whoever looks at it later.")},
    )  # fmt: skip


class QuestionForm(forms.Form):
    """Another question after a course."""

    text = forms.CharField(label=_("Question"), max_length=200, validators=[validate_line])
    kind = forms.ChoiceField(label=_("Answered"), choices=Kind.choices, initial=Kind.RATING)
    choices = ChoicesField(most=10)

    def clean(self) -> Cleaned:
        data: Cleaned = super().clean() or {}
        settle_choices(self, data, chosen=data.get("kind") == Kind.CHOICE)
        return data
