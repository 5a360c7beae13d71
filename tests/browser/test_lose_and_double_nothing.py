"""Back, reload, double click, two tabs."""

import re
from datetime import timedelta

from playwright.sync_api import expect

from shared_apps.core.time import now
from tenant_apps.bookings.models import Booking
from tenant_apps.catalogue.models import Course
from tenant_apps.payments.models import Payment
from tests import make
from tests.browser.people import Visitor


def test_back_from_the_check_page_the_form_still_says_everything(visitor):
    session = make.session()
    ada = visitor()
    ada.begin(session)
    ada.page.get_by_label("How many seats").select_option("2")
    expect(ada.page.get_by_label("Name of attendee 2")).to_be_visible()
    ada.say_who(attendee_2="Grace Hopper", phone="0117 496 0000", special_requests="Tea")
    ada.is_at("/bookings/[^/]+/check/")
    ada.page.go_back()
    ada.is_at(f"/sessions/{session.pk}/book/")
    ada.reads("held until")
    said = {"name": "Ada Byron", "email": "ada@example.com", "phone": "0117 496 0000", "special_requests": "Tea"}
    for name, value in {**said, "seats": "2", "attendee_2": "Grace Hopper"}.items():
        expect(ada.page.locator(f"main [name={name}]")).to_have_value(value)

    ada.fill(attendee_2="Grace B. Hopper")
    ada.button("Continue").click()
    ada.is_at("/bookings/[^/]+/check/")
    ada.reads("Grace B. Hopper")
    session.refresh_from_db()
    assert (Booking.objects.count(), session.seats_taken) == (1, 2)


def test_a_change_link_leads_to_the_answer_and_back(visitor):
    ada = visitor()
    ada.book(make.session())
    ada.page.locator("main a[href*='#id_name']").click()
    ada.fill(name="Ada Lovelace")
    ada.button("Continue").click()
    ada.is_at("/bookings/[^/]+/check/")
    ada.reads("Ada Lovelace")
    assert Booking.objects.get().contact_name == "Ada Lovelace"


def test_a_double_click_books_and_pays_once(visitor):
    ada = visitor()
    ada.begin(make.session())
    ada.fill(name="Ada Byron", email="ada@example.com")
    ada.button("Continue").dblclick()
    ada.is_at("/bookings/[^/]+/check/")
    ada.button("Pay").dblclick()
    expect(ada.page.get_by_label("Card number")).to_be_visible()
    ada.card()
    ada.is_booked()
    assert (Booking.objects.count(), Payment.objects.count()) == (1, 1)


def test_reloading_and_going_back_after_paying_pays_nothing_again(visitor):
    ada = visitor()
    ada.book(make.session())
    ada.go_and_pay()
    ada.card()
    reference = ada.is_booked()
    ada.page.reload()
    assert ada.is_booked() == reference
    ada.page.go_back()
    expect(ada.page).to_have_url(re.compile("/sandbox/stripe/pay/"))
    expect(ada.page.get_by_label("Card number")).to_have_count(0)
    ada.page.go_back()
    ada.page.reload()
    assert ada.is_booked() == reference
    assert (Booking.objects.count(), Payment.objects.count()) == (1, 1)


def test_a_second_tab_goes_on_with_the_same_hold(visitor):
    session = make.session()
    ada = visitor()
    ada.book(session)
    second = Visitor(ada.page.context.new_page(), ada.home)
    second.begin(session)
    expect(second.page.get_by_label("Your name")).to_have_value("Ada Byron")
    second.fill(name="Ada Lovelace")
    second.button("Continue").click()
    second.is_at("/bookings/[^/]+/check/")
    ada.go_and_pay()
    ada.card()
    ada.is_booked()
    second.page.reload()
    second.is_booked()
    assert (Booking.objects.count(), Payment.objects.count()) == (1, 1)


