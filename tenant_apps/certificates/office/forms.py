"""The office's forms of certificates."""

from datetime import date
from typing import Unpack

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_apps.core.lines import validate_line
from shared_apps.core.time import local_today
from shared_apps.web.editing import EditForm
from shared_apps.web.fields import TextBox, about_somebody_else
from shared_apps.web.forms import Cleaned, FormOptions, Sent, row_field
from shared_apps.web.people_fields import EmailField, NameField
from shared_apps.web.whole_numbers import with_whole_numbers
from tenant_apps.catalogue.models import Course
from tenant_apps.certificates.errors import WrongWords
from tenant_apps.certificates.models import Certificate, CertificateSettings, CourseRule
from tenant_apps.certificates.wording import TEXTS, check_words


class SettingsForm(EditForm, forms.ModelForm):
    """How certificates look, what they say, and when people hear of them."""

    class Meta:
        model = CertificateSettings
        formfield_callback = with_whole_numbers
        fields = [
            "design", "heading", "lead", "statement", "small_print", "signed_by", "by_itself", "remind_days",
        ]  # fmt: skip
        labels = {
            "design": _("Design"), "heading": _("Heading"), "lead": _("Before the name"),
            "statement": _("After the name"), "small_print": _("Small print"), "signed_by": _("Signed by"),
            "by_itself": _("Issue them when a session is over"), "remind_days": _("Remind, days before one expires"),
        }  # fmt: skip
        help_texts = {
            "statement": _("The name of the course stands below it."),
            "small_print": _("At the foot, such as who accredits you."),
            "signed_by": _("A name, and as what. Empty: whoever taught the session."),
            "by_itself": _("To all who have earned one by the register, and the result where a course asks for one."),
            "remind_days": _("With a link to the course that renews it. 0: nobody is reminded."),
        }
        widgets = {
            "design": forms.RadioSelect,
            "statement": TextBox(attrs={"rows": 3}),
            "small_print": TextBox(attrs={"rows": 3}),
        }

    def clean(self) -> Cleaned:
        data = super().clean() or {}
        try:
            check_words({name: data[name] for name in TEXTS if name in data})
        except WrongWords as error:
            for name, texts in error.fields.items():
                for text in texts:
                    self.add_error(name, text)
        return data


class RuleForm(EditForm, forms.ModelForm):
    """What earns a certificate of one course."""

    class Meta:
        model = CourseRule
        formfield_callback = with_whole_numbers
        fields = ["issues", "share_percent", "wants", "pass_mark", "valid_months", "renewed_by"]
        labels = {
            "issues": _("This course gives certificates"), "share_percent": _("Days one must have come to"),
            "wants": _("Assessment"), "pass_mark": _("Pass mark"), "valid_months": _("Valid for, in months"),
            "renewed_by": _("Renewed by"),
        }  # fmt: skip
        help_texts = {
            "issues": "",
            "share_percent": _("Of all days of a session, as its register says. 0: the register does not matter."),
            "wants": _("The trainer enters the result on the session's page."),
            "pass_mark": _("Where a mark is asked for."),
            "valid_months": _("Empty: for ever."),
            "renewed_by": _("Where the reminder leads to. Empty: to this course."),
        }

    def __init__(self, data: Sent = None, *, instance: CourseRule, **options: Unpack[FormOptions]):
        super().__init__(data, instance=instance, **options)
        renewing = row_field(self, "renewed_by")
        renewing.queryset = Course.objects.filter(active=True).exclude(pk=instance.course_id).order_by("title")
        renewing.empty_label = _("This course")
        renewing.widget.attrs["data-combobox"] = ""


class ReissueForm(forms.Form):
    """Another certificate in the place of one, mostly because the name was wrong."""

    name = NameField(
        label=_("Name on the certificate"),
        help_text=_("As it is to be printed."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why"), max_length=300, required=False, validators=[validate_line], help_text=_("For the office only.")
    )

    def __init__(self, data: Sent = None, *, certificate: Certificate, **options: Unpack[FormOptions]):
        super().__init__(data, **options)
        self.initial.setdefault("name", certificate.name)
        about_somebody_else(self)


class RevokeForm(forms.Form):
    """Taking a certificate back."""

    reason = forms.CharField(
        label=_("Why"), max_length=300, validators=[validate_line], help_text=_("For the office only."),
        error_messages={"required": _("Say why, for whoever looks at it later.")},
    )  # fmt: skip


class GiveForm(forms.Form):
    """A certificate that no session here stands for."""

    name = NameField(label=_("Name"))
    email = EmailField(label=_("Email"), help_text=_("Whoever is known by it gets it among their certificates."))
    course = forms.ModelChoiceField(label=_("Course"), queryset=Course.objects.none(), empty_label=_("Choose one"))
    ends_on = forms.DateField(
        label=_("Completed on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    trainer_name = forms.CharField(label=_("Trainer"), max_length=120, required=False, validators=[validate_line])
    tell = forms.BooleanField(label=_("Send them the link"), required=False, initial=True)

    def __init__(self, data: Sent = None, **options: Unpack[FormOptions]):
        super().__init__(data, **options)
        course = row_field(self, "course")
        course.queryset = Course.objects.order_by("title")
        course.widget.attrs["data-combobox"] = ""
        about_somebody_else(self)

    def clean_ends_on(self) -> date:
        day: date = self.cleaned_data["ends_on"]
        if day > local_today():
            raise forms.ValidationError(_("This day has not come yet."))
        return day
