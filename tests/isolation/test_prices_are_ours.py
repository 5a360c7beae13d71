"""What a seat costs and whether it is paid is the house's to say, whatever a form, a link or a call claims."""

from decimal import Decimal
from uuid import uuid4

import pytest

from shared_apps.events.bus import deliver_due
from shared_apps.tenants.context import tenant_context
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.selectors import token_of
from tenant_apps.payments.models import Payment
from tests import make
from tests.isolation.walk import undone

JSON = "application/json"
NOT_A_NUMBER = ["0", "-1", "1.5", "1e3", "NaN", "Infinity", "0x10", "99999999999", "11", "", "one", " ", "²", "１"]
CLAIMS = {
    "price": "0.01", "unit_price": "0.01", "total": "0.01", "amount": "0.01", "deposit": "0.01", "currency": "KES",
    "discount": "100", "vat_rate": "-100", "paid": "480", "status": "confirmed", "purpose": "balance",
    "deposit_percent": "1", "deposit_percentage": "0.01",
}  # fmt: skip


@pytest.fixture
def session(a):
    with undone():
        with tenant_context(a.tenant):
            made = make.session(in_days=600, capacity=30)
        yield made


def form(**more):
    key = {"form_key": str(uuid4()), "name": "Grace", "email": f"{uuid4().hex}@new.test", "coming": "on", "seats": "2"}
    return {**key, "accept_terms": "on", "terms_shown": "1", **more}


def only_booking(a, session):
    with tenant_context(a.tenant):
        return Booking.objects.select_related("order").get(session=session)


@pytest.mark.parametrize("claimed", CLAIMS.items())
def test_a_price_in_the_form_or_the_address_is_not_read(a, session, claimed):
    path = f"/sessions/{session.pk}/book/?{claimed[0]}={claimed[1]}"
    assert a.pages().post(path, form(**dict([claimed]))).status_code == 302
    booking = only_booking(a, session)
    order = booking.order
    assert (booking.status, order.total, order.currency) == ("pending", Decimal(240), a.tenant.currency)
    with tenant_context(a.tenant):
        assert not order.held
    assert order.deposit in (None, Decimal(72), Decimal(120))


@pytest.mark.parametrize("seats", NOT_A_NUMBER)
def test_no_odd_number_of_seats_is_booked(a, session, seats):
    a.pages().post(f"/sessions/{session.pk}/book/", form(seats=seats))
    for value in {seats, seats.strip()}:
        body = {"sessionId": str(session.pk), "seats": value}
        assert a.api("stranger").post("/bookings", body, content_type=JSON).status_code in (201, 400, 409)
    with tenant_context(a.tenant):
        booked = list(Booking.objects.filter(session=session))
        assert all(booking.order.total == 120 * booking.seats and booking.seats == 1 for booking in booked)
        session.refresh_from_db()
        assert session.seats_taken == sum(booking.seats for booking in booked)


@pytest.mark.parametrize("share", [-1, 0.0001, 1.5, "NaN", "1e-9"])
def test_no_deposit_below_the_houses_is_taken(a, session, share):
    body = {"sessionId": str(session.pk), "depositPercentage": share}
    assert a.api("stranger").post("/bookings", body, content_type=JSON).status_code in (400, 409)
    with tenant_context(a.tenant):
        assert not Booking.objects.filter(session=session).exists()


def test_the_pages_after_paying_confirm_nothing_that_is_not_paid(a, session):
    """Straight to the last pages, with whatever a provider's return might carry."""
    assert a.pages().post(f"/sessions/{session.pk}/book/", form()).status_code == 302
    booking = only_booking(a, session)
    with tenant_context(a.tenant):
        token = token_of(booking)
    said = "?session_id=cs_test_paid&payment_status=paid&status=succeeded&redirect_status=succeeded"
    for page in ("return/", "done/", "receipt.pdf", "booking.ics", ""):
        assert a.pages().get(f"/bookings/{token}/{page}{said}").status_code in (200, 302, 404)
    body = {"id": "evt_made_up", "type": "checkout.session.completed", "data": {"object": {"payment_status": "paid"}}}
    assert a.api().post("/payments/webhooks/stripe", body, content_type=JSON).status_code == 400
    for claim, status in (({}, 404), ({"status": "paid"}, 400)):
        asked = {"ref": str(booking.order_id), **claim}
        assert a.api("student").get("/payments/status", asked).status_code == status
    with tenant_context(a.tenant):
        while deliver_due():
            pass
        booking.refresh_from_db()
        assert booking.status == "pending"
        assert not Payment.objects.filter(order=booking.order, status="succeeded").exists()


@pytest.mark.parametrize("purpose", ["balance", "refund", "free", "", "full' OR 1=1", "-1"])
def test_a_made_up_purpose_pays_no_less(a, purpose):
    """Of a booking with nothing paid yet, there is no balance to be had and no other way to a smaller amount."""
    booking = a.rows["held"]
    with undone():
        body = {"bookingId": str(booking.pk), "purpose": purpose, "amount": "0.01", "currency": "KES"}
        a.api("student").post("/payments/stripe/initiate", body, content_type=JSON)
        a.pages().post(f"/bookings/{_token(a, booking)}/pay/", {"purpose": purpose, "amount": "0.01"})
        with tenant_context(a.tenant):
            amounts = set(Payment.objects.filter(order=booking.order).values_list("amount", "currency"))
            assert amounts <= {(booking.order.total, a.tenant.currency), (booking.order.deposit, a.tenant.currency)}


def _token(a, booking):
    with tenant_context(a.tenant):
        return token_of(booking)
