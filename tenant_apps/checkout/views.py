"""Check, pay, done: the steps after something is kept for a buyer."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.errors import DomainError
from shared_apps.core.permissions import allow
from shared_apps.core.time import now
from shared_apps.web.networks import at_most
from tenant_apps.checkout.errors import HoldOver, ProofNeeded
from tenant_apps.checkout.purchases import Purchase, Stage
from tenant_apps.checkout.road import ASKED_A_MINUTE, AnyRoad, by_link, private_page, see_what_came
from tenant_apps.checkout.services import pay_online
from tenant_apps.payments.errors import NothingDue
from tenant_apps.payments.models import Payment
from tenant_apps.payments.parts import has_several
from tenant_apps.payments.providers import online_providers
from tenant_apps.payments.selectors import deposit_now, money_of


@require_safe
@allow("public")
@by_link
def check(request: HttpRequest, road: AnyRoad, purchase: Purchase, token: str) -> HttpResponse:
    """The answers, the price and the ways to pay it. What is not kept any more says so, with a way on."""
    if purchase.stage == Stage.BOUGHT or purchase.money_arrived:
        return redirect(road.url("done", token))
    if purchase.stage == Stage.CANCELLED:
        return redirect(road.url("", token))
    if purchase.stage != Stage.HELD:
        return road.over(request, purchase)
    if purchase.awaits_proof(request.user):
        return road.ask_for_proof(request, purchase, token)
    road.remember(request, purchase)  # opened by the link in an email: "Change" leads to what was given, here too
    context = road.facts(purchase, token) | {
        "now": now(),
        "purchase": purchase,
        "pay_url": road.url("pay", token),
        "more_time_url": road.url("extend", token) if purchase.can_take_longer else "",
        "not_paid": "not_paid" in request.GET,
        "free_now": purchase.is_free_now,
        "where_paid": next((one.where_paid for one in online_providers() if one.available), ""),
        "several": purchase.order is not None and has_several(purchase.order),
    }
    return render(request, road.template("check"), context)


@require_POST
@allow("public")
@by_link
def pay(request: HttpRequest, road: AnyRoad, purchase: Purchase, token: str) -> HttpResponse:
    """Off to the provider's page, for the purpose that was chosen. What can't be paid now says why."""
    at_most(ASKED_A_MINUTE, "pay", request)
    purpose = request.POST.get("purpose", Payment.Purpose.FULL)
    if purpose not in Payment.Purpose.values:
        purpose = Payment.Purpose.FULL
    if _is_stale(request, purchase):
        messages.info(request, _("The price has changed since this page was opened. Look at it again, and pay then."))
        return redirect(road.url("check", token))
    back = "check" if purchase.stage in (Stage.HELD, Stage.ENDING) else ""
    try:
        payment = pay_online(
            purchase,
            purpose=purpose,
            success_url=request.build_absolute_uri(road.url("return", token)),
            cancel_url=request.build_absolute_uri(f"{road.url(back, token)}?not_paid=1"),
            by=signed_in(request),
        )
    except NothingDue:
        return redirect(road.url("done", token))
    except (HoldOver, ProofNeeded):
        return redirect(road.url("check", token))
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect(road.url(back, token))
    return HttpResponseRedirect(payment.pay_url, status=303)


def _is_stale(request: HttpRequest, purchase: Purchase) -> bool:
    """Whether the page that was sent said another sum, or another deposit, than is due now."""
    said = request.POST.get("due")
    if said is None or purchase.order is None or purchase.stage != Stage.HELD:
        return False
    balance = purchase.order.balance
    deposit = str(deposit_now(purchase.order, balance) or "")
    return bool(balance.due) and (said, request.POST.get("deposit", deposit)) != (str(balance.due), deposit)


@require_POST
@allow("public")
@by_link
def extend(request: HttpRequest, road: AnyRoad, purchase: Purchase, token: str) -> HttpResponse:
    """More time to pay."""
    try:
        purchase.take_longer(by=signed_in(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect(road.url("check", token))


@require_safe
@allow("public")
@private_page
def come_back(request: HttpRequest, token: str, *, road: AnyRoad) -> HttpResponse:
    """Back from the provider: ask how it went, then on to the page that says so.

    Whose link was called in while they paid is told that what they paid counts, and nothing of what they bought.
    """
    purchase = road.open(token)
    if purchase is None:
        purchase = road.open(token, called_in=True)
        if purchase is None:
            raise Http404
        see_what_came(request, purchase)
        return render(request, road.template("called_in"))
    known = see_what_came(request, purchase)
    money, waiting, bought = money_of(purchase.order), purchase.open_payments, purchase.stage == Stage.BOUGHT
    if money and money.payments and money.payments[-1].purpose == Payment.Purpose.BALANCE and not money.due:
        messages.success(request, _("Thank you. Everything is paid."))
        return redirect(road.url("", token))
    if bought and waiting:
        text = _("We have not heard of your payment yet. You need not pay again: it appears here soon.")
        messages.info(request, text)
        return redirect(road.url("", token))
    if bought or waiting or purchase.money_arrived or not known:
        return redirect(road.url("done", token))
    return redirect(f"{road.url('check', token)}?not_paid=1")


@require_safe
@allow("public")
@by_link
def done(request: HttpRequest, road: AnyRoad, purchase: Purchase, token: str) -> HttpResponse:
    """The keepsake; while the money is on its way, that we are still checking."""
    if purchase.stage in (Stage.HELD, Stage.ENDING) and (purchase.open_payments or purchase.money_arrived):
        return render(request, road.template("checking"), road.facts(purchase, token))
    if purchase.stage != Stage.BOUGHT:
        return redirect(road.url("check", token))
    return render(request, road.template("done"), road.facts(purchase, token))
