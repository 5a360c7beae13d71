"""The office's forms for another date, and for another number of seats."""

from decimal import Decimal
from typing import Unpack
from uuid import UUID

from django import forms
from django.db.models import Case, Model, Q, QuerySet, Value, When
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from shared_apps.accounts.models import Visitor
from shared_apps.web.forms import Cleaned, FormOptions, Sent, choice_field, row_field
from shared_apps.web.templatetags.muster import clock
from shared_apps.web.templatetags.muster import day as day_text
from shared_apps.web.whole_numbers import WholeNumberField
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.transfer_quotes import difference_text, price_of
from tenant_apps.scheduling.models import Session

MOST = 500
SUMS_FOLLOW = {  # what it does to the money is shown as soon as something is chosen
    "hx-trigger": "change", "hx-target": "#sums", "hx-select": "#sums", "hx-swap": "outerHTML",
    "hx-include": "closest form",
}  # fmt: skip


class DateChoice(forms.ModelChoiceField):
    """A choice among sessions that says what each costs more, or less, than `seats` cost at the former `price`."""

    seats, price = 1, Decimal(0)

    def label_from_instance(self, obj: Model) -> str:
        assert isinstance(obj, Session)
        return " · ".join([
            f"{day_text(obj.starts_at)}, {clock(obj.starts_at)}", str(obj.course), _t("%d left") % obj.seats_left,
            difference_text((obj.seat_price or Decimal(0)) * self.seats - self.price),
        ])  # fmt: skip


class TransferForm(forms.Form):
    """Another date for a booking. `agreed`: what the page said that it does to the money."""

    to = DateChoice(Session.objects.none(), label=_("New date"), empty_label=_("Choose a date"))
    keep_price = forms.BooleanField(
        label=_("The price stays as it is"), required=False,
        help_text=_("Whatever the new date costs, nothing is charged and nothing goes back."),
    )  # fmt: skip
    agreed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Sent = None, *, booking: Booking, user: Visitor, here: str, **options: Unpack[FormOptions]
    ) -> None:
        super().__init__(data, **options)
        field = row_field(self, "to")
        field.queryset = other_sessions(booking, user)
        assert isinstance(field, DateChoice)
        field.seats, field.price = booking.seats, price_of(booking)
        field.widget.attrs |= {"data-combobox": "", **SUMS_FOLLOW, "hx-get": here, "hx-params": "to,keep_price"}
        self.fields["keep_price"].widget.attrs |= {**SUMS_FOLLOW, "hx-get": here, "hx-params": "to,keep_price"}


class SeatsForm(forms.Form):
    """Another number of seats for a booking, and who of those who were named comes no more."""

    seats = WholeNumberField(label=_("Seats"), min_value=1, max_value=MOST)
    leaving = forms.MultipleChoiceField(
        label=_("Who comes no more?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    agreed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Sent = None, *, booking: Booking, here: str, most: int = MOST, **options: Unpack[FormOptions]
    ) -> None:
        super().__init__(data, **options)
        self.named = [(str(row.pk), row.name) for row in booking.attendees.all()]
        choice_field(self, "leaving").choices = self.named
        if not self.named:
            del self.fields["leaving"]
        seats = WholeNumberField(label=self.fields["seats"].label, min_value=1, max_value=most)
        seats.widget.attrs |= {**SUMS_FOLLOW, "hx-get": here, "hx-params": "seats"}
        self.fields["seats"] = seats

    def clean(self) -> Cleaned:
        data = super().clean() or {}
        if "seats" in data and "leaving" in self.fields and "leaving" in data:
            over = len(self.named) - len(data["leaving"]) - data["seats"]
            if over > 0:
                text = ngettext(
                    "There is %d name more than seats. Say who comes no more.",
                    "There are %d names more than seats. Say who comes no more.", over,
                )  # fmt: skip
                self.add_error("leaving", text % over)
        return data

    def leaving_ids(self) -> list[UUID]:
        """The attendees who come no more, by their keys."""
        return [UUID(pk) for pk in self.cleaned_data.get("leaving", [])]


def other_sessions(booking: Booking, user: Visitor) -> QuerySet[Session]:
    """The dates that `booking` can be moved to, those of its course first."""
    rows = Session.objects.visible_to(user).on_offer(by_office=True).with_seats(booking.seats)
    rows = rows.exclude(pk=booking.session_id)
    rows = rows.filter(Q(price__isnull=False) | Q(course__price__isnull=False)).select_related("course")
    same = Case(When(course=booking.session.course_id, then=Value(0)), default=Value(1))
    return rows.order_by(same, "starts_at", "pk")
