"""Whoever proves an email address owns it, and what was booked under it. Each account is one person."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from allauth.account.models import EmailAddress

from shared_apps.accounts.models import User
from shared_apps.accounts.services import create_user, prove_email
from shared_apps.core.time import now
from tenant_apps.bookings.models import Booking
from tenant_apps.messaging.models import Message
from tenant_apps.people.identity import find_person
from tenant_apps.people.models import Person, Student
from tests import make

pytestmark = pytest.mark.django_db


def add_address(client, email):
    client.post("/accounts/email/", {"action_add": "", "email": email})
    letter = Message.objects.filter(to=email).latest("created_at")
    return re.search(r"https?://[^/\s]+(/\S+confirm-email/\S+?/)", letter.text)[1]


def test_what_was_booked_under_a_second_address_is_theirs_once_it_is_proven(desk):
    ann, person = make.student_user()
    under_another = make.booking(buyer=make.person(email="second@example.com"))
    same_session = make.booking(buyer=person, session=under_another.session)
    client = desk(user=ann)
    link = add_address(client, "second@example.com")
    assert client.post(link).status_code == 302
    assert set(Booking.objects.filter(buyer__user=ann)) == {under_another, same_session}
    assert Student.objects.count() == 1
    assert under_another.reference in client.get("/my/bookings/").content.decode()
    assert find_person("Second@example.com") == person


def test_mails_go_to_the_address_that_was_made_the_main_one(desk):
    ann, person = make.student_user()
    client = desk(user=ann)
    client.post(add_address(client, "second@example.com"))
    client.post("/accounts/email/", {"action_primary": "", "email": "second@example.com"})
    person.refresh_from_db()
    assert person.email == "second@example.com"
    assert make.person(email=ann.email) == person
    client.post("/accounts/email/", {"action_remove": "", "email": ann.email})
    assert make.person(email=ann.email) != person


def test_an_account_nobody_proved_does_not_keep_its_address_from_its_owner(desk):
    create_user(email="second@example.com", password="the-thief-knows-1")
    create_user(email="third@example.com", roles=["trainer"])
    ann, _person = make.student_user()
    for email in ("second@example.com", "third@example.com"):
        address = EmailAddress.objects.create(user=ann, email=email)
        assert prove_email(address)
    desk(user=ann).post("/accounts/email/", {"action_primary": "", "email": "second@example.com"})
    ann.refresh_from_db()
    assert (ann.email, ann.roles) == ("second@example.com", ["student", "trainer"])
    assert User.objects.count() == 1


def test_the_office_changes_the_address_of_an_account_and_the_account_proves_it(office, desk):
    ann, person = make.student_user()
    before = ann.email
    office.post(f"/admin/students/{person.pk}/edit/", {"name": person.name, "email": "new@example.com"})
    person.refresh_from_db()
    assert (person.email, person.pending_email) == (before, "new@example.com")
    assert "Waiting for proof" in office.get(f"/admin/students/{person.pk}/").content.decode()
    link = re.search(r"https?://[^/\s]+(/\S+)", Message.objects.get(to="new@example.com").text)[1]
    assert "/accounts/login/" in desk().post(link)["Location"]
    assert desk(user=make.user()).post(link).status_code == 404
    assert desk(user=ann).post(link).status_code == 302
    person.refresh_from_db()
    ann.refresh_from_db()
    assert (person.email, person.pending_email, ann.email) == ("new@example.com", "", "new@example.com")


def test_an_address_the_office_gave_by_mistake_stays_its_owners(office, desk):
    ann, person = make.student_user()
    before = ann.email
    office.post(f"/admin/students/{person.pk}/edit/", {"name": person.name, "email": "shared@example.com"})
    ben = make.user("student", email="shared@example.com", name="Ben")
    booked = make.booking(buyer=make.person(email="shared@example.com"))
    assert booked.buyer.user == ben
    person.refresh_from_db()
    assert person.email == before
    link = re.search(r"https?://[^/\s]+(/\S+/my/email/\S+)", Message.objects.filter(to="shared@example.com")[0].text)[1]
    assert desk(user=ann).post(link).status_code == 409
    assert find_person("shared@example.com").user == ben


def test_who_proves_an_address_that_stood_in_another_record_is_not_locked_out(tenant):
    ann, person = make.student_user()
    Person.objects.filter(pk=person.pk).update(email="shared@example.com")  # as the office could, formerly
    ben = make.user("student", email="shared@example.com", name="Ben")
    person.refresh_from_db()
    assert (person.email, person.user) == (ann.email, ann)
    assert Person.objects.get(user=ben).email == "shared@example.com"
    Person.objects.filter(user=ben).update(user=None, email="")  # who proved it before this was so
    mine = make.booking(buyer=make.person(email="shared@example.com"))
    assert mine.buyer.user == ben


def test_a_strangers_address_is_not_shown_to_who_has_the_link(desk):
    ann, _person = make.student_user()
    client = desk(user=ann)
    client.post(add_address(client, "second@example.com"))
    session = make.session(price=0)
    form = {"seats": 1, "name": "Somebody", "email": "second@example.com", "coming": "on"}
    page = desk().get(f"/sessions/{session.pk}/book/")
    key = page.context["form"]["form_key"].value()
    guest = desk()
    answer = guest.post(f"/sessions/{session.pk}/book/", form | {"form_key": key}, follow=True)
    assert Booking.objects.get(session=session).buyer.user == ann
    assert "second@example.com" in answer.content.decode()
    assert ann.email not in answer.content.decode()


def test_an_honest_click_gives_a_strangers_account_nothing(desk, client_of, tenant):
    """Eve gives the address of somebody who has booked; they read our email and say that the address is theirs."""
    eve, _person = make.student_user()
    booking = make.booking(buyer=make.person(email="guest@example.com"))
    link = add_address(desk(user=eve), "guest@example.com")
    guest = client_of(tenant)
    page = guest.get(link).content.decode()
    assert str(eve) in page
    assert "Yes, it is mine" not in page
    for given in ({}, {"password": ""}, {"password": "guessed-it-1"}):
        answer = guest.post(link, given)
        assert answer.status_code == 422
        assert 'name="password"' in answer.content.decode()
    own, _person = make.student_user()
    assert client_of(tenant).sign_in(own).post(link, {}).status_code == 422
    assert not EmailAddress.objects.filter(email="guest@example.com", verified=True).exists()
    booking.buyer.refresh_from_db()
    assert booking.buyer.user is None


def test_who_knows_the_accounts_password_confirms_on_another_device_and_is_signed_in(desk, client_of, tenant):
    ann, _person = make.student_user()
    ann.set_password("engine-no-1")
    ann.save()
    link = add_address(desk(user=ann), "second@example.com")
    phone = client_of(tenant)
    assert phone.post(link, {"password": "engine-no-1"}).status_code == 302
    assert EmailAddress.objects.filter(user=ann, email="second@example.com", verified=True).exists()
    assert phone.get("/my/bookings/").status_code == 200


def test_a_password_is_not_guessed_at_a_link_in_an_email(desk, client_of, tenant, settings):
    settings.ACCOUNT_RATE_LIMITS = {"reauthenticate": "3/m/user"}
    ann, _person = make.student_user()
    link = add_address(desk(user=ann), "second@example.com")
    tried = [client_of(tenant).post(link, {"password": f"guess-{n}"}).status_code for n in range(5)]
    assert tried == [422, 422, 422, 429, 429]


def test_nobody_is_asked_to_prove_an_address_that_somebody_else_has_proven(desk):
    jamie, person = make.student_user()
    office = desk("admin")
    url = f"/admin/students/{person.pk}/"
    office.post(f"{url}edit/", {"name": person.name, "email": "shared@example.com"})
    assert "Waiting for proof" in office.get(url).content.decode()
    ben, _person = make.student_user()
    desk(user=ben).post(add_address(desk(user=ben), "shared@example.com"))
    assert "Waiting for proof" not in office.get(url).content.decode()
    again = office.post(f"{url}edit/", {"name": person.name, "email": "shared@example.com"})
    assert again.status_code == 422
    person.refresh_from_db()
    assert (person.email, person.pending_email) == (jamie.email, "")


def test_a_forgotten_password_is_not_sent_to_an_address_that_the_account_has_not_proven(desk, client_of, tenant):
    eve, _person = make.student_user()
    link = add_address(desk(user=eve), "guest@example.com")
    guest = client_of(tenant)
    assert "don't know the password" not in unescape(guest.get(link).content.decode())
    guest.post("/accounts/password/reset/", {"email": "guest@example.com"})
    assert Message.objects.filter(to="guest@example.com", kind="account/password_reset_key").count() == 0
    assert "There is none" in Message.objects.filter(to="guest@example.com").latest("created_at").text
    guest.post("/accounts/password/reset/", {"email": eve.email})
    letter = Message.objects.filter(to=eve.email).latest("created_at")
    assert ("Choose a new password" in letter.subject, "choose a new password" in letter.text) == (True, True)


def test_who_has_no_password_yet_sets_one_and_is_not_asked_for_a_new_one(client_of, tenant):
    eve, _person = make.student_user()
    eve.set_unusable_password()
    eve.save()
    client_of(tenant).post("/accounts/password/reset/", {"email": eve.email})
    letter = Message.objects.filter(to=eve.email).latest("created_at")
    assert ("Set your password" in letter.subject, "set the password" in letter.text) == (True, True)


def reset_link(browser, email):
    browser.post("/accounts/password/reset/", {"email": email})
    letter = Message.objects.filter(to=email, kind="account/password_reset_key").latest("created_at")
    return re.search(r"https?://[^/\s]+(/\S+/password/reset/key/\S+)", letter.text)[1]


def test_a_reset_link_ends_when_the_address_it_was_sent_to_is_taken_off_the_account(desk, client_of, tenant):
    ann, _person = make.student_user()
    client = desk(user=ann)
    client.post(add_address(client, "second@example.com"))
    link, other = (reset_link(client_of(tenant), email) for email in ("second@example.com", ann.email))
    page = client_of(tenant).get(link, follow=True)
    assert "password1" in page.content.decode()
    client.post("/accounts/email/", {"action_remove": "", "email": "second@example.com"})

    late = client_of(tenant)
    assert "password1" not in late.get(link, follow=True).content.decode()
    key = {"key": link.rstrip("/").rsplit("/", 1)[-1], "password": "the-finder-s-1"}
    answer = client_of(tenant, api=True).post("/auth/reset-password", key, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_key")
    assert "password1" in client_of(tenant).get(other, follow=True).content.decode()


def test_a_password_set_by_a_link_to_one_address_proves_no_other(desk, client_of, tenant):
    ann, _person = make.student_user()
    client = desk(user=ann)
    client.post(add_address(client, "second@example.com"))
    EmailAddress.objects.filter(user=ann, email=ann.email).update(verified=False)
    link = reset_link(client_of(tenant), "second@example.com")
    key = {"key": link.rstrip("/").rsplit("/", 1)[-1], "password": "a-new-engine-2"}
    assert client_of(tenant, api=True).post("/auth/reset-password", key, "application/json").status_code == 204
    assert not EmailAddress.objects.get(user=ann, email=ann.email).verified


def test_nobody_makes_us_write_to_one_address_after_another_by_adding_them(desk):
    ann, _person = make.student_user()
    client, answers = desk(user=ann), []
    for n in range(36):
        with time_machine.travel(now() + timedelta(minutes=n // 9), tick=True):
            sent = {"action_add": "", "email": f"w{n}@example.com"}
            answers.append(client.post("/accounts/email/", sent).status_code)
            EmailAddress.objects.filter(user=ann, verified=False).delete()
    assert answers.count(429) == 6
    assert Message.objects.filter(to__startswith="w").count() == 30
