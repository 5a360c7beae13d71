"""Whoever sits on a seat is a person from the start, and nobody becomes somebody else because of what was typed."""

from importlib import import_module

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_apps.accounts.services import create_user
from shared_apps.events.models import Event
from tenant_apps.bookings.attendees import say_who_attends, write_attendees
from tenant_apps.bookings.models import Attendee, Booking
from tenant_apps.bookings.selectors import token_of
from tenant_apps.people.identity import find_person
from tenant_apps.people.models import Access, ContactPoint, Person
from tests import make
from tests.bookings.conftest import Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
ALI = {"name": "Ali Khan", "email": "ali@example.com"}
UMA = {"name": "Uma Dale", "email": ""}


def who(booking):
    return {row.name: row.person for row in Attendee.objects.filter(booking=booking).select_related("person")}


def test_who_books_and_comes_is_the_buyer_and_a_mere_name_is_somebody_new():
    buyer = make.person(name="Ann Lee", email="ann@example.com")
    booking = make.booking(buyer=buyer, seats=3, attendees=[{"name": "ann lee", "email": "Ann@example.com"}, ALI, UMA])
    people = who(booking)
    assert people["ann lee"] == buyer
    assert {people["Ali Khan"].name, people["Uma Dale"].name} == {"Ali Khan", "Uma Dale"}
    assert (people["Ali Khan"].email, people["Ali Khan"].user) == ("", None)
    assert find_person("ali@example.com") is None


def test_whoever_is_named_by_an_address_that_we_know_is_not_taken_for_them(office):
    ali = make.person(name="Ali Khan", email="ali@example.com")
    booking = make.confirmed_booking(seats=2, attendees=[UMA, ALI])
    assert who(booking)["Ali Khan"] != ali
    page = office.get(f"/admin/bookings/{booking.pk}/").content.decode()
    assert "You know Ali Khan by this address" in page
    row = booking.attendees.get(name="Ali Khan")
    named = row.person_id
    url = f"/admin/bookings/{booking.pk}/names/{row.pk}/"
    page = office.post(url, {"person": str(ali.pk)}, follow=True).content.decode()
    assert "You know Ali Khan by this address" not in page
    assert "The office said who somebody is that comes" in page
    assert who(booking)["Ali Khan"] == ali
    assert not Person.objects.filter(pk=named).exists()
    office.post(url, {"person": ""})
    assert who(booking)["Ali Khan"] not in (ali, None)


def test_nobody_sits_on_two_seats_of_a_booking_because_the_office_says_so(office):
    buyer = make.person(name="Ann Lee", email="ann@example.com")
    booking = make.booking(buyer=buyer, seats=2, attendees=[{"name": "Ann Lee", "email": ""}, UMA])
    row = booking.attendees.get(name="Uma Dale")
    url = f"/admin/bookings/{booking.pk}/names/{row.pk}/"
    assert office.post(url, {"person": str(buyer.pk)}).status_code == 409
    assert who(booking)["Uma Dale"] != buyer


def test_who_somebody_is_that_comes_is_said_by_those_who_may(desk, tenant):
    booking = make.confirmed_booking(attendees=[ALI])
    known, row = make.person(email="ali@example.com"), booking.attendees.get()
    for role in ("sales", "trainer", "student"):
        answer = desk(role).post(f"/admin/bookings/{booking.pk}/names/{row.pk}/", {"person": str(known.pk)})
        assert answer.status_code == 404
    elsewhere = make.confirmed_booking(attendees=[UMA])
    url = f"/admin/bookings/{elsewhere.pk}/names/{row.pk}/"
    assert desk("admin").post(url, {"person": str(known.pk)}).status_code == 404


def test_a_name_that_is_corrected_stays_the_same_person_and_another_person_is_not_renamed(client_of, tenant):
    booking = make.booking(seats=2, attendees=[ALI, UMA])
    ali = who(booking)["Ali Khan"]
    link = f"/bookings/{token_of(booking)}/names/"
    client_of(tenant).post(link, {"attendee_1": "Ali Kahn", "attendee_2": "Uma Dale"})
    ali.refresh_from_db()
    assert (who(booking)["Ali Kahn"], ali.name) == (ali, "Ali Kahn")
    known = make.person(name="Bob Known", email="bob@example.com")
    say_who_attends(booking.attendees.get(name="Ali Kahn"), person=known, by=None)
    client_of(tenant).post(link, {"attendee_1": "Mallory", "attendee_2": "Uma Dale"})
    known.refresh_from_db()
    assert (known.name, known.email) == ("Bob Known", "bob@example.com")
    assert who(booking)["Mallory"] != known
    client_of(tenant).post(link, {"attendee_1": "", "attendee_2": "Uma Dale"})
    assert not Person.objects.filter(name="Mallory").exists()


def test_a_stranger_who_types_a_known_address_changes_nothing_about_whose_it_is(client_of, tenant):
    ann, person = make.student_user()
    stranger = Visitor(client_of(tenant))
    answer = stranger.book(make.session(), name="Mallory Typed", email=ann.email)
    assert answer.status_code == 302
    booking = Booking.objects.get()
    assert booking.buyer == person
    person.refresh_from_db()
    assert person.name == str(ann)
    assert who(booking)["Mallory Typed"] != person
    assert not Access.objects.filter(user=ann).exclude(person=person).exists()


