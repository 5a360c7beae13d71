"""The pages a browser meets: paying, proving who one is, and a provider's onboarding."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods

from shared_apps.sandbox.clock import shown_to
from shared_apps.sandbox.forms import CardForm
from shared_apps.sandbox.guard import sandbox_only
from shared_apps.sandbox.models import StripeObject
from shared_apps.sandbox.stripe_api.accounts import business_name, finish_onboarding
from shared_apps.sandbox.stripe_api.cards import BY_NUMBER, TEST_CARDS
from shared_apps.sandbox.stripe_api.checkout import expire_due_sessions
from shared_apps.sandbox.stripe_api.currencies import show
from shared_apps.sandbox.stripe_api.hosted import finish_challenge, success_url
from shared_apps.sandbox.stripe_api.hosted import pay as pay_session
from shared_apps.sandbox.stripe_api.objects import unix_now


def _session(id: str) -> StripeObject:
    expire_due_sessions(only=id)
    return get_object_or_404(StripeObject, pk=id, kind="checkout.session")


def _page(request: HttpRequest, template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    """Never kept by the browser: going back must show how things stand now."""
    response = render(request, template, context, status=status)
    patch_cache_control(response, no_store=True)
    return response


@require_http_methods(["GET", "POST"])
@sandbox_only
def pay(request: HttpRequest, session_id: str) -> HttpResponse:
    """The hosted checkout page: GET shows it, POST tries the card."""
    session = _session(session_id)
    if session.data["status"] != "open":
        if request.method == "POST" and session.data["status"] == "complete":
            return redirect(success_url(session))
        return _closed(request, session)
    needs_email = not session.data["customer_email"] and not session.data["customer"]
    form = CardForm(request.POST if request.method == "POST" else None, needs_email=needs_email)
    if form.is_bound and form.is_valid():
        session = pay_session(session_id, form.entry())
        if session.data["status"] == "complete":
            return redirect(success_url(session))
        intent = StripeObject.objects.filter(pk=session.data["payment_intent"]).first()
        if intent and intent.data["status"] == "requires_action":
            return redirect("sandbox:challenge", intent.pk)
        return redirect("sandbox:pay", session.pk)
    return _open(request, session, form)


def _open(request: HttpRequest, session: StripeObject, form: CardForm) -> HttpResponse:
    details = session.data["customer_details"] or {}
    if not form.is_bound:
        form.initial = {"name": details.get("name") or "", "email": details.get("email") or ""}
        chosen = BY_NUMBER.get(request.GET.get("card", ""))
        if chosen:
            form.initial |= {"number": chosen.spaced, "expiry": "12 / 34", "cvc": "123"}
            form.initial["name"] = form.initial["name"] or "Test Person"
            form.initial["email"] = form.initial["email"] or "buyer@example.test"
    intent = StripeObject.objects.filter(pk=session.data["payment_intent"] or "").first()
    error = intent.data["last_payment_error"] if intent and not form.is_bound else None
    context = {
        "session": session.data,
        "form": form,
        "error": error["message"] if error else "",
        "cards": TEST_CARDS,
        "minutes_left": max(0, -(-(session.data["expires_at"] - int(shown_to(session.account).timestamp())) // 60)),
        **_summary(session),
    }
    return _page(request, "sandbox/pay.html", context, status=422 if form.is_bound else 200)


def _summary(session: StripeObject) -> dict[str, object]:
    currency = session.data["currency"]
    lines = [
        {
            "name": item["description"],
            "quantity": item["quantity"],
            "each": show(item["price"]["unit_amount"], currency),
            "total": show(item["amount_total"], currency),
        }
        for item in session.inner["line_items"]
    ]
    total = show(session.data["amount_total"], currency)
    return {
        "merchant": business_name(session.account),
        "lines": lines,
        "total": total,
        "cancel_url": session.data["cancel_url"],
    }


def _closed(request: HttpRequest, session: StripeObject) -> HttpResponse:
    paid = session.data["status"] == "complete"
    back = success_url(session) if paid else session.data["cancel_url"]
    return _page(request, "sandbox/closed.html", {"paid": paid, "back": back, **_summary(session)})


@require_http_methods(["GET", "POST"])
@sandbox_only
def challenge(request: HttpRequest, intent_id: str) -> HttpResponse:
    """The bank asks whether it is really you: POST `answer=pass` or `answer=fail`."""
    intent = get_object_or_404(StripeObject, pk=intent_id, kind="payment_intent")
    if request.method == "POST":
        intent = finish_challenge(intent_id, passed=request.POST.get("answer") == "pass")
    if request.method == "POST" or intent.data["status"] != "requires_action":
        return _after_challenge(request, intent)
    amount = show(intent.data["amount"], intent.data["currency"])
    return _page(request, "sandbox/challenge.html", {"amount": amount, "merchant": business_name(intent.account)})


def _after_challenge(request: HttpRequest, intent: StripeObject) -> HttpResponse:
    if intent.inner.get("session"):
        session = _session(intent.inner["session"])
        if session.data["status"] == "complete":
            return redirect(success_url(session))
        return redirect("sandbox:pay", session.pk)
    paid = intent.data["status"] == "succeeded"
    back = intent.inner.get("return_url")
    if not back:
        return _page(request, "sandbox/closed.html", {"paid": paid, "merchant": business_name(intent.account)})
    told = {"payment_intent": intent.pk, "redirect_status": "succeeded" if paid else "failed"}
    return redirect(f"{back}{'&' if '?' in back else '?'}{urlencode(told)}")


@require_http_methods(["GET", "POST"])
@sandbox_only
def onboarding(request: HttpRequest, account_id: str, key: str) -> HttpResponse:
    """Where a provider would identify themselves. A link that is used or old leads to `refresh_url`."""
    account = get_object_or_404(StripeObject, pk=account_id, kind="account")
    link = account.inner.get("links", {}).get(key)
    if link is None and account.data["charges_enabled"]:
        return _page(request, "sandbox/closed.html", {"onboarded": True, "merchant": business_name(account_id)})
    if link is None:
        raise Http404
    if link["until"] < unix_now():
        return redirect(link["refresh_url"])
    if request.method == "POST":
        if request.POST.get("answer") == "finish":
            finish_onboarding(account_id)
        return redirect(link["return_url"])
    context = {
        "account": account.data,
        "merchant": business_name(account_id),
        "action": reverse("sandbox:onboarding", args=[account_id, key]),
    }
    return _page(request, "sandbox/onboarding.html", context)
