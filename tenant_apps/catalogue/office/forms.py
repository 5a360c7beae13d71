"""The form of a course: what it is, what it costs, and its syllabus."""

from decimal import Decimal
from typing import Unpack

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from shared_apps.core.digits import whole_number
from shared_apps.core.lines import TypedLine
from shared_apps.files.forms import PictureForm, PictureInput, kept_picture
from shared_apps.web.editing import EditForm
from shared_apps.web.fields import TextBox
from shared_apps.web.forms import Cleaned, FormOptions, Sent, SentFiles, row_field
from shared_apps.web.money_fields import NumberField, PriceField
from shared_apps.web.whole_numbers import WholeNumberField, with_whole_numbers
from tenant_apps.catalogue.models import Audience, Category, Course, SyllabusRow
from tenant_apps.people.models import Trainer

EMPTY_MODULES = 2


class CourseForm(PictureForm, EditForm, forms.ModelForm):
    """A course. Hours stand for minutes, and the price is one of three kinds."""

    class Kind:
        PRICED, FREE, ON_REQUEST = "priced", "free", "on_request"

    new_category = TypedLine(label=_("Or a new category"), max_length=60, required=False)
    new_audience = TypedLine(label=_("Or somebody else"), max_length=60, required=False)
    hours = NumberField(
        label=_("Teaching hours"), min_value=Decimal("0.01"), max_value=16_667, decimal_places=2,
        error_messages={"required": _("Say how long it takes.")},
    )  # fmt: skip
    price_kind = forms.ChoiceField(
        label=_("Price of a seat"),
        choices=[
            (Kind.PRICED, _("A price")),
            (Kind.FREE, _("Free")),
            (Kind.ON_REQUEST, _("On request: not bookable online")),
        ],
        widget=forms.RadioSelect,
    )
    price = PriceField(
        label=_("Price"), required=False,
        help_text=_("VAT included. A new price is for new bookings; who has booked keeps theirs."),
    )  # fmt: skip
    vat_rate = NumberField(
        label=_("VAT, per cent"), min_value=0, max_value=100, max_digits=5, decimal_places=2,
        help_text=_("The share of VAT within the price. 0: exempt or zero-rated, or you are not registered for VAT."),
    )  # fmt: skip
    default_capacity = WholeNumberField(label=_("Seats on a session"), min_value=1, max_value=10_000)
    deposit_percent = WholeNumberField(
        label=_("Deposit, per cent"), min_value=0, max_value=100, required=False,
        help_text=_("Empty: as in your settings. 0: always the full price."),
    )  # fmt: skip
    own_policy = forms.BooleanField(
        label=_("This course has its own cancellation terms"), required=False,
        help_text=_("Otherwise those in your settings hold."),
    )  # fmt: skip

    field_order = [
        "title", "slug", "summary", "category", "new_category", "audience", "new_audience", "image", "description",
        "outcomes", "requirements", "what_to_bring", "hours", "default_capacity", "lead_trainer", "asks_age",
        "minimum_age", "price_kind", "price", "vat_rate", "deposit_percent", "own_policy",
    ]  # fmt: skip

    class Meta:
        model = Course
        formfield_callback = with_whole_numbers
        fields = [
            "title", "slug", "summary", "category", "audience", "image", "description", "outcomes", "requirements",
            "what_to_bring", "default_capacity", "lead_trainer", "price", "vat_rate", "deposit_percent", "asks_age",
            "minimum_age",
        ]  # fmt: skip
        labels = {
            "slug": _("Address"), "summary": _("In one sentence"),
            "outcomes": _("What people leave with"), "requirements": _("Who can come"),
            "what_to_bring": _("What to bring"), "asks_age": _("Under-18s may come"),
            "minimum_age": _("Minimum age"),
            "lead_trainer": _("Lead trainer"), "audience": _("For whom"), "image": _("Picture"),
        }  # fmt: skip
        help_texts = {
            "slug": _("The last part of the page's link. Links to a former address lead to the new one."),
            "summary": _("Shown in lists and search results."),
            "description": _("Markdown works: **bold**, lists, links."),
            "outcomes": _("One a line."),
            "requirements": _("What people must know or hold before they come. One a line."),
            "what_to_bring": _("Said again when they have booked. One a line."),
            "asks_age": _(
                "Asks each attendee's date of birth, and of who is under 18 a parent or guardian, their consent, who "
                "may collect them and a number for emergencies."
            ),
            "minimum_age": _("On the first day. Then everybody's date of birth is asked. Empty: any age."),
            "image": _("PNG, JPEG or WebP, at most 8 MB. Without one we draw a picture in your colours."),
        }
        error_messages = {
            "title": {"required": _("Say what it is called.")},
            "summary": {"required": _("Say in one sentence what it is about.")},
        }
        widgets = {
            "description": TextBox(attrs={"rows": 8}),
            "outcomes": TextBox(attrs={"rows": 4}),
            "requirements": TextBox(attrs={"rows": 3}),
            "what_to_bring": TextBox(attrs={"rows": 3}),
            "image": PictureInput(shape=(16, 10)),
        }

    def __init__(
        self, data: Sent = None, files: SentFiles = None, *, instance: Course | None = None,
        **options: Unpack[FormOptions],
    ):  # fmt: skip
        super().__init__(data, files, instance=instance, **options)
        course = self.instance
        self.fields["category"].required = not self.data.get("new_category")
        self.fields["category"].error_messages["required"] = _("Choose a category, or name a new one.")
        self.fields["audience"].required = not self.data.get("new_audience")
        self.fields["audience"].error_messages["required"] = _("Choose whom it is for, or name somebody else.")
        category, audience = row_field(self, "category"), row_field(self, "audience")
        category.queryset, audience.queryset = Category.objects.all(), Audience.objects.all()
        category.empty_label = audience.empty_label = _("Choose one")
        for field, new in ((category, "new_category"), (audience, "new_audience")):
            field.widget.attrs |= {"data-combobox": "", "data-create": new, "data-create-label": _("Add “%s”")}
        trainers = Trainer.objects.select_related("person")
        lead = row_field(self, "lead_trainer")
        lead.queryset = trainers.filter(active=True) | trainers.filter(pk=course.lead_trainer_id)
        lead.empty_label = _("Nobody yet")
        if course._state.adding:
            del self.fields["slug"]
        self.initial.setdefault("hours", f"{hours_of(course.duration_minutes).normalize():f}")
        self.initial.setdefault("price_kind", self._kind(course))
        self.initial.setdefault("own_policy", course.cancellation_policy is not None)

    def clean_slug(self) -> str:
        return str(self.cleaned_data["slug"]).lower()

    def clean_image(self) -> object:
        return kept_picture(self, "image")

    def _kind(self, course: Course) -> str:
        if course.price is None:
            return self.Kind.PRICED if course._state.adding else self.Kind.ON_REQUEST
        return self.Kind.PRICED if course.price else self.Kind.FREE

    def clean(self) -> Cleaned:
        data = super().clean() or {}
        kind = data.get("price_kind")
        if kind == self.Kind.PRICED and not data.get("price") and "price" not in self.errors:
            self.add_error("price", _("Enter a price above zero, or choose Free."))
        elif kind != self.Kind.PRICED:
            data["price"] = Decimal(0) if kind == self.Kind.FREE else None
        return data

    @property
    def details(self) -> Cleaned:
        """What `save_course` takes of the fields that are to be written."""
        data = self.changes
        if hours := data.pop("hours", None):
            data["duration_minutes"] = round(hours * 60)
        for name in ("price_kind", "own_policy"):
            data.pop(name, None)
        return data


