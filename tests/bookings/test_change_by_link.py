"""Another date, other seats and other people, by the link in the email and in the office."""

import re
from datetime import timedelta

import pytest
import time_machine

from shared_apps.timers.models import Timer
from shared_apps.timers.services import go_off
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.name_times import names_link
from tenant_apps.bookings.selectors import names_token, token_of
from tenant_apps.payments.models import Order, Refund
from tenant_apps.terms.models import BookingTerms
from tests import make
from tests.bookings.conftest import in_site, page, path, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def shown_in(answer):
    found = re.search(r'name="(?:shown|agreed)"\s+value="([^"]+)"', text(answer))
    assert found, text(answer)
    return found[1]


def elsewhere(booking, **fields):
    return make.session(course=booking.session.course, **fields)


def priced(booking, price, **fields):
    to = elsewhere(booking, **fields)
    to.price = price
    to.save()
    return to


def test_a_buyer_sees_the_dates_then_the_money_and_then_moves(visitor, office, mails):
    booking = make.confirmed_booking()
    to, full = priced(booking, 90, in_days=70), elsewhere(booking, capacity=1, in_days=75)
    make.booking(session=full)
    url = path("booking_transfer", token_of(booking))
    dates = text(visitor.open(url))
    assert "£30 less" in dates
    assert str(full.pk) not in dates
    looked = visitor.open(f"{url}?to={to.pk}")
    assert "You get back" in text(looked)

    answer = visitor.client.post(url, {"to": str(to.pk), "shown": shown_in(looked)}, follow=True)
    make.deliver_all()

    assert "Your booking is moved to" in text(answer)
    booking.refresh_from_db()
    assert booking.session == to
    [told] = mails("bookings/transferred")
    assert "Until now" in told.text
    assert "£30" in told.text
    [office] = mails("bookings/office_transferred")[:1]
    assert "It was" in office.text


def test_who_has_to_pay_more_is_led_to_pay(visitor):
    BookingTerms.objects.load()
    BookingTerms.objects.update(deposit_percent=0)
    booking = make.confirmed_booking()
    to = priced(booking, 150)
    url = path("booking_transfer", token_of(booking))
    looked = visitor.open(f"{url}?to={to.pk}")
    answer = visitor.client.post(url, {"to": str(to.pk), "shown": shown_in(looked)})
    shown = text(visitor.client.get(answer.url))
    assert "Your booking is changed" in shown
    assert "Please pay £30 now" in shown


def test_a_price_that_changed_meanwhile_moves_nothing(visitor):
    booking = make.confirmed_booking()
    to = priced(booking, 90)
    url = path("booking_transfer", token_of(booking))
    looked = shown_in(visitor.open(f"{url}?to={to.pk}"))
    to.price = 80
    to.save()
    answer = visitor.client.post(url, {"to": str(to.pk), "shown": looked})
    assert (answer.status_code, "Nothing was moved yet" in text(answer)) == (409, True)
    booking.refresh_from_db()
    assert booking.session != to


def test_when_it_is_too_late_the_page_says_so(visitor):
    booking = make.confirmed_booking(session=make.session(in_days=8))
    shown = text(visitor.open(path("booking", token_of(booking))))
    assert "Another date?" not in shown
    answer = visitor.client.get(path("booking_transfer", token_of(booking)), follow=True)
    assert "it is too late to change the date" in text(answer)


def test_cash_that_goes_back_is_said_to_the_office(visitor, office, mails):
    booking = make.confirmed_booking()
    to = priced(booking, 90)
    url = path("booking_transfer", token_of(booking))
    looked = visitor.open(f"{url}?to={to.pk}")
    sent = {"to": str(to.pk), "shown": shown_in(looked), "bank_details": "GB00 1234"}
    visitor.client.post(url, sent)
    make.deliver_all()
    [told] = mails("bookings/office_refund_by_hand")
    assert "GB00 1234" in told.text
    assert Refund.objects.get().bank_details == "GB00 1234"


def test_seats_are_given_up_with_those_who_come_no_more(visitor, mails):
    booking = make.confirmed_booking(seats=2, attendees=[{"name": "Ada"}, {"name": "Grace"}])
    url = path("booking_seats", token_of(booking))
    looked = visitor.open(f"{url}?seats=1")
    sent = {"seats": "1", "shown": shown_in(looked)}
    assert "Say who comes no more" in text(visitor.client.post(url, sent))
    ada = booking.attendees.first()
    answer = visitor.client.post(url, {**sent, "leaving": str(ada.pk)}, follow=True)
    make.deliver_all()
    assert "You have 1 seat now." in text(answer)
    assert Order.objects.get().total == 120
    assert len(mails("bookings/seats_changed")) == 1


