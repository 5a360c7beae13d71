"""How somebody gets a site, and how they find the one they have, from the platform's own pages."""

import pytest

from tests.support.web import tight

pytestmark = pytest.mark.django_db


def test_the_page_says_what_is_needed_and_whom_to_write_to(client, settings):
    settings.CONTACT_EMAIL = "hello@example.com"
    page = client.get("/start/").content.decode()
    assert "hello@example.com" in page
    assert "The name of your centre or school" in page
    assert 'href="/start/"' in client.get("/").content.decode()


def test_the_home_page_has_no_dead_ends_and_no_doors_of_operators(client):
    page = client.get("/").content.decode()
    assert "/operator/" not in page
    assert ">Full<" not in tight(page)
    assert "Stripe stand-in" not in page


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("alpha", "/alpha/accounts/login/"),
        ("localhost/alpha", "/alpha/accounts/login/"),
        ("http://localhost/Alpha/courses/", "/alpha/accounts/login/"),
        ("https://alpha.localhost/", "/alpha/accounts/login/"),
        (" ALPHA ", "/alpha/accounts/login/"),
    ],
)
def test_an_owner_is_led_to_the_sign_in_of_their_own_site(client, alpha, typed, right):
    response = client.get("/find/", {"provider": typed})
    assert response.status_code == 302
    assert response["Location"].endswith(right)


@pytest.mark.parametrize("typed", ["nobody", "http://", "//evil.test/", "alpha.evil.test", "/", "x" * 300, "admin"])
def test_an_address_where_nobody_lives_is_said_and_kept_in_the_field(client, alpha, typed):
    response = client.get("/find/", {"provider": typed})
    assert response.status_code == 404
    assert "No provider is at this address" in response.content.decode()


def test_the_operators_sign_in_asks_others_for_their_providers_address(client):
    assert 'action="/find/"' in client.get("/accounts/login/").content.decode()
