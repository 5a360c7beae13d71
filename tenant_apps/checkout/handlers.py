"""What is sold hears of its money here. The names are those that waiting deliveries know."""

from shared_apps.events.bus import on
from tenant_apps.checkout.selling import kinds_on
from tenant_apps.payments.events import CreditGiven, PaymentReceived
from tenant_apps.payments.models import Payment


@on(PaymentReceived, name="bookings.confirm_what_was_paid", now=True)
def fulfil_what_was_paid(event: PaymentReceived) -> None:
    payment = Payment.objects.select_related("order").get(pk=event.payment_id)
    for kind in kinds_on(event.order_id):
        kind.fulfil(event.order_id, payment=payment, too_late=event.too_late)


@on(CreditGiven, name="bookings.confirm_what_costs_nothing_more", now=True)
def fulfil_what_costs_nothing_more(event: CreditGiven) -> None:
    """The office took the whole price off what somebody holds."""
    for kind in kinds_on(event.order_id):
        kind.fulfil(event.order_id, payment=None)
