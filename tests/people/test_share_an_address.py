"""An address may be of several people: a couple shares a mailbox, a mother books for her child."""

from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, transaction

from shared_apps.accounts.services import create_user, prove_email
from shared_apps.events.models import Event
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.selectors import own_bookings
from tenant_apps.payments.models import Payment
from tenant_apps.people import identity
from tenant_apps.people.identity import find_person
from tenant_apps.people.models import Access, AccessKind, ContactPoint, Person, Student
from tenant_apps.people.services import add_student, correct_email, find_or_add
from tests import make

SHARED = "family@example.com"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def student(name, email=SHARED):
    return add_student(name=name, email=email, shared=True, by=None).person


def points(person):
    return set(person.contact_points.values_list("kind", "value", "is_primary"))


def seen_by(user):
    return set(Booking.objects.visible_to(user))


def test_the_office_records_two_people_of_one_address_when_it_says_so(office):
    ann = student("Ann Lee")
    fields = {"name": "Ben Lee", "email": "Family@example.com"}
    refused = office.post("/admin/students/new/", fields)
    assert refused.status_code == 422
    assert "They share this address" in refused.content.decode()
    assert "They share this address" not in office.get("/admin/students/new/").content.decode()
    office.post("/admin/students/new/", fields | {"shared": "on"})
    ben = Person.objects.get(name="Ben Lee")
    assert (ben.email, ben.contact_points.get().value) == (SHARED, SHARED)
    assert find_person(SHARED) == ann


def test_contact_points_follow_whatever_writes_the_person():
    person = make.person(email="Ann@Example.com", phone="0117 496 0000")
    assert points(person) == {("email", "ann@example.com", True), ("phone", "01174960000", True)}
    Person.objects.filter(pk=person.pk).update(email="", phone="+44 117 496 0000")  # as code of a former release would
    assert points(person) == {("phone", "+441174960000", True)}


def test_a_second_address_that_was_proven_is_kept_beside_the_first():
    ann, person = make.student_user()
    address = EmailAddress.objects.create(user=ann, email="second@example.com")
    assert prove_email(address)
    second = person.contact_points.get(value="second@example.com")
    assert (second.is_primary, second.verified_at is not None) == (False, True)
    assert person.contact_points.get(value=ann.email).is_primary


def test_a_mother_sees_what_is_booked_for_her_child_and_is_not_taken_for_it():
    child = student("Ben Lee")
    student("Cal Lee")
    booking = make.booking(buyer=child)
    mother = make.user(email=SHARED, name="Ann Lee")
    own = Person.objects.get(user=mother)
    assert own not in (child, Person.objects.get(name="Cal Lee"))
    assert {(access.kind, access.person.name) for access in Access.objects.filter(user=mother)} == {
        ("self", "Ann Lee"), ("contact", "Ben Lee"), ("contact", "Cal Lee"),
    }  # fmt: skip
    assert seen_by(mother) == {booking}
    assert own_bookings(mother).upcoming[0].booking == booking
    make.pay(booking)
    assert Payment.objects.visible_to(mother).count() == 1
    assert set(Student.objects.visible_to(mother)) == set(Student.objects.all())
    assert Event.objects.filter(name="person.claimed", subject_id=child.pk).count() == 1
    assert find_person(SHARED) == own


def test_of_two_who_share_an_address_the_one_who_proves_it_by_their_own_name_stays_themselves():
    ben, ann = student("Ben Lee"), student("Ann Lee")
    user = make.user(email=SHARED, name="ann lee")
    ann.refresh_from_db()
    ben.refresh_from_db()
    assert (ann.user, ben.user, ben.name) == (user, None, "Ben Lee")


def test_a_child_recorded_under_an_address_that_is_proven_already_is_its_owners_to_see(office):
    mother, own = make.student_user()
    fields = {"name": "Ben Lee", "email": mother.email, "shared": "on"}
    office.post("/admin/students/new/", fields)
    child = Person.objects.get(name="Ben Lee")
    assert Access.objects.get(person=child).user == mother
    assert child != own
    correct_email(child, "his-own@example.com", by=None)
    assert not Access.objects.filter(person=child).exists()


def test_whoever_takes_a_shared_address_off_their_account_sees_the_others_no_more(desk):
    mother, _own = make.student_user()
    second = EmailAddress.objects.create(user=mother, email=SHARED)
    for name in ("Ben Lee", "Cal Lee"):
        make.booking(buyer=student(name))
    prove_email(second)
    assert len(seen_by(mother)) == 2
    desk(user=mother).post("/accounts/email/", {"action_remove": "", "email": SHARED})
    assert seen_by(mother) == set()
    assert not ContactPoint.objects.filter(person__user=mother, value=SHARED).exists()


