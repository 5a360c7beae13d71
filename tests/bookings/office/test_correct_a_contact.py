"""Somebody mistyped their address, so no email came: they call, and the office puts it right on the booking."""

from functools import partial

import pytest
from allauth.account.models import EmailAddress

from shared_apps.events.bus import deliver_due
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.selectors import token_of
from tenant_apps.bookings.services import confirm_booking
from tenant_apps.messaging.models import Message
from tenant_apps.people.models import Person
from tenant_apps.people.services import save_trainer, update_student
from tests import make
from tests.bookings.conftest import Visitor, path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
BY_HTMX = {"HX-Request": "true"}


def held(**fields):
    """Seats that a visitor holds and has not paid."""
    buyer = make.person(name="Uma Dale", email="uma@exmaple.com", student=False)
    return make.booking(buyer=buyer, contact_name="Uma Dale", contact_phone="0117 496 0123", **fields)


def correct(office, booking, **fields):
    url = f"/admin/bookings/{booking.pk}/contact/"
    form = office.get(url).context["form"]
    answer = office.post(url, {name: form[name].value() or "" for name in form.fields} | fields, follow=True)
    booking.refresh_from_db()
    return answer


def test_a_caller_who_has_paid_nothing_yet_is_found_and_their_address_corrected(office):
    booking = held()
    found = office.get("/admin/search/", {"q": "uma da"}, headers=BY_HTMX).content.decode()
    assert f"/admin/bookings/{booking.pk}/" in found
    page = office.get(f"/admin/bookings/{booking.pk}/").content.decode()
    assert f"/admin/bookings/{booking.pk}/contact/" in page
    answer = correct(office, booking, email="Uma@example.com", company="Dale & Co", contact_name="Uma O. Dale")
    assert (booking.buyer.name, booking.buyer.email) == ("Uma O. Dale", "uma@example.com")
    assert (booking.contact_name, booking.company) == ("Uma O. Dale", "Dale & Co")
    page = answer.content.decode()
    assert "Who booked was corrected" in page
    assert "Company, Name, Email" in page or "Company, Email, Name" in page
    office.post(f"/admin/bookings/{booking.pk}/send/")
    assert Message.objects.get(kind="bookings/received").to == "uma@example.com"


def test_whoever_has_the_mistyped_address_opens_nothing_and_is_told_nothing_any_more(office, client_of, tenant):
    seats = [{"name": "Uma Dale", "email": "uma@exmaple.com"}, {"name": "Ann Other", "email": "ann@example.com"}]
    booking = held(seats=2, attendees=seats)
    sent_to_a_stranger, stranger = f"/bookings/{token_of(booking)}/", client_of(tenant)
    assert stranger.get(sent_to_a_stranger).status_code == 200
    correct(office, booking, email="uma@example.com")
    assert client_of(tenant).get(sent_to_a_stranger).status_code == 404
    assert client_of(tenant).get(f"/bookings/{token_of(booking)}/").status_code == 200
    assert set(booking.attendees.values_list("email", flat=True)) == {"uma@example.com", "ann@example.com"}
    confirm_booking(booking)
    deliver_due()
    assert not Message.objects.filter(
        to="uma@exmaple.com", kind__in=["bookings/attending", "bookings/confirmed"]
    ).exists()


def test_no_link_that_a_stranger_was_sent_opens_any_booking_of_a_buyer_whose_address_was_corrected(
    office, client_of, tenant
):
    first = held(attendees=[{"name": "Uma Dale", "email": "uma@exmaple.com"}])
    second = make.booking(buyer=first.buyer, attendees=[{"name": "Uma Dale", "email": "Uma@exmaple.com"}])
    sent = [f"/bookings/{token_of(booking)}/" for booking in (first, second)]
    correct(office, first, email="uma@example.com")
    assert [client_of(tenant).get(link).status_code for link in sent] == [404, 404]
    for booking in (first, second):
        booking.refresh_from_db()
        assert booking.attendees.get().email == "uma@example.com"
        assert client_of(tenant).get(f"/bookings/{token_of(booking)}/").status_code == 200


