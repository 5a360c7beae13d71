from uuid import uuid4

import pytest

from shared_apps.events.bus import deliver_due
from tenant_apps.people.models import Person, Student, Trainer
from tests import make

pytestmark = pytest.mark.django_db


def test_a_student_is_written_down_and_changed(office):
    office.post("/admin/students/new/", {"name": "Ada Byron", "email": "Ada@Example.com", "notes": "Left-handed"})
    student = Student.objects.get()
    assert (student.person.email, student.notes) == ("ada@example.com", "Left-handed")
    office.post(f"/admin/students/{student.pk}/edit/", {"name": "Ada Lovelace", "email": "", "phone": "07700"})
    student.person.refresh_from_db()
    assert (student.person.name, student.person.email, student.person.phone) == ("Ada Lovelace", "", "07700")


def test_nobody_is_written_down_twice(office):
    make.person(email="ada@example.com")
    answer = office.post("/admin/students/new/", {"name": "Ada", "email": "ADA@example.com"})
    assert answer.status_code == 422
    assert 'value="Ada"' in answer.content.decode()
    assert Person.objects.filter(email__iexact="ada@example.com").count() == 1
    assert not Person.objects.filter(name="Ada").exists()


def test_students_are_made_inactive_and_never_deleted(office):
    booking = make.booking()
    url = f"/admin/students/{booking.buyer_id}/state/"
    assert "Undo" in office.post(url, {"active": "0"}, follow=True).content.decode()
    assert not Person.objects.get(pk=booking.buyer_id).active
    assert office.get("/admin/students/?status=inactive").context["page"].paginator.count == 1
    office.post(url, {"active": "1"})
    assert Person.objects.get(pk=booking.buyer_id).active


@pytest.mark.parametrize("words", ["ada", "BYRON ada", "ada@ex", "900123", "07700900123", "+44 7700 900-123"])
def test_students_are_found_by_name_email_and_phone(office, words):
    ada = make.person(name="Ada Byron", email="ada@example.com", phone="07700 900123")
    make.person()
    assert [row.pk for row in office.get("/admin/students/", {"q": words}).context["page"]] == [ada.pk]


def test_a_students_page_tells_what_they_booked_and_paid(office):
    booking = make.booking()
    make.pay(booking, amount=36)
    page = office.get(f"/admin/students/{booking.buyer_id}/").content.decode()
    for words in (booking.reference, "£36", "£84", str(booking.session.course)):
        assert words in page


def test_a_trainer_is_added_changed_and_hidden(office):
    office.post(
        "/admin/trainers/new/",
        {
            "name": "Grace Murray",
            "years_of_experience": 12,
            "specialisations": "Boilers\nFlues",
            "headline": "Compiles",
        },
    )
    trainer = Trainer.objects.get()
    assert (trainer.slug, trainer.specialisations) == ("grace-murray", ["Boilers", "Flues"])
    office.post(f"/admin/trainers/{trainer.pk}/", {"name": "Grace Hopper", "years_of_experience": 13})
    office.post(f"/admin/trainers/{trainer.pk}/state/", {"active": "0"})
    trainer = Trainer.objects.get()
    assert (trainer.person.name, trainer.slug, trainer.active) == ("Grace Hopper", "grace-murray", False)


def test_two_trainers_of_one_name_have_two_addresses(office):
    for _n in range(2):
        office.post("/admin/trainers/new/", {"name": "Grace Murray", "years_of_experience": 1})
    assert set(Trainer.objects.values_list("slug", flat=True)) == {"grace-murray", "grace-murray-2"}


@pytest.mark.parametrize("number", ["07700 900123", "07700900123", "+447700900123", "(07700) 900 123"])
def test_a_booking_is_found_by_the_number_that_calls_however_it_is_written(office, number):
    session = make.session(capacity=5)
    caller = make.booking(session=session, contact_phone="07700-900 123")
    known = make.booking(session=session, buyer=make.person(phone="+44 7700 900123"))
    make.booking(session=session, contact_phone="07700 900124")
    rows = office.get("/admin/bookings/", {"q": number}).context["page"]
    assert {row.pk for row in rows} == {caller.pk, known.pk}
    page = office.get("/admin/search/", {"q": number}).content.decode()
    assert f"/admin/bookings/{caller.pk}/" in page


@pytest.mark.parametrize("htmx", [True, False])
def test_one_box_finds_bookings_students_courses_and_sessions(office, htmx):
    booking = make.booking(buyer=make.person(name="Ada Byron"), session=make.session(course=make.course(title="Flues")))
    headers = {"HX-Request": "true"} if htmx else {}
    page = office.get("/admin/search/", {"q": "ada"}, headers=headers).content.decode()
    assert f"/admin/bookings/{booking.pk}/" in page
    assert f"/admin/students/{booking.buyer_id}/" in page
    page = office.get("/admin/search/", {"q": "flues"}, headers=headers).content.decode()
    assert f"/admin/courses/{booking.session.course_id}/" in page
    assert f"/admin/sessions/{booking.session_id}/" in page
    assert ("<html" in page) is not htmx


def test_nobody_becomes_a_trainer_twice(office):
    make.trainer(name="Maya", user=None)
    known = Trainer.objects.get().person.email
    answer = office.post(
        "/admin/trainers/new/", {"name": "Maya again", "email": known.upper(), "years_of_experience": "1"}
    )
    assert answer.status_code == 422
    assert Trainer.objects.count() == 1


def test_a_trainer_is_called_what_the_office_typed_not_what_a_visitor_did(office, desk):
    make.person(name="xx yy", email="grace@example.com")
    fields = {"name": "Dr Example", "email": "Grace@example.com", "years_of_experience": "3"}
    page = office.post("/admin/trainers/new/", fields, follow=True).content.decode()
    assert "xx yy" in page  # said once, so that nobody wonders where that student went
    trainer = Trainer.objects.get()
    assert str(trainer) == "Dr Example"
    assert "Dr Example" in desk().get(f"/trainers/{trainer.slug}/").content.decode()


def test_a_new_student_is_not_given_the_name_of_somebody_else(office):
    trainer = make.trainer(name="Dr Example")
    fields = {"name": "Grace", "email": trainer.person.email}
    answer = office.post("/admin/students/new/", fields)
    assert "Dr Example has this email address already" in answer.content.decode()
    assert office.post("/admin/students/new/", fields | {"name": "dr example"}).status_code == 302
    assert Student.objects.get().person == trainer.person


def test_who_held_seats_and_never_came_back_is_no_student(office, desk):
    session = make.session()
    page = desk().get(f"/sessions/{session.pk}/book/")
    form = {"seats": 1, "name": "Just Looking", "email": "looking@example.com", "coming": "on"}
    desk().post(f"/sessions/{session.pk}/book/", form | {"form_key": page.context["form"]["form_key"].value()})
    booking = session.bookings.get()
    assert not Student.objects.exists()
    assert office.get(f"/admin/bookings/{booking.pk}/").status_code == 200
    make.pay(booking)
    while deliver_due():
        pass
    assert Student.objects.get().person == booking.buyer


def test_a_telephone_booking_is_not_put_under_somebody_elses_name(office):
    known, session = make.person(name="xx yy", email="grace@example.com"), make.session()
    fields = {"session": session.pk, "name": "Grace Hopper", "email": "grace@example.com", "seats": 1}
    fields["form_key"] = str(uuid4())
    answer = office.post("/admin/bookings/new/", fields)
    assert "xx yy has this email address" in answer.content.decode()
    assert not session.bookings.exists()
    office.post("/admin/bookings/new/", fields | {"name": "XX YY"})
    assert session.bookings.get().buyer == known
