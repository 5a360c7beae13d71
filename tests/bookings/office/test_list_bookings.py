import csv
import io

import pytest

from shared_apps.web.office import neutral
from tests import make

pytestmark = pytest.mark.django_db
URL = "/admin/bookings/"


def listed(client, query):
    """The references on the page, whatever the order."""
    return {booking.reference for booking in client.get(f"{URL}?{query}").context["page"]}


def test_filters_live_in_the_url(office):
    paid = make.confirmed_booking(session=make.session(in_days=40))
    held = make.booking(session=make.session(in_days=80), company="Byron & Sons")
    deposit = make.booking(session=make.session(in_days=60))
    make.pay(deposit, amount=36)
    from shared_apps.events.bus import deliver_due

    deliver_due()

    assert listed(office, "") == {paid.reference, held.reference, deposit.reference}
    assert listed(office, "status=confirmed") == {paid.reference, deposit.reference}
    assert listed(office, "money=due") == {held.reference, deposit.reference}
    assert listed(office, "status=confirmed&money=due") == {deposit.reference}
    assert listed(office, f"course={held.session.course_id}") == {held.reference}
    assert listed(office, f"to={held.session.starts_at:%Y-%m-%d}&status=pending") == {held.reference}
    assert listed(office, f"from={deposit.session.starts_at:%Y-%m-%d}") == {held.reference, deposit.reference}


def test_a_page_that_is_not_there_is_the_nearest_one(office):
    booking = make.booking()
    for query in ("page=x", "page=999"):
        assert listed(office, query) == {booking.reference}


@pytest.mark.parametrize("words", ["{reference}", "ada", "byron ada", "ADA@EXAMPLE", "900123", "sons", "grace"])
def test_a_booking_is_found_by_what_people_say_on_the_phone(office, words):
    person = make.person(name="Ada Byron", email="ada@example.com")
    booking = make.booking(
        buyer=person, contact_phone="07700 900123", company="Byron & Sons", attendees=[{"name": "Grace Murray"}]
    )
    make.booking()
    assert listed(office, f"q={words.format(reference=booking.reference)}") == {booking.reference}


def test_the_list_is_sorted_by_what_is_due(office):
    cheap = make.booking(session=make.session(price=10))
    dear = make.booking(session=make.session(price=500))
    free = make.booking(session=make.session(price=0))
    rows = office.get(f"{URL}?sort=-due").context["page"]
    assert [row.pk for row in rows] == [dear.pk, cheap.pk, free.pk]


def test_the_way_back_from_a_booking_keeps_the_filters(office):
    booking = make.booking()
    office.get(f"{URL}?status=pending&sort=-due")
    page = office.get(f"{URL}{booking.pk}/").content.decode()
    assert "/admin/bookings/?status=pending&amp;sort=-due" in page


def test_the_export_has_the_filtered_rows(office):
    held = make.booking(attendees=[{"name": "Ada"}])
    make.confirmed_booking()
    answer = office.get(f"{URL}export.csv?status=pending")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["Reference"], row["Attendees"], row["Due"]) for row in rows] == [(held.reference, "Ada", "120.00")]
    assert answer["Content-Type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize("formula", ["=cmd|' /C calc'!A0", "+44*7700", "-2+3", "@SUM(A1)", "\t=1", " =1"])
def test_the_export_neutralises_formulas(office, formula):
    make.booking(company=formula)
    rows = list(csv.DictReader(io.StringIO(office.get(f"{URL}export.csv").content.decode("utf-8-sig"))))
    assert rows[0]["Company"] == f"'{formula}"


def test_numbers_stay_numbers_and_those_of_telephones_too():
    assert neutral(-5) == "-5"
    assert neutral("+44 (0)7700 900-123") == "+44 (0)7700 900-123"
    assert neutral("+44 7700 900123+1") == "'+44 7700 900123+1"
    assert neutral(None) == ""


@pytest.mark.parametrize("path", ["/admin/bookings/?q=%00", "/admin/sessions/?q=%00", "/admin/trainers/?q=a%00b"])
def test_what_no_database_can_hold_is_a_bad_request(office, path):
    assert office.get(path).status_code == 400
