"""Forms of students and trainers."""

from typing import Any, Unpack

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shared_apps.files.forms import PictureForm, PictureInput, kept_picture
from shared_apps.web.editing import EditForm
from shared_apps.web.fields import TextBox, about_somebody_else
from shared_apps.web.forms import Cleaned, FormOptions, Sent, SentFiles
from shared_apps.web.people_fields import EmailField, NameField, PhoneField
from shared_apps.web.whole_numbers import with_whole_numbers
from tenant_apps.people.models import Person, Student, Trainer


def show_pending(form: forms.BaseForm, person: Person) -> None:
    """The address that the office gave last; a word under it where somebody's account has yet to prove it."""
    form.initial["email"] = person.pending_email or person.email
    if person.pending_email:
        form.fields["email"].help_text = _("Waiting for proof. Until then we write to %(email)s.") % {
            "email": person.email
        }
    elif person.user_id:
        form.fields["email"].help_text = _("They have an account, so they confirm a new address before it holds.")


class StudentForm(EditForm, forms.Form):
    """What the office records of a student."""

    name = NameField(label=_("Name"))
    email = EmailField(label=_("Email"), required=False)
    shared = forms.BooleanField(
        label=_("They share this address"), required=False,
        help_text=_("Whoever has proven that it is theirs sees what is booked for either of them."),
    )  # fmt: skip
    phone = PhoneField(label=_("Phone"), required=False)
    notes = forms.CharField(
        label=_("Notes"), required=False, widget=TextBox(attrs={"rows": 4}),
        help_text=_("For the office only."),
    )  # fmt: skip

    def __init__(self, data: Sent = None, *, student: Student | None = None, **options: Unpack[FormOptions]):
        super().__init__(data, **options)
        self.student = student
        about_somebody_else(self)
        if student:
            person = student.person
            if person.email and not person.user_id:
                self.fields["email"].help_text = _("With another address, links in emails sent so far stop working.")
            show_pending(self, person)
            self.initial.update(name=person.name, phone=person.phone, notes=student.notes)

    @property
    def subject(self) -> Person | None:
        """The student's person, whose history the changes are part of."""
        return self.student.person if self.student else None


class Lines(forms.CharField):
    """A list, one entry a line."""

    widget = TextBox(attrs={"rows": 3})

    def __init__(self, *, entry_length: int, **kwargs: Any):
        self.entry_length = entry_length
        super().__init__(required=False, help_text=_("One a line."), **kwargs)

    def prepare_value(self, value: object) -> object:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: str | None) -> list[str]:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if any(len(line) > self.entry_length for line in lines):
            raise forms.ValidationError(_t("A line has at most %d characters.") % self.entry_length)
        return lines


class TrainerForm(PictureForm, EditForm, forms.ModelForm):
    """What the site says of somebody who teaches."""

    name = NameField(label=_("Name"))
    email = EmailField(label=_("Email"), required=False, help_text=_("Not shown on your site."))
    invite = forms.BooleanField(
        label=_("Invite them to sign in"), required=False,
        help_text=_("They get an email with a link, and see their own sessions and who comes to them."),
    )  # fmt: skip
    specialisations = Lines(label=_("Teaches"), entry_length=60)
    certifications = Lines(label=_("Certificates"), entry_length=120)
    field_order = [
        "name", "email", "invite", "headline", "photo", "bio", "specialisations", "certifications",
        "years_of_experience",
    ]  # fmt: skip

    class Meta:
        model = Trainer
        formfield_callback = with_whole_numbers
        fields = ["headline", "bio", "photo", "years_of_experience", "specialisations", "certifications"]
        labels = {
            "headline": _("In one line"), "bio": _("About them"), "photo": _("Photo"),
            "years_of_experience": _("Years of experience"),
        }  # fmt: skip
        help_texts = {"photo": _("PNG, JPEG or WebP, at most 8 MB."), "bio": _("Markdown works.")}
        widgets = {
            "bio": TextBox(attrs={"rows": 6}),
            "photo": PictureInput(shape=(1, 1)),
        }

    def __init__(
        self, data: Sent = None, files: SentFiles = None, *, instance: Trainer | None = None,
        **options: Unpack[FormOptions],
    ):  # fmt: skip
        super().__init__(data, files, instance=instance, **options)
        about_somebody_else(self)
        if not self.instance._state.adding:
            del self.fields["invite"]
            show_pending(self, self.instance.person)
            self.initial.update(name=self.instance.person.name)

    def clean(self) -> Cleaned:
        data = super().clean() or {}
        if data.get("invite") and not data.get("email") and "email" not in self.errors:
            self.add_error("email", _("Enter the address that the invitation goes to."))
        return data

    def clean_photo(self) -> object:
        return kept_picture(self, "photo")
