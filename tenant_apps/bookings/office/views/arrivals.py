"""Naming those at the door whose seats nobody had named."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from shared_apps.web.forms import row_field
from shared_apps.web.office import form_page, refusals_on
from shared_apps.web.people_fields import NameField
from tenant_apps.bookings.arrivals import name_who_arrived, with_unnamed_seats
from tenant_apps.bookings.models import Booking
from tenant_apps.scheduling.models import TEACHING
from tenant_apps.scheduling.office.register_input import device_of
from tenant_apps.scheduling.office.register_views import PERMISSION, days_for
from tenant_apps.scheduling.team import keep_to


class BookingChoice(forms.ModelChoiceField):
    """A choice among bookings that says how many of their seats are not named."""

    def label_from_instance(self, obj: Booking) -> str:  # type: ignore[override]
        who = ", ".join(filter(None, [obj.contact_name, obj.company]))
        return _t("%(who)s · %(n)d not named") % {"who": who, "n": vars(obj)["unnamed"]}


class ArrivalForm(forms.Form):
    """Who arrived, and whose booking they come by."""

    booking = BookingChoice(Booking.objects.none(), label=_("Booked by"), empty_label=None)
    name = NameField(
        label=_("Name"),
        widget=forms.TextInput({"autocomplete": "off", "autofocus": ""}),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@allow(PERMISSION)
def arrivals(request: HttpRequest, day: UUID) -> HttpResponse:
    """Name somebody who is here."""
    found = get_object_or_404(days_for(request.user), pk=day)
    keep_to(TEACHING, found.session, request.user)
    rows = with_unnamed_seats(found.session)
    form = ArrivalForm(request.POST or None)
    row_field(form, "booking").queryset = rows
    user = signed_in(request)
    if user and form.is_valid():
        device = device_of(request.headers.get("User-Agent", "")[:500])
        with refusals_on(form):
            given = form.cleaned_data
            who = name_who_arrived(given["booking"], day=found, name=given["name"], by=user, device=device)
            messages.success(request, _t("%s is on the register, and present.") % who.name)
            return redirect("office:register", found.pk)
    context = {"nav": "today", "day": found, "session": found.session, "form": form, "any": rows.exists()}
    return form_page(request, "bookings/office/arrivals.html", context)