def test_a_browser_in_which_the_mistyped_booking_was_made_knows_nothing_of_the_right_address(office, client_of, tenant):
    session, stranger = make.session(), Visitor(client_of(tenant))
    stranger.book(session, email="uma@exmaple.com")
    assert "uma@exmaple.com" in stranger.open(path("book", session.pk)).content.decode()
    correct(office, Booking.objects.get(), email="uma@example.com")
    assert "uma@example.com" not in stranger.open(path("book", session.pk)).content.decode()


def test_who_was_paying_meanwhile_reads_that_the_payment_counts_and_nothing_else(office, client_of, tenant):
    booking = held()
    sent = f"/bookings/{token_of(booking)}/"
    correct(office, booking, email="uma@example.com")
    said = client_of(tenant).get(f"{sent}return/").content.decode()
    assert "your payment counts" in said
    for secret in ("Uma", "uma@", booking.reference, booking.session.course.title):
        assert secret not in said
    assert client_of(tenant).get(f"{sent[:-6]}xxxxx/return/").status_code == 404


def test_the_links_of_a_student_whose_mistyped_address_is_corrected_open_nothing_any_more(office, client_of, tenant):
    booking = held(seats=2, attendees=[{"name": "Uma", "email": "uma@exmaple.com"}, {"name": "Ann", "email": ""}])
    confirm_booking(booking)
    earlier = make.booking(buyer=booking.buyer)
    sent = [f"/bookings/{token_of(one)}/" for one in (booking, earlier)]
    url = f"/admin/students/{booking.buyer_id}/edit/"
    form = office.get(url).context["form"]
    given = {name: form[name].value() or "" for name in form.fields}
    assert office.post(url, given | {"email": "uma@example.com"}).status_code == 302
    stranger = client_of(tenant)
    assert [stranger.get(link).status_code for link in sent] == [404, 404]
    assert [stranger.post(f"{link}cancel/").status_code for link in sent] == [404, 404]
    booking.refresh_from_db()
    assert list(booking.attendees.values_list("email", flat=True)) == ["uma@example.com", ""]
    assert client_of(tenant).get(f"/bookings/{token_of(booking)}/").status_code == 200


def test_a_trainer_s_corrected_address_calls_in_what_they_booked(office):
    trainer = make.trainer()
    booking = make.booking(buyer=trainer.person)
    save_trainer(trainer, email="right@example.com", by=None)
    booking.refresh_from_db()
    assert booking.link_number == 1


def test_links_stay_when_only_the_name_is_corrected_or_the_address_is_an_account_s_own(office, desk):
    ann, person = make.student_user()
    booking = make.booking(buyer=person)
    EmailAddress.objects.create(user=ann, email="second@example.com", verified=True)
    update_student(person.student, name="Ann Other", email=person.email.upper(), by=None)
    update_student(person.student, email="second@example.com", by=None)
    person.refresh_from_db()
    booking.refresh_from_db()
    assert (person.name, person.email, booking.link_number) == ("Ann Other", "second@example.com", 0)


def test_a_corrected_address_of_somebody_known_makes_the_booking_theirs(office):
    known, booking = make.person(name="Uma Dale", email="uma@example.com"), held()
    mistyped = booking.buyer
    correct(office, booking, email="uma@example.com")
    assert (booking.buyer, booking.order.buyer) == (known, known)
    mistyped.refresh_from_db()
    assert mistyped.email == "uma@exmaple.com"


def test_nobody_gets_two_bookings_of_one_session_by_a_correction(office):
    known, booking = make.person(email="uma@example.com"), held()
    make.booking(session=booking.session, buyer=known)
    answer = correct(office, booking, email="uma@example.com")
    assert answer.status_code == 422
    assert "already" in str(answer.context["form"].errors)
    assert booking.buyer != known


