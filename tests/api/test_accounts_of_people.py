"""Accounts and the people they are, as a program sees them."""

import pytest
from allauth.account.models import EmailAddress

from shared_apps.events.models import Event
from shared_apps.events.timeline import entries_of
from tenant_apps.bookings.models import Attendee
from tenant_apps.bookings.selectors import token_of
from tenant_apps.messaging.models import Message
from tenant_apps.people.models import Person
from tenant_apps.people.services import make_student
from tests import make

pytestmark = pytest.mark.django_db


def test_a_program_proves_a_second_address_too(api, tenant):
    ann, person = make.student_user()
    stranger = make.person(email="second@example.com")
    address = EmailAddress.objects.create(user=ann, email="second@example.com")
    confirmation = address.send_confirmation()
    assert api(tenant, ann).post("/auth/verify-email", {"key": confirmation.key}).status_code == 204
    stranger.refresh_from_db()
    assert (stranger.merged_into, stranger.email, stranger.active) == (person, "", False)


def test_the_key_alone_gives_an_address_to_no_account_but_the_one_that_was_made_with_it(api, tenant):
    """Eve adds the address of somebody who booked; they give the key to a program, thinking it confirms their own."""
    eve, guest = make.student_user()[0], make.person(email="guest@example.com")
    key = EmailAddress.objects.create(user=eve, email="guest@example.com").send_confirmation().key
    for caller in (api(tenant), api(tenant, make.user())):
        answer = caller.post("/auth/verify-email", {"key": key})
        assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_to_confirm")
    guest.refresh_from_db()
    assert (guest.user_id, guest.merged_into_id) == (None, None)
    assert not EmailAddress.objects.filter(email="guest@example.com", verified=True).exists()


def test_tokens_end_for_good_when_the_account_is_closed(tenant, api, sign_in):
    ann, person = make.student_user()
    tokens = sign_in(tenant, ann).json()
    program, office = api(tenant, ann), api(tenant, make.user("admin"))
    assert program.get("/auth/me").status_code == 200
    for active in (False, True):
        assert office.patch(f"/students/{person.pk}", {"active": active}).status_code == 200
        assert program.get("/auth/me").status_code == 401
        assert api(tenant).post("/auth/refresh", {"refreshToken": tokens["refreshToken"]}).status_code == 401
        assert sign_in(tenant, ann).status_code == (200 if active else 401)


def test_another_address_for_an_account_waits_and_says_so(tenant, api):
    _ann, person = make.student_user()
    office = api(tenant, make.user("admin"))
    answer = office.patch(f"/students/{person.pk}", {"email": "new@example.com"}).json()
    assert (answer["email"], answer["pendingEmail"]) == (person.email, "new@example.com")
    assert office.patch(f"/students/{person.pk}", {"email": ""}).status_code == 409


def test_another_address_for_a_student_calls_in_the_links_that_went_to_the_former(tenant, api, client_of):
    booking = make.booking(
        buyer=make.person(email="wrong@example.com"), attendees=[{"name": "Ada", "email": "wrong@example.com"}]
    )
    sent = f"/bookings/{token_of(booking)}/"
    office = api(tenant, make.user("admin"))
    assert office.patch(f"/students/{booking.buyer_id}", {"email": "right@example.com"}).status_code == 200
    assert client_of(tenant).post(f"{sent}cancel/").status_code == 404
    assert office.get(f"/bookings/{booking.pk}").json()["attendees"][0]["email"] == "right@example.com"


def test_who_proved_an_address_before_it_made_them_somebody_books(tenant, api):
    ben, person = make.student_user()
    other = make.student_user()[1]
    Person.objects.filter(pk=person.pk).update(user=None, email="")
    Person.objects.filter(pk=other.pk).update(email=ben.email)
    answer = api(tenant, ben).post("/bookings", {"sessionId": str(make.session().pk)})
    assert answer.status_code == 201
    assert Person.objects.get(user=ben).pk not in (person.pk, other.pk)


