"""The places where the programs in `doomed` can be told to die."""

# Where: the module that looks a function up, the function, and whether to die before or after its work.
PLACES: dict[str, tuple[str, str, str]] = {
    "web: seats taken, not committed": ("tenant_apps.bookings.services", "take_seats", "after"),
    "web: booking committed, not told": ("tenant_apps.bookings.api", "book_seats", "after"),
    "web: payment claimed, provider not asked": (
        "tenant_apps.payments.providers.stripe.checkout", "StripeCheckout.begin", "before"),
    "web: page opened at the provider, not written": (
        "tenant_apps.payments.providers.stripe.checkout", "StripeCheckout.begin", "after"),
    "web: page written, buyer not told": ("tenant_apps.checkout.services", "start_checkout", "after"),
    "web: webhook arrived, not stored": ("tenant_apps.payments.platform_webhooks", "store", "before"),
    "web: webhook stored, not answered": ("tenant_apps.payments.platform_webhooks", "store", "after"),
    "worker: event taken, provider not asked": ("tenant_apps.payments.webhooks", "hear_of_payment", "before"),
    "worker: provider says paid, not written": ("tenant_apps.payments.services", "settle", "before"),
    "worker: payment written, not committed": ("tenant_apps.payments.services", "count_payment", "after"),
    "worker: paid and committed, booking not confirmed": ("shared_apps.events.bus", "deliver", "before"),
    "worker: booking confirmed, not committed": ("tenant_apps.bookings.selling", "confirm_paid", "after"),
    "worker: confirmed, email not sent": ("tenant_apps.messaging.channels.email.channel", "Email.send", "before"),
    "worker: refund taken, provider not asked": (
        "tenant_apps.payments.providers.stripe.checkout", "StripeCheckout.refund", "before"),
    "worker: refunded at the provider, not written": (
        "tenant_apps.payments.providers.stripe.checkout", "StripeCheckout.refund", "after"),
    "worker: email taken by the mail server, not written": (
        "django.core.mail.backends.smtp", "EmailBackend.send_messages", "after"),
}  # fmt: skip
