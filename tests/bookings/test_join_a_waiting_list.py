"""Joining the line for a full session on the site: proof of an address, one's place, leaving, and what is told."""

import re
from datetime import timedelta

import pytest
import time_machine

from shared_apps.core.time import now
from tenant_apps.bookings.models import Booking, WaitingListEntry
from tenant_apps.bookings.rescheduling import reschedule_session
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.bookings.waiting_by_hand import move_in_line, offer_by_hand, remove_from_waiting_list
from tenant_apps.bookings.waiting_links import place_of, place_token
from tenant_apps.bookings.waiting_list import join_waiting_list
from tenant_apps.messaging.models import Message
from tenant_apps.people.models import Person
from tenant_apps.scheduling.models import Offer
from tenant_apps.scheduling.services import cancel_session, update_session
from tenant_apps.terms.models import BookingTerms
from tests import make
from tests.bookings.conftest import in_site, path, text
from tests.support.due import do_what_is_due

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
ADA = {"seats": "1", "name": "Ada Byron", "email": "ada@example.com"}


@pytest.fixture(autouse=True)
def _can_pay(cards):
    """Visitors can pay here, so they can wait."""


@pytest.fixture
def full():
    """A session of two seats, and the booking that has them."""
    return make.confirmed_booking(session=make.session(capacity=2), seats=2)


def links(kind="bookings/waiting_join"):
    return [re.search(r"http://\S+", mail.text)[0] for mail in Message.objects.filter(kind=kind).order_by("created_at")]


def told(kind):
    make.deliver_all()
    return list(Message.objects.filter(kind=f"bookings/{kind}").order_by("created_at"))


def wait(session, **person):
    return join_waiting_list(session=session, person=make.person(**person), by=None)


def test_who_reads_the_mail_of_the_address_is_in_line_and_nobody_before(visitor, full):
    assert "Join the waiting list" in text(visitor.open(path("book", full.session_id)))
    answer = visitor.client.post(path("wait", full.session_id), ADA, follow=True)
    assert "ada@example.com" in text(answer)
    assert not WaitingListEntry.objects.exists()
    assert not Person.objects.filter(email="ada@example.com").exists()
    (url,) = links()
    assert "Wait for a seat" in text(visitor.open(url))
    assert not WaitingListEntry.objects.exists()
    answer = visitor.client.post(in_site(url), follow=True)
    assert "You are next in line" in text(answer)
    assert WaitingListEntry.objects.get().person.email == "ada@example.com"
    (mail,) = told("waiting")
    assert "your place in line is 1" in mail.text
    again = visitor.client.post(in_site(url), follow=True)
    assert "on this waiting list already" in text(again)
    assert len(told("waiting")) == 1


def test_the_same_form_sent_again_writes_one_email(visitor, full):
    for _ in range(3):
        visitor.client.post(path("wait", full.session_id), ADA)
    assert len(links()) == 1


def test_an_account_is_in_line_at_once(visitor, full):
    account, person = make.student_user()
    visitor.client.sign_in(account)
    wait(full.session)
    answer = visitor.client.post(path("wait", full.session_id), {**ADA, "email": account.email}, follow=True)
    assert "You are number 2 in line" in text(answer)
    assert WaitingListEntry.objects.get(person=person).seats == 1
    assert "Number 2 in line" in text(visitor.open(path("my_bookings")))


def test_who_has_a_booking_is_led_to_it(visitor, full):
    visitor.client.post(path("wait", full.session_id), {**ADA, "email": full.buyer.email})
    answer = visitor.client.post(in_site(links()[0]), follow=True)
    assert full.reference in text(answer)
    assert not WaitingListEntry.objects.exists()


def test_seats_that_came_free_meanwhile_are_booked_and_not_waited_for(visitor, full):
    visitor.client.post(path("wait", full.session_id), ADA)
    cancel_booking(full, by=None)
    answer = visitor.client.post(in_site(links()[0]))
    assert answer.url.endswith("/book/")
    assert visitor.open(path("wait", full.session_id)).url.endswith("/book/")
    assert not WaitingListEntry.objects.exists()


