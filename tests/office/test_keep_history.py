"""Who changed what: people, trainers, places and courses leave a trace with each change."""

from decimal import Decimal

import pytest

from shared_apps.events.bus import DomainEvent
from shared_apps.events.models import Event
from shared_apps.events.timeline import entries_of
from tenant_apps.catalogue.models import Course
from tenant_apps.catalogue.services import save_course
from tenant_apps.payments.refunds import refund_payment
from tenant_apps.people.models import Student, Trainer
from tenant_apps.people.services import add_student, save_trainer
from tenant_apps.scheduling.models import Place
from tests import make

pytestmark = pytest.mark.django_db


def last(name):
    event = Event.objects.filter(name=name).order_by("-id").first()
    return (event.payload, event.by_name) if event else None


@pytest.fixture
def olive(desk):
    return desk(user=make.user("admin", name="Olive Office", password=""))


def test_changes_of_a_student_are_written_down_without_quoting_them(olive):
    olive.post("/admin/students/new/", {"name": "Ada Byron", "email": "ada@example.com"})
    student = Student.objects.get()
    about = {"person_id": str(student.pk)}
    assert last("student.changed") == ({**about, "fields": ["email", "name"], "made": True}, "Olive Office")
    url = f"/admin/students/{student.pk}/"
    olive.post(f"{url}edit/", {"name": "Ada Byron", "email": "ada@example.com", "phone": "07700", "notes": "Tall"})
    assert last("student.changed")[0]["fields"] == ["phone", "notes"]
    assert "07700" not in str(list(Event.objects.values_list("payload", flat=True)))
    olive.post(f"{url}state/", {"active": "0"})
    assert last("student.activity_changed")[0] == {**about, "active": False}
    assert "Made inactive" in olive.get(url).content.decode()


def test_saving_a_student_untouched_leaves_no_trace(olive):
    person = make.person(name="Ada Byron", email="ada@example.com")
    olive.post(f"/admin/students/{person.pk}/edit/", {"name": "Ada Byron", "email": "ada@example.com"})
    assert last("student.changed") is None


def test_changes_of_a_trainer_are_written_down(olive):
    olive.post("/admin/trainers/new/", {"name": "Grace", "years_of_experience": 3})
    trainer = Trainer.objects.get()
    olive.post(f"/admin/trainers/{trainer.pk}/", {"name": "Grace Hopper", "years_of_experience": 3})
    assert last("trainer.changed") == (
        {"person_id": str(trainer.pk), "fields": ["name"], "made": False},
        "Olive Office",
    )
    olive.post(f"/admin/trainers/{trainer.pk}/state/", {"active": "0"})
    assert last("trainer.activity_changed")[0]["active"] is False


def test_changes_of_a_place_are_written_down(olive):
    olive.post("/admin/places/new/", {"name": "Yard", "rooms": "Workshop"})
    place = Place.objects.get()
    assert last("place.changed")[0]["rooms"] == ["Workshop"]
    olive.post(f"/admin/places/{place.pk}/", {"name": "Yard", "rooms": "Workshop"})
    assert Event.objects.filter(name="place.changed").count() == 1
    olive.post(f"/admin/places/{place.pk}/", {"name": "Yard", "address": "Albert Road", "rooms": "Workshop\nHall"})
    assert last("place.changed")[0] == {"place_id": str(place.pk), "fields": ["address"], "rooms": ["Hall", "Workshop"]}


def test_the_history_says_what_happened_to_what(olive):
    booking = make.booking(buyer=make.person(name="Ada Byron"), session=make.session(course=make.course(title="Flues")))
    make.pay(booking)
    page = olive.get("/admin/activity/").content.decode()
    for words in (booking.reference, "Ada Byron", f"/admin/bookings/{booking.pk}/", "Paid"):
        assert words in page
    only = olive.get("/admin/activity/?kind=people").content.decode()
    assert booking.reference not in only
    assert olive.get("/admin/activity/?q=olive").context["page"].paginator.count == 0


def test_a_refund_is_told_in_its_currency_even_far_from_its_payment(olive):
    booking = make.confirmed_booking()
    refund_payment(booking.order.payments.get(), amount=Decimal(20), reason="Ill", by=None)
    asked = Event.objects.get(name="refund.requested")
    assert entries_of([asked])[0].detail.startswith("£20")


def test_every_event_has_a_title_in_words():
    ours = [kind for name, kind in DomainEvent.by_name.items() if not name.startswith("tests.")]
    assert len(ours) > 40
    assert not [kind for kind in ours if kind.told is None]


def test_what_is_new_is_said_to_be_added_and_not_changed(desk):
    owner = desk("owner")
    known = make.course()
    save_course(Course(title="Welding", audience=known.audience, category=known.category), by=None, price=Decimal(120))
    save_trainer(None, name="Tess Trainer", by=None)
    add_student(name="Ada Byron", email="ada@example.com", by=None)
    shown = owner.get("/admin/activity/").content.decode()
    for title in ("Course added", "Trainer added", "Student added"):
        assert title in shown
    assert "Seats on a session" not in shown  # a list of all its fields
