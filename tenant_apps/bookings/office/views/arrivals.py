"""Naming those at the door whose seats nobody had named, or who come in the place of somebody else."""

from typing import Unpack
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from shared_apps.accounts.models import Visitor
from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow, can
from shared_apps.web.forms import Cleaned, FormOptions, Sent, row_field
from shared_apps.web.office import form_page, refusals_on
from shared_apps.web.people_fields import NameField
from tenant_apps.bookings.arrivals import come_in_place_of, name_who_arrived, with_unnamed_seats
from tenant_apps.bookings.models import STANDING, Attendee, Booking
from tenant_apps.scheduling.models import CAME, TEACHING, Attendance, SessionDay
from tenant_apps.scheduling.office.register_input import device_of
from tenant_apps.scheduling.office.register_views import PERMISSION, days_for
from tenant_apps.scheduling.team import keep_to


class BookingChoice(forms.ModelChoiceField):
    """A choice among bookings that says how many of their seats are not named."""

    def label_from_instance(self, obj: Booking) -> str:  # type: ignore[override]
        who = ", ".join(filter(None, [obj.contact_name, obj.company]))
        return _t("%(who)s · %(n)d not named") % {"who": who, "n": vars(obj)["unnamed"]}


class AttendeeChoice(forms.ModelChoiceField):
    """A choice among those who have a seat."""

    def label_from_instance(self, obj: Model) -> str:
        assert isinstance(obj, Attendee)
        return f"{obj.name} · {obj.booking.company or obj.booking.contact_name}"


class ArrivalForm(forms.Form):
    """Who arrived, and whose booking they come by, or in whose place."""

    booking = BookingChoice(
        Booking.objects.none(), label=_("Booked by"), required=False, empty_label=_("Nobody: it is somebody's place")
    )
    instead_of = AttendeeChoice(
        Attendee.objects.none(), label=_("In the place of"), required=False, empty_label=_("Nobody"),
    )  # fmt: skip
    name = NameField(
        label=_("Name"),
        widget=forms.TextInput({"autocomplete": "off", "autofocus": ""}),
    )  # fmt: skip

    def __init__(self, data: Sent = None, *, day: SessionDay, user: Visitor, **options: Unpack[FormOptions]):
        super().__init__(data, **options)
        unnamed = with_unnamed_seats(day.session)
        row_field(self, "booking").queryset = unnamed
        came = Attendance.objects.filter(day=day, status__in=CAME).values("attendee_id")
        seated = Attendee.objects.filter(booking__session=day.session_id, booking__status__in=STANDING)
        places = seated.exclude(pk__in=came).select_related("booking").order_by("name", "pk")
        if can(user, "bookings.manage"):
            row_field(self, "instead_of").queryset = places
        else:
            del self.fields["instead_of"]
        self.any_place = "instead_of" in self.fields and places.exists()
        self.any = unnamed.exists() or self.any_place
        if not self.any_place:
            self.fields.pop("instead_of", None)
            self.fields["booking"].required = True
            row_field(self, "booking").empty_label = None

    def clean(self) -> Cleaned:
        data = super().clean() or {}
        if self.any_place and not self.errors and bool(data.get("booking")) == bool(data.get("instead_of")):
            self.add_error("instead_of", _t("Choose a booking, or in whose place they come: one of the two."))
        return data


@require_http_methods(["GET", "POST"])
@allow(PERMISSION)
def arrivals(request: HttpRequest, day: UUID) -> HttpResponse:
    """Name somebody who is here."""
    found = get_object_or_404(days_for(request.user), pk=day)
    keep_to(TEACHING, found.session, request.user)
    form = ArrivalForm(request.POST or None, day=found, user=request.user)
    user = signed_in(request)
    if user and form.is_valid():
        device = device_of(request.headers.get("User-Agent", "")[:500])
        with refusals_on(form):
            given = form.cleaned_data
            name = given["name"]
            if given.get("instead_of"):
                who = come_in_place_of(given["instead_of"], day=found, name=name, by=user, device=device)
            else:
                who = name_who_arrived(given["booking"], day=found, name=name, by=user, device=device)
            messages.success(request, _t("%s is on the register, and present.") % who.name)
            return redirect("office:register", found.pk)
    context = {
        "nav": "today",
        "day": found,
        "session": found.session,
        "form": form,
        "refusal": found.session.why_not_bookable(by_office=True),
    }
    return form_page(request, "bookings/office/arrivals.html", context)
