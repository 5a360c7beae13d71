"""What was sent to whom: the list, one email, trying once more."""

import pytest

from shared_apps.accounts.letters import send_reset_link
from shared_apps.events.bus import deliver_due
from tenant_apps.messaging.models import Message, MessageStatus
from tests import make
from tests.support.web import tight

pytestmark = pytest.mark.django_db


def email(**fields):
    return Message.objects.create(**{"to": "ada@example.com", "subject": "Your seats", "text": "Dear Ada", **fields})


def test_the_emails_of_a_booking_and_a_person_are_beside_them(office):
    booking = make.confirmed_booking(buyer=make.person(name="Ada Byron", email="ada@example.com"))
    deliver_due()
    sent = Message.objects.filter(about_id=booking.pk, to="ada@example.com")[0]
    other = email(to="bob@example.com", subject="Nothing of hers")
    for url in (f"/admin/bookings/{booking.pk}/", f"/admin/students/{booking.buyer_id}/"):
        page = office.get(url).content.decode()
        assert f"/admin/messages/{sent.pk}/" in page
        assert other.subject not in page


def test_a_person_s_emails_stay_with_them_when_their_address_changes(office):
    person = make.person(name="Ada Byron", email="ada@example.com")
    booking = make.confirmed_booking(buyer=person)
    told = Message.objects.filter(about_id=booking.pk, to="ada@example.com").count()
    assert told
    office.post(f"/admin/students/{person.pk}/edit/", {"name": "Ada Byron", "email": "ada@lovelace.example"})
    page = office.get(f"/admin/students/{person.pk}/")
    assert [row.to for row in page.context["emails"]] == ["ada@example.com"] * told
    assert "·<span" in tight(page.content.decode())


def test_the_emails_of_a_booking_say_whom_they_went_to_and_are_not_the_office_s(desk):
    owner = make.user("owner", email="olive@example.com")
    ada = make.person(name="Ada Byron", email="ada@example.com")
    booking = make.confirmed_booking(buyer=ada, seats=2, attendees=[{"name": "Bob", "email": "bob@example.com"}])
    email(about_id=booking.pk, kind="bookings/office_cancelled", to="olive@example.com", subject="Cancelled by Ada")
    page = desk(user=owner).get(f"/admin/bookings/{booking.pk}/")
    assert {row.to for row in page.context["emails"]} == {"ada@example.com", "bob@example.com"}
    assert "bob@example.com</span>" in tight(page.content.decode())
    mine = desk(user=owner).get(f"/admin/students/{ada.pk}/").context["emails"]
    assert {row.to for row in mine} == {"ada@example.com"}


def test_emails_are_found_by_address_and_subject(office):
    email(subject="Your seats are held")
    email(to="bob@example.com", subject="Your receipt")
    for words, subject in (("bob", "Your receipt"), ("held ada", "Your seats are held")):
        rows = office.get("/admin/messages/", {"q": words}).context["page"]
        assert [row.subject for row in rows] == [subject]


def test_a_text_says_whose_it_is_and_what_it_is_about_and_is_found_by_that_name(office):
    pia = make.person(name="Pia Lund", email="pia@example.com")
    booking = make.confirmed_booking(buyer=pia)
    text = email(to="+447700900194", channel="sms", person=pia, about_id=booking.pk, subject="Confirmed")
    email(to="+447700900195", channel="sms", subject="Somebody else's")
    answer = office.get("/admin/messages/", {"q": "pia", "channel": "sms"})
    assert [row.pk for row in answer.context["page"]] == [text.pk]
    for page in (answer, office.get(f"/admin/messages/{text.pk}/")):
        assert "Pia Lund" in page.content.decode()
        assert f"/admin/bookings/{booking.pk}/" in page.content.decode()


def test_links_into_accounts_are_not_for_the_office_to_read(office):
    owner = make.user("owner", email="owner@example.com")
    send_reset_link(owner)
    letter = Message.objects.get(to="owner@example.com")
    page = office.get(f"/admin/messages/{letter.pk}/").content.decode()
    assert "/accounts/password/reset/key/" in letter.text
    assert "/accounts/password/reset/key/" not in page
    assert "Only they can read it" in page


def test_an_email_is_shown_as_text_whatever_is_in_it(office):
    page = office.get(f"/admin/messages/{email(text='<script>alert(1)</script>').pk}/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_what_failed_is_tried_again_and_what_was_sent_is_not(office, happened):
    failed = email(status=MessageStatus.FAILED, attempts=10, error="mailbox full")
    assert "mailbox full" in office.get(f"/admin/messages/{failed.pk}/").content.decode()
    assert office.get("/admin/messages/?status=stuck").context["page"].paginator.count == 1
    office.post(f"/admin/messages/{failed.pk}/again/")
    failed.refresh_from_db()
    assert failed.status != MessageStatus.FAILED
    assert happened().count("message.tried_again") == 1
    Message.objects.filter(pk=failed.pk).update(status=MessageStatus.SENT, sent_at=failed.created_at)
    office.post(f"/admin/messages/{failed.pk}/again/")
    assert happened().count("message.tried_again") == 1


def test_the_dashboard_leads_to_what_did_not_go_out(office):
    email(status=MessageStatus.FAILED)
    assert "/admin/messages/?status=stuck" in office.get("/admin/").content.decode()
