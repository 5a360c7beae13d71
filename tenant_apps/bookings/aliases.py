"""Other names for what the API says of bookings."""

from shared_apps.api.aliases import Alias
from shared_apps.api.strict import ID
from tenant_apps.people.models import Person

AMOUNT = {"type": ["number", "null"], "format": "decimal"}
PRICED = "What it costs follows from the session's price, the seats and the deposit."


def person_with_account(said: object) -> object:
    """The id of the person whose account this is; any other id stays as it is."""
    if not isinstance(said, str) or not ID.fullmatch(said):
        return said
    found = Person.objects.filter(user_id=said).values_list("pk", flat=True).first()
    return str(found) if found else said


BOOKING = {
    "special_requirements": Alias("special_requests"),
    "total_amount": Alias("order.total", refusal=PRICED, schema=AMOUNT),
    "deposit_amount": Alias("order.deposit", refusal=PRICED, schema=AMOUNT),
    "payment_status": Alias(
        "order.status", refusal="It follows from the payments.", schema={"type": ["string", "null"]}
    ),
    "cancellation_reason": Alias("cancel_reason", refusal="Cancel the booking with a reason."),
}
CUSTOMER = {"user_id": Alias("customer_id", take=person_with_account, shown=False)}
REASON = {"cancellation_reason": Alias("reason")}