def test_the_office_moves_a_booking_once_it_saw_the_money(office):
    booking = make.confirmed_booking(session=make.session(in_days=3))
    to = make.session(price=150)
    url = page(booking, "transfer/")
    assert "£30 more" in text(office.get(url))
    looked = office.post(url, {"to": str(to.pk)})
    assert (looked.status_code, "Due then" in text(looked)) == (422, True)
    answer = office.post(url, {"to": str(to.pk), "agreed": shown_in(looked)}, follow=True)
    assert "£30 is due now." in text(answer)
    assert "Moved to another date" in text(answer)
    booking.refresh_from_db()
    assert booking.session == to


def test_the_office_is_led_to_note_how_cash_went_back(office):
    booking = make.confirmed_booking()
    to = make.session(price=90)
    url = page(booking, "transfer/")
    sums = shown_in(office.post(url, {"to": str(to.pk)}))
    answer = office.post(url, {"to": str(to.pk), "agreed": sums})
    assert f"/refund/?refund={Refund.objects.get().pk}" in answer.url


def test_the_office_adds_seats(office):
    booking = make.confirmed_booking()
    url = page(booking, "seats/")
    sums = shown_in(office.get(f"{url}?seats=3"))
    answer = office.post(url, {"seats": "3", "agreed": sums}, follow=True)
    assert "The booking has 3 seats now." in text(answer)
    assert office.get(f"{url}?seats=99").status_code == 200


def test_whoever_is_replaced_and_whoever_comes_are_told(mails):
    from tenant_apps.bookings.details import change_attendee

    booking = make.confirmed_booking(seats=2, attendees=[{"name": "Ada", "email": "ada@x.test"}, {"name": "Grace"}])
    make.deliver_all()

    def swap(name, email):
        change_attendee(booking.attendees.first(), name=name, email=email, by=None)
        make.deliver_all()

    swap("Joan", "joan@x.test")
    assert [(one.to, one.kind) for one in mails() if "attending" in one.kind] == [
        ("ada@x.test", "bookings/attending"), ("joan@x.test", "bookings/attending"),
        ("ada@x.test", "bookings/attending_replaced"),
    ]  # fmt: skip
    swap("Ada", "ada@x.test")
    assert [one.to for one in mails("bookings/attending")][-1] == "ada@x.test"
    assert [one.to for one in mails("bookings/attending_replaced")][-1] == "joan@x.test"


def test_who_has_a_seat_is_told_of_the_new_date_with_a_newer_calendar(mails):
    from tenant_apps.bookings.transfers import transfer_booking

    booking = make.confirmed_booking(attendees=[{"name": "Ada", "email": "ada@x.test"}])
    make.deliver_all()
    transfer_booking(booking=booking, to=make.session(), by=None, by_office=True)
    make.deliver_all()
    assert [one.to for one in mails("bookings/attending")] == ["ada@x.test", "ada@x.test"]
    [told] = mails("bookings/transferred")
    assert "we moved your booking" in told.text
    assert not mails("bookings/office_transferred")


def test_a_company_names_its_people_by_a_link_that_opens_nothing_else(visitor):
    booking = make.confirmed_booking(seats=2, company="Acme", attendees=[{"name": "Ada"}])
    url = path("booking_people", names_token(booking))
    shown = text(visitor.open(url))
    assert "£" not in shown
    assert token_of(booking) not in shown
    visitor.client.post(url, {"attendee_1": "Ada", "attendee_2": "Grace"})
    assert [row.name for row in booking.attendees.all()] == ["Ada", "Grace"]
    assert visitor.client.get(path("booking", names_token(booking))).status_code == 404
    Booking.objects.update(link_number=7)
    assert visitor.client.get(url).status_code == 404


