"""Long work: each item once, whatever becomes of its worker; how far it is; what could not be done."""

import csv
import io
from contextlib import suppress
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine

from shared_apps.accounts import tokens
from shared_apps.core.errors import DomainError, IllegalMove
from shared_apps.core.time import now
from shared_apps.jobs import exports
from shared_apps.jobs.kinds import job
from shared_apps.jobs.models import Job, JobStatus, MustGoOn
from shared_apps.jobs.running import LEASE, MOST_ATTEMPTS, go_on
from shared_apps.jobs.services import begin, cancel_job
from shared_apps.timers.due import do_due_work
from shared_apps.timers.retention import tidy
from tenant_apps.bookings import called_off
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.catalogue.models import Category
from tenant_apps.payments.models import Refund
from tenant_apps.scheduling.services import cancel_session
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


class Power(BaseException):
    """The machine went off."""


class Refused(DomainError):
    message = "Not this one."


faults: dict[str, BaseException] = {}


def count(key, job) -> None:
    """Something that must happen once, and sometimes goes wrong."""
    row = Category.objects.get(pk=key)
    Category.objects.filter(pk=key).update(motif=f"{int(row.motif or 0) + 1}")
    if row.name in faults:
        raise faults[row.name]


COUNT = job("tests.count", count)


@pytest.fixture(autouse=True)
def no_faults():
    faults.clear()


@pytest.fixture
def rows():
    return [Category.objects.create(name=f"c{n}", slug=f"c{n}", motif="0") for n in range(5)]


def begun(rows, by=None) -> Job:
    return begin(COUNT, [row.pk for row in rows], title="Counting", by=by)


def counted(rows) -> list[str]:
    return [Category.objects.get(pk=row.pk).motif for row in rows]


def on(job) -> Job:
    go_on(job.pk)
    job.refresh_from_db()
    return job


def test_each_item_is_done_once_and_the_job_says_so(rows):
    job = on(begun(rows))
    assert counted(rows) == ["1"] * 5
    assert (job.status, job.done, job.total, job.errors) == (JobStatus.DONE, 5, 5, [])
    assert not go_on(job.pk)


@pytest.mark.parametrize("at", range(5))
def test_a_worker_that_dies_leaves_nothing_undone_and_nothing_done_twice(rows, at):
    job = begun(rows)
    faults[f"c{at}"] = Power()
    with pytest.raises(Power):
        go_on(job.pk)
    faults.clear()
    assert counted(rows) == ["1"] * at + ["0"] * (5 - at)
    assert not go_on(job.pk)  # it may be at it still
    with time_machine.travel(now() + LEASE + timedelta(seconds=1)):
        do_due_work()
    job.refresh_from_db()
    assert (counted(rows), job.status, job.done) == (["1"] * 5, JobStatus.DONE, 5)


def test_what_the_rules_refuse_is_told_and_keeps_nothing_else_back(rows):
    faults["c2"] = Refused()
    job = on(begun(rows))
    assert counted(rows) == ["1", "1", "0", "1", "1"]
    assert (job.status, job.error_count) == (JobStatus.DONE, 1)
    key = str(rows[2].pk)
    assert job.errors == [{"what": key, "why": "Not this one.", "key": key}]


@pytest.mark.parametrize("fault", [ZeroDivisionError(), Power()])
def test_what_goes_wrong_again_and_again_is_left_out_in_the_end(rows, fault):
    job = begun(rows)
    faults["c2"] = fault
    for minutes in range(0, 2 * MOST_ATTEMPTS + 2, 2):
        with time_machine.travel(now() + timedelta(minutes=minutes)), suppress(Power):
            go_on(job.pk)
    job.refresh_from_db()
    assert counted(rows) == ["1", "1", "0", "1", "1"]
    assert (job.status, job.done, job.error_count) == (JobStatus.DONE, 5, 1)
    assert "went wrong several times" in job.errors[0]["why"]


def test_it_goes_on_another_time_when_it_takes_long(rows, monkeypatch):
    monkeypatch.setattr("shared_apps.jobs.running.SLICE", -1.0)
    job = begun(rows)
    for done in range(1, 5):
        assert (on(job).done, job.status) == (done, JobStatus.RUNNING)
    assert (on(job).done, job.status) == (5, JobStatus.DONE)


def test_cancelled_it_stops_before_the_next_item(rows):
    owner = make.user("owner")
    job = begun(rows, by=owner)

    cancel_job(Job.objects.get(pk=job.pk), by=owner)
    assert not go_on(job.pk)
    assert counted(rows) == ["0"] * 5
    with pytest.raises(IllegalMove):
        cancel_job(Job.objects.get(pk=job.pk), by=owner)


def test_a_worker_that_was_taken_for_dead_writes_nothing_more(rows, monkeypatch):
    job = begun(rows)

    def another(key, mine):
        count(key, mine)
        if Category.objects.get(pk=key).name == "c1" and not Job.objects.get(pk=job.pk).attempts:
            Job.objects.filter(pk=job.pk).update(claim=None, next_try_at=now())

    monkeypatch.setitem(vars(COUNT), "do", another)
    go_on(job.pk)
    assert counted(rows) == ["1", "0", "0", "0", "0"]


