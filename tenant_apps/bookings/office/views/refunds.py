"""Money that goes back, and what is taken off a price."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.money import display
from shared_apps.core.permissions import allow
from shared_apps.web.office import form_page, refusals_on
from tenant_apps.bookings.models import STANDING, Booking
from tenant_apps.bookings.selectors import failed_refunds, refunds_to_hand_over
from tenant_apps.payments.credits import give_credit
from tenant_apps.payments.models import Refund
from tenant_apps.payments.office.money_forms import CreditForm, GiveBackForm, SentForm
from tenant_apps.payments.refunds import drop_failed_refund, refund_order, retry_refund, settle_by_hand
from tenant_apps.payments.selectors import money_of


def _found(request: HttpRequest, pk: UUID) -> Booking:
    return get_object_or_404(Booking.objects.visible_to(request.user).select_related("order", "session"), pk=pk)


@require_http_methods(["GET", "POST"])
@allow("payments.take")
def booking_give_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send some of what was paid back, or all of it: without cancelling, or after that."""
    found = _found(request, pk)
    money, owing = money_of(found.order), found.status in STANDING
    if found.order is None or money is None:
        raise Http404
    if failed_refunds(found):  # that money goes back first, else it would be owed for ever
        return redirect("office:booking_refund", pk)
    form = GiveBackForm(
        request.POST or None, money=money, owing=owing, initial={"amount": request.GET.get("amount", "")}
    )
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            refunds = refund_order(
                found.order, amount=given["amount"], reason=given["reason"], provider=given["way"],
                bank_details=given["bank_details"], still_owed=not owing or given["price"] == "owed",
                held=given["held"], sends_settled=bool(given.get("after_all")), item_id=found.pk, by=signed_in(request),
            )  # fmt: skip
            if by_hand := [refund for refund in refunds if refund.is_by_hand]:
                messages.success(request, _("Now send the money, and note here how you did."))
                return redirect(f"{reverse('office:booking_refund', args=[pk])}?refund={by_hand[0].pk}")
            messages.success(request, _("%s is on its way back.") % display(given["amount"], money.currency))
            return redirect("office:booking", pk)
    context = {"nav": "bookings", "booking": found, "money": money, "form": form}
    return form_page(request, "bookings/office/give_back.html", context)


@require_http_methods(["GET", "POST"])
@allow("payments.take")
def booking_credit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take something off what is due: goodwill, or what nobody will pay any more."""
    found = _found(request, pk)
    money = money_of(found.order)
    if found.order is None or money is None:
        raise Http404
    form = CreditForm(request.POST or None, money=money)
    can_credit = bool(money.due) and found.status in STANDING
    if can_credit and form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            give_credit(
                found.order, amount=given["amount"], reason=given["reason"], due=given["due"], by=signed_in(request)
            )  # fmt: skip
            messages.success(request, _("%s is taken off.") % display(given["amount"], money.currency))
            return redirect("office:booking", pk)
    context = {"nav": "bookings", "booking": found, "money": money, "form": form, "can_credit": can_credit}
    return form_page(request, "bookings/office/credit.html", context)


@require_http_methods(["GET", "POST"])
@allow("payments.take")
def booking_refund(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say how money was handed over; or try once more to send what failed. One at a time, the oldest first."""
    found = _found(request, pk)
    waiting: list[Refund] = [*refunds_to_hand_over(found), *failed_refunds(found)]
    named = request.POST.get("refund") or request.GET.get("refund")
    chosen = next((one for one in waiting if str(one.pk) == named), None)
    if request.method == "POST" and chosen is None:  # pressed twice, or done by somebody else
        messages.info(request, _("That refund is looked after already."))
        return redirect("office:booking", pk)
    refund = chosen or (waiting[0] if waiting else None)
    form = SentForm(request.POST or None, refund=refund)
    if chosen is not None and form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            if given.get("what") == "retry":
                retry_refund(chosen, by=signed_in(request))
                said = _("%s is on its way back again.")
            elif given.get("what") == "drop":
                drop_failed_refund(chosen, by=signed_in(request))
                said = _("%s is not sent any more.")
            else:
                settle_by_hand(chosen, how=given["how"], on=given["sent_on"], by=signed_in(request))
                said = _("%s is noted as sent back. The customer is told.")
            messages.success(request, said % display(chosen.amount, chosen.payment.currency))
            return redirect("office:booking", pk)
    context = {"nav": "bookings", "booking": found, "refund": refund, "form": form}
    return form_page(request, "bookings/office/refund.html", context)
