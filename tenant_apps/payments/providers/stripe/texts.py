"""What the office reads about Stripe, and what Stripe's codes mean."""

from django.utils.translation import gettext_lazy as _

LABEL = _("Card")
CONNECTED = _("Connected")
DISCONNECTED = _("Switched off")
NOT_CONNECTED = _("Not connected")
NOT_USED = _("Connected, not used yet")

WHERE_PAID = _("You pay on Stripe's secure page.")

HOW = _("Customers pay on Stripe's secure page, and the money goes to your account.")
NO_ACCOUNT = _("No card account is connected.")
NO_CARDS_YET = _("Your card account is connected, but this platform takes no cards yet.")
REFUSED_SINCE = _("Stripe has refused us since %s, so your site offers no cards.")

ASK_TO_CONNECT = _("Ask the people who run this platform to connect one.")
ASK_FOR_CARDS = _("Ask the people who run this platform to change that.")
LOOK_AT_STRIPE = _(
    "Sign in at Stripe and look whether access was taken away or the account was closed. Then ask the people who run "
    "this platform to connect it again."
)

WHY_REFUNDS_FAIL = {
    "charge_for_pending_refund_disputed": "The buyer's bank has asked for the money already.",
    "declined": "The bank declined it.",
    "expired_or_canceled_card": "The card has expired, or was cancelled.",
    "insufficient_funds": "There is not enough money in the Stripe account.",
    "lost_or_stolen_card": "The card was lost or stolen.",
    "merchant_request": "It was stopped on request.",
    "unknown": "The bank gave no reason.",
}
