"""Pages ask the database as often for many rows as for two."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import make

pytestmark = pytest.mark.django_db

LISTS = {
    "/admin/": 36,
    "/admin/courses/": 11,
    "/admin/sessions/": 13,
    "/admin/bookings/": 11,
    "/admin/bookings/export.csv": 8,
    "/admin/students/": 10,
    "/admin/students/export.csv": 8,
    "/admin/sessions/export.csv": 9,
    "/admin/activity/": 16,
    "/admin/messages/": 10,
    "/admin/team/": 8,
    "/admin/trainers/": 9,
}


def queries(client, url):
    client.get(url)  # the first visit writes down the filters
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def fill(rows):
    """Rows of every list: paid, with names, each on a session and of a trainer of its own."""
    for _n in range(rows):
        session = make.session(trainer=make.trainer(), in_days=20)
        make.pay(make.booking(session=session, attendees=[{"name": "Ada Byron"}]))


def test_lists_ask_no_more_for_more_rows(office):
    fill(2)
    few = {url: queries(office, url) for url in LISTS}
    fill(18)
    many = {url: queries(office, url) for url in LISTS}
    assert many == few
    assert all(many[url] <= most for url, most in LISTS.items()), many


def test_a_session_and_a_persons_page_ask_no_more_for_more_rows(office):
    session, person = make.session(capacity=60, in_days=20), make.person()
    urls = [f"/admin/sessions/{session.pk}/", f"/admin/students/{person.pk}/"]

    def add(rows):
        for _n in range(rows):
            make.booking(session=session, attendees=[{"name": "Ada Byron"}])
            make.pay(make.booking(session=make.session(in_days=20), buyer=person))

    add(2)
    few = [queries(office, url) for url in urls]
    add(8)
    assert [queries(office, url) for url in urls] == few