def test_whoever_goes_back_and_books_by_another_address_is_who_comes_and_the_former_is_not(client_of, tenant):
    visitor, session = Visitor(client_of(tenant)), make.session()
    visitor.book(session, name="Ann Lee", email="wrong@example.com")
    wrong = who(Booking.objects.get())["Ann Lee"]
    assert wrong.email == "wrong@example.com"
    visitor.book(session, name="Ann Lee", email="right@example.com")
    booking = Booking.objects.get()
    assert (booking.buyer.email, who(booking)["Ann Lee"]) == ("right@example.com", booking.buyer)


def test_whoever_proves_the_address_of_somebody_named_is_not_shown_what_they_come_to():
    """Who pays is not who learns: what it costs is the buyer's own business."""
    booking = make.booking(attendees=[ALI])
    person = who(booking)["Ali Khan"]
    ali = make.user(email="ali@example.com", name="Ali Khan")
    assert Access.objects.get(user=ali, person=person).kind == "contact"
    person.refresh_from_db()
    assert (person.user, person.merged_into) == (None, None)
    assert not Booking.objects.visible_to(ali).exists()


def test_a_person_somebody_has_access_to_is_not_called_otherwise_by_who_has_the_link(client_of, tenant):
    booking = make.booking(attendees=[ALI])
    person = who(booking)["Ali Khan"]
    make.user(email="ali@example.com", name="Ali Khan")
    client_of(tenant).post(f"/bookings/{token_of(booking)}/names/", {"attendee_1": "Mallory"})
    person.refresh_from_db()
    assert person.name == "Ali Khan"


def test_a_mistyped_address_leaves_nobody_named_by_it(office):
    wrong = {"name": "Uma Dale", "email": "uma@exmaple.com"}
    buyer = make.person(name="Una", email="uma@exmaple.com", student=False)
    booking = make.booking(buyer=buyer, contact_name="Una", attendees=[wrong])
    named = who(booking)["Uma Dale"]
    form = {"contact_name": "Una", "email": "uma@example.com", "contact_phone": "", "company": ""}
    assert office.post(f"/admin/bookings/{booking.pk}/contact/", form).status_code == 302
    assert not ContactPoint.objects.filter(value="uma@exmaple.com").exists()
    create_user(email="uma@exmaple.com", name="A Stranger", verified=True)
    assert not Access.objects.filter(person=named).exists()


def test_an_attendee_is_a_person_for_code_of_a_former_release_too():
    buyer = make.person(name="Ann Lee", email="ann@example.com")
    booking = make.booking(buyer=buyer, seats=3)
    rows = [("Ann Lee", ""), ("Ann Lee", "ann@example.com"), ("Ali Khan", "Ali@example.com")]
    for position, (name, email) in enumerate(rows, 1):
        Attendee.objects.create(booking=booking, position=position, name=name, email=email)
    people = [row.person for row in Attendee.objects.order_by("position").select_related("person")]
    assert people[0] == buyer
    assert buyer not in people[1:]
    assert [person.name for person in people[1:]] == ["Ann Lee", "Ali Khan"]
    assert people[2].contact_points.get().value == "ali@example.com"
    assert people[2].pk.version == 7


def test_whoever_was_named_before_is_a_person_now():
    booking = make.booking(seats=2, attendees=[ALI, UMA])
    migration = import_module("tenant_apps.bookings.migrations.0012_attendees_are_people").Migration
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE bookings_attendee DROP CONSTRAINT an_attendee_is_a_person")
        cursor.execute("ALTER TABLE bookings_attendee DISABLE TRIGGER give_attendee_a_person")
        cursor.execute("UPDATE bookings_attendee SET person_id = NULL")
        cursor.execute("ALTER TABLE bookings_attendee ENABLE TRIGGER give_attendee_a_person")
        cursor.execute(migration.operations[1].sql)
    assert {name: person.name for name, person in who(booking).items()} == {
        "Ali Khan": "Ali Khan", "Uma Dale": "Uma Dale",
    }  # fmt: skip


names = st.sampled_from(["Ann Lee", "Ali Khan", "Uma Dale", "Jo"])
seats = st.lists(
    st.fixed_dictionaries({"name": names, "email": st.sampled_from(["", "a@example.com", "ann@example.com"])}),
    max_size=4,
)


@settings(max_examples=25, deadline=None)
@given(st.lists(seats, min_size=1, max_size=4))
def test_however_often_the_names_change_everybody_who_comes_is_one_person_and_nobody_is_left_over(changes):
    buyer = make.person(name="Ann Lee", email="ann@example.com")
    booking = make.booking(buyer=buyer, seats=4)
    try:
        for attendees in changes:
            write_attendees(booking, attendees)
            booking = Booking.objects.get(pk=booking.pk)
            rows = list(booking.attendees.select_related("person"))
            assert [(row.name, row.email) for row in rows] == [(one["name"], one["email"]) for one in attendees]
            assert len({row.person_id for row in rows}) == len(rows)
            assert all(row.person.name == row.name for row in rows)
            known = set(Person.objects.filter(bookings=None, user=None, trainer=None, student=None))
            assert known == {row.person for row in rows} - {buyer}
            typed = {(row.person_id, row.email) for row in rows if row.email and row.person != buyer}
            points = ContactPoint.objects.filter(person__in=known)
            assert set(points.values_list("person_id", "value")) == typed
    finally:
        booking.delete()
        Person.objects.exclude(pk=buyer.pk).delete()


def test_the_history_names_the_seat_and_nobody():
    booking = make.booking(attendees=[ALI])
    known = make.person(name="Secret Name")
    say_who_attends(booking.attendees.get(), person=known, by=None)
    event = Event.objects.get(name="booking.attendee_known")
    assert "Secret" not in str(event.payload)
