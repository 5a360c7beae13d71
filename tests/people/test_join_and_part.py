"""The office says that two records are one person, takes it back, or takes somebody out of lists."""

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_apps.accounts.services import create_user, prove_email
from shared_apps.events.models import Event
from tenant_apps.bookings.models import Attendee, Booking
from tenant_apps.payments.models import Order
from tenant_apps.people.errors import BothSignIn, BothTeach, CannotPart, RoleAboveOwn, SamePerson
from tenant_apps.people.identity import find_person
from tenant_apps.people.merging import merge_people, split_person
from tenant_apps.people.models import Access, AccessKind, ContactPoint, Merge, Person, Student
from tenant_apps.people.services import add_student, deactivate_person
from tenant_apps.scheduling.models import SeatClaim
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def student(name, email="", **fields):
    return add_student(name=name, email=email, by=None, **fields).person


def merged(kept, absorbed, by=None):
    return merge_people(kept=Person.objects.get(pk=kept.pk), absorbed=Person.objects.get(pk=absorbed.pk), by=by)


def everything():
    """All that says whose anything is, and how anybody is reached."""
    people = Person.objects.values_list("pk", "name", "email", "phone", "user", "active", "merged_into", "organisation")
    return {
        "people": set(people),
        "students": set(Student.objects.values_list("pk", "notes")),
        "points": set(ContactPoint.objects.values_list("person", "kind", "value", "is_primary")),
        "access": set(Access.objects.values_list("user", "person", "kind")),
        "bookings": set(Booking.objects.values_list("pk", "buyer", "beside_another")),
        "orders": set(Order.objects.values_list("pk", "buyer")),
        "attendees": set(Attendee.objects.values_list("pk", "person")),
        "claims": set(SeatClaim.objects.values_list("holder_id", "person")),
    }


def test_two_records_are_joined_and_parted_again_on_the_students_page(office):
    ada, twice = student("Ada Byron", "ada@example.com"), student("Ada Byron", "a.byron@example.com", notes="Late")
    booking = make.booking(buyer=twice)
    page = office.get(f"/admin/students/{ada.pk}/join/").content.decode()
    assert "a.byron@example.com" in page
    assert "a.byron@example.com" in office.get(f"/admin/students/{ada.pk}/join/?q=byron").content.decode()
    before = everything()
    page = office.post(f"/admin/students/{ada.pk}/join/", {"other": str(twice.pk)}, follow=True).content.decode()
    for words in (booking.reference, "Late", "Joined records", "Joined with another record"):
        assert words in page
    booking.refresh_from_db()
    assert (booking.buyer, booking.order.buyer) == (ada, ada)
    assert office.get(f"/admin/students/{twice.pk}/")["Location"].endswith(f"/admin/students/{ada.pk}/")
    merge = Merge.objects.get()
    page = office.post(f"/admin/students/{ada.pk}/join/{merge.pk}/", follow=True).content.decode()
    assert "Joined records" not in page
    assert everything() == before
    assert office.post(f"/admin/students/{ada.pk}/join/{merge.pk}/").status_code == 404


def test_only_those_who_manage_students_join_or_part_them(desk):
    ada, twice = student("Ada Byron"), student("Ada Byron")
    merge = merged(ada, twice)
    other = student("Ada Byron")
    for role in ("sales", "trainer", "student"):
        client = desk(role)
        assert client.post(f"/admin/students/{ada.pk}/join/", {"other": str(other.pk)}).status_code == 404
        assert client.post(f"/admin/students/{ada.pk}/join/{merge.pk}/").status_code == 404
        assert client.post(f"/admin/students/{ada.pk}/guardians/", {"email": "x@example.com"}).status_code == 404
    assert desk("admin").post(f"/admin/students/{other.pk}/join/{merge.pk}/").status_code == 404
    assert Merge.objects.standing().count() == 1


def test_a_record_with_an_account_stays_and_nobody_else_gets_into_the_account():
    user, own = make.student_user()
    walk_in = student("Somebody", "walk-in@example.com")
    merge = merged(walk_in, own)
    assert merge.kept == own
    own.refresh_from_db()
    assert (own.user, own.email) == (user, user.email)
    assert find_person("walk-in@example.com") is None
    with pytest.raises(BothSignIn):
        merged(make.student_user()[1], own)
    with pytest.raises(SamePerson):
        merged(own, walk_in)
    with pytest.raises(SamePerson):
        merged(own, own)
    with pytest.raises(BothTeach):
        merged(make.trainer().person, make.trainer().person)