def test_a_large_list_is_made_into_a_file_by_a_worker(client_of, alpha, monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    for name in ("Ada", "Bob", "Cem"):
        make.booking(buyer=make.person(name=name))
    office = client_of(alpha)
    office.sign_in(make.user("owner"))
    url = "/admin/bookings/export.csv?sort=booked"
    assert "a file of 3 lines" in office.get(url).content.decode()
    assert not Job.objects.exists()
    page = office.post(url)["Location"].removeprefix("/alpha")
    assert "0 of 3" in office.get(page).content.decode()
    job = on(Job.objects.get())
    (link,) = [part.split('"')[0] for part in office.get(page).content.decode().split('href="') if "/files/" in part]
    answer = office.get(urlsplit(link).path.removeprefix("/alpha"))
    lines = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    assert [line["Name"] for line in lines] == ["Ada", "Bob", "Cem"]
    assert (job.status, job.done) == (JobStatus.DONE, 3)
    small = "/admin/bookings/export.csv?q=Ada"
    assert office.get(small)["Content-Type"].startswith("text/csv")


def test_only_who_began_it_and_who_changes_settings_see_a_job(client_of, alpha, rows):
    admin, other, owner = make.user("admin"), make.user("admin"), make.user("owner")
    job = begun(rows, by=admin)
    for user, status in ((admin, 200), (other, 404), (owner, 200)):
        client = client_of(alpha)
        client.sign_in(user)
        assert client.get(f"/admin/jobs/{job.pk}/").status_code == status
        assert ("Counting" in client.get("/admin/jobs/").content.decode()) == (status == 200)
        if status == 404:
            assert client.post(f"/admin/jobs/{job.pk}/cancel/").status_code == 404
    token = tokens.issue(admin)["access_token"]
    api = client_of(alpha, api=True, headers={"Authorization": f"Bearer {token}"})
    on(job)
    told = api.get(f"/jobs/{job.pk}").json()
    assert {name: told[name] for name in ("kind", "status", "done", "total", "errors", "resultUrl")} == {
        "kind": "tests.count", "status": "done", "done": 5, "total": 5, "errors": [], "resultUrl": "",
    }  # fmt: skip
    refused = api.post(f"/jobs/{job.pk}/cancel", {}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal_move")


def test_what_a_page_says_of_a_job_that_goes_on_and_of_one_with_errors(client_of, alpha, rows):
    owner = make.user("owner")
    client = client_of(alpha)
    client.sign_in(owner)
    job = begun(rows, by=owner)
    part = client.get(f"/admin/jobs/{job.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "every 1s" in part
    assert "<html" not in part
    faults["c0"] = Refused()
    on(job)
    part = client.get(f"/admin/jobs/{job.pk}/").content.decode()
    assert "every 1s" not in part
    assert "Done, but for some" in part
    assert "Not this one." in part


def test_jobs_are_forgotten_with_what_they_made(rows):
    job = on(begun(rows))
    with time_machine.travel(now() + timedelta(days=8)):
        tidy()
    assert not Job.objects.filter(pk=job.pk).exists()


def test_calling_off_a_session_with_many_bookings_is_done_by_a_worker_and_can_not_be_stopped(
    client_of, alpha, monkeypatch
):
    monkeypatch.setattr(called_off, "AT_ONCE", 2)
    session = make.session(capacity=5)
    bookings = [make.booking(session=session, buyer=make.person()) for _n in range(4)]
    make.pay(bookings[0])
    owner = make.user("owner")
    office = client_of(alpha)
    office.sign_in(owner)
    cancel_session(session, reason="Flood", by=owner)
    make.deliver_all()
    (job,) = Job.objects.filter(about_id=session.pk)
    assert "0 of 4" in office.get(f"/admin/sessions/{session.pk}/").content.decode()
    assert f'/admin/sessions/{session.pk}/">The session</a>' in office.get(f"/admin/jobs/{job.pk}/").content.decode()
    with pytest.raises(MustGoOn):
        cancel_job(job, by=owner)
    cancel_booking(bookings[1], by=None)  # its buyer, meanwhile
    on(job)
    assert set(session.bookings.values_list("status", "cancel_reason")) == {
        ("cancelled", "Flood"), ("cancelled", ""),
    }  # fmt: skip
    assert (job.status, job.done, job.error_count) == (JobStatus.DONE, 4, 0)
    assert Refund.objects.get().amount == bookings[0].order.total
    session.refresh_from_db()
    assert session.seats_taken == 0


def test_the_office_hears_of_a_booking_that_could_not_be_called_off(client_of, alpha, monkeypatch):
    monkeypatch.setattr(called_off, "AT_ONCE", 0)
    booking, owner = make.booking(), make.user("owner")
    office = client_of(alpha)
    office.sign_in(owner)
    cancel_session(booking.session, reason="Flood", by=owner)
    make.deliver_all()
    job = Job.objects.get()
    said = "is still booked on a session that was called off"
    assert said not in office.get("/admin/").content.decode()  # it is under way
    Job.objects.update(attempts=MOST_ATTEMPTS)
    assert "went wrong several times" in on(job).errors[0]["why"]
    assert said in office.get("/admin/").content.decode()
    cancel_booking(booking, by=owner, by_office=True, everything=True)
    assert said not in office.get("/admin/").content.decode()