def test_an_address_that_was_mistyped_and_is_corrected_leaves_its_owner_with_nothing():
    one, other = student("Ben Lee", "mistyped@example.com"), student("Cal Lee", "mistyped@example.com")
    bookings = [make.booking(buyer=person) for person in (one, other)]
    stranger = make.user(email="mistyped@example.com", name="Some Stranger")
    assert seen_by(stranger) == set(bookings)
    correct_email(one, "right@example.com", by=None)
    assert seen_by(stranger) == {bookings[1]}
    assert points(one) == {("email", "right@example.com", True)}


def test_nobody_gets_access_by_an_address_that_they_have_not_proven():
    child = student("Ben Lee")
    make.booking(buyer=child)
    create_user(email=SHARED, password="the-thief-knows-1", name="Ben Lee")
    eve, _person = make.student_user()
    EmailAddress.objects.create(user=eve, email=SHARED)
    child.refresh_from_db()
    assert (child.user, Access.objects.filter(person=child).exists()) == (None, False)
    assert seen_by(eve) == set()


def test_nobody_gets_access_to_whoever_has_an_account_of_their_own():
    ann, person = make.student_user()
    Person.objects.filter(pk=person.pk).update(email=SHARED)
    other = make.user(email=SHARED)
    person.refresh_from_db()
    assert person.email == ann.email
    assert not Access.objects.filter(user=other, person=person).exists()


def test_somebody_with_a_guardian_is_joined_with_nobody_by_an_address():
    child, guardian = student("Ben Lee"), make.user()
    Access.objects.create(user=guardian, person=child, kind=AccessKind.GUARDIAN)
    other = make.user(email=SHARED, name="Ben Lee")
    child.refresh_from_db()
    assert (child.user, child.merged_into) == (None, None)
    assert Access.objects.get(user=other, person=child).kind == AccessKind.CONTACT


def test_what_one_has_access_to_is_theirs_by_api_and_nothing_else_is(api, tenant):
    child = student("Ben Lee")
    student("Cal Lee")
    booking, others = make.booking(buyer=child), make.booking()
    mother = make.user(email=SHARED, name="Ann Lee")
    program = api(tenant, mother)
    told = program.get(f"/bookings/{booking.pk}").json()
    assert (told["customer"]["email"], told["order"]["due"]) == (SHARED, 120.0)
    assert program.get(f"/bookings/{others.pk}").status_code == 404
    assert program.post(f"/bookings/{booking.pk}/cancel", {}, key=make.key()).status_code == 200
    assert program.post(f"/bookings/{others.pk}/cancel", {}, key=make.key()).status_code == 404
    assert [row["id"] for row in program.get(f"/users/{mother.pk}/bookings").json()["results"]] == [str(booking.pk)]


def test_a_login_and_its_access_end_together():
    ann, person = make.student_user()
    ann.delete()
    person.refresh_from_db()
    assert (person.user, Access.objects.count()) == (None, 0)


def met_at_once(all_at_once, email):
    @transaction.atomic
    def meet():
        return find_or_add(name="Ann Lee", email=email).pk

    return len(set(all_at_once([meet] * 6)))


@pytest.mark.django_db(transaction=True)
def test_whoever_is_met_several_times_at_one_moment_is_one_person(all_at_once):
    assert [met_at_once(all_at_once, f"new{n}@example.com") for n in range(10)] == [1] * 10


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_they_would_be_several(all_at_once, monkeypatch):
    """The control."""
    monkeypatch.setattr(identity, "lock_address", lambda email: None)
    assert any(met_at_once(all_at_once, f"new{n}@example.com") > 1 for n in range(30))


def everything_known():
    points = ContactPoint.objects.all()
    reached = {(one.person_id, one.kind, one.value, one.is_primary, one.verified_at is not None) for one in points}
    return reached | set(Access.objects.values_list("user_id", "person_id", "kind"))


def test_whoever_was_known_before_is_reached_and_seen_as_before():
    """The migration brings people to what the database keeps of those who come later."""
    ann, _own = make.student_user()
    prove_email(EmailAddress.objects.create(user=ann, email="second@example.com"))
    EmailAddress.objects.create(user=ann, email="unproven@example.com")
    make.person(email="Ben@Example.com", phone="(0117) 496-0000")
    Person.objects.create(name="Only A Name")
    known = everything_known()
    assert len(known) == 5
    ContactPoint.objects.all().delete()
    Access.objects.all().delete()
    with connection.cursor() as cursor:
        migration = import_module("tenant_apps.people.migrations.0005_what_follows_from_a_person").Migration
        for operation in migration.operations[1:]:
            cursor.execute(operation.sql)
    assert everything_known() == known


def test_a_guardian_reads_whose_booking_it_is(client_of, alpha):
    mother, own = make.student_user()
    child = student("Ben Lee")
    Access.objects.create(user=mother, person=child, kind=AccessKind.GUARDIAN)
    make.booking(buyer=child)
    make.booking(buyer=own)
    page = client_of(alpha).sign_in(mother).get("/my/bookings/").content.decode()
    assert page.count("for Ben Lee") == 1
    assert f"for {own.name}" not in page
