"""An account at Stripe that no longer obeys us, and who is told of it."""

import pytest

from shared_apps.core.time import now
from shared_apps.events.bus import deliver_due
from shared_apps.tenants.accounts import mark_account, present_accounts
from shared_apps.tenants.context import public_context
from shared_apps.timers.models import Timer
from tenant_apps.bookings.selectors import token_of
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.payments.accounts import LOOK_AGAIN
from tenant_apps.payments.models import Refund, RefundStatus
from tenant_apps.payments.providers.stripe.http import everybody, one_account
from tenant_apps.payments.reconnecting import look_at_account_again
from tenant_apps.payments.sending import carry_out_due_refunds
from tests import make
from tests.bookings.conftest import path, revoke, text
from tests.support.accounts import pay_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def refusing(tenant):
    """Whether anything that the tenant is paid with refuses us, by what is written down."""
    with public_context():
        tenant.refresh_from_db()
    return any(one.disconnected_at for one in present_accounts(tenant))


def test_an_account_that_refuses_us_hides_cards_and_tells_owner_and_operator(by_card, office, mails, visitor, tenant):
    booking = by_card()
    revoke()
    cancel_booking(booking, by=None)
    carry_out_due_refunds()
    deliver_due()
    refund = Refund.objects.get()
    assert (refund.status, refund.next_try_at) == (RefundStatus.FAILED, None)
    assert "not connected any more" in refund.failure_reason
    assert mails("bookings/office_refund_failed")
    (told,) = mails("payments/office_disconnected")
    assert "acct_alpha" in told.text
    dashboard = text(office.get("/admin/"))
    assert "£120 could not be sent back" in dashboard
    make.session()
    dashboard = text(office.get("/admin/"))
    assert "Nobody can pay you by card" in dashboard
    assert "ask the people who run this platform to connect it again" in dashboard
    assert "/admin/settings/" not in dashboard.split("Nobody can pay you by card")[0][-300:]
    assert "Ask the office to book" in text(visitor.open(path("book", make.session().pk)))


def test_a_buyer_whose_payment_shows_it_is_not_told_to_try_again(cards, visitor):
    token = visitor.token(make.session())
    revoke()
    answer = visitor.client.post(path("booking_pay", token), {"purpose": "full"}, follow=True)
    assert "Cards can't be taken here" in text(answer)
    assert "Try again in a moment" not in text(answer)


@pytest.mark.parametrize("refuses", [True, False])
def test_a_buyer_hears_that_money_takes_longer_while_the_account_that_took_it_refuses(by_card, mails, tenant, refuses):
    booking = by_card()
    if refuses:
        mark_account(tenant=tenant, provider="stripe", account="acct_alpha", disconnected_at=now())
    else:
        pay_with(tenant, None)  # no cards are taken any more, and what came by card still goes back
    cancel_booking(booking, by=None)
    deliver_due()
    (mail,) = mails("bookings/cancelled")
    for body in (mail.text, mail.html):
        assert ("longer than usual" in body) is refuses
        assert ("usually within 5 to 10 days" in body) is not refuses


def test_money_that_another_account_took_is_not_said_to_take_longer(mails, tenant):
    booking = make.booking(session=make.session(in_days=10))  # a half goes back
    make.card_payment(booking.order, amount=36)
    mark_account(tenant=tenant, provider="stripe", account="acct_alpha", disconnected_at=now())
    pay_with(tenant, "acct_new")
    make.card_payment(booking.order, account="acct_new")
    make.deliver_all()
    cancel_booking(booking, by=None)
    make.deliver_all()
    assert {refund.payment.account for refund in Refund.objects.all()} == {"acct_new"}
    (mail,) = mails("bookings/cancelled")
    assert "longer than usual" not in mail.text


def test_an_account_that_obeys_again_takes_cards_again(by_card, tenant):
    from shared_apps.sandbox.stripe_api.accounts import ensure_account

    booking = by_card()
    revoke()
    cancel_booking(booking, by=None)
    carry_out_due_refunds()
    assert refusing(tenant)
    ensure_account(account_id="acct_alpha", name="Alpha", country="GB", currency="gbp")
    waiting = Timer.objects.filter(kind=LOOK_AGAIN, fired_at=None)
    assert waiting.exists(), "it is asked once an hour"
    look_at_account_again()
    assert not waiting.exists()
    assert not refusing(tenant)


def test_a_payment_is_refunded_by_the_account_that_took_it(by_card, tenant, cards):
    from shared_apps.sandbox.stripe_api.accounts import ensure_account

    booking = by_card()
    ensure_account(account_id="acct_other", name="Other", country="GB", currency="gbp")
    pay_with(tenant, "acct_other")
    assert [one.account for one in tenant.all_accounts if one.replaced_at] == ["acct_alpha"]
    cancel_booking(booking, by=None)
    carry_out_due_refunds()
    assert Refund.objects.get().status == RefundStatus.COMPLETED
    cards.webhooks_arrive()  # from the account before


def test_who_has_no_email_can_pay_by_card(cards, visitor):
    buyer = make.person()
    type(buyer).objects.filter(pk=buyer.pk).update(email="")
    buyer.refresh_from_db()
    booking = make.booking(buyer=buyer, by_office=True)
    answer = visitor.pay(token_of(booking))
    assert "/pay/" in answer.url


def test_what_stripe_refuses_is_told_to_the_office_and_not_called_silence(cards, visitor, mails):
    make.user("owner")
    token = visitor.token(make.session(course=make.course(price="9000000")))  # more than a card can pay
    answer = visitor.client.post(path("booking_pay", token), {"purpose": "full"}, follow=True)
    assert "trying again does not help" in text(answer)
    assert "not answering" not in text(answer)
    visitor.client.post(path("booking_pay", token), {"purpose": "full"})
    deliver_due()
    (mail,) = mails("bookings/office_payment_refused")
    assert "999,999.99" in mail.text


def test_one_accounts_trouble_closes_cards_for_nobody_else():
    for _ in range(5):
        one_account("acct_alpha").failed()
    assert not one_account("acct_alpha").allows()
    assert one_account("acct_beta").allows()
    assert everybody().allows()