def test_one_waits_for_more_seats_than_are_left(visitor):
    session = make.session(capacity=3)
    make.confirmed_booking(session=session)
    page = text(visitor.open(path("wait", session.pk)))
    assert "Only 2 seats are left" in page
    assert re.findall(r'<option value="(\d+)"', page) == ["3"]


def test_nobody_joins_what_has_seats_or_takes_no_bookings(visitor, full):
    assert visitor.client.post(path("wait", make.session(capacity=12).pk), ADA).url.endswith("/book/")
    cancel_session(full.session, reason="Flood", by=None)
    assert visitor.client.post(path("wait", full.session_id), ADA).status_code == 409
    assert not links()


def test_a_stranger_makes_us_write_to_only_so_many_addresses(visitor, full, settings):
    settings.RATE_LIMITS = True
    codes = [
        visitor.client.post(path("wait", full.session_id), {**ADA, "email": f"n{n}@example.com"}).status_code
        for n in range(32)
    ]
    assert (codes.count(302), codes.count(429)) == (30, 2)


def test_a_link_that_is_forged_or_old_puts_nobody_in_line(visitor, full):
    visitor.client.post(path("wait", full.session_id), ADA)
    url = in_site(links()[0])
    assert visitor.client.post(url.replace("/waiting/join/", "/waiting/join/x")).status_code == 404
    with time_machine.travel(now() + timedelta(days=4)):
        assert visitor.client.post(url).status_code == 404
    assert not WaitingListEntry.objects.exists()


def test_one_leaves_by_the_link(visitor, full):
    entry = wait(full.session)
    url = path("waiting_place", place_token(entry))
    assert "Leave the waiting list" in text(visitor.open(url))
    assert "You are on the list no longer" in text(visitor.client.post(url, follow=True))
    assert WaitingListEntry.objects.get().status == "left"
    assert not told("waiting_over")
    assert visitor.open(f"{url[:-2]}x/").status_code == 404


def test_the_place_leads_to_the_offer(visitor, full):
    entry = wait(full.session)
    cancel_booking(full, by=None)
    page = text(visitor.open(path("waiting_place", place_token(entry))))
    offer_url = re.search(r'href="[^"]*(/offers/[^"]+)"', page)[1]
    assert "A seat is free for you" in text(visitor.open(offer_url))


def test_an_offer_stands_as_long_as_the_provider_chose(full):
    BookingTerms.objects.load()
    BookingTerms.objects.update(offer_hours=3)
    wait(full.session)
    cancel_booking(full, by=None)
    left = Offer.objects.get().until - now()
    assert timedelta(hours=2, minutes=59) < left <= timedelta(hours=3)


def test_who_does_not_answer_is_told_once_that_the_offer_ran_out(full):
    wait(full.session)
    cancel_booking(full, by=None)
    do_what_is_due(after=timedelta(hours=25))
    do_what_is_due(after=timedelta(hours=26))
    (mail,) = told("waiting_over")
    assert "Your offer has run out" in mail.subject


def test_who_is_offered_seats_is_told_by_every_channel_and_not_only_by_email(full):
    account, person = make.student_user()
    join_waiting_list(session=full.session, person=person, by=account)
    cancel_booking(full, by=None)
    (mail,) = told("offer")
    assert (mail.notice.user, mail.notice.in_inbox, mail.notice.unproven) == (account, True, False)


def test_all_who_wait_are_told_when_the_session_is_called_off_each_of_them_once(full):
    first, second = wait(full.session), wait(full.session)
    third = wait(full.session)
    cancel_booking(full, by=None)
    cancel_session(full.session, reason="Flood", by=None)
    mails = told("waiting_over")
    assert sorted(mail.to for mail in mails) == sorted(entry.person.email for entry in (first, second, third))


