"""While Postgres is away, whoever meets an error is still told what happened, in a page and with the right status."""

import pytest
from django.db import connection
from django.test import RequestFactory

from shared_apps.core.errors import DomainError
from shared_apps.tenants import routing
from shared_apps.web.views import error_page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lose_postgres(monkeypatch):
    """`lose_postgres()`: from now on this process finds no server."""

    def lose():
        connection.close()
        monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")

    yield lose
    connection.close()


@pytest.fixture
def visitor(alpha, client_of):
    """A browser whose provider this process has met before."""
    routing.tenant_by_slug(alpha.slug)
    return client_of(alpha, raise_request_exception=False, enforce_csrf_checks=True)


@pytest.mark.parametrize(
    ("status", "template", "words"),
    [
        (400, "", "We could not read that request"),
        (403, "", "You cannot do that here"),
        (409, "", "That did not go through"),
        (429, "", "Please wait a while"),
        (500, "", "Something went wrong on our side"),
        (503, "", "We will be back in a moment"),
        (503, "suspended", "This site is taking a break"),
    ],
)
def test_each_error_has_a_page_that_needs_no_database(alpha, lose_postgres, status, template, words):
    request = RequestFactory().get("/alpha/courses/")
    request.tenant, request.id = alpha, "the-request"
    lose_postgres()
    page = error_page(request, status, template=template)
    assert page.status_code == status
    assert words in page.content.decode()
    assert "the-request" in page.content.decode()


def test_a_refusal_says_why_without_a_database(alpha, lose_postgres):
    request = RequestFactory().get("/alpha/courses/")
    request.tenant = alpha
    lose_postgres()
    assert "The course is full." in error_page(request, 409, error=DomainError("The course is full.")).content.decode()


def test_whether_a_page_exists_is_not_known_without_a_database(visitor, lose_postgres):
    assert visitor.get("/nothing-here/").status_code == 404  # the control
    lose_postgres()
    answer = visitor.get("/nothing-here/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "We will be back in a moment" in answer.content.decode()


def test_a_form_from_elsewhere_is_refused_without_a_database(visitor, lose_postgres):
    lose_postgres()
    answer = visitor.post("/accounts/login/", {"login": "somebody@example.com"})
    assert answer.status_code == 403
    assert "Please send that again" in answer.content.decode()
