"""Two records are joined or parted while somebody books, confirms, or writes down who comes."""

import pytest
from django.db import transaction

from shared_apps.core.states import Actor
from tenant_apps.bookings.attendees import say_who_attends
from tenant_apps.bookings.details import correct_contact
from tenant_apps.bookings.models import Attendee, Booking
from tenant_apps.bookings.proof import confirm_by_link
from tenant_apps.bookings.services import book_seats, cancel_booking, confirm_booking
from tenant_apps.bookings.waiting_list import join_waiting_list
from tenant_apps.people.joining import join
from tenant_apps.people.merging import merge_people, split_person
from tenant_apps.people.models import Merge, Student
from tenant_apps.scheduling.models import Offer
from tenant_apps.scheduling.offers import accept_offer
from tests import make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("tenant")]


def test_parting_holds_no_attendee_while_it_waits_for_a_booking(begin_behind):
    """Whoever names attendees locks the booking first: parting that began with the attendees would be a deadlock."""
    booking = make.booking(attendees=[{"name": "Ann", "email": ""}])
    Attendee.objects.update(person=booking.buyer)
    with transaction.atomic():
        merge = join(make.person(), booking.buyer)[1]
    with transaction.atomic():
        Booking.objects.select_for_update().get(pk=booking.pk)
        parting = begin_behind(lambda: split_person(Merge.objects.get(pk=merge.pk), by=None))
        Attendee.objects.select_for_update(nowait=True).get()
    parting.result(20)
    assert Attendee.objects.get().person_id == Booking.objects.get().buyer_id == booking.buyer_id


def test_who_books_while_their_record_is_joined_with_another_books_as_that_one(begin_behind):
    kept, absorbed, session = make.person(), make.person(), make.session()
    with transaction.atomic():
        merge_people(kept=kept, absorbed=absorbed, by=None)
        booking = begin_behind(lambda: book_seats(session=session, buyer=absorbed, by=None))
    made = booking.result(20)
    assert (made.buyer_id, made.order.buyer_id) == (kept.pk, kept.pk)
    assert made.shown_email == absorbed.email  # where they said


def test_who_becomes_a_student_while_their_record_is_joined_is_one_as_the_record_that_stands(begin_behind):
    kept, absorbed = make.person(), make.person()
    booking = make.booking(buyer=absorbed)
    with transaction.atomic():
        confirm_booking(Booking.objects.get(pk=booking.pk))  # which makes its buyer a student
        joining = begin_behind(lambda: merge_people(kept=kept, absorbed=absorbed, by=None))
    joining.result(20)
    assert list(Student.objects.values_list("person", flat=True)) == [kept.pk]


def test_seats_are_offered_to_somebody_whose_record_is_being_joined_without_waiting_for_it(begin_behind):
    """Whoever joins them waits for their place in the line, which who offers them something has."""
    session, kept, absorbed = make.session(capacity=1), make.person(), make.person()
    booked = make.confirmed_booking(session=session)
    join_waiting_list(session=session, person=absorbed, by=None)
    with transaction.atomic():
        cancel_booking(booked, by=None)
        joining = begin_behind(lambda: merge_people(kept=kept, absorbed=absorbed, by=None))
    joining.result(20)
    assert Offer.objects.get().person_id == kept.pk


def test_an_offer_is_accepted_by_the_record_that_stands(begin_behind):
    session, kept, absorbed = make.session(capacity=1), make.person(), make.person()
    booked = make.confirmed_booking(session=session)
    join_waiting_list(session=session, person=absorbed, by=None)
    cancel_booking(booked, by=None)
    offer = Offer.objects.get()
    with transaction.atomic():
        merge_people(kept=kept, absorbed=absorbed, by=None)
        accepting = begin_behind(lambda: accept_offer(offer, by=None, acting=Actor.BUYER, proven=True))
    assert accepting.result(20).buyer_id == kept.pk


@pytest.mark.parametrize(
    "act", [confirm_by_link, lambda booking: correct_contact(booking, by=None, contact_phone="0117 4960000")]
)
def test_a_booking_that_gets_another_buyer_is_found_by_who_waited_for_it(begin_behind, act):
    kept = make.person()
    booking = make.booking(session=make.session(price="0"))
    with transaction.atomic():
        merge_people(kept=kept, absorbed=booking.buyer, by=None)
        done = begin_behind(lambda: act(booking))
    assert done.result(20).buyer_id == kept.pk


def test_who_comes_is_the_record_that_stands_however_old_the_page_is():
    kept, absorbed = make.person(), make.person()
    attendee = make.booking(attendees=[{"name": "Ann", "email": ""}]).attendees.get()
    merge_people(kept=kept, absorbed=absorbed, by=None)
    assert say_who_attends(attendee, person=absorbed, by=None).person_id == kept.pk
