"""Every component on one page, in light and dark, for those who build Muster."""

from datetime import timedelta
from decimal import Decimal

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from shared_apps.core.permissions import allow
from shared_apps.core.time import now
from shared_apps.web.fields import TextBox


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
    file = forms.FileField(label="Certificate", required=False)
    terms = forms.BooleanField(label="I accept the booking terms")


@allow("public")
def styleguide(request: HttpRequest) -> HttpResponse:
    """404 for everyone but people who may see it, unless DEBUG is on."""
    may = request.user.is_authenticated and request.user.can("styleguide.view")
    if not (settings.DEBUG or may):
        raise Http404
    return render(request, "styleguide/page.html", _samples())


def _samples() -> dict[str, object]:
    hour = now().replace(minute=0, second=0, microsecond=0)
    sessions = [
        {"start": hour + timedelta(days=days), "left": left, "amount": Decimal(amount)}
        for days, left, amount in ((9, 8, "480"), (23, 2, "480"), (37, 0, "520"))
    ]
    statuses = ["confirmed", "pending", "part_paid", "failed", "cancelled", "scheduled", "refunded", "draft"]
    bookings = [
        ("MU-7Q4K", "Amara Okafor", "Heat pump installation", "confirmed", "480.00"),
        ("MU-2B9X", "Tom Whitcombe", "Gas safety refresher", "pending", "144.00"),
        ("MU-9LD3", "Priya Raman", "Unvented hot water", "cancelled", "0.00"),
    ]
    return {
        "themes": ["light", "dark"],
        "forms": [SampleForm(prefix="plain"), _refused_form()],
        "sessions": sessions,
        "statuses": statuses,
        "bookings": [dict(zip(("ref", "who", "course", "status", "paid"), row, strict=True)) for row in bookings],
        "now": hour,
        "soon": hour + timedelta(minutes=12),
        "price": Decimal("480"),
        "deposit": Decimal("144"),
        "page": Paginator(range(240), 25).page(2),
        "bars": [22, 35, 28, 44, 61, 52, 74, 66, 90],
        "empties": ["list", "calendar", "people", "search", "money", "ticket", "course", "done", "lost", "broken"],
        "steps": ["Seats", "Who is coming", "Check", "Pay"],
    }


def _refused_form() -> SampleForm:
    form = SampleForm({"refused-name": "Amara", "refused-email": "amara@"}, prefix="refused")
    form.is_valid()
    return form