def test_two_forms_open_at_once_hold_one_seat(visitor):
    session = make.session()
    ada = visitor()
    ada.begin(session)
    second = Visitor(ada.page.context.new_page(), ada.home)
    second.begin(session)
    ada.say_who()
    ada.is_at("/bookings/[^/]+/check/")
    second.say_who()
    second.is_at("/bookings/[^/]+/check/")
    session.refresh_from_db()
    assert (Booking.objects.count(), session.seats_taken) == (1, 1)


def test_who_needs_longer_starts_the_time_anew_once(visitor):
    ada = visitor()
    ada.book(make.session())
    soon = now() + timedelta(minutes=2)
    Booking.objects.update(hold_expires_at=soon)
    ada.page.reload()
    ada.button("Start the time again").click()
    expect(ada.button("Start the time again")).to_have_count(0)
    assert Booking.objects.get().hold_expires_at > soon + timedelta(minutes=20)
    ada.go_and_pay()
    ada.card()
    ada.is_booked()


def be_signed_out(person):
    person.page.context.clear_cookies(name=re.compile("sessionid"))


def sign_in_again(person, user):
    person.page.get_by_text("What you sent was not saved").wait_for()
    person.fill(login=user.email, password=make.PASSWORD)
    person.button("Sign in").click()
    person.reads("Your changes were not saved")


def test_what_a_student_typed_of_themselves_outlives_a_sign_in_that_ended(signed_in):
    student, _person = make.student_user()
    ada = signed_in(student)
    ada.open("/my/profile/")
    ada.fill(name="Ada Lovelace", phone="0117 496 0000")
    be_signed_out(ada)
    ada.button("Save").click()
    sign_in_again(ada, student)
    for name, value in {"name": "Ada Lovelace", "phone": "0117 496 0000"}.items():
        expect(ada.page.locator(f"main [name={name}]")).to_have_value(value)
    ada.button("Save").click()
    ada.page.get_by_text("saved").first.wait_for()
    student.refresh_from_db()
    assert student.name == "Ada Lovelace"

    ada.open("/accounts/email/")
    ada.page.locator("main [name=email]").last.fill("second@example.com")
    be_signed_out(ada)
    ada.button("Add").click()
    sign_in_again(ada, student)
    expect(ada.page.locator("main [name=email]").last).to_have_value("second@example.com")


def test_what_one_typed_is_not_shown_to_who_signs_in_next_in_that_tab(signed_in):
    ada = signed_in(make.student_user()[0])
    ada.open("/my/profile/")
    ada.fill(name="Ada Lovelace", phone="0117 496 0000")
    be_signed_out(ada)
    ada.button("Save").click()
    other, _person = make.student_user()
    sign_in_again(ada, other)
    expect(ada.page.locator("main [name=name]")).to_have_value(other.name)
    expect(ada.page.locator("main [name=phone]")).to_have_value("")


def test_what_the_office_typed_outlives_a_sign_in_that_ended(signed_in):
    course, owner = make.course(summary="About it."), make.user("owner")
    hannah = signed_in(owner)
    hannah.open(f"/admin/courses/{course.pk}/")
    hannah.fill(summary="All that matters about it.", price="135")
    hannah.page.context.clear_cookies(name=re.compile("sessionid"))
    Course.objects.filter(pk=course.pk).update(title="Renamed by a colleague meanwhile")
    hannah.button("Save").click()
    hannah.page.get_by_text("What you sent was not saved").wait_for()
    hannah.fill(login=owner.email, password=make.PASSWORD)
    hannah.button("Sign in").click()

    hannah.reads("Your changes were not saved")
    for name, value in {"summary": "All that matters about it.", "price": "135"}.items():
        expect(hannah.page.locator(f"main [name={name}]")).to_have_value(value)
    hannah.button("Save").click()
    hannah.page.get_by_text("Saved").first.wait_for()
    course.refresh_from_db()
    assert (course.summary, course.price) == ("All that matters about it.", 135)
    assert course.title == "Renamed by a colleague meanwhile"
