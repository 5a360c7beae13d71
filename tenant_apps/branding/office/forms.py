"""The forms of the settings pages about the brand."""

from typing import Any, Unpack

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shared_apps.core.limits import HOUR, Rate, count
from shared_apps.files.drawings import BEGINNING, is_drawing
from shared_apps.files.forms import PICTURES, PictureForm, PictureInput
from shared_apps.files.pictures import clean_logo
from shared_apps.web.editing import EditForm
from shared_apps.web.fields import TextBox
from shared_apps.web.forms import FormOptions, Sent, SentFiles, choice_field
from shared_apps.web.networks import network_of
from tenant_apps.branding.fonts import DEFAULT_DISPLAY, DISPLAY_FONTS
from tenant_apps.branding.models import Brand

MOST_DRAWINGS = Rate(10, HOUR)  # of a network


class ColourInput(forms.TextInput):
    """A colour always has a value, so it is never `required`, and it has no length."""

    input_type = "color"

    def use_required_attribute(self, initial: object) -> bool:
        return False

    def get_context(self, name: str, value: object, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"].pop("maxlength", None)
        return context


class LookForm(PictureForm, EditForm, forms.ModelForm):
    """How the provider looks, and the line that says what it teaches."""

    display_font = forms.ChoiceField(label=_("Headings"), required=False)

    class Meta:
        model = Brand
        fields = ["primary_colour", "accent_colour", "display_font", "course_layout", "logo", "tagline"]
        labels = {
            "primary_colour": _("Main colour"), "accent_colour": _("Second colour"), "tagline": _("Tagline"),
            "logo": _("Logo"), "course_layout": _("List of courses"),
        }  # fmt: skip
        help_texts = {
            "tagline": _("One line under your name. What you teach, and where."),
            "logo": _("PNG, JPEG, WebP or SVG, at most 2 MB."),
        }
        widgets = {
            "primary_colour": ColourInput,
            "accent_colour": ColourInput,
            "course_layout": forms.RadioSelect,
            "logo": PictureInput({"accept": f"{PICTURES},image/svg+xml"}),
        }

    def __init__(
        self, data: Sent = None, files: SentFiles = None, *, instance: Brand | None = None,
        **options: Unpack[FormOptions],
    ):  # fmt: skip
        super().__init__(data, files, instance=instance, **options)
        fonts = [(key, f"{font.label}, {font.manner}") for key, font in DISPLAY_FONTS.items()]
        choice_field(self, "display_font").choices = fonts
        self.fields["course_layout"].required = False  # a form that was open before there was a choice has none
        self.initial["display_font"] = self.instance.display_font or DEFAULT_DISPLAY

    def clean_course_layout(self) -> str:
        return self.cleaned_data["course_layout"] or self.instance.course_layout

    def clean_logo(self) -> object:
        upload = self.cleaned_data["logo"]
        if not isinstance(upload, UploadedFile):
            return upload
        made = vars(upload).get("made") or clean_logo(upload)
        if isinstance(made, ValidationError):
            raise made
        return made


def read_logo(request: HttpRequest) -> None:
    """Read the logo that is sent before a row is locked: to draw one takes seconds. What is wrong its form says."""
    upload = request.FILES.get("logo")
    if not isinstance(upload, UploadedFile):
        return
    try:
        if is_drawing(upload.read(BEGINNING)) and count("drawing", network_of(request), MOST_DRAWINGS):
            raise ValidationError(_("Many drawings were sent from here. Wait an hour, or use a PNG."))
        vars(upload)["made"] = clean_logo(upload)
    except ValidationError as error:
        vars(upload)["made"] = error


class WordsForm(EditForm, forms.ModelForm):
    """What the provider says of itself. What customers agree to is published in versions, see `terms.versions`."""

    class Meta:
        model = Brand
        fields = ["introduction", "about", "privacy", "trainer_word"]
        labels = {
            "introduction": _("Introduction"), "about": _("About you"),
            "privacy": _("Privacy notice"), "trainer_word": _("You call a trainer"),
        }  # fmt: skip
        help_texts = {
            "introduction": _("The first paragraph of your home page. Markdown works."),
            "trainer_word": _("Trainer, instructor, coach …"),
        }
        widgets = {
            "introduction": TextBox(attrs={"rows": 4}),
            "about": TextBox(attrs={"rows": 6}),
            "privacy": TextBox(attrs={"rows": 6}),
        }


class ContactForm(EditForm, forms.ModelForm):
    """How customers reach the provider."""

    address = forms.CharField(
        label=_("Postal address"), max_length=500, required=False,
        widget=TextBox({"rows": 3, "autocomplete": "off"}),
    )  # fmt: skip

    class Meta:
        model = Brand
        fields = ["contact_email", "contact_phone", "address"]
        labels = {
            "contact_email": _("Email for customers"), "contact_phone": _("Phone for customers"),
        }  # fmt: skip
        widgets = {
            "contact_phone": forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
        }
