"""Making an account: which address was written to, and the ways on when nothing comes."""

import re
from html import unescape

import pytest
from allauth.account.models import EmailAddress

from tenant_apps.messaging.models import Message
from tests import make
from tests.bookings.conftest import in_site, path

pytestmark = pytest.mark.django_db

SIGN_UP = {"name": "Ada Byron", "email": "ada@new.test", "password1": "engine-no-1"}


@pytest.fixture
def browser(tenant, client_of):
    return client_of(tenant)


def words(answer):
    return re.sub(r"\s+", " ", unescape(answer.content.decode()))


def test_the_page_says_where_we_wrote_and_sends_it_again(browser):
    page = browser.post(path("account_signup"), SIGN_UP, follow=True)
    assert "ada@new.test" in words(page)
    assert path("account_signup") in words(page)  # for who mistyped it
    again = browser.post(path("account_email_verification_sent"), follow=True)
    assert "We sent another message to ada@new.test." in words(again)
    assert Message.objects.filter(to="ada@new.test").count() == 2
    third = browser.post(path("account_email_verification_sent"), follow=True)
    assert "try again in 3 minutes" in words(third)
    assert Message.objects.filter(to="ada@new.test").count() == 2


def test_nobody_learns_there_whether_an_address_has_an_account(browser, tenant, client_of):
    known = make.user("student", email="known@new.test")

    def told(email):
        one = client_of(tenant)
        page = one.post(path("account_signup"), {**SIGN_UP, "email": email}, follow=True)
        again = one.post(path("account_email_verification_sent"), follow=True)
        third = one.post(path("account_email_verification_sent"), follow=True)
        seen = [re.sub(r'csrfmiddlewaretoken" value="\w+"', "", words(each)) for each in (page, again, third)]
        return [text.replace(email, "…") for text in seen]

    assert told(known.email) == told("fresh@new.test")


def test_after_the_link_the_address_need_not_be_typed_again(browser):
    browser.post(path("account_signup"), SIGN_UP)
    (mail,) = Message.objects.filter(to="ada@new.test")
    link = in_site(re.search(r"https?://\S+/confirm-email/\S+", mail.text)[0])
    browser.post(link)
    assert EmailAddress.objects.get(email="ada@new.test").verified
    assert 'value="ada@new.test"' in words(browser.get(path("account_login")))


def test_a_second_address_is_not_said_to_be_for_a_new_account(browser):
    browser.sign_in(make.user("student"))
    browser.post(path("account_email"), {"action_add": "", "email": "second@new.test"})
    (mail,) = Message.objects.filter(to="second@new.test")
    assert "added this address to the account of" in mail.text
    assert "there is no account" not in mail.text


def test_the_account_s_pages_speak_with_one_voice(browser):
    browser.sign_in(make.user("student"))
    change = {"oldpassword": "wrong", "password1": "another-engine-2", "password2": "another-engine-2"}
    text = words(browser.post(path("account_change_password"), change))
    assert "Password now: That is not the password you have now." in text
    assert "Current Password" not in text
    saved = browser.post(path("account_change_password"), {**change, "oldpassword": make.PASSWORD}, follow=True)
    assert "Your password is changed." in words(saved)
    (mail,) = Message.objects.filter(kind__endswith="password_changed")
    assert re.search(r"It was done on \w{3} \d+ \w{3} \d{4} at \d\d:\d\d from", mail.text)
