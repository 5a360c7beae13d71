"""Money that could not be sent back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shared_apps.core.access import allow
from shared_apps.core.money import display
from shared_apps.core.office import form_page, refusals_on
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.office_forms import FailedRefundForm
from tenant_apps.bookings.selectors import failed_refunds
from tenant_apps.payments.refunds import retry_refund, settle_by_hand


@require_http_methods(["GET", "POST"])
@allow("payments.take")
def booking_refund(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Try once more to send it, or say how it was sent. One at a time, the oldest first."""
    found = get_object_or_404(Booking.objects.visible_to(request.user).select_related("order"), pk=pk)
    failed = failed_refunds(found)
    refund = failed[0] if failed else None
    form = FailedRefundForm(request.POST or None, initial={"refund": refund.pk if refund else None})
    if form.is_valid():
        given = form.cleaned_data
        chosen = next((one for one in failed if one.pk == given["refund"]), None)
        if chosen is None:  # pressed twice, or done by somebody else
            messages.info(request, _("That refund is looked after already."))
            return redirect("office:booking", pk)
        with refusals_on(form):
            if given["what"] == "retry":
                retry_refund(chosen, by=request.user)
                said = _("%s is on its way back again.")
            else:
                settle_by_hand(chosen, how=given["how"], by=request.user)
                said = _("%s is noted as sent back.")
            messages.success(request, said % display(chosen.amount, chosen.payment.currency))
            return redirect("office:booking", pk)
    context = {"nav": "bookings", "booking": found, "refund": refund, "form": form}
    return form_page(request, "bookings/office/refund.html", context)
