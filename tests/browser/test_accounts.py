"""Accounts under the provider's slug, by the links that the emails carry."""

import re

from playwright.sync_api import expect

from tests import make


def link_in(mail, path):
    found = re.search(rf"https?://\S*{path}\S*", mail.text)
    assert found, mail.text
    return found[0]


def test_somebody_signs_up_proves_the_address_and_signs_in(shop, visitor):
    ada = visitor()
    ada.open("/accounts/signup/")
    ada.fill(name="Ada Byron", email="ada@example.com", password1="engine-no-1")
    ada.button("Make an account").click()
    ada.sees_heading("Check your email")
    ada.open("/my/bookings/")
    ada.is_at("/accounts/login/")  # not before the address is proven

    (mail,) = shop.mails("ada@example.com")
    link = link_in(mail, "/accounts/confirm-email/")
    assert link.startswith(shop.under_slug)
    ada.page.goto(link)
    ada.button("Yes, it is mine").click()
    if "/my/bookings/" not in ada.page.url:
        ada.sign_in("ada@example.com", "engine-no-1")
    ada.open("/my/bookings/")
    ada.is_at("/my/bookings/")
    ada.reads("Nothing booked yet")


def test_a_weak_password_is_refused_and_the_rest_is_kept(visitor):
    ada = visitor(width=360)
    ada.open("/accounts/signup/")
    ada.fill(name="Ada Byron", email="ada@example.com", password1="engines")
    ada.button("Make an account").click()
    expect(ada.page.locator("[aria-invalid=true]")).to_have_count(1)
    expect(ada.page.locator("[name=email]")).to_have_value("ada@example.com")
    expect(ada.page.locator("[name=name]")).to_have_value("Ada Byron")


def test_a_forgotten_password_is_replaced_by_the_emailed_link_once(shop, visitor):
    account, _person = make.student_user()
    ada = visitor()
    ada.open("/accounts/login/")
    ada.link("Forgotten").click()
    ada.fill(email=account.email)
    ada.button("Send me a link").click()
    ada.sees_heading("Check your email")
    link = link_in(shop.mails(account.email)[-1], "/accounts/password/reset/key/")
    assert link.startswith(shop.under_slug)
    ada.page.goto(link)
    for field in ada.page.locator("main input[type=password]").all():
        field.fill("another-engine-2")
    ada.button("Save the new password").click()
    expect(ada.page).not_to_have_url(re.compile("set-password"))
    ada.sign_in(account.email, "another-engine-2")
    ada.open("/my/bookings/")
    ada.is_at("/my/bookings/")

    other = visitor()
    other.page.goto(link)
    other.sees_heading("no longer works")


def test_a_wrong_password_and_an_unknown_address_are_told_the_same(visitor):
    account, _person = make.student_user()
    said = []
    for email in (account.email, "nobody@example.com"):
        ada = visitor()
        ada.open("/accounts/login/")
        ada.fill(login=email, password="not-the-password-1")
        ada.button("Sign in").click()
        expect(ada.page.get_by_role("alert").first).to_be_visible()
        said.append(ada.page.get_by_role("alert").first.inner_text())
    assert said[0] == said[1]


def test_after_booking_an_account_is_one_press_away(shop, visitor):
    ada = visitor()
    ada.begin(make.session(price=0))
    ada.say_who()
    shop.work()
    ada.confirm_by_mail(shop.mails("ada@example.com")[-1])
    ada.is_booked()
    ada.button("Send me the link").click()
    expect(ada.page.locator("body")).to_contain_text("We sent a link to ada@example.com")
    reset = "/accounts/password/reset/key/"
    (mail,) = [mail for mail in shop.mails("ada@example.com") if reset in mail.text]
    ada.page.goto(link_in(mail, reset))
    for field in ada.page.locator("main input[type=password]").all():
        field.fill("another-engine-2")
    ada.button("Save and sign in").click()
    expect(ada.page).not_to_have_url(re.compile("set-password"))
    ada.open("/my/bookings/")
    ada.reads("1 seat")
