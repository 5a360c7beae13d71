"""This session of a series and those after it: changed together, each told once, called off, or taken away."""

from datetime import date, time, timedelta

import pytest
from django.utils.timezone import localtime

from shared_apps.core.time import now
from shared_apps.jobs.models import Job
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.messaging.models import Message
from tenant_apps.scheduling.errors import SessionNotBookable, SomeCantFollow
from tenant_apps.scheduling.following import change_following, look_at_following
from tenant_apps.scheduling.models import Place, Room, Session, SessionSeries
from tenant_apps.scheduling.moves import QUIET
from tenant_apps.scheduling.services import schedule_session, update_session
from tests import make
from tests.support.due import do_what_is_due
from tests.support.web import tight

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
WEEK = timedelta(weeks=1)


def of(series):
    return list(series.sessions.order_by("series_date"))


def hours(series):
    return [f"{localtime(one.starts_at):%H:%M}–{localtime(one.ends_at):%H:%M}" for one in of(series)]


def change(office, session, **fields):
    """The form as it opens, with some fields changed, sent as a browser does; and then once more if it shows more."""
    url = f"/admin/sessions/{session.pk}/following/"
    page = office.get(url).context["form"]
    given = {name: page[name].value() for name in page.fields} | fields
    given = {name: value for name, value in given.items() if value not in (None, "", False)}
    seen = office.post(url, given)
    if "key" not in (seen.context or {}):
        return seen, seen
    return seen, office.post(url, given | {"agreed": seen.context["key"]}, follow=True)


def test_other_hours_from_one_date_on_over_a_change_of_the_clocks(office):
    series = make.series(first=date(2030, 3, 18))
    second = of(series)[1]
    seen, done = change(office, second, begins="17:00", ends="19:30")
    assert "Change 3 dates" in tight(seen.content.decode())
    assert done.status_code == 200
    assert hours(series) == ["18:00–20:00", "17:00–19:30", "17:00–19:30", "17:00–19:30"]
    series.refresh_from_db()
    assert (series.begins, series.ends) == (time(17), time(19, 30))
    assert not any(one.is_own_way for one in of(series)[1:])


def test_trainer_room_place_capacity_and_price_change_together(office):
    yard = Place.objects.create(name="Yard")
    room, trainer = Room.objects.create(place=yard, name="Bay"), make.trainer()
    series = make.series()
    change(office, of(series)[2], trainer=trainer.pk, room=room.pk, capacity="5", price="77")
    rows = [(one.trainer, one.place, one.room, one.capacity, one.price) for one in of(series)]
    assert rows[2:] == [(trainer, yard, room, 5, 77)] * 2
    assert rows[0] == rows[1] != rows[2]


def test_looking_changes_nothing_and_says_what_would(office):
    series = make.series()
    second = of(series)[1]
    make.confirmed_booking(session=of(series)[2])
    seen = office.post(
        f"/admin/sessions/{second.pk}/following/",
        {"begins": "17:00", "ends": "19:00", "capacity": second.capacity},
    )  # fmt: skip
    text = tight(seen.content.decode())
    assert "Nothing is changed yet" in text
    assert "1 booking is told" in text
    assert hours(series) == ["18:00–20:00"] * 4


def test_those_booked_on_each_are_told_once_and_others_are_not(office):
    series = make.series()
    rows = of(series)
    booked = [make.confirmed_booking(session=one) for one in rows[:3]]
    Message.objects.all().delete()
    change(office, rows[1], begins="17:00", note="The hall is ours until seven.")
    do_what_is_due(after=QUIET + timedelta(minutes=1))
    make.deliver_all()
    told = [row.to for row in Message.objects.filter(kind__contains="moved")]
    assert sorted(told) == sorted(one.buyer.email for one in booked[1:])
    assert all("until seven" in row.text for row in Message.objects.filter(kind__contains="moved"))
    moved = Booking.objects.filter(session_moved_at__isnull=False).values_list("session", flat=True)
    assert set(moved) == {rows[1].pk, rows[2].pk}


def test_one_that_was_changed_by_itself_stays_as_it_is_unless_one_says_so(office):
    series = make.series()
    rows = of(series)
    update_session(rows[2], by=None, days=make.daily(rows[2].series_date, rows[2].series_date, "09:00", "11:00"))
    seen, _done = change(office, rows[1], begins="17:00")
    assert "stays as it is" in tight(seen.content.decode())
    assert hours(series) == ["18:00–20:00", "17:00–20:00", "09:00–11:00", "17:00–20:00"]
    change(office, rows[1], capacity="4", also_own="on")
    assert [one.capacity for one in of(series)][1:] == [4, 4, 4]
    assert hours(series)[2] == "09:00–11:00"


def test_a_clash_keeps_all_back_and_those_that_cannot_may_be_left(office):
    trainer = make.trainer()
    series = make.series(trainer=trainer)
    rows = of(series)
    taken = make.daily(rows[2].series_date, rows[2].series_date, "17:00", "18:00")
    schedule_session(course=make.course(title="Boilers"), days=taken, trainer=trainer, by=None)
    seen, done = change(office, rows[1], begins="17:30")
    assert "Boilers" in tight(seen.content.decode())
    assert "can't follow" in done.content.decode().replace("&#x27;", "'")
    assert hours(series) == ["18:00–20:00"] * 4
    with pytest.raises(SomeCantFollow):
        change_following(rows[1], hours={"begins": time(17, 30)}, by=None)
    assert hours(series) == ["18:00–20:00"] * 4
    assert SessionSeries.objects.get(pk=series.pk).begins == time(18)
    change(office, rows[1], begins="17:30", without="yes")
    assert hours(series) == ["18:00–20:00", "17:30–20:00", "18:00–20:00", "17:30–20:00"]
    assert [one.is_own_way for one in of(series)] == [False, False, True, False]