def test_nobody_joins_a_record_of_somebody_who_may_do_more_than_they():
    owner = make.user("owner")
    admin, other = make.user("admin"), student("Olivia")
    with pytest.raises(RoleAboveOwn):
        merged(other, Person.objects.get(user=owner), by=admin)
    merge = merged(other, Person.objects.get(user=owner), by=owner)
    with pytest.raises(RoleAboveOwn):
        split_person(merge, by=admin)


def test_an_address_that_somebody_typed_for_a_seat_opens_nothing_of_whom_the_seat_is_joined_with():
    """Mallory names "Bob" on a seat, by an address of Mallory's, and hopes that the office joins the two."""
    bob = student("Bob Lee", "bob@example.com")
    bobs = make.booking(buyer=bob)
    seat = make.booking(attendees=[{"name": "Bob Lee", "email": "mallory@example.com"}]).attendees.get()
    mallory = make.user(email="mallory@example.com", name="Mallory")
    assert Access.objects.filter(user=mallory, person=seat.person).exists()
    merged(bob, seat.person)
    assert not Access.objects.filter(user=mallory, person=bob).exists()
    assert bobs not in Booking.objects.visible_to(mallory)
    second = make.user(email="second@example.com")
    seat = make.booking(attendees=[{"name": "Bob Lee", "email": "third@example.com"}]).attendees.get()
    merged(bob, seat.person)
    create_user(email="third@example.com", name="Third", verified=True)
    assert not Access.objects.filter(person=bob).exists()
    assert not Booking.objects.visible_to(second).exists()


def test_what_was_booked_since_stays_and_a_guardian_moves_along():
    ada, twice = student("Ada Byron", "ada@example.com"), student("Ada Byron", "twice@example.com")
    guardian = make.user()
    Access.objects.create(user=guardian, person=twice, kind=AccessKind.GUARDIAN)
    earlier = make.booking(buyer=twice)
    merge = merged(ada, twice)
    assert Access.objects.get(user=guardian, kind="guardian").person == ada
    later = make.booking(buyer=ada)
    split_person(merge, by=None)
    earlier.refresh_from_db()
    later.refresh_from_db()
    assert (earlier.buyer, later.buyer) == (twice, ada)
    assert Access.objects.get(user=guardian, kind="guardian").person == twice
    with pytest.raises(CannotPart):
        split_person(merge, by=None)


def test_the_office_takes_back_what_a_proof_joined():
    ann, own = make.student_user()
    walk_in = student("Ben Lee", "shared@example.com")
    booking = make.booking(buyer=walk_in)
    assert prove_email(EmailAddress.objects.create(user=ann, email="shared@example.com"))
    booking.refresh_from_db()
    assert booking.buyer == own
    split_person(Merge.objects.get(), by=None)
    booking.refresh_from_db()
    walk_in.refresh_from_db()
    assert (booking.buyer, walk_in.email, walk_in.active) == (walk_in, "shared@example.com", True)
    assert (own.user, walk_in.user) == (ann, None)
    assert find_person("shared@example.com") == own
    assert Access.objects.get(person=walk_in).user == ann  # it is Ann's address all the same, and mail about it is hers


def test_the_last_of_several_joins_is_taken_back_first():
    ada, second, third = (student("Ada Byron", f"ada{n}@example.com") for n in range(3))
    first, last = merged(ada, second), merged(ada, third)
    with pytest.raises(CannotPart):
        split_person(first, by=None)
    split_person(last, by=None)
    assert split_person(first, by=None) == second


def test_the_history_of_a_join_quotes_no_name():
    ada, twice = student("Ada Byron", "ada@example.com"), student("Secret Name", "secret@example.com")
    split_person(merged(ada, twice), by=None)
    told = Event.objects.filter(name__in=["person.merged", "person.parted"])
    assert told.count() == 2
    assert "ecret" not in "".join(str(event.payload) for event in told)


details = st.fixed_dictionaries({
    "email": st.booleans(), "phone": st.booleans(), "notes": st.booleans(), "account": st.booleans(),
    "bookings": st.integers(0, 2),
})  # fmt: skip


def somebody(number, session, told):
    if told["account"]:
        _user, person = make.student_user()
    else:
        person = student(f"Person {number}", f"person{number}@made.test" if told["email"] else "")
    Person.objects.filter(pk=person.pk).update(phone=f"0117 496 000{number}" if told["phone"] else "")
    Student.objects.filter(person=person).update(notes=f"Note {number}" if told["notes"] else "")
    person = Person.objects.get(pk=person.pk)
    for each in [session, make.session()][: told["bookings"]]:
        make.booking(session=each, buyer=person, attendees=[{"name": person.name, "email": ""}])
    return person


