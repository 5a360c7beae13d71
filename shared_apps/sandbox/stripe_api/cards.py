"""Stripe's documented test cards, and cards kept as payment methods."""

from dataclasses import dataclass

from shared_apps.core.types import JsonObject
from shared_apps.sandbox.models import StripeObject
from shared_apps.sandbox.stripe_api.errors import missing_object
from shared_apps.sandbox.stripe_api.objects import Call, find, listing, make


@dataclass(frozen=True)
class Card:
    """What a number does. `code` is empty for a card that pays."""

    number: str
    title: str
    code: str = ""
    decline_code: str = ""
    message: str = ""
    challenge: bool = False
    brand: str = "visa"
    disputed: bool = False  # by its owner, as soon as it was charged
    refunds: str = "succeed"  # or `wait`, or `fail` after they were said to have succeeded

    @property
    def spaced(self) -> str:
        """`4242 4242 4242 4242`."""
        return " ".join(self.number[at : at + 4] for at in range(0, len(self.number), 4))


TEST_CARDS = [
    Card("4242424242424242", "Pays"),
    Card("4000000000003220", "Asks for 3-D Secure", challenge=True),
    Card("4000000000000002", "Declined", "card_declined", "generic_decline", "Your card was declined."),
    Card(
        "4000000000009995",
        "Insufficient funds",
        "card_declined",
        "insufficient_funds",
        "Your card has insufficient funds.",
    ),
    Card("4000000000000069", "Expired card", "expired_card", "expired_card", "Your card has expired."),
    Card("4000000000000127", "Wrong CVC", "incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."),
    Card(
        "4000000000000119",
        "Processing error",
        "processing_error",
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
    ),
    Card("5555555555554444", "Pays (Mastercard)", brand="mastercard"),
    Card("4000000000000259", "Pays; its owner disputes it", disputed=True),
    Card("4000000000007726", "Pays; a refund takes a while", refunds="wait"),
    Card("4000000000005126", "Pays; a refund fails later", refunds="fail"),
]
BY_NUMBER = {card.number: card for card in TEST_CARDS}
# The names one may use in the API instead of a stored payment method.
TOKENS = {
    "pm_card_visa": "4242424242424242",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_threeDSecure2Required": "4000000000003220",
    "pm_card_authenticationRequired": "4000000000003220",
    "pm_card_visa_chargeDeclined": "4000000000000002",
    "pm_card_chargeDeclined": "4000000000000002",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_chargeDeclinedExpiredCard": "4000000000000069",
    "pm_card_chargeDeclinedIncorrectCvc": "4000000000000127",
    "pm_card_chargeDeclinedProcessingError": "4000000000000119",
    "pm_card_createDispute": "4000000000000259",
    "pm_card_pendingRefund": "4000000000007726",
    "pm_card_refundFail": "4000000000005126",
}


def look_up(number: str) -> Card:
    """The card of `number`; any other is declined, as real cards are in test mode."""
    message = "Your card was declined. Your request was in test mode, but used a non test card."
    return BY_NUMBER.get(number) or Card(number, "", "card_declined", "test_mode_live_card", message)


def passes_luhn(number: str) -> bool:
    """Whether the check digit is right."""
    digits = [int(digit) for digit in reversed(number)]
    total = sum(digits[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return total % 10 == 0


def keep_card(
    account: str,
    number: str,
    *,
    month: int = 12,
    year: int = 2034,
    name: str | None = None,
    email: str | None = None,
    customer: str | None = None,
) -> StripeObject:
    """A payment method made of a card."""
    address = {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None}
    checks = {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"}
    card = {
        "brand": look_up(number).brand,
        "checks": checks,
        "country": "GB",
        "exp_month": month,
        "exp_year": year,
        "fingerprint": f"sandbox{number[-9:]}",
        "funding": "credit",
        "last4": number[-4:],
        "networks": {"available": [look_up(number).brand], "preferred": None},
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }
    data = {
        "allow_redisplay": "unspecified",
        "billing_details": {"address": address, "email": email, "name": name, "phone": None, "tax_id": None},
        "card": card,
        "customer": customer,
        "livemode": False,
        "metadata": {},
        "type": "card",
    }
    return make("payment_method", account, data, inner={"number": number})


def find_method(id: str, account: str) -> StripeObject:
    """A stored payment method, or one of Stripe's test names such as `pm_card_visa`."""
    if id in TOKENS:
        return keep_card(account, TOKENS[id])
    if id.startswith("pm_card_"):
        raise missing_object("PaymentMethod", id, "payment_method", 400)
    return find("payment_method", id, account, param="payment_method")


def retrieve_method(call: Call, id: str) -> JsonObject:
    return find("payment_method", id, call.account).data


def list_methods(call: Call) -> JsonObject:
    return listing(call, "payment_method", customer=call.params.get("customer"), type=call.params.get("type"))
