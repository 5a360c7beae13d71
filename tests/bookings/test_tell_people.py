"""Who is told what, once each, in words and in HTML, with links that work."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils.timezone import localtime

from shared_apps.core.time import now
from shared_apps.events.bus import deliver_due, emit
from shared_apps.events.models import Delivery
from shared_apps.events.timeline import history
from tenant_apps.bookings import notifications
from tenant_apps.bookings.calendar import google_links
from tenant_apps.bookings.events import BookingConfirmed
from tenant_apps.bookings.hold_times import expire_holds
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.selectors import token_of
from tenant_apps.bookings.services import cancel_booking, change_held_booking
from tenant_apps.payments.events import PaymentDisputed, RefundFailed
from tenant_apps.payments.models import Payment
from tenant_apps.payments.refunds import refund_payment
from tenant_apps.scheduling.models import Place, Session
from tenant_apps.scheduling.moves import tell_moves
from tenant_apps.scheduling.services import cancel_session, update_session
from tests import make
from tests.bookings.conftest import booked_online, in_site, path
from tests.support.due import do_what_is_due
from tests.support.web import tight

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def test_a_confirmation_says_everything_and_brings_the_calendar_file(visitor, mails):
    course = make.course(title="Gas <safety> & more", requirements="A gas card", what_to_bring="Boots")
    booking = make.confirmed_booking(session=make.session(course=course))
    (mail,) = mails("bookings/confirmed")
    assert mail.to == booking.buyer.email
    assert mail.subject.startswith("Confirmed: Gas <safety> & more")
    for body in (mail.text, mail.html):
        assert booking.reference in body
        assert body.index("Who can come") < body.index("A gas card") < body.index("What to bring") < body.index("Boots")
        assert f"{localtime(booking.session.starts_at):%H:%M}" in body
    assert "Gas <safety> & more" in mail.text
    assert "Gas &lt;safety&gt; &amp; more" in mail.html
    assert "Gas <safety>" not in mail.html
    (file,) = mail.attachments
    assert file["type"] == "text/calendar; method=REQUEST"
    assert file["content"].startswith("BEGIN:VCALENDAR")

    link = re.search(r"See, pay or cancel your booking: (\S+)", mail.text)
    assert visitor.open(in_site(link[1])).status_code == 200


def test_a_place_without_a_link_is_found_on_a_map_by_its_address(mails):
    place = Place.objects.create(name="Yard", address="1 Feeder Road\nBristol")
    make.confirmed_booking(session=make.session(place=place))
    (link,) = re.findall(r"https://www\.openstreetmap\.org[^\"]*", mails("bookings/confirmed")[0].html)
    assert "1+Feeder+Road" in link


def test_a_place_that_nobody_knows_yet_is_not_online(visitor, mails):
    session = make.session(place=None, online_url="")
    booking = make.confirmed_booking(session=session)
    (mail,) = mails("bookings/confirmed")
    page = visitor.open(path("booking_done", token_of(booking))).content.decode()
    for text in (mail.text, mail.html, mail.attachments[0]["content"], google_links(booking)[0].google):
        assert "Place to be announced" in text.replace("+", " ")
        assert "Online" not in text
    assert "We'll tell you the place by email" in unescape(page)
    assert "Join with the link" not in page

    place = Place.objects.create(name="Yard")
    update_session(session, by=None, place=place)
    Session.objects.update(tell_move_at=now())
    tell_moves()
    deliver_due()
    (told,) = mails("bookings/moved")
    assert told.subject.startswith("The place: ")
    for text in (told.text, told.html):
        assert "Online" not in text
        assert "Yard" in text


def test_a_receipt_shows_what_was_paid_and_what_is_due(mails):
    booking = make.booking(session=make.session(course=make.course(vat_rate=20)))
    make.pay(booking, amount=booking.order.deposit)
    deliver_due()
    (mail,) = mails("bookings/receipt")
    assert mail.subject.startswith("Receipt: £36 for ")
    assert "VAT included: £20" in mail.text
    assert "Still due: £84" in mail.text


def test_a_receipt_of_the_rest_shows_what_was_paid_before_and_only_the_seats_that_stand(mails):
    booking = make.booking(session=make.session(price=185))
    change_held_booking(booking, seats=3)
    booking.refresh_from_db()
    make.pay(booking, amount=100)
    make.deliver_all()
    make.pay(booking, amount=455)
    make.deliver_all()
    do_what_is_due()
    mail = mails("bookings/receipt")[-1]
    assert "3 × " in mail.html
    assert "1 × " not in mail.html + mail.text
    assert [sum_ in mail.html for sum_ in ("£100", "£455", "£555")] == [True, True, True]


def test_the_office_hears_of_each_confirmed_booking_once_each(mails):
    owner, office = make.user("owner"), make.user("admin")
    make.user("trainer")
    booking = booked_online()
    told = mails("bookings/office_confirmed")
    assert sorted(mail.to for mail in told) == sorted([owner.email, office.email])
    assert f"/admin/bookings/{booking.pk}" in told[0].text


def test_heard_twice_nothing_is_told_twice(mails):
    make.user("owner")
    booking = booked_online()
    before = len(mails())
    emit(BookingConfirmed(booking_id=booking.pk))
    deliver_due()
    Delivery.objects.update(done_at=None)
    deliver_due()
    assert len(mails()) == before


def test_who_pays_at_once_is_not_asked_to(mails):
    make.booking()
    do_what_is_due(after=timedelta(minutes=9))
    assert not mails()


def test_who_left_the_checkout_gets_one_way_back(mails, visitor):
    booking = make.booking()
    do_what_is_due(after=timedelta(minutes=11))
    do_what_is_due(after=timedelta(minutes=22))
    (mail,) = mails("bookings/received")
    assert "held until" in mail.subject
    link = re.search(r"Check and pay: (\S+)", mail.text)
    page = visitor.open(in_site(link[1]))
    assert page.status_code == 200
    assert booking.reference in mail.text


def test_one_booking_that_can_not_be_told_of_keeps_nobody_else_from_their_reminder(mails, monkeypatch):
    broken, *others = [make.booking() for _ in range(3)]
    usual = notifications.calendar.where_line

    def where_line(session):
        if session.pk == broken.session_id:
            raise ValueError("a template that nobody tested")
        return usual(session)

    monkeypatch.setattr(notifications.calendar, "where_line", where_line)
    do_what_is_due(after=timedelta(minutes=11))
    assert {mail.about_id for mail in mails("bookings/received")} == {booking.pk for booking in others}


def test_booked_on_the_phone_the_link_to_pay_comes_at_once(mails):
    make.booking(by=make.user("admin"), by_office=True)
    deliver_due()
    assert len(mails("bookings/received")) == 1


def test_a_hold_that_ended_is_told_once_with_the_way_back(mails):
    make.booking()
    Booking.objects.update(hold_expires_at=now() - timedelta(seconds=1))
    expire_holds()
    deliver_due()
    (mail,) = mails("bookings/expired")
    assert "/book/" in mail.text
    assert "Nothing was charged" in mail.text


def test_a_refund_that_fails_reaches_the_office(mails):
    make.user("owner")
    booking = make.confirmed_booking()
    refund = refund_payment(Payment.objects.get(), amount=10, reason="Kindness", by=None)
    emit(RefundFailed(refund_id=refund.pk, order_id=booking.order_id))
    deliver_due()
    (mail,) = mails("bookings/office_refund_failed")
    assert "£10" in mail.text
    assert booking.buyer.email in mail.text


def test_a_payment_that_a_bank_wants_back_reaches_the_office_once(mails):
    make.user("owner")
    booking = make.confirmed_booking()
    payment = Payment.objects.get()
    for _ in range(2):
        emit(PaymentDisputed(payment_id=payment.pk, order_id=booking.order_id), subject=booking.order)
    deliver_due()
    (mail,) = mails("bookings/office_disputed")
    assert "£120" in mail.subject
    assert booking.buyer.email in mail.text


def test_a_name_cannot_write_headers_or_html(mails):
    make.user("owner")
    make.confirmed_booking(contact_name="<b>Eve</b>\nBcc: all@example.com")
    for mail in mails():
        assert "\n" not in mail.subject
        assert "<b>Eve" not in mail.html


def test_the_office_is_not_told_of_what_it_did_itself(mails):
    office = make.user("admin")
    make.booking(session=make.session(price=0), by=office, by_office=True)
    on_the_phone = make.booking(by=office, by_office=True)
    make.pay(on_the_phone, by=office)
    deliver_due()
    cancel_booking(on_the_phone, by=office, by_office=True)
    deliver_due()
    assert not [mail for mail in mails() if "/office_" in mail.kind]


def test_the_office_hears_when_a_customer_cancels_what_was_booked_and_why(mails):
    owner = make.user("owner")
    booking, held = make.confirmed_booking(seats=2), make.booking()
    for each in (booking, held):
        cancel_booking(each, by=None, reason="I am ill")
    deliver_due()
    (mail,) = mails("bookings/office_cancelled")
    assert mail.to == owner.email
    assert mail.subject.startswith(f"Cancelled by the customer: {booking.contact_name}")
    for body in (mail.text, mail.html):
        assert "I am ill" in body
        assert "£240" in body


def test_everybody_whose_session_is_called_off_reads_why(mails):
    booking = make.confirmed_booking()
    by = make.user("admin", name="Ada Byron")
    cancel_session(booking.session, reason="The trainer is ill", by=by)
    while deliver_due():
        pass
    (mail,) = mails("bookings/cancelled")
    for body in (mail.text, mail.html):
        assert "The reason: The trainer is ill." in body
    names = {entry.title: entry.who for entry in history(booking, booking.order)}
    assert (names["Cancelled"], names["Refund asked for"]) == ("Ada Byron", "Ada Byron")


@pytest.mark.parametrize("seats", [1, 2])
def test_a_hold_is_told_with_its_day_whenever_the_email_is_read(mails, seats):
    booking = make.booking(by=make.user("admin"), by_office=True, seats=seats)
    deliver_due()
    (mail,) = mails("bookings/received")
    ends = localtime(booking.hold_expires_at)
    assert f"until {ends:%a} {ends.day} {ends:%b}, {ends:%H:%M}: " in mail.subject
    said = "Your seat is held" if seats == 1 else "Your 2 seats are held"
    assert f"<h1>{said}</h1>" in tight(re.sub(r"<h1[^>]*>", "<h1>", mail.html))


def test_a_confirmation_is_sent_again_to_the_address_the_customer_has_now(mails, client_of, tenant):
    booking = make.confirmed_booking()
    held = make.booking()
    booking.buyer.email = "moved@example.com"
    booking.buyer.save()
    office = client_of(tenant)
    office.sign_in(make.user("admin"))
    for each in (booking, held):
        assert office.post(path("office:booking_send", each.pk)).status_code == 302
    assert [mail.to for mail in mails("bookings/confirmed")][1:] == ["moved@example.com"]
    assert [mail.to for mail in mails("bookings/received")] == [held.buyer.email]
