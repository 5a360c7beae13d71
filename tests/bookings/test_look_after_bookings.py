"""The pages behind a booking's link, and the student area."""

import re

import pytest

from shared_apps.accounts.models import User
from shared_apps.core.signing import sign
from shared_apps.tenants.context import tenant_context
from tenant_apps.bookings.details import name_attendees
from tenant_apps.bookings.errors import BookingOver
from tenant_apps.bookings.models import BookingStatus
from tenant_apps.bookings.selectors import token_of
from tenant_apps.bookings.services import cancel_booking
from tests import make
from tests.bookings.conftest import Visitor, in_site, path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
PAGES = ["booking", "booking_check", "booking_done", "booking_cancel", "booking_calendar"]


@pytest.mark.parametrize("page", PAGES)
def test_a_link_that_is_not_ours_opens_nothing(visitor, beta, page):
    booking = make.confirmed_booking()
    forged = token_of(booking)[:-2] + "xx"
    other_purpose = sign("feed", str(booking.pk))
    with tenant_context(beta):
        foreign = sign("booking", str(booking.pk))
    nobody = sign("booking", "01890000-0000-7000-8000-000000000000")
    for token in (forged, other_purpose, foreign, nobody, "x", str(booking.pk)):
        assert visitor.open(path(page, token)).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_pages_with_a_link_stay_out_of_indexes_caches_and_referrers(visitor, page):
    answer = visitor.open(path(page, token_of(make.confirmed_booking())))
    assert answer["X-Robots-Tag"] == "noindex"
    assert "private" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_the_page_of_a_booking_says_how_it_stands(visitor):
    booking = make.confirmed_booking(seats=2, attendees=[{"name": "Grace Hopper"}])
    token = token_of(booking)
    text = visitor.open(path("booking", token)).content.decode()
    for said in (booking.reference, "Confirmed", "Grace Hopper", "The other names are not known yet", "£240", "GMT"):
        assert said in text
    assert path("booking_cancel", token) in text
    assert "Cancel this booking" in text


def test_where_to_join_online_is_for_those_who_booked(visitor):
    session = make.session(online_url="https://meet.example.test/secret-room")
    held, confirmed = make.booking(session=session), make.confirmed_booking(session=session)
    assert "secret-room" not in visitor.open(path("book", session.pk)).content.decode()
    assert "secret-room" not in visitor.open(path("booking", token_of(held))).content.decode()
    assert "secret-room" in visitor.open(path("booking", token_of(confirmed))).content.decode()


def test_an_account_is_offered_after_booking_and_opened_by_a_link(visitor, mails):
    booking = make.confirmed_booking()
    url = path("booking_account", token_of(booking))
    known = make.confirmed_booking(buyer=make.student_user()[1])
    answers = [visitor.client.post(to, follow=True) for to in (url, path("booking_account", token_of(known)))]

    for answer, whose in zip(answers, (booking, known), strict=True):
        assert f"We sent a link to {whose.buyer.email}" in answer.content.decode()
    user = User.objects.get(email=booking.buyer.email)
    assert not user.has_usable_password()
    assert User.objects.filter(email=known.buyer.email).count() == 1
    sent = [mail for mail in mails() if mail.kind.startswith("account/password_reset")]
    assert sorted(mail.to for mail in sent) == sorted([booking.buyer.email, known.buyer.email])


def test_the_link_to_a_password_proves_the_address_and_shows_the_booking(visitor, mails):
    booking = make.confirmed_booking()
    visitor.client.post(path("booking_account", token_of(booking)))
    mail = next(mail for mail in mails() if mail.kind.startswith("account/password_reset"))
    link = re.search(r"http\S+/password/reset/key/\S+", mail.text)
    form = visitor.client.get(in_site(link[0]), follow=True)
    visitor.client.post(form.redirect_chain[-1][0], {"password1": "correct-horse-7", "password2": "correct-horse-7"})
    booking.buyer.refresh_from_db()
    assert booking.buyer.user.email == booking.buyer.email