def test_hours_that_end_before_they_begin_for_those_after_it_are_refused_and_nothing_is_written():
    series = make.series()
    rows = of(series)
    update_session(rows[0], by=None, days=make.daily(rows[0].series_date, rows[0].series_date, "20:30", "23:00"))
    with pytest.raises(SomeCantFollow) as refused:
        change_following(rows[0], hours={"begins": time(21)}, by=None)
    assert len(refused.value.refused) == 3
    assert hours(series) == ["20:30–23:00", "18:00–20:00", "18:00–20:00", "18:00–20:00"]
    with pytest.raises(SomeCantFollow):
        change_following(rows[1], hours={"ends": time(17)}, by=None)
    assert SessionSeries.objects.get(pk=series.pk).ends == time(20)


def test_fewer_seats_than_are_booked_is_a_clash_too():
    series = make.series(capacity=5)
    rows = of(series)
    make.booking(session=rows[2], seats=3)
    found = look_at_following(rows[0], hours={}, capacity=2)
    assert [bool(one.why_not) for one in found] == [False, False, True, False]


def test_what_has_begun_or_is_called_off_is_left_out(office):
    series = make.series()
    rows = of(series)
    ago = now() - timedelta(hours=1)
    Session.objects.filter(pk=rows[0].pk).update(starts_at=ago, status="in_progress")
    assert "Nothing to change" in office.get(f"/admin/sessions/{rows[0].pk}/following/").content.decode()
    assert [one.session.pk for one in look_at_following(rows[0], hours={}, capacity=9)] == [
        one.pk for one in rows[1:]
    ]  # fmt: skip


def test_a_session_of_no_series_has_no_such_page(office):
    session = make.session()
    for page in ("following/", "following/cancel/", "following/remove/"):
        assert office.get(f"/admin/sessions/{session.pk}/{page}").status_code == 404


def test_all_from_one_date_on_are_called_off_and_everybody_gets_the_money_back(office):
    series = make.series()
    rows = of(series)
    stays, goes = make.confirmed_booking(session=rows[0]), make.confirmed_booking(session=rows[2])
    url = f"/admin/sessions/{rows[1].pk}/following/cancel/"
    assert "1 booking is cancelled" in tight(office.get(url).content.decode())
    assert office.post(url, {"reason": ""}).status_code == 422
    office.post(url, {"reason": "Our trainer is ill."})
    make.deliver_all()
    assert [one.status for one in of(series)] == ["scheduled", "cancelled", "cancelled", "cancelled"]
    stays.refresh_from_db()
    goes.refresh_from_db()
    assert (stays.status, goes.status) == ("confirmed", "cancelled")
    assert "Nothing to call off" in office.get(url).content.decode()


def test_with_many_booked_a_worker_calls_them_off(office):
    series = make.series(capacity=12)
    for one in of(series)[:2]:
        make.booking(session=one, seats=8)
    answer = office.post(f"/admin/sessions/{of(series)[0].pk}/following/cancel/", {"reason": "Flooded."})
    job = Job.objects.get(kind="scheduling.call_off_following")
    assert answer["Location"].endswith(f"/admin/jobs/{job.pk}/")
    assert job.total == 4
    assert not Session.objects.filter(takes_bookings=True).exists()  # what is about to be called off is not sold
    with pytest.raises(SessionNotBookable):
        make.booking(session=of(series)[3])


def test_those_that_nobody_booked_go_and_what_is_written_down_about_stays_as_called_off(office):
    series = make.series()
    rows = of(series)
    make.booking(session=rows[1])
    cancel_booking(make.booking(session=rows[2]), by=None)
    url = f"/admin/sessions/{rows[0].pk}/following/remove/"
    page = tight(office.get(url).content.decode())
    assert "2 dates without a booking go" in page
    assert "1 date is called off and stays in the list" in page
    assert "1 date is booked and stays as it is" in page
    office.post(url)
    assert [(one.pk, one.status) for one in of(series)] == [(rows[1].pk, "scheduled"), (rows[2].pk, "cancelled")]
    other = make.series()
    answer = office.post(f"/admin/sessions/{of(other)[0].pk}/following/remove/")
    assert not SessionSeries.objects.filter(pk=other.pk).exists()
    assert answer["Location"].endswith(f"/admin/courses/{other.course_id}/sessions/")


def test_a_page_that_is_older_than_the_calendar_is_shown_what_it_is_by_now(office):
    """What was agreed to is not what it would be any more, so it is shown once more and not done."""
    series = make.series()
    rows = of(series)
    url = f"/admin/sessions/{rows[0].pk}/following/"
    sent = {"begins": "17:00", "ends": "20:00", "capacity": rows[0].capacity}
    key = office.post(url, sent).context["key"]
    update_session(rows[2], by=None, capacity=3)
    again = office.post(url, sent | {"agreed": key})
    assert again.status_code == 200
    assert hours(series) == ["18:00–20:00"] * 4
