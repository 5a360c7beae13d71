"""A session's states by API: drafts and tentative dates, beginning, completing, calling off, another date."""

from datetime import date, timedelta

import pytest
import time_machine

from shared_apps.core.time import local_today, midnight, now
from shared_apps.events.bus import deliver_due
from shared_apps.tenants.context import tenant_context
from tenant_apps.bookings.models import Booking
from tenant_apps.messaging.models import Message
from tenant_apps.scheduling.hours import plan_holiday
from tenant_apps.scheduling.models import SeatClaim, Session, SessionStatus
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(tenant, api):
    return api(tenant, make.user("admin"))


@pytest.fixture
def noon():
    """Tomorrow at noon: what begins in a quarter of an hour is of the same day."""
    with time_machine.travel(midnight(local_today()) + timedelta(days=1, hours=12), tick=False):
        yield


def test_a_session_is_begun_and_completed_with_notes_and_its_bookings_with_it(tenant, noon, api):
    account = make.user("trainer")
    session = make.session(trainer=make.trainer(user=account), in_days=0.01)
    booking = make.confirmed_booking(session=make.session())
    Booking.objects.filter(pk=booking.pk).update(session=session)
    trainer = api(tenant, account)
    begun = trainer.post(f"/sessions/{session.pk}/start")
    assert (begun.status_code, begun.json()["status"]) == (200, "in_progress")
    done = trainer.post(f"/sessions/{session.pk}/complete", {"completionNotes": "All passed."})
    assert (done.json()["status"], done.json()["completionNotes"]) == ("completed", "All passed.")
    make.deliver_all()
    booking.refresh_from_db()
    assert booking.status == "completed"
    session.refresh_from_db()
    assert session.started_at is not None
    assert session.finished_at is not None


@pytest.mark.parametrize(
    ("status", "verb", "after"),
    [
        ("scheduled", "complete", "completed"),
        ("in_progress", "start", "in_progress"),
        ("completed", "start", "in_progress"),
        ("completed", "cancel", "cancelled"),
        ("cancelled", "cancel", "cancelled"),
        ("in_progress", "reschedule", "rescheduled"),
        ("scheduled", "publish", "scheduled"),
        ("scheduled", "confirm", "scheduled"),
    ],
)
def test_a_move_that_there_is_not_is_refused_with_both_states(office, status, verb, after):
    session = make.session()
    off = {"cancelled_at": now()} if status == "cancelled" else {}
    Session.objects.filter(pk=session.pk).update(status=status, **off)
    body = {"startDate": "2031-01-15"} if verb == "reschedule" else {}
    answer = office.post(f"/sessions/{session.pk}/{verb}", body)
    assert answer.status_code == 409, answer.content
    said = answer.json()
    assert (said["code"], said["from"], said["to"]) == ("illegal_move", status, after)


def test_a_trainer_begins_nothing_before_its_day_and_nothing_of_somebody_else(tenant, api):
    account = make.user("trainer")
    mine, other = make.session(trainer=make.trainer(user=account), in_days=5), make.session()
    trainer = api(tenant, account)
    refused = trainer.post(f"/sessions/{mine.pk}/start")
    assert (refused.status_code, refused.json()["code"]) == (409, "session_too_early")
    assert trainer.post(f"/sessions/{other.pk}/start").status_code == 404
    assert trainer.post(f"/sessions/{mine.pk}/cancel", {"reason": "Tired"}).status_code == 404


def test_cancelling_answers_with_the_session_and_asks_for_a_reason_where_people_have_booked(office):
    empty, booked = make.session(), make.confirmed_booking().session
    assert office.post(f"/sessions/{empty.pk}/cancel", {}).json()["status"] == "cancelled"
    assert office.post(f"/sessions/{booked.pk}/cancel", {}).status_code == 400
    answer = office.post(f"/sessions/{booked.pk}/cancel", {"reason": "Our trainer is ill."})
    assert answer.json()["status"] == "cancelled"


def test_a_draft_is_seen_by_the_office_alone_until_it_is_published(office, tenant, api):
    with tenant_context(tenant):
        account = make.user("trainer")
        course, trainer = make.course(), make.trainer(user=account)
    day = str(local_today() + timedelta(days=30))
    body = {"startDate": day, "startTime": "09:00", "endTime": "17:00", "trainerId": str(trainer.pk), "draft": True}
    made = office.post(f"/courses/{course.pk}/sessions", body)
    assert (made.status_code, made.json()["status"]) == (201, "draft"), made.content
    address = f"/sessions/{made.json()['id']}"
    assert api(tenant).get(address).status_code == 404
    assert api(tenant, account).get(address).status_code == 404
    assert office.patch(address, {"visibility": "public"}).json()["code"] == "session_is_draft"
    assert office.post(f"{address}/publish").json()["status"] == "scheduled"
    assert api(tenant).get(address).json()["status"] == "scheduled"