def test_whoever_names_people_gives_their_addresses_and_the_link_shows_none_of_them(visitor, mails):
    booking = make.confirmed_booking(seats=2, company="Acme")
    url, own = path("booking_people", names_token(booking)), path("booking_names", token_of(booking))
    visitor.client.post(url, {"attendee_1": "Ada", "email_1": "ada@x.test", "attendee_2": "Grace", "email_2": ""})
    make.deliver_all()
    assert [mail.to for mail in mails("bookings/attending")] == ["ada@x.test"]
    shown = text(visitor.open(url))
    assert "ada@x.test" not in shown
    assert "Only for somebody else in the place of Ada." in shown
    assert "ada@x.test" in text(visitor.open(own))

    visitor.client.post(url, {"attendee_1": "Ada", "email_1": "", "attendee_2": "Grace", "email_2": "grace@x.test"})
    make.deliver_all()
    assert [row.email for row in booking.attendees.all()] == ["ada@x.test", "grace@x.test"]
    assert [mail.to for mail in mails("bookings/attending")] == ["ada@x.test", "grace@x.test"]

    refused = visitor.client.post(url, {"attendee_1": "Ada", "email_2": "grace@x.test"})
    assert "Enter whose address this is." in text(refused)
    for ada in ("Ada", "ADA"):  # that would open to the sender what she has answered, whichever seat is hers
        sent = {"attendee_1": "Grace", "attendee_2": ada, "email_2": "mallory@x.test"}
        assert "can change where Ada is written to" in text(visitor.client.post(url, sent))
    assert [row.email for row in booking.attendees.all()] == ["ada@x.test", "grace@x.test"]
    visitor.client.post(url, {"attendee_1": "Joan", "email_1": "", "attendee_2": "Grace", "email_2": ""})
    make.deliver_all()
    assert [row.email for row in booking.attendees.all()] == ["", "grace@x.test"]
    assert [mail.to for mail in mails("bookings/attending_replaced")] == ["ada@x.test"]


def test_whoever_booked_sees_the_addresses_and_takes_one_away(visitor):
    ada, grace = {"name": "Ada", "email": "ada@x.test"}, {"name": "Grace", "email": "grace@x.test"}
    booking = make.confirmed_booking(seats=2, attendees=[ada, grace])
    url = path("booking_names", token_of(booking))
    visitor.client.post(url, {"attendee_1": "Ada", "email_1": "", "attendee_2": "Grace", "email_2": "grace@x.test"})
    assert [row.email for row in booking.attendees.all()] == ["", "grace@x.test"]
    visitor.client.post(url, {"attendee_1": "Ada", "attendee_2": "Grace"})  # a page of a former release
    assert [row.email for row in booking.attendees.all()] == ["", "grace@x.test"]


def test_who_has_not_named_all_is_asked_a_week_and_two_days_before_and_once_each(mails):
    booking = make.confirmed_booking(seats=3, attendees=[{"name": "Ada"}])
    make.deliver_all()
    starts = booking.session.starts_at
    timers = Timer.objects.filter(subject_id=booking.pk, kind__startswith="bookings.ask_for_names")
    for before, told in [(timedelta(days=8), 0), (timedelta(days=6, hours=23), 1), (timedelta(days=1, hours=23), 2)]:
        with time_machine.travel(starts - before):
            for timer in timers.filter(fired_at=None):
                go_off(timer.pk)
            assert len(mails("bookings/name_missing")) == told
    assert "2 have no name yet" in mails("bookings/name_missing")[0].text
    assert "/bookings/people/" in mails("bookings/name_missing")[0].text


def test_who_has_named_all_is_not_asked(mails):
    booking = make.confirmed_booking(seats=2, attendees=[{"name": "Ada"}, {"name": "Grace"}])
    make.deliver_all()
    with time_machine.travel(booking.session.starts_at - timedelta(days=6)):
        for timer in Timer.objects.filter(subject_id=booking.pk, fired_at=None):
            go_off(timer.pk)
    assert not mails("bookings/name_missing")


def test_names_are_fixed_some_hours_before_and_the_office_may_still(visitor, office):
    BookingTerms.objects.load()
    BookingTerms.objects.update(names_until_hours=24)
    booking = make.confirmed_booking(seats=2, attendees=[{"name": "Ada"}])
    with time_machine.travel(booking.session.starts_at - timedelta(hours=20)):
        answer = visitor.client.get(path("booking_names", token_of(booking)), follow=True)
        assert "until 24 hours before" in text(answer)
        shown = text(visitor.open(in_site(names_link(booking))))
        assert "can't be changed here any more" in shown
