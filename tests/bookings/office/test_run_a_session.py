"""A session in the office: publishing, deciding, beginning, completing, another date, and writing to those booked."""

from datetime import timedelta

import pytest
import time_machine

from shared_apps.core.time import local_today, midnight, now
from shared_apps.jobs.models import Job
from shared_apps.jobs.running import go_on
from tenant_apps.bookings.rescheduling import reschedule_session
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.bookings.session_messages import write_to_session
from tenant_apps.messaging.models import Message
from tenant_apps.scheduling.models import Place, Session, SessionStatus
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


@pytest.fixture
def noon():
    """Tomorrow at noon: what begins in half an hour is of the same day."""
    with time_machine.travel(midnight(local_today()) + timedelta(days=1, hours=12), tick=False):
        yield


def page_of(client, session):
    return client.get(f"/admin/sessions/{session.pk}/").content.decode()


def form(**more):
    day = local_today() + timedelta(days=40)
    return {
        "start_date": str(day), "begins": "09:00", "ends": "17:00", "capacity": "8", "listing": "public",
        "certainty": "certain", **more,
    }  # fmt: skip


def test_a_tentative_date_is_made_by_the_form_and_says_so_everywhere(office, client_of, tenant):
    course = make.course()
    address = f"/admin/courses/{course.pk}/sessions/new/"
    refused = office.post(address, form(certainty="tentative"))
    assert refused.status_code == 422
    assert "Say from how many it takes place." in refused.content.decode()
    late = str(local_today() + timedelta(days=41))
    assert office.post(address, form(certainty="tentative", minimum="3", decide_on=late)).status_code == 422
    decide = str(local_today() + timedelta(days=30))
    assert office.post(address, form(certainty="tentative", minimum="3", decide_on=decide)).status_code == 302
    session = Session.objects.get(course=course)
    assert (session.status, session.minimum) == (SessionStatus.TENTATIVE, 3)
    assert "runs from 3 bookings" in " ".join(page_of(office, session).split())
    visitor = client_of(tenant)
    assert "runs from 3" in " ".join(visitor.get(f"/courses/{course.slug}/").content.decode().split())
    assert "runs from 3 bookings" in " ".join(visitor.get(f"/sessions/{session.pk}/book/").content.decode().split())


def test_a_draft_is_saved_and_published_later(office, client_of, tenant):
    course = make.course()
    office.post(f"/admin/courses/{course.pk}/sessions/new/", form(certainty="draft"))
    session = Session.objects.get(course=course)
    visitor = client_of(tenant)
    assert session.status == SessionStatus.DRAFT
    assert visitor.get(f"/sessions/{session.pk}/book/").status_code == 404
    change = office.get(f"/admin/sessions/{session.pk}/edit/").content.decode()
    assert 'name="listing"' not in change
    office.post(f"/admin/sessions/{session.pk}/certainty/", {"certainty": "certain"})
    assert visitor.get(f"/sessions/{session.pk}/book/").status_code == 200


def test_a_tentative_date_is_settled_or_changed_on_its_page(office):
    session = make.session(minimum=4, decide_by=now() + timedelta(days=20))
    decide = str(local_today() + timedelta(days=10))
    address = f"/admin/sessions/{session.pk}/certainty/"
    office.post(address, {"certainty": "tentative", "minimum": "2", "decide_on": decide})
    session.refresh_from_db()
    assert (session.minimum, str(session.decide_by.date())) == (2, decide)
    office.post(f"/admin/sessions/{session.pk}/confirm/")
    session.refresh_from_db()
    assert session.status == SessionStatus.SCHEDULED


@pytest.mark.usefixtures("noon")
def test_a_trainer_begins_and_completes_their_session_on_its_day(desk):
    account = make.user("trainer")
    session = make.session(trainer=make.trainer(user=account), in_days=0.02)
    trainer = desk(user=account)
    assert f"/sessions/{session.pk}/start/" in page_of(trainer, session)
    trainer.post(f"/admin/sessions/{session.pk}/start/")
    assert f"/sessions/{session.pk}/complete/" in page_of(trainer, session)
    trainer.post(f"/admin/sessions/{session.pk}/complete/", {"notes": "One resit."})
    session.refresh_from_db()
    assert (session.status, session.completion_notes) == (SessionStatus.COMPLETED, "One resit.")
    other = make.session(in_days=0.02)
    assert trainer.post(f"/admin/sessions/{other.pk}/start/").status_code == 404
    assert trainer.get(f"/admin/sessions/{session.pk}/reschedule/").status_code == 404


