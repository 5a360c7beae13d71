"""The pages in a real browser: on a phone, in the dark, without JavaScript, and for a screen reader."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from shared_apps.sandbox.models import StripeObject
from tests.sandbox.test_read_mail import send

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("dark", [False, True])
def test_every_page_fits_a_phone_and_has_no_accessibility_faults(site, checkout, payer, sdk, new_page, dark):
    open_one, challenged, disputed = checkout(), checkout(), checkout()
    payer.pay(disputed.url, "4000000000000259")
    challenge = payer.pay(challenged.url, "4000000000003220").headers["Location"]
    mail = send()
    page = new_page(width=360, dark=dark, bypass_csp=True)
    for path in [open_one.url, challenge, "/sandbox/", "/sandbox/mail/", f"/sandbox/mail/{mail.pk}/"]:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") == 360, path
        assert Axe().run(page).response["violations"] == [], path


def test_a_payer_without_javascript_is_declined_and_then_pays(site, checkout, sdk, new_page):
    session = checkout(success_url=f"{site}/sandbox/?paid", cancel_url=f"{site}/sandbox/mail/")
    page = new_page(width=360, javascript=False)
    page.goto(session.url)
    page.get_by_role("link", name="Insufficient funds").click()
    page.get_by_role("button", name="Pay £120.00").click()
    assert page.get_by_role("alert").inner_text().startswith("Your card has insufficient funds.")

    page.get_by_role("link", name="Asks for 3-D Secure").click()
    page.get_by_role("button", name="Pay £120.00").click()
    page.get_by_role("button", name="Complete authentication").click()

    assert page.url == f"{site}/sandbox/?paid"
    assert sdk.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_somebody_decides_a_dispute_on_the_page_of_the_stand_ins(site, checkout, payer, new_page):
    payer.pay(checkout().url, "4000000000000259")
    page = new_page(width=360, javascript=False)
    page.goto("/sandbox/")
    page.get_by_role("button", name="For the merchant").click()
    assert page.get_by_role("button", name="For the merchant").count() == 0
    assert StripeObject.objects.get(kind="dispute").data["status"] == "won"


def test_a_message_shows_in_its_frame_with_its_own_styles(site, new_page):
    mail = send(html='<p style="color: rgb(255, 0, 0)">Hello</p>')
    page = new_page()
    page.goto(f"/sandbox/mail/{mail.pk}/")
    hello = page.frame_locator("iframe").get_by_text("Hello")
    assert hello.evaluate("element => getComputedStyle(element).color") == "rgb(255, 0, 0)"