def test_attendees_keep_their_ids_and_are_named_until_the_session_is_over(tenant, api):
    booking = make.booking(seats=3, attendees=[{"name": "Ada", "email": "ada@example.com"}, {"name": "Grac"}])
    office, url = api(tenant, make.user("admin")), f"/bookings/{booking.pk}"
    ada, grace = booking.attendees.all()
    names = [{"name": "Joan"}, {"name": "Grace"}, {"name": "Ada"}]
    assert office.patch(url, {"attendees": names}).status_code == 200
    now = {row.name: row for row in Attendee.objects.filter(booking=booking)}
    assert (now["Ada"].pk, now["Ada"].email, now["Ada"].position) == (ada.pk, "ada@example.com", 3)
    assert (now["Grace"].pk, now["Grace"].position) == (grace.pk, 2)
    before = set(Attendee.objects.values_list("pk", "name"))
    assert office.patch(url, {"attendees": names}).status_code == 200
    assert set(Attendee.objects.values_list("pk", "name")) == before
    late = make.booking(session=make.session(in_days=2))
    over, past = late.session, make.session(in_days=-2)
    over.starts_at, over.ends_at = past.starts_at, past.ends_at
    over.save()
    answer = office.patch(f"/bookings/{late.pk}", {"attendees": [{"name": "Too late"}]})
    assert (answer.status_code, answer.json()["code"]) == (409, "booking_over")
    assert office.patch(f"/bookings/{late.pk}", {"internalNotes": "Came late"}).status_code == 200


def test_nobody_renames_whoever_may_do_more_than_they(tenant, api):
    owner = make.user("owner", name="Olivia Owner")
    person = Person.objects.get(user=owner)
    make_student(person)
    office = api(tenant, make.user("admin"))
    for path in (f"/users/{owner.pk}", f"/students/{person.pk}"):
        refused = office.patch(path, {"name": "Pwned Owner"})
        assert (refused.status_code, refused.json()["code"]) == (409, "role_above_own")
    new = office.post("/trainers", {"name": "Pwned Owner", "email": owner.email}, key=make.key())
    assert (new.status_code, new.json()["code"]) == (409, "role_above_own")
    owner.refresh_from_db()
    person.refresh_from_db()
    assert (owner.name, person.name) == ("Olivia Owner", "Olivia Owner")
    assert office.patch(f"/students/{person.pk}", {"name": "Olivia Owner", "phone": "0117 496 0000"}).status_code == 200


@pytest.mark.parametrize(("role", "name"), [("trainer", "colleague.renamed"), ("student", "student.renamed")])
def test_who_called_somebody_otherwise_is_in_the_history(tenant, api, role, name):
    office, user = make.user("admin", name="Olive Office"), make.user(role, name="Grace")
    for _ in range(2):
        assert api(tenant, office).patch(f"/users/{user.pk}", {"name": "Grace Hopper"}).status_code == 200
    event = Event.objects.get(name=name)
    assert event.by_name == "Olive Office"
    assert "Hopper" not in str(event.payload)
    assert entries_of([event])[0].title == "Name changed"
    own = api(tenant, office).patch(f"/users/{office.pk}", {"name": "Olive of the Office"})
    assert own.status_code == 200
    assert Event.objects.filter(name="colleague.renamed", subject_id=office.pk).count() == 1


def test_a_link_to_a_new_password_goes_to_a_further_address_that_was_proven(tenant, api):
    ann, _person = make.student_user()
    EmailAddress.objects.create(user=ann, email="second@example.com", verified=True)
    EmailAddress.objects.create(user=ann, email="third@example.com", verified=False)
    for email, told in (("second@example.com", "choose a new password"), ("third@example.com", "There is none")):
        assert api(tenant).call("post", "/auth/forgot-password", {"email": email}).status_code == 202
        assert told in Message.objects.filter(to=email).latest("created_at").text
