"""What Stripe's codes mean, in words."""

WHY_REFUNDS_FAIL = {
    "charge_for_pending_refund_disputed": "The buyer's bank has asked for the money already.",
    "declined": "The bank declined it.",
    "expired_or_canceled_card": "The card has expired, or was cancelled.",
    "insufficient_funds": "There is not enough money in the Stripe account.",
    "lost_or_stolen_card": "The card was lost or stolen.",
    "merchant_request": "It was stopped on request.",
    "unknown": "The bank gave no reason.",
}
