"""What happened to money, and what follows for other money. The names are those that waiting deliveries know."""

from shared_apps.events.bus import on
from tenant_apps.payments.events import DisputeClosed
from tenant_apps.payments.won_back import give_back_won


@on(DisputeClosed, name="bookings.refund_what_was_cancelled_meanwhile", when=lambda event: event.won)
def give_back_what_was_won(event: DisputeClosed) -> None:
    give_back_won(event.order_id)