def test_who_teaches_finds_the_way_and_what_those_who_come_were_told_to_bring(desk):
    account = make.user("trainer")
    place = Place.objects.create(name="Yard", address="1 Feeder Road\nBristol", directions="Ring at the gate")
    course = make.course(what_to_bring="Boots\nPhoto ID")
    session = make.session(course=course, trainer=make.trainer(user=account), place=place)
    page = page_of(desk(user=account), session)
    assert "openstreetmap.org/search?query=1+Feeder+Road" in page
    for said in ("Ring at the gate", "Boots<br>Photo ID"):
        assert said in page


def test_another_date_takes_everybody_along_and_both_pages_lead_to_each_other(office):
    booking = make.confirmed_booking(seats=2)
    session = booking.session
    page = office.get(f"/admin/sessions/{session.pk}/reschedule/")
    assert "2 people who are booked" in " ".join(page.content.decode().split())
    fields = page.context["form"]
    given = {name: fields[name].value() for name in fields.fields}
    given = {name: str(value) for name, value in given.items() if value not in (None, "", False)}
    address = f"/admin/sessions/{session.pk}/reschedule/"
    assert office.post(address, given).status_code == 422  # the same days
    day = session.starts_at.date() + timedelta(days=7)
    assert office.post(address, {**given, "start_date": str(day), "note": "Snow"}).status_code == 302
    session.refresh_from_db()
    new = session.rescheduled_to
    assert (new.seats_confirmed, new.starts_at.date(), new.move_note) == (2, day, "Snow")
    assert str(new.pk) in page_of(office, session)
    assert str(session.pk) in page_of(office, new)


def test_a_message_is_seen_with_its_count_first_and_then_sent_by_a_job_once_to_each(office):
    session = make.session(capacity=30)
    paid = [make.confirmed_booking(session=session) for _n in range(3)]
    make.booking(session=session)
    address = f"/admin/sessions/{session.pk}/message/"
    asked = {"whom": "confirmed", "title": "Bring your boots", "message": "It will be <b>wet</b>.\nReally."}
    preview = office.post(address, asked)
    assert preview.status_code == 200
    assert "3 bookings" in preview.content.decode()
    assert not Message.objects.filter(kind="bookings/session_message").exists()
    sent = office.post(address, {**asked, "agreed": preview.context["form"].key})
    job = Job.objects.get(kind="bookings.write_to_session")
    assert sent.url.endswith(f"/admin/jobs/{job.pk}/")
    go_on(job.pk)
    job.refresh_from_db()
    found = Message.objects.filter(kind="bookings/session_message")
    assert sorted(found.values_list("to", flat=True)) == sorted(one.buyer.email for one in paid)
    assert (job.status, job.done, job.total) == ("done", 3, 3)
    assert "It will be <b>wet</b>." in found[0].text
    assert "<b>wet</b>" not in found[0].html


def test_a_message_follows_to_another_date_and_names_whom_it_left_out():
    session = make.session(in_days=20)
    comes, gone = (make.confirmed_booking(session=session) for _n in range(2))
    keys = [comes.pk, gone.pk]
    owner = make.user("owner")
    job = write_to_session(session, keys=keys, title="Boots", message="Bring boots.", attendees=False, by=owner)
    cancel_booking(gone, by=None)
    starts = session.starts_at + timedelta(days=7)
    reschedule_session(session, days=[(starts, starts + timedelta(hours=7))], by=owner)
    make.deliver_all()
    go_on(job.pk)
    job.refresh_from_db()
    found = Message.objects.filter(kind="bookings/session_message")
    assert list(found.values_list("to", flat=True)) == [comes.buyer.email]
    assert gone.reference in str(job.errors)


def test_who_still_owes_or_has_to_name_people_can_be_written_to_alone(office):
    session = make.session(capacity=30)
    make.confirmed_booking(session=session, attendees=[{"name": "Ada"}])
    make.booking(session=session, seats=2, attendees=[{"name": "Bea"}])
    address = f"/admin/sessions/{session.pk}/message/"
    for whom in ("unpaid", "unnamed"):
        page = office.post(address, {"whom": whom, "title": "A", "message": "B"}).content.decode()
        assert "1 booking is written to" in " ".join(page.split()), whom


def test_calling_off_offers_another_date_first(office):
    booking = make.confirmed_booking()
    make.session(course=booking.session.course, in_days=90)
    page = office.get(f"/admin/sessions/{booking.session_id}/cancel/").content.decode()
    assert f"/admin/sessions/{booking.session_id}/reschedule/" in page
    begun = office.get(f"/admin/sessions/{booking.session_id}/message/?about=another-date").content.decode()
    assert "There is room on:" in begun
