import uuid

import pytest

from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.people.models import Person
from tests import make

pytestmark = pytest.mark.django_db
URL = "/admin/bookings/new/"


def form(session, **fields):
    return {
        "session": session.pk, "name": "Ada Byron", "email": "ada@example.com", "seats": 1,
        "form_key": uuid.uuid4(), **fields,
    }  # fmt: skip


def test_seats_are_held_for_somebody_new(office):
    session = make.session()
    answer = office.post(URL, form(session, seats=2, attendees="Ada Byron\nGrace Murray, grace@example.com"))
    booking = Booking.objects.get()
    assert answer["Location"].endswith(f"/admin/bookings/{booking.pk}/")
    assert (booking.status, booking.seats, booking.buyer.email) == (BookingStatus.PENDING, 2, "ada@example.com")
    assert [a.email for a in booking.attendees.all()] == ["", "grace@example.com"]


def test_somebody_known_is_not_written_down_twice(office):
    known = make.person(name="Ada Byron", email="ada@example.com")
    office.post(URL, form(make.session(), email="ADA@example.com"))
    office.post(URL, {"session": make.session().pk, "person": known.pk, "seats": 1, "form_key": uuid.uuid4()})
    assert list(Booking.objects.values_list("buyer", flat=True)) == [known.pk, known.pk]


def test_sending_the_form_twice_books_once(office):
    data = form(make.session())
    assert office.post(URL, data)["Location"] == office.post(URL, data)["Location"]
    assert Booking.objects.count() == 1


def test_what_was_typed_survives_a_refusal_and_nobody_is_written_down(office):
    session = make.session(capacity=1)
    make.booking(session=session)
    answer = office.post(URL, form(session))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "sold out" in page
    assert 'value="Ada Byron"' in page
    assert not Person.objects.filter(email="ada@example.com").exists()


def test_the_office_books_where_visitors_can_not(office):
    office.post(URL, form(make.session(takes_bookings=False)))
    assert Booking.objects.count() == 1


def test_people_are_found_by_name_and_phone(office):
    make.person(name="Ada Byron", phone="07700 900123")
    for words in ("byr", "900123"):
        assert "Ada Byron" in office.get(URL, {"who": words}).content.decode()


def test_choosing_somebody_known_keeps_what_was_typed_and_they_can_book_for_a_firm(office):
    known, session = make.person(name="Richard Clothier"), make.session()
    typed = form(
        session, name="", email="", seats=3, attendees="Ada\r\nGrace", special_requests="Veggie", company="Dale"
    )
    assert f'name="choose" value="{known.pk}"' in " ".join(office.get(URL, {"who": "cloth"}).content.decode().split())
    page = office.post(URL, {**typed, "choose": known.pk})
    assert page.status_code == 200
    assert not Booking.objects.exists()
    chosen = page.context["form"]
    kept = {name: chosen[name].value() for name in chosen.fields}
    assert str(kept["session"]) == str(session.pk)
    assert (kept["seats"], kept["attendees"].split(), kept["special_requests"]) == ("3", ["Ada", "Grace"], "Veggie")
    assert (kept["company"], str(kept["form_key"])) == ("Dale", str(typed["form_key"]))
    assert "Richard Clothier" in page.content.decode()
    assert 'name="company"' in page.content.decode()
    office.post(URL, {**typed, "person": known.pk})
    booking = Booking.objects.get()
    assert (booking.buyer, booking.company, booking.contact_name) == (known, "Dale", "Richard Clothier")


def test_a_refused_form_keeps_the_person_who_was_chosen(office):
    known = make.person(name="Richard Clothier")
    answer = office.post(URL, {**form(make.session(), seats=0, name="", email=""), "person": known.pk})
    assert answer.status_code == 422
    assert "Richard Clothier" in answer.content.decode()
    back = office.post(URL, {**form(make.session(), name="", email=""), "person": known.pk, "choose": ""})
    assert 'name="who"' in back.content.decode()


def test_notes_are_kept_and_remembered(office, happened):
    booking = make.booking()
    office.post(f"/admin/bookings/{booking.pk}/notes/", {"internal_notes": "Call back on Monday"})
    booking.refresh_from_db()
    assert booking.internal_notes == "Call back on Monday"
    assert "booking.note_added" in happened()
