"""The one view behind `/sandbox/stripe/v1/…`: faults, key, account, parameters, idempotency, then the call."""

import json
import re
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from shared_apps.core.types import JsonObject
from shared_apps.sandbox.guard import sandbox_only
from shared_apps.sandbox.models import StripeObject, Switches
from shared_apps.sandbox.stripe_api import (
    accounts,
    cards,
    charges,
    checkout,
    customers,
    disputes,
    events,
    intents,
    refunds,
)
from shared_apps.sandbox.stripe_api.errors import StripeError
from shared_apps.sandbox.stripe_api.idempotency import Answer, once
from shared_apps.sandbox.stripe_api.objects import Call, expand
from shared_apps.sandbox.stripe_api.params import check, parse
from shared_apps.sandbox.switches import CALL_FAULTS, faults_of_this_call

Handler = Callable[..., JsonObject]
# Method, path below /v1/, the SDK's parameters that check it, and who answers.
ROUTES: list[tuple[str, str, str, Handler]] = [
    ("POST", "customers", "CustomerCreateParams", customers.create),
    ("GET", "customers", "CustomerListParams", customers.list_customers),
    ("GET", "customers/ID", "CustomerRetrieveParams", customers.retrieve),
    ("POST", "customers/ID", "CustomerUpdateParams", customers.update),
    ("DELETE", "customers/ID", "CustomerDeleteParams", customers.delete),
    ("POST", "checkout/sessions", "checkout.SessionCreateParams", checkout.create),
    ("GET", "checkout/sessions", "checkout.SessionListParams", checkout.list_sessions),
    ("GET", "checkout/sessions/ID", "checkout.SessionRetrieveParams", checkout.retrieve),
    ("POST", "checkout/sessions/ID", "checkout.SessionUpdateParams", checkout.update),
    ("POST", "checkout/sessions/ID/expire", "checkout.SessionExpireParams", checkout.expire),
    ("GET", "checkout/sessions/ID/line_items", "checkout.SessionLineItemListParams", checkout.list_line_items),
    ("POST", "payment_intents", "PaymentIntentCreateParams", intents.create),
    ("GET", "payment_intents", "PaymentIntentListParams", intents.list_intents),
    ("GET", "payment_intents/ID", "PaymentIntentRetrieveParams", intents.retrieve),
    ("POST", "payment_intents/ID", "PaymentIntentUpdateParams", intents.update),
    ("POST", "payment_intents/ID/confirm", "PaymentIntentConfirmParams", intents.confirm),
    ("POST", "payment_intents/ID/cancel", "PaymentIntentCancelParams", intents.cancel),
    ("GET", "payment_methods", "PaymentMethodListParams", cards.list_methods),
    ("GET", "payment_methods/ID", "PaymentMethodRetrieveParams", cards.retrieve_method),
    ("GET", "charges", "ChargeListParams", charges.list_charges),
    ("GET", "charges/ID", "ChargeRetrieveParams", charges.retrieve),
    ("POST", "refunds", "RefundCreateParams", refunds.create),
    ("GET", "refunds", "RefundListParams", refunds.list_refunds),
    ("GET", "refunds/ID", "RefundRetrieveParams", refunds.retrieve),
    ("POST", "refunds/ID", "RefundUpdateParams", refunds.update),
    ("GET", "disputes", "DisputeListParams", disputes.list_disputes),
    ("GET", "disputes/ID", "DisputeRetrieveParams", disputes.retrieve),
    ("POST", "disputes/ID", "DisputeUpdateParams", disputes.update),
    ("POST", "disputes/ID/close", "DisputeCloseParams", disputes.close),
    ("POST", "accounts", "AccountCreateParams", accounts.create),
    ("GET", "accounts", "AccountListParams", accounts.list_accounts),
    ("GET", "accounts/ID", "AccountRetrieveParams", accounts.retrieve),
    ("POST", "accounts/ID", "AccountUpdateParams", accounts.update),
    ("POST", "account_links", "AccountLinkCreateParams", accounts.create_link),
    ("GET", "events", "EventListParams", events.list_events),
    ("GET", "events/ID", "EventRetrieveParams", events.retrieve),
]
PATTERNS = [
    (method, re.compile(path.replace("ID", r"([^/]+)")), params, handler) for method, path, params, handler in ROUTES
]