@settings(max_examples=20, deadline=None)
@given(details, details)
def test_whatever_was_joined_nothing_is_lost_and_taking_it_back_makes_it_as_it_was(one, other):
    with transaction.atomic():
        session = make.session()
        kept, absorbed = somebody(1, session, one), somebody(2, session, other)
        before = everything()
        if one["account"] and other["account"]:
            with pytest.raises(BothSignIn):
                merged(kept, absorbed)
        else:
            merge = merged(kept, absorbed)
            kept_first = [(1, one), (2, other)][:: -1 if merge.kept == absorbed else 1]
            assert set(Booking.objects.filter(buyer=merge.kept)) == set(Booking.objects.all())
            assert set(Attendee.objects.values_list("person", flat=True)) <= {merge.kept_id}
            assert Order.objects.exclude(buyer=merge.kept).count() == 0
            assert not Booking.objects.filter(buyer=merge.absorbed).exists()
            assert {row.notes for row in Student.objects.all()} == {
                "\n\n".join(f"Note {n}" for n, told in kept_first if told["notes"])
            }
            split_person(merge, by=None)
            assert everything() == before
        transaction.set_rollback(True)


def test_whoever_is_made_inactive_is_told_of_with_what_they_still_have_ahead(office):
    booking = make.booking()
    url = f"/admin/students/{booking.buyer_id}/state/"
    page = office.post(url, {"active": "0"}, follow=True).content.decode()
    assert f"Still to come: {booking.session.course} ({booking.reference})" in page
    booking.refresh_from_db()
    assert (booking.status, booking.buyer.active) == ("pending", False)
    assert "Still to come" not in office.post(url, {"active": "1"}, follow=True).content.decode()


def test_sign_ins_and_tokens_of_whoever_is_deactivated_end(desk, api, tenant):
    ann, person = make.student_user()
    browser, program = desk(user=ann), api(tenant, ann)
    assert browser.get("/my/bookings/").status_code == 200
    assert program.get("/auth/me").status_code == 200
    office = make.user("admin")
    deactivate_person(person, by=office)
    assert browser.get("/my/bookings/").status_code == 302
    assert program.get("/auth/me").status_code == 401
    guardian, child = make.user(), student("A Child")
    Access.objects.create(user=guardian, person=child, kind=AccessKind.GUARDIAN)
    deactivate_person(child, by=office)
    assert desk(user=guardian).get("/my/bookings/").status_code == 200


def test_a_guardian_sees_and_cancels_what_is_booked_for_whom_they_look_after(office, desk):
    child = student("Ben Lee")
    booking = make.booking(buyer=child)
    mother = make.user(email="mother@example.com", name="Ann Lee")
    url = f"/admin/students/{child.pk}/guardians/"
    assert office.post(url, {"email": "nobody@example.com"}).status_code == 422
    page = office.post(url, {"email": "Mother@example.com"}, follow=True).content.decode()
    assert "Ann Lee" in page
    assert booking.reference in desk(user=mother).get("/my/bookings/").content.decode()
    assert "Guardian added" in office.get(f"/admin/students/{child.pk}/").content.decode()
    office.post(url, {"remove": str(Access.objects.get(person=child).pk)})
    assert booking.reference not in desk(user=mother).get("/my/bookings/").content.decode()


def test_an_account_nobody_proved_guards_nobody_and_nobody_loses_themselves(office):
    create_user(email="unproven@example.com", password="the-thief-knows-1")
    ann, person = make.student_user()
    url = f"/admin/students/{person.pk}/guardians/"
    assert office.post(url, {"email": "unproven@example.com"}).status_code == 422
    assert office.post(url, {"email": ann.email}).status_code == 422
    assert office.post(url, {"remove": str(Access.objects.get(person=person).pk)}).status_code == 404
    assert Access.objects.get(person=person).kind == "self"


def test_who_paid_while_joined_with_another_is_a_student_when_they_are_parted():
    kept, absorbed = make.person(), make.person()
    booking = make.booking(buyer=absorbed)
    merge = merged(kept, absorbed)
    make.pay(Booking.objects.get(pk=booking.pk))
    make.deliver_all()
    split_person(merge, by=None)
    assert Student.objects.filter(person=absorbed).exists()