def test_who_is_taken_off_the_list_is_told_once_though_they_had_an_offer(full):
    entry = wait(full.session)
    cancel_booking(full, by=None)
    remove_from_waiting_list(entry, reason="They called", by=make.user("owner"))
    assert len(told("waiting_over")) == 1
    assert Offer.objects.get().status == "withdrawn"


def test_the_next_in_line_gets_what_was_kept_for_who_is_taken_off(full):
    entry = wait(full.session)
    second = wait(full.session)
    third = wait(full.session)
    cancel_booking(full, by=None)
    remove_from_waiting_list(entry, by=make.user("owner"))
    assert set(Offer.objects.filter(status="offered").values_list("entry_id", flat=True)) == {second.pk, third.pk}


def test_the_office_puts_somebody_first_and_they_are_offered_what_comes_back(full, happened):
    first, second, third = (wait(full.session) for _ in range(3))
    move_in_line(third, to=1, reason="Promised on the phone", by=make.user("owner"))
    fourth = wait(full.session)
    order = WaitingListEntry.objects.in_line().with_position()
    assert [(row.pk, row.position) for row in order] == [
        (third.pk, 1), (first.pk, 2), (second.pk, 3), (fourth.pk, 4)
    ]  # fmt: skip
    cancel_booking(full, by=None)
    assert set(Offer.objects.values_list("entry_id", flat=True)) == {third.pk, first.pk}
    assert happened().count("waiting_list.moved") == 1


def test_the_office_offers_by_hand_no_more_than_is_free(full):
    from tenant_apps.bookings.errors import FewerSeatsFree
    from tenant_apps.scheduling.services import update_session

    big = join_waiting_list(session=full.session, person=make.person(), seats=2, by=None)
    owner = make.user("owner")
    with pytest.raises(FewerSeatsFree, match="No seat is free"):
        offer_by_hand(big, by=owner)
    update_session(full.session, capacity=3, by=None)
    with pytest.raises(FewerSeatsFree, match="Only 1 seat is free"):
        offer_by_hand(big, by=owner)
    offer = offer_by_hand(big, seats=1, by=owner)
    assert (offer.seats, offer.status) == (1, "offered")
    assert not Booking.objects.filter(status="pending").exists()


def moved_to(in_days):
    starts = now().replace(microsecond=0) + timedelta(days=in_days)
    return {"days": [(starts, starts + timedelta(hours=7))], "by": make.user("admin")}


def test_who_waits_hears_once_that_the_date_moved_with_the_way_to_leave(full):
    entry = wait(full.session)
    former = full.session.starts_at
    update_session(full.session, **moved_to(70))
    update_session(full.session, **moved_to(75))
    assert not told("waiting_moved")  # some minutes later, when nothing more follows
    do_what_is_due(after=timedelta(minutes=30))
    do_what_is_due(after=timedelta(minutes=40))
    (mail,) = told("waiting_moved")
    full.session.refresh_from_db()
    assert mail.to == entry.person.email
    for said in (f"{former:%-d %b}", f"{full.session.starts_at:%-d %b}"):
        assert said in mail.text
    assert place_of(re.search(r"/waiting/(\S+)/", mail.text)[1]) == entry
    late = wait(full.session)
    do_what_is_due(after=timedelta(hours=1))
    assert late.person.email not in {mail.to for mail in told("waiting_moved")}


def test_who_waits_hears_of_another_date_and_their_place_goes_along(full):
    entry = wait(full.session)
    new = reschedule_session(full.session, reason="The trainer is ill", **moved_to(80))
    do_what_is_due(after=timedelta(minutes=30))
    (mail,) = told("waiting_moved")
    assert "The trainer is ill" in mail.text
    entry.refresh_from_db()
    assert (entry.session_id, entry.status) == (new.pk, "waiting")


def test_a_move_that_is_taken_back_is_told_to_nobody_who_waits(full):
    wait(full.session)
    days = [(day.starts_at, day.ends_at) for day in full.session.days.all()]
    update_session(full.session, **moved_to(70))
    update_session(full.session, days=days, by=None)
    do_what_is_due(after=timedelta(minutes=30))
    assert not told("waiting_moved")
