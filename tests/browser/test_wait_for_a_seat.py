"""A full date becomes a booking through the waiting list, and a course without dates becomes an email."""

import re

import pytest
from playwright.sync_api import expect

from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.bookings.services import cancel_booking
from tests import make


def link_in(mail):
    return re.search(r"http://\S+", mail.text)[0]


@pytest.mark.parametrize("width", [1280, 360])
def test_a_full_date_becomes_a_booking_through_the_waiting_list(shop, visitor, signed_in, width):
    course = make.course(title="Boiler servicing")
    session = make.session(course=course, capacity=1)
    taken = make.confirmed_booking(session=session)
    ada = visitor(width=width)
    ada.open(f"/courses/{course.slug}/")
    ada.page.get_by_role("link", name="Join the waiting list").locator("visible=true").first.click()
    ada.reads("This date is full", "you would be first")
    ada.page.get_by_label("Your name").fill("Ada Byron")
    ada.page.get_by_label("Email").fill("ada@example.com")
    ada.page.get_by_role("button", name="Join the waiting list").click()
    ada.reads("Look into your mail", "ada@example.com")
    ada.page.goto(link_in(shop.mails("ada@example.com")[-1]))
    ada.page.get_by_role("button", name="Yes, put me on the list").click()
    ada.reads("You are next in line")

    desk = signed_in(make.user("admin"), width=width)
    desk.open(f"/admin/sessions/{session.pk}/")
    expect(desk.page.get_by_role("table", name="Waiting list")).to_contain_text("Ada Byron")
    cancel_booking(taken, by=None)

    offered = next(mail for mail in shop.mails("ada@example.com") if "A seat is free for you" in mail.subject)
    ada.page.goto(link_in(offered))
    ada.page.get_by_role("button", name="Yes, book it").click()
    ada.reads("£120")
    ada.go_and_pay()
    ada.card()
    ada.is_booked()
    booking = Booking.objects.get(status=BookingStatus.CONFIRMED)
    assert booking.buyer.email == "ada@example.com"


def test_who_asked_for_a_date_is_led_to_the_one_that_opens(shop, visitor):
    from datetime import timedelta

    import time_machine

    from shared_apps.core.time import now

    course = make.course(title="Heat pumps")
    ada = visitor()
    ada.open(f"/courses/{course.slug}/")
    ada.page.get_by_role("link", name="Tell me when there is a date").click()
    ada.page.get_by_label("Your name").fill("Ada Byron")
    ada.page.get_by_label("Email").fill("ada@example.com")
    ada.page.get_by_role("button", name="Tell me").click()
    ada.page.goto(link_in(shop.mails("ada@example.com")[-1]))
    ada.page.get_by_role("button", name="Yes, tell me").click()
    ada.reads("We tell you when there is a date")
    make.session(course=course)
    shop.work()
    with time_machine.travel(now() + timedelta(minutes=11), tick=True):
        mails = shop.mails("ada@example.com")
    assert "There is a date: Heat pumps" in mails[-1].subject
    ada.page.goto(link_in(mails[-1]))
    expect(ada.page.get_by_role("heading", name="Heat pumps").first).to_be_visible()
    expect(ada.page.get_by_role("link", name=re.compile("^Book")).first).to_be_visible()