def test_a_tentative_session_says_from_how_many_it_runs_and_until_when_that_is_open(office, tenant, api):
    course = make.course()
    day, earlier = local_today() + timedelta(days=30), local_today() + timedelta(days=20)
    body = {"startDate": str(day), "startTime": "09:00", "endTime": "17:00", "minimumBookings": 2}
    assert office.post(f"/courses/{course.pk}/sessions", body).status_code == 400
    late = office.post(f"/courses/{course.pk}/sessions", {**body, "decideOn": str(day + timedelta(days=1))})
    assert (late.status_code, late.json()["code"]) == (409, "decided_too_late")
    made = office.post(f"/courses/{course.pk}/sessions", {**body, "decideOn": str(earlier)}).json()
    assert (made["status"], made["minimumBookings"], made["decideBy"][:10]) == ("tentative", 2, str(earlier))
    shown = api(tenant).get(f"/sessions/{made['id']}").json()
    assert (shown["status"], shown["minimumBookings"], shown["takesBookings"]) == ("tentative", 2, True)
    assert office.post(f"/sessions/{made['id']}/confirm").json()["status"] == "scheduled"


def test_another_date_is_a_new_session_that_the_old_one_points_to(office, tenant, api):
    booking = make.confirmed_booking(seats=3)
    held = make.booking(session=booking.session)
    old = booking.session
    days = list(old.days.values_list("pk", flat=True))
    start = (old.starts_at + timedelta(days=7)).astimezone(old.zone).date()
    answer = office.post(f"/sessions/{old.pk}/reschedule", {"startDate": str(start), "reason": "Our trainer is ill."})
    assert answer.status_code == 201, answer.content
    said = answer.json()
    assert (said["rescheduledFromId"], said["startDate"], said["bookedSpots"]) == (str(old.pk), str(start), 4)
    was = office.get(f"/sessions/{old.pk}").json()
    assert (was["status"], was["rescheduledToId"], was["bookedSpots"]) == ("rescheduled", said["id"], 0)
    for one in (booking, held):
        one.refresh_from_db()
        assert str(one.session_id) == said["id"]
        assert one.is_free_to_cancel
    new = Session.objects.get(pk=said["id"])
    assert list(new.days.values_list("pk", flat=True)) == days  # registers hang on them
    assert old.days.filter(live=False).count() == 1
    assert SeatClaim.objects.filter(session=new).count() == 2
    assert not SeatClaim.objects.filter(session=old).exists()

    Session.objects.filter(pk=new.pk).update(tell_move_at=now())
    from tenant_apps.scheduling.moves import tell_moves

    tell_moves()
    while deliver_due():
        pass
    told = Message.objects.get(kind="bookings/moved", to=booking.buyer.email)
    assert "Our trainer is ill." in told.text
    assert "cancel before it begins" in told.text
    assert f"SEQUENCE:{2 * new.sequence}" in told.attachments[0]["content"]


def test_a_reschedule_that_clashes_leaves_everything_as_it_was(office):
    trainer = make.trainer()
    booking = make.confirmed_booking(session=make.session(trainer=trainer, in_days=10))
    old = booking.session
    make.session(trainer=trainer, in_days=20)
    start = (old.starts_at + timedelta(days=10)).astimezone(old.zone).date()
    answer = office.post(f"/sessions/{old.pk}/reschedule", {"startDate": str(start)})
    assert (answer.status_code, answer.json()["code"]) == (409, "clash")
    old.refresh_from_db()
    assert (old.status, old.seats_taken, old.days.filter(live=True).count()) == (SessionStatus.SCHEDULED, 1, 1)


def test_a_date_on_a_holiday_is_planned_and_the_answer_warns_of_it(office):
    course = make.course(lead_trainer=make.trainer())
    plan_holiday(name="Easter", starts_on=date(2031, 4, 11), ends_on=date(2031, 4, 14), by=None)
    hours = {"startTime": "09:00", "endTime": "17:00", "courseId": str(course.pk)}
    made = office.post("/sessions", {"startDate": "2031-04-11", **hours}).json()
    assert made["warnings"] == ["Easter: closed Fri 11 Apr to Mon 14 Apr."]
    path = f"/sessions/{made['id']}"
    assert office.patch(path, {"availableSpots": 9}).json()["warnings"] == []  # its days stay
    assert office.patch(path, {"startDate": "2031-04-16"}).json()["warnings"] == []
    moved = office.post(f"{path}/reschedule", {"startDate": "2031-04-14"}).json()
    assert moved["warnings"] == ["Easter: closed Fri 11 Apr to Mon 14 Apr."]
    assert "warnings" not in office.get(f"/sessions/{moved['id']}").json()


def test_only_a_draft_is_published(office):
    """Published once more, a private date that nobody has decided about would be certain and public."""
    session = make.session(
        in_days=30, minimum=3, decide_by=now() + timedelta(days=20), visibility=Session.Visibility.PRIVATE
    )
    make.confirmed_booking(session=session)
    answer = office.post(f"/sessions/{session.pk}/publish", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "illegal_move")
    session.refresh_from_db()
    assert (session.status, session.minimum, session.visibility) == (SessionStatus.TENTATIVE, 3, "private")


def test_only_a_tentative_session_is_said_to_take_place(office):
    session = make.session(draft=True)
    answer = office.post(f"/sessions/{session.pk}/confirm", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "illegal_move")
    session.refresh_from_db()
    assert session.status == SessionStatus.DRAFT
