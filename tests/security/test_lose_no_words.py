"""A sign-in that ends, or begins, while a form is open: nobody believes it saved, and nobody types it twice."""

import re
from html import unescape

import pytest

from tests import make
from tests.bookings.conftest import path
from tests.support.people import SiteClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(tenant):
    return make.session()


def test_who_was_signed_out_is_told_that_the_change_was_not_saved_and_led_back(tenant, session, client_of):
    client = client_of(tenant)
    form = path("office:session_edit", session.pk)
    page = f"http://{client.defaults['HTTP_HOST']}{client.prefix}{form}?tab=days"
    answer = client.post(form, {"capacity": "9"}, headers={"referer": page}, follow=True)
    assert "What you sent was not saved" in answer.content.decode()
    way_back = unescape(re.search(r'name="next"\s+value="([^"]+)', answer.content.decode())[1])

    owner = make.user("owner")
    signing_in = {"login": owner.email, "password": make.PASSWORD, "next": way_back}
    after = client.post(path("account_login"), signing_in, follow=True)
    assert after.request["PATH_INFO"].endswith(form)
    assert "tab=days" in after.request["QUERY_STRING"]
    assert "Your changes were not saved" in after.content.decode()


@pytest.mark.parametrize(
    ("page", "sent"),
    [
        ("account_email", {"action_add": "", "email": "second@example.com"}),
        ("account_change_password", {"oldpassword": make.PASSWORD}),
        ("my_profile", {"name": "Ada"}),
    ],
)
def test_who_was_signed_out_on_a_page_of_their_own_is_told_so_too(tenant, client_of, page, sent):
    client = client_of(tenant)
    answer = client.post(path(page), sent, follow=True)
    assert "What you sent was not saved" in answer.content.decode()
    way_back = unescape(re.search(r'name="next"\s+value="([^"]+)', answer.content.decode())[1])
    signing_in = {"login": make.user("student").email, "password": make.PASSWORD, "next": way_back}
    after = client.post(path("account_login"), signing_in, follow=True)
    assert after.request["PATH_INFO"].endswith(path(page))
    assert "Your changes were not saved" in after.content.decode()


def test_nobody_is_led_to_another_site_after_signing_in(tenant, session, client_of):
    form = path("office:session_edit", session.pk)
    answer = client_of(tenant).post(form, {}, headers={"referer": "https://evil.test/admin/"})
    assert "evil" not in answer["Location"]


@pytest.fixture
def strict(tenant):
    """A browser as it is: it says where a form stood, and our tokens are checked."""
    return SiteClient(tenant, enforce_csrf_checks=True)


def test_a_booking_form_from_before_signing_in_is_shown_again_as_it_was_filled_in(strict, session):
    form = path("book", session.pk)
    stale = str(strict.get(form).context["csrf_token"])
    strict.cookies[next(name for name in strict.cookies if "csrf" in name)] = "n" * 32  # as signing in does
    given = {"seats": "3", "name": "Ada Byron", "email": "ada@example.com", "special_requests": "A quiet corner",
             "attendee_2": "Grace Hopper", "csrfmiddlewaretoken": stale}  # fmt: skip
    answer = strict.post(form, given, headers={"origin": f"http://{strict.defaults['HTTP_HOST']}"})
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "Nothing was booked yet" in text
    for said in ("Ada Byron", "ada@example.com", "A quiet corner", "Grace Hopper"):
        assert said in text

    again = {**given, "csrfmiddlewaretoken": str(answer.context["csrf_token"])}
    again["form_key"] = re.search(r'name="form_key"\s+value="([^"]+)"', text)[1]
    assert strict.post(form, again, headers={"origin": f"http://{strict.defaults['HTTP_HOST']}"}).status_code == 302


def test_what_another_site_sends_is_not_put_into_our_form(strict, session):
    form = path("book", session.pk)
    strict.get(form)
    answer = strict.post(form, {"name": "Eve"}, headers={"origin": "https://evil.test"})
    assert answer.status_code == 403
    assert "Eve" not in answer.content.decode()