@csrf_exempt
@sandbox_only
def api(request: HttpRequest, path: str) -> HttpResponse:
    """Any call of the API."""
    request_id = f"req_{secrets.token_hex(7)}"
    faults = faults_of_this_call(CALL_FAULTS)
    broken = _broken_answer(faults)
    if broken is None:
        status, body, headers = _answer(request, path.strip("/"), request_id)
        # The work is done; only the answer goes missing, as when a connection drops.
        broken = HttpResponse("<html><h1>504 Gateway Time-out</h1></html>", status=504) if faults.lost_answers else None
    if broken is None:
        broken = _json(body, status, headers)
    broken["Request-Id"] = request_id
    for name in ("Idempotency-Key", "Stripe-Account", "Stripe-Version"):
        if name in request.headers:
            broken[name] = request.headers[name]
    return broken


def _json(body: JsonObject, status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    return HttpResponse(json.dumps(body, indent=2), status=status, content_type="application/json", headers=headers)


def _broken_answer(faults: Switches) -> HttpResponse | None:
    if faults.slow_seconds:
        connection.close()  # others need it meanwhile
        time.sleep(faults.slow_seconds)
    if faults.down:
        return HttpResponse("<html><h1>503 Service Unavailable</h1></html>", status=503)
    if faults.invalid_json:
        return HttpResponse('{"id": "cs_test_', content_type="application/json")
    if faults.error_500:
        return _json({"error": {"type": "api_error", "message": "An unknown error occurred"}}, 500)
    if faults.rate_limited:
        message = (
            "Request rate limit exceeded. You can learn more about rate limits at https://docs.stripe.com/rate-limits."
        )
        error = {"type": "invalid_request_error", "code": "rate_limit", "message": message}
        limited = _json({"error": error}, 429)
        limited["Retry-After"] = "1"
        return limited
    return None


def _answer(request: HttpRequest, path: str, request_id: str) -> Answer:
    try:
        _check_key(request)
        call = Call(str(request.method), path, request_id, _account(request))
        handler, ids, params_class = _route(call)
        encoded = (
            request.body.decode(errors="replace") if call.method == "POST" else request.META.get("QUERY_STRING", "")
        )
        tree = parse(encoded)
        call.params = check(tree, params_class)
        if call.method == "POST":
            call.idempotency_key = request.headers.get("Idempotency-Key")
            return once(call, tree, lambda: _carry_out(call, handler, ids))
        with transaction.atomic():
            return _carry_out(call, handler, ids)
    except StripeError as refusal:
        return refusal.status, {"error": refusal.error}, refusal.headers


def _carry_out(call: Call, handler: Handler, ids: tuple[str, ...]) -> Answer:
    """Inside a transaction; a declined card is an answer like any other, so that the attempt is kept."""
    token = events.current_call.set(call)
    try:
        body = handler(call, *ids)
        # A copy: expanding must not reach what was stored.
        return 200, expand(json.loads(json.dumps(body)), call.params.get("expand", []), call.account), {}
    except StripeError as refusal:
        if not refusal.keep:
            raise
        return refusal.status, {"error": refusal.error}, refusal.headers
    finally:
        events.current_call.reset(token)


def _check_key(request: HttpRequest) -> None:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not key:
        raise StripeError(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using "
            "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
            status=401,
        )
    if not secrets.compare_digest(key.encode(), settings.STRIPE_SECRET_KEY.encode()):
        hidden = f"{key[:8]}{'*' * max(0, len(key) - 12)}{key[-4:]}" if len(key) > 12 else "*" * len(key)
        raise StripeError(f"Invalid API Key provided: {hidden}", status=401)


def _account(request: HttpRequest) -> str:
    account = request.headers.get("Stripe-Account", "")
    if account and not StripeObject.objects.filter(pk=account, kind="account").exists():
        raise StripeError(
            f"The provided key 'sk_test_***' does not have access to account '{account}' (or that account does not "
            "exist). Application access may have been revoked.",
            status=403,
            code="account_invalid",
        )
    return account


def _route(call: Call) -> tuple[Handler, tuple[str, ...], str]:
    for method, pattern, params_class, handler in PATTERNS:
        match = pattern.fullmatch(call.path)
        if match and method == call.method:
            return handler, match.groups(), params_class
    raise StripeError(
        f"Unrecognized request URL ({call.method}: /v1/{call.path}). If you are trying to list objects, remove the "
        "trailing slash. If you are trying to retrieve an object, make sure you passed a valid (non-empty) identifier "
        "in your code. This stand-in knows a part of Stripe only.",
        status=404,
    )