def hours_of(minutes: int) -> Decimal:
    """`minutes` as the field of hours shows them: those of a third of an hour are not told to the second."""
    return (Decimal(minutes) / 60).quantize(Decimal("0.01"))


class ModuleForm(forms.Form):
    """One line of the syllabus. An empty one is left out."""

    title = TypedLine(label=_("Module"), max_length=160, required=False)
    summary = forms.CharField(label=_("What it covers"), required=False, widget=TextBox(attrs={"rows": 1}))
    weight = WholeNumberField(label=_("Weight, %"), min_value=1, max_value=100, required=False)

    def clean(self) -> Cleaned:
        data = super().clean() or {}
        if data.get("title") and not data.get("weight") and "weight" not in self.errors:
            self.add_error("weight", _("Enter its weight."))
        if (data.get("weight") or data.get("summary")) and not data.get("title"):
            self.add_error("title", _("Enter a title, or empty the row."))
        return data


class BaseModuleFormSet(forms.BaseFormSet):
    """The modules of a course, in their order."""

    ordering_widget = forms.HiddenInput  # its rows have buttons to move them

    @property
    def modules(self) -> list[SyllabusRow]:
        """The syllabus in the order that was asked for, as `save_course` takes it."""
        kept = [form for form in self.forms if form.cleaned_data.get("title") and not form.cleaned_data.get("DELETE")]
        places = {id(form): (form.cleaned_data.get("ORDER") or 999, n) for n, form in enumerate(kept)}
        return [
            {"title": data["title"], "summary": data["summary"], "weight": data["weight"]}
            for data in (form.cleaned_data for form in sorted(kept, key=lambda form: places[id(form)]))
        ]


ModuleFormSet = forms.formset_factory(
    ModuleForm, formset=BaseModuleFormSet, extra=EMPTY_MODULES, can_order=True, can_delete=True, max_num=60
)


def changes_rows(data: QueryDict) -> bool:
    """Whether a course's form was sent for another row of the syllabus, or to move one, and not to be saved."""
    return bool(data.keys() & {"more", "up", "down"})


def module_formset(data: QueryDict | None, course: Course) -> BaseModuleFormSet:
    """The syllabus of `course` with empty rows at its end; `more` of them, or one `up` or `down`, where that was asked.

    `up` and `down` hold the row's number, from 0.
    """
    if data is not None and changes_rows(data):
        data = data.copy()
        total = _number(data.get("modules-TOTAL_FORMS"))
        if "more" in data:
            data["modules-TOTAL_FORMS"] = str(total + EMPTY_MODULES)
        else:
            row = _number(data.get("up") or data.get("down"))
            _swap_rows(data, row, row - 1 if "up" in data else row + 1, total)
    made = ModuleFormSet(data, prefix="modules", initial=course.syllabus)
    assert isinstance(made, BaseModuleFormSet)
    return made


def _swap_rows(data: QueryDict, row: int, other: int, total: int) -> None:
    if not (0 <= row < total and 0 <= other < total):
        return
    for name in ("title", "summary", "weight", "DELETE"):
        first, second = f"modules-{row}-{name}", f"modules-{other}-{name}"
        data[first], data[second] = data.get(second, ""), data.get(first, "")


def _number(text: str | None) -> int:
    number = whole_number(text, 0, 9999)
    return -1 if number is None else number
