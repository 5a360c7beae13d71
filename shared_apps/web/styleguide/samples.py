"""What the samples of the styleguide show."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Unpack

from django import forms
from django.core.paginator import Page, Paginator

from shared_apps.core.time import local_today, now
from shared_apps.core.types import JsonObject
from shared_apps.web.charts import Chart, Point
from shared_apps.web.fields import TextBox
from shared_apps.web.forms import FormOptions, Sent
from shared_apps.web.money_fields import MoneyField, NumberField
from shared_apps.web.states import STATES
from shared_apps.web.whole_numbers import WholeNumberField

THEMES = ("light", "dark")
BOOKINGS = [
    ("MU-7Q4K", "Amara Okafor", "Heat pump installation: design, fitting and commissioning", "confirmed", "480.00"),
    ("MU-2B9X", "Tom Whitcombe", "Gas safety refresher", "pending", "144.00"),
    ("MU-9LD3", "Priya Raman", "Unvented hot water", "cancelled", "0.00"),
]


class SampleForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(label="Full name", widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label="Email", help_text="We send the confirmation here.")
    phone = forms.CharField(label="Phone", required=False, widget=forms.TextInput(attrs={"type": "tel"}))
    day = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))
    place = forms.ChoiceField(label="Place", choices=[("1", "Room 1, Bristol"), ("2", "Workshop, Bristol")])
    pay = forms.ChoiceField(
        label="How would you like to pay?",
        choices=[("full", "In full, £480.00"), ("deposit", "Deposit of £144.00 now, the rest by 3 March")],
        widget=forms.RadioSelect,
    )
    notes = forms.CharField(
        label="Anything we should know?", required=False, widget=TextBox, help_text="Dietary needs, access."
    )
    file = forms.ImageField(label="Picture", required=False, widget=forms.ClearableFileInput)
    terms = forms.BooleanField(label="I accept the booking terms")


class CroppedInput(forms.ClearableFileInput):
    """A picture of which a part of a certain shape is chosen, as `files.forms.PictureInput` has it."""

    def __init__(self, shape: str):
        super().__init__({"accept": "image/png,image/jpeg,image/webp"})
        self.shape = shape

    def get_context(self, name: str, value: object, attrs: JsonObject | None) -> JsonObject:
        context = super().get_context(name, value, attrs)
        context["widget"]["shape"] = self.shape
        return context


class OfficeForm(forms.Form):
    """Fields that the office has beyond those."""

    name = forms.CharField(label="Full name")
    email = forms.EmailField(label="Email", help_text="We send the confirmation here, and nothing else.")
    day = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))
    price = MoneyField(label="Price of a seat", help_text="Empty: on request.", required=False)
    rate = NumberField(label="VAT", min_value=0, max_value=100)
    way = forms.ChoiceField(
        label="How it came", choices=[("cash", "Cash"), ("bank", "Bank transfer"), ("card", "Card reader")],
        widget=forms.RadioSelect(attrs={"class": "segments"}),
    )  # fmt: skip
    shared = forms.BooleanField(label="Colleagues have it too", required=False, help_text="It is a tab for everybody.")
    seats = WholeNumberField(label="Seats", min_value=1, max_value=12)
    category = forms.ChoiceField(
        label="Category", required=False,
        choices=[("", "Choose one"), *((word, word) for word in ("Electrical", "Gas safety", "Heat pumps"))],
    )  # fmt: skip
    new_category = forms.CharField(label="Or a new category", required=False)
    dates = forms.CharField(
        label="First days", widget=TextBox(attrs={"rows": 3, "data-dates": ""}), help_text="One a line."
    )
    begins = forms.TimeField(label="Begins", widget=forms.TimeInput(attrs={"type": "time", "step": "300"}))
    ends = forms.TimeField(label="Ends", widget=forms.TimeInput(attrs={"type": "time", "step": "300"}))
    overnight = forms.BooleanField(label="It ends on the next day", required=False)
    file = forms.ImageField(label="Picture", required=False, widget=forms.ClearableFileInput)
    portrait = forms.ImageField(
        label="Portrait", required=False, widget=CroppedInput("1:1"), help_text="PNG, JPEG or WebP."
    )
    cover = forms.ImageField(label="Picture of a course", required=False, widget=CroppedInput("16:10"))
    text = forms.CharField(label="Description", required=False, widget=TextBox(attrs={"rows": 5}))

    def __init__(self, data: Sent = None, **options: Unpack[FormOptions]):
        super().__init__(data, **options)
        self.fields["category"].widget.attrs |= {
            "data-combobox": "", "data-create": self.add_prefix("new_category"), "data-create-label": "Add “%s”",
        }  # fmt: skip
        self.initial = {
            "price": Decimal("480.00"), "rate": 20, "way": "cash", "seats": 2, "category": "Heat pumps",
            "begins": "09:00", "ends": "16:30",
            "text": "Three days **in the workshop**.\n\n- Bring boots\n- Lunch is there",
        }  # fmt: skip


class SheetForm(forms.Form):
    """What stands in the sample of a sheet."""

    amount = MoneyField(label="Amount", initial=Decimal("120.00"))
    way = forms.ChoiceField(
        label="How it came", choices=[("cash", "Cash"), ("bank", "Bank transfer")], initial="cash",
        widget=forms.RadioSelect(attrs={"class": "segments"}),
    )  # fmt: skip


@dataclass(frozen=True)
class Sampled:
    """A category with its colour."""

    name: str
    colour: int

    def __str__(self) -> str:
        return self.name


@dataclass
class SampleList:
    """A list of the office that leads nowhere."""

    name: str
    page: Page[int]
    chosen: bool = False
    tight: bool = False
    picks: bool = True
    own_page: bool = True
    exports: bool = True
    may_save: bool = True
    may_change_view: bool = False
    may_remove_view: bool = False
    size: int = 30
    sizes: tuple[int, ...] = (30, 50, 100)
    densities: tuple[tuple[str, str], ...] = (("roomy", "Comfortable"), ("tight", "Close"))
    export_url: str = "#"
    many_url: str = "#"
    display_url: str = "#"
    new_view_url: str = "#"
    heads: list[SimpleNamespace] = field(default_factory=list)

    @property
    def form_id(self) -> str:
        return f"many-{self.name}"

    @property
    def cells(self) -> dict[str, str]:
        return {"who": "cut main", "course": "cut phone-wide", "status": "phone-top", "paid": "num"}

    @property
    def tabs(self) -> list[SimpleNamespace]:
        words = [("All", True, False), ("Overdue", False, False), ("Mine", False, True)]
        return [SimpleNamespace(title=title, url="#", on=on, shared=shared) for title, on, shared in words]

    @property
    def acts(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(name="send", title="Send the email again", icon="mail")]

    @property
    def choices(self) -> list[tuple[SimpleNamespace, bool]]:
        words = [("who", "Who", True), ("course", "Course", True), ("status", "Status", True), ("paid", "Paid", True),
                 ("phone", "Phone", False)]  # fmt: skip
        return [(SimpleNamespace(name=name, title=title, fixed=name == "who"), on) for name, title, on in words]


def samples() -> dict[str, object]:
    """What all samples of a page have."""
    hour = now().replace(minute=0, second=0, microsecond=0)
    sessions = [
        {"start": hour + timedelta(days=days), "left": left, "amount": Decimal(amount)}
        for days, left, amount in ((9, 8, "480"), (23, 2, "480"), (37, 0, "520"))
    ]
    values = zip(
        ("2 Nov", "9 Nov", "16 Nov", "23 Nov", "30 Nov", "7 Dec"), (640, 1210, 1840, 990, 1430, 420), strict=True
    )
    points = [Point(name, Decimal(value), (str(value // 120),)) for name, value in values]
    return {
        "sessions": sessions,
        "statuses": list(STATES),
        "categories": [Sampled(f"Category {n}", n) for n in range(1, 8)],
        "bookings": [dict(zip(("ref", "who", "course", "status", "paid"), row, strict=True)) for row in BOOKINGS],
        "courses": ["Gas safety refresher", "Heat pump installation", "Unvented hot water", "Wiring regulations"],
        "now": hour,
        "soon": hour + timedelta(minutes=12),
        "month": f"{local_today():%Y-%m}",
        "price": Decimal("480"),
        "deposit": Decimal("144"),
        "page": Paginator(range(240), 25).page(2),
        "bars": [22, 35, 28, 44, 61, 52, 74, 66, 90],
        "chart": Chart(points, words=lambda value: f"£{value:,.0f}"),
        "line": Chart(points, words=lambda value: f"£{value:,.0f}", kind="line"),
        "heads": ["Week of", "Received", "Bookings"],
        "empties": ["list", "calendar", "people", "search", "money", "ticket", "course", "done", "lost", "broken"],
        "steps": ["Seats", "Who is coming", "Check", "Pay"],
    }


def frames(*, office: bool) -> list[dict[str, object]]:
    """Each theme with forms and a list of its own, so that no two elements share an id."""
    heads = [
        ("who", "Who", "main cut wide-2"),
        ("", "Course", "cut wide-3"),
        ("", "Status", ""),
        ("paid", "Paid", "num"),
    ]
    made: list[dict[str, object]] = []
    for theme in THEMES:
        listed = SampleList(theme, Paginator(range(240), 25).page(2))
        listed.heads = [SimpleNamespace(sort=sort, title=title, css=css) for sort, title, css in heads]
        form = OfficeForm(prefix=theme) if office else SampleForm(prefix=theme)
        made.append(
            {
                "theme": theme,
                "form": form,
                "forms": [SampleForm(prefix=f"plain-{theme}"), _refused(theme)],
                "list": listed,
            }
        )
    return made


def _refused(theme: str) -> SampleForm:
    prefix = f"refused-{theme}"
    form = SampleForm({f"{prefix}-name": "Amara", f"{prefix}-email": "amara@"}, prefix=prefix)
    form.is_valid()
    return form
