"""Files that workers make: in one go, within bounds, and for those who may have what is in them."""

from contextlib import suppress
from datetime import timedelta
from threading import Event, Thread
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import OperationalError, connections

from shared_apps.accounts import tokens
from shared_apps.accounts.models import User
from shared_apps.core.errors import DomainError
from shared_apps.core.time import now
from shared_apps.files.models import File
from shared_apps.jobs import kinds
from shared_apps.jobs.kinds import file_job, job
from shared_apps.jobs.models import Job, JobStatus
from shared_apps.jobs.running import LEASE, MOST_ATTEMPTS, STEP, STRANGE_FOR, go_on
from shared_apps.jobs.services import begin, begin_file
from shared_apps.lists.acts import AT_ONCE
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.services import delete_tenant, suspend_tenant
from tenant_apps.people.models import Person
from tenant_apps.people.privacy import erase_person
from tests import make

pytestmark = pytest.mark.django_db


class Power(BaseException):
    """The machine went off."""


faults: list[BaseException] = []


def lines(job):
    yield ["Name"]
    for number in range(2 * STEP):
        if faults and number > STEP:
            raise faults.pop()
        yield [f"Ada {number}"]


NEW = job("tests.new", lambda _key, _job: None)


def refuse(_key, _job) -> None:
    raise DomainError("No.")


REFUSED = job("tests.refused", refuse, label=lambda key: Person.objects.get(pk=key).name)
NAMES = file_job("tests.names", lines, permission="bookings.manage")