def test_of_a_mistyped_buyer_who_is_known_all_links_are_called_in_if_the_office_says_it_is_one_person(
    office, client_of, tenant
):
    known, first = make.person(name="Uma Dale", email="uma@example.com"), held()
    second = make.booking(buyer=first.buyer)
    sent = [f"/bookings/{token_of(booking)}/" for booking in (first, second)]
    asked = correct(office, first, email="uma@example.com")
    assert asked.status_code == 422
    assert "Say whose the other bookings are" in asked.content.decode()
    assert first.buyer != known
    correct(office, first, email="uma@example.com", others="all")
    second.refresh_from_db()
    assert (first.buyer, second.buyer, second.order.buyer) == (known, known, known)
    assert [client_of(tenant).get(link).status_code for link in sent] == [404, 404]
    assert client_of(tenant).get(f"/bookings/{token_of(second)}/").status_code == 200


def test_the_history_says_who_joined_what_and_the_known_record_gains_what_it_lacked(office, client_of, tenant):
    known, first = make.person(name="Uma Dale", email="uma@example.com", phone=""), held()
    Person.objects.filter(pk=first.buyer_id).update(phone="0117 496 0123")
    second = make.booking(buyer=first.buyer)
    correct(office, first, email="uma@example.com", others="all")
    known.refresh_from_db()
    assert known.phone == "0117 496 0123"
    student = office.get(f"/admin/students/{known.pk}/").content.decode()
    assert "Bookings under a mistyped address joined" in student
    assert "both email addresses are theirs" not in student
    assert "Who booked was corrected" in office.get(f"/admin/bookings/{second.pk}/").content.decode()


def test_who_is_known_by_a_further_address_is_written_to_at_the_one_they_gave(office):
    ann, person = make.student_user()
    EmailAddress.objects.create(user=ann, email="second@example.com", verified=True)
    booking = held()
    correct(office, booking, email="second@example.com")
    assert (booking.buyer, booking.shown_email) == (person, "second@example.com")


@pytest.mark.django_db(transaction=True)
def test_two_who_correct_bookings_of_one_buyer_at_once_are_both_answered(desk, all_at_once):
    for _ in range(3):
        make.person(name="Uma Dale", email="uma@example.com")
        first = held()
        second = make.booking(buyer=first.buyer)
        asks = [partial(correct, desk("admin"), one, email="uma@example.com", others="all") for one in (first, second)]
        assert {answer.status_code for answer in all_at_once(asks)} <= {200, 422}
        assert {first.buyer.email, second.buyer.email} == {"uma@example.com"}
        Booking.objects.all().delete()
        Person.objects.all().update(email="")


def test_the_other_bookings_of_somebody_else_stay_as_they_are(office, client_of, tenant):
    known, first = make.person(name="Uma Dale", email="uma@example.com"), held()
    second = make.booking(buyer=first.buyer)
    sent = [f"/bookings/{token_of(booking)}/" for booking in (first, second)]
    correct(office, first, email="uma@example.com", others="none")
    second.refresh_from_db()
    assert (first.buyer, second.buyer.email) == (known, "uma@exmaple.com")
    assert [client_of(tenant).get(link).status_code for link in sent] == [404, 200]


def test_a_confirmed_booking_of_a_mistyped_address_can_be_given_to_who_is_known(office, client_of, tenant):
    known, booking = make.person(name="Uma Dale", email="uma@example.com"), held()
    confirm_booking(booking)
    sent = f"/bookings/{token_of(booking)}/"
    correct(office, booking, email="uma@example.com")
    assert booking.buyer == known
    assert client_of(tenant).get(sent).status_code == 404


def test_the_address_of_an_account_is_changed_on_their_own_page(office):
    _, person = make.student_user()
    booking = make.booking(buyer=person, contact_name="Uma Dale")
    url, email = f"/admin/bookings/{booking.pk}/contact/", person.email
    page = office.get(url)
    assert "email" not in page.context["form"].fields
    assert f"/admin/students/{booking.buyer_id}/edit/" in page.content.decode()
    correct(office, booking, email="mallory@example.com", company="Dale & Co")
    assert (booking.buyer.email, booking.company) == (email, "Dale & Co")