def test_my_bookings_are_mine_whatever_my_role(visitor):
    user, person = make.student_user()
    user.roles = ["owner"]
    user.save()
    mine, past = make.confirmed_booking(buyer=person), make.confirmed_booking(buyer=person)
    past.session.ends_at = past.session.starts_at = past.session.created_at
    past.session.ends_at = past.session.starts_at.replace(year=2025)
    past.session.starts_at = past.session.ends_at.replace(year=2024)
    past.session.save()
    due = make.booking(buyer=person)
    foreign = make.confirmed_booking()
    visitor.client.sign_in(user)
    page = visitor.open(path("my_bookings"))
    text = page.content.decode()
    for booking in (mine, past, due):
        assert booking.session.course.title in text
    assert foreign.session.course.title not in text
    assert "Your next session" in text
    assert "Pay £120" in text
    assert page["Cache-Control"].startswith("private")


def test_my_bookings_ask_to_sign_in(visitor):
    answer = visitor.open(path("my_bookings"))
    assert answer.status_code == 302
    assert "/accounts/login/" in answer.url


def test_nothing_booked_yet_says_so(visitor):
    user, _ = make.student_user()
    visitor.client.sign_in(user)
    assert "Nothing booked yet" in visitor.open(path("my_bookings")).content.decode()


def test_my_details_are_saved(visitor):
    user, person = make.student_user()
    visitor.client.sign_in(user)
    visitor.client.post(path("my_profile"), {"name": "Ada King", "phone": "07700 900123"})
    user.refresh_from_db()
    person.refresh_from_db()
    assert (user.name, person.name, person.phone) == ("Ada King", "Ada King", "07700 900123")
    refused = visitor.client.post(path("my_profile"), {"name": ""})
    assert "There is a problem" in refused.content.decode()


def test_two_providers_in_one_browser_keep_their_bookings_apart(alpha, beta, client_of):
    session = make.session()
    with tenant_context(beta):
        other = make.session()
    browser = client_of(alpha)
    at_alpha = Visitor(browser)
    at_alpha.token(session)
    browser.prefix = "/beta"
    browser.tenant = beta
    assert "ada@example.com" not in at_alpha.open(path("book", other.pk)).content.decode()
    browser.prefix = "/alpha"
    assert "ada@example.com" in at_alpha.open(path("book", session.pk)).content.decode()


def test_a_confirmed_booking_is_not_paid_for_again(visitor):
    booking = make.confirmed_booking()
    answer = visitor.client.post(path("booking_pay", token_of(booking)), {"purpose": "full"})
    booking.refresh_from_db()
    assert answer.url.endswith("/done/")
    assert booking.status == BookingStatus.CONFIRMED
    assert booking.order.payments.count() == 1


def test_the_names_are_given_after_booking(visitor, happened):
    booking = make.confirmed_booking(seats=3, attendees=[{"name": "Ada Byron", "email": "ada@example.com"}])
    url = path("booking_names", token_of(booking))
    assert 'value="Ada Byron"' in visitor.open(url).content.decode()
    visitor.client.post(url, {"attendee_1": "Ada Byron", "attendee_2": "Grace Hopper", "attendee_4": "Too Many"})
    named = list(booking.attendees.values_list("position", "name", "email"))
    assert named == [(1, "Ada Byron", "ada@example.com"), (2, "Grace Hopper", "")]
    assert "booking.attendees_named" in happened()


def test_names_of_what_is_called_off_stay_as_they_are(visitor):
    booking = make.confirmed_booking(attendees=[{"name": "Ada Byron"}])
    cancel_booking(booking, by=None)
    visitor.client.post(path("booking_names", token_of(booking)), {"attendee_1": "Mallory"})
    assert booking.attendees.get().name == "Ada Byron"
    with pytest.raises(BookingOver):
        name_attendees(booking, attendees=[{"name": "Mallory"}])