@pytest.fixture(autouse=True)
def nothing_amiss(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    faults.clear()


@pytest.fixture
def admin(tenant) -> User:
    return make.user("admin")


def begun(by) -> Job:
    return begin_file(NAMES, name="names.csv", total=2 * STEP, title="Names", by=by)


def until_over(job, *, turns=30) -> int:
    """How many turns of workers it takes, each when the one before may be taken for dead."""
    moment = now()
    for turn in range(turns):
        with time_machine.travel(moment), suppress(Power, OperationalError):
            go_on(job.pk)
        job.refresh_from_db()
        if not job.is_under_way:
            return turn
        moment += LEASE + timedelta(seconds=1)
    return turns


def test_an_export_that_kills_its_workers_kills_a_few_and_then_says_so(admin):
    faults[:] = [Power() for _n in range(100)]
    job = begun(admin)
    until_over(job)
    assert (job.status, 100 - len(faults)) == (JobStatus.FAILED, MOST_ATTEMPTS)
    assert "went wrong several times" in job.errors[0]["why"]


def test_one_that_a_worker_died_over_is_made_by_the_next(admin):
    faults[:] = [Power(), ZeroDivisionError()]
    job = begun(admin)
    until_over(job)
    assert (job.status, len(job.result.read().splitlines())) == (JobStatus.DONE, 2 * STEP + 1)


def test_one_for_which_there_is_no_room_says_so_at_once(admin, settings):
    settings.FILE_QUOTA_MEGABYTES = 0
    job = begun(admin)
    assert until_over(job) == 0
    assert (job.status, job.errors) == (
        JobStatus.FAILED,
        [{"what": "", "why": "Your files take all the room that you have. Remove some, then try again."}],
    )


@pytest.mark.parametrize("kind", ["a file", "one after the other"])
def test_work_that_only_another_release_knows_waits_for_it(admin, monkeypatch, kind):
    job = begun(admin) if kind == "a file" else begin(NEW, [admin.pk], title="New", by=admin)
    known = kinds._kinds.copy()
    monkeypatch.delitem(kinds._kinds, job.kind)
    assert until_over(job, turns=40) == 40
    assert (job.status, job.attempts) == (JobStatus.QUEUED, 0)
    monkeypatch.setattr(kinds, "_kinds", known)
    with time_machine.travel(now() + timedelta(hours=1)):
        go_on(job.pk)
    job.refresh_from_db()
    assert job.status == JobStatus.DONE


def test_work_that_no_release_has_known_for_a_week_is_given_up(admin, monkeypatch):
    job = begun(admin)
    monkeypatch.delitem(kinds._kinds, job.kind)
    with time_machine.travel(now() + STRANGE_FOR):
        until_over(job)
    assert job.status == JobStatus.FAILED


@pytest.mark.parametrize("lost", [{"roles": ["student"]}, {"roles": ["trainer"]}, {"is_active": False}])
def test_whoever_may_not_make_an_export_any_more_does_not_get_it(tenant, client_of, admin, lost):
    job = begun(admin)
    until_over(job)
    token = tokens.issue(admin)["access_token"]
    api = client_of(tenant, api=True, headers={"Authorization": f"Bearer {token}"})
    office = client_of(tenant)
    office.sign_in(admin)
    link = api.get(f"/jobs/{job.pk}").json()["resultUrl"]
    path = urlsplit(link).path.removeprefix(f"/{tenant.slug}")
    assert office.get(path).status_code == 200
    assert "/files/" in office.get(f"/admin/jobs/{job.pk}/").content.decode()
    User.objects.filter(pk=admin.pk).update(**lost)
    assert office.get(path).status_code in (302, 404)
    assert "/files/" not in office.get(f"/admin/jobs/{job.pk}/").content.decode()
    for answer in (api.get("/jobs"), api.get(f"/jobs/{job.pk}")):
        assert "/files/" not in answer.content.decode()
    owner = client_of(tenant)
    owner.sign_in(make.user("owner"))
    assert "/files/" in owner.get(f"/admin/jobs/{job.pk}/").content.decode()


def test_an_export_is_not_made_for_somebody_who_was_demoted_meanwhile(admin):
    job = begun(admin)
    User.objects.filter(pk=admin.pk).update(roles=["student"])
    until_over(job)
    assert (job.status, bool(job.result)) == (JobStatus.FAILED, False)
    assert "not allowed" in job.errors[0]["why"]


def test_work_ends_quietly_with_a_tenant_that_is_deleted_meanwhile(transactional_db, alpha, caplog, monkeypatch):
    at_it, gone = Event(), Event()
    with tenant_context(alpha):
        admin = make.user("admin")
        job = begun(admin)
    ended: list[object] = []

    def waits(_job):
        yield ["Name"]
        at_it.set()
        gone.wait(30)
        yield ["Ada"]

    monkeypatch.setitem(vars(NAMES), "lines", waits)

    def work() -> None:
        try:
            with tenant_context(alpha):
                ended.append(go_on(job.pk))
        except Exception as error:
            ended.append(error)
        finally:
            connections.close_all()

    worker = Thread(target=work)
    worker.start()
    assert at_it.wait(30)
    with public_context():
        suspend_tenant(tenant=alpha, by="op", reason="They left")
        delete_tenant(tenant=alpha, by="op")
    gone.set()
    worker.join(30)
    assert ended == [True]
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_a_database_that_is_away_again_and_again_ends_no_export(admin):
    faults[:] = [OperationalError("server closed the connection unexpectedly") for _n in range(3 * MOST_ATTEMPTS)]
    job = begun(admin)
    assert until_over(job) == 3 * MOST_ATTEMPTS
    assert (job.status, job.attempts) == (JobStatus.DONE, 0)


def test_a_file_that_may_name_somebody_goes_when_anybody_is_erased(admin, tenant, client_of):
    person = make.person()
    job = begun(admin)
    until_over(job)
    kept = job.result.path
    erase_person(person, by=admin)
    job.refresh_from_db()
    assert (job.result.name, job.params) == ("", {})
    assert not File.objects.exists()
    office = client_of(tenant)
    office.sign_in(admin)
    assert "was deleted, because" in office.get(f"/admin/jobs/{job.pk}/").content.decode()
    assert kept.endswith(".csv")


def test_a_file_that_is_being_made_is_begun_anew_when_somebody_is_erased(admin, monkeypatch):
    person, turns = make.person(name="Zebulon Canary"), []

    def waits(_job):
        turns.append(1)
        name = Person.objects.get(pk=person.pk).name
        if len(turns) == 1:
            erase_person(person, by=admin)
        yield [name]

    monkeypatch.setitem(vars(NAMES), "lines", waits)
    job = begun(admin)
    go_on(job.pk)
    assert not Job.objects.get(pk=job.pk).result
    assert until_over(job) == 0
    assert (job.status, len(turns), "Zebulon" in job.result.read().decode()) == (JobStatus.DONE, 2, False)


def test_whom_it_could_not_be_done_with_is_not_named_any_more_once_erased(admin):
    rows = [make.person(name=name) for name in ("Zebulon Canary", "Ada Byron")]
    keys = [row.pk for row in rows]
    job = begin(REFUSED, keys, title="Refused", by=admin)
    until_over(job)
    assert [error["what"] for error in job.errors] == ["Zebulon Canary", "Ada Byron"]
    erase_person(rows[0], by=admin)
    job.refresh_from_db()
    assert ([error["what"] for error in job.errors], job.error_count) == (["Ada Byron"], 2)


def test_what_the_former_release_wrote_of_them_goes_too(admin):
    person = make.person(name="Zebulon Canary")
    job = begin(REFUSED, [person.pk], title="Refused", by=admin)
    until_over(job)
    failed = {"what": "", "why": "It went wrong."}
    Job.objects.filter(pk=job.pk).update(errors=[{"what": "Zebulon Canary", "why": "No."}, failed])
    erase_person(person, by=admin)
    job.refresh_from_db()
    assert job.errors == [failed]


def test_the_search_from_which_work_was_begun_is_not_kept(admin, tenant, client_of):
    office, person = client_of(tenant), make.person(name="Zebulon Canary")
    office.sign_in(admin)
    for _n in range(AT_ONCE + 1):
        make.run_out(make.booking(buyer=person))
    url, form = "/admin/lists/bookings/many/?q=zebulon&status=expired", {"act": "bookings.send_again", "all": "yes"}
    form["sure"] = office.post(url, form).context["sure"]
    office.post(url, form)
    job = Job.objects.get()
    assert job.total == AT_ONCE + 1
    assert job.params["back"].endswith("/admin/bookings/?status=expired")


def test_the_search_that_was_kept_once_goes_when_anybody_is_erased(admin):
    person = make.person(name="Zebulon Canary")
    job = begin(REFUSED, [person.pk], title="Refused", by=admin, params={"back": "/admin/students/?q=zebulon"})
    other = begin(REFUSED, [person.pk], title="Refused", by=admin, params={"back": "/admin/students/?status=new"})
    erase_person(person, by=admin)
    job.refresh_from_db()
    other.refresh_from_db()
    assert set(job.params) == {"keys"}
    assert other.params["back"] == "/admin/students/?status=new"
