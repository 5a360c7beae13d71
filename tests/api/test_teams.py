"""Co-trainers and assessors as programs name them, and what each of them may do by API."""

from datetime import timedelta

import pytest

from shared_apps.core.time import now
from tenant_apps.catalogue.models import Course
from tenant_apps.people.models import Trainer
from tenant_apps.scheduling.models import Session
from tenant_apps.scheduling.services import cancel_session
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
WHEN = {"startDate": "2031-04-07", "startTime": "09:00", "endTime": "17:00"}


@pytest.fixture
def office(tenant, api):
    return api(tenant, make.user("admin"))


@pytest.fixture
def path():
    return f"/courses/{make.course(title='Boilers').pk}/sessions"


def ids(*people):
    return [str(one.pk) for one in people]


def test_a_team_is_named_by_ids_and_shown_so(office, path, tenant, api):
    lead, ada, ben, cy = (make.trainer() for _ in range(4))
    team = {"coTrainerIds": ids(ada, ben), "assessorId": str(cy.pk)}
    made = office.post(path, {**WHEN, **team, "trainerId": str(lead.pk)})
    assert made.status_code == 201, made.content
    one = f"{path}/{made.json()['id']}"
    for answer in (made.json(), office.get(one).json(), office.get(path).json()["results"][0]):
        assert sorted(answer["coTrainerIds"]) == sorted(team["coTrainerIds"])
        assert (answer["assessorId"], answer["trainer"]["id"]) == (str(cy.pk), str(lead.pk))
    seen = api(tenant).get(one).json()
    assert sorted(seen["coTrainerIds"]) == sorted(team["coTrainerIds"])
    assert "assessorId" not in seen
    changed = office.call("patch", one, {"coTrainerIds": ids(cy), "assessorId": None}).json()
    assert (changed["coTrainerIds"], changed["assessorId"]) == (ids(cy), None)
    assert office.call("patch", one, {"availableSpots": 5}).json()["coTrainerIds"] == ids(cy)
    assert office.call("patch", one, {"coTrainerIds": []}).json()["coTrainerIds"] == []


@pytest.mark.parametrize("field", ["trainerId", "coTrainerIds", "assessorId"])
def test_an_id_that_is_nobody_s_or_of_who_has_left_is_refused_by_name(office, path, field):
    gone = make.trainer(active=False)
    for key in (str(gone.pk), "01975f3c-b3d7-7a0e-8f66-2c9b1d4e7a55", "nobody", None if field == "coTrainerIds" else 7):
        answer = office.post(path, {**WHEN, field: [key] if field == "coTrainerIds" else key})
        assert answer.status_code == 400, (key, answer.content)
        assert any(error["field"].startswith(field) for error in answer.json()["errors"]), answer.json()
    assert not Session.objects.exists()


def test_who_has_left_since_stays_on_a_session_until_somebody_takes_them_off(office):
    ada, ben = make.trainer(), make.trainer()
    session = make.session(trainer=ben, co_trainers=[ada])
    Trainer.objects.update(active=False)
    sent = {"trainerId": str(ben.pk), "coTrainerIds": ids(ada), "availableSpots": 4}
    answer = office.call("patch", f"/sessions/{session.pk}", sent)
    assert (answer.status_code, answer.json()["availableSpots"]) == (200, 4)


def test_a_course_whose_lead_trainer_left_gets_a_session_without_them(office, path):
    lead = make.trainer()
    Course.objects.update(lead_trainer=lead)
    Trainer.objects.update(active=False)
    answer = office.post(path, WHEN)
    assert (answer.status_code, answer.json()["trainer"]) == (201, None)
    series = {"weekdays": ["mon"], "from": "2031-01-06", "count": 2, "startTime": "18:00", "endTime": "20:00"}
    course = str(Course.objects.get().pk)
    refused = office.post("/sessions/series", {**series, "courseId": course, "trainerId": str(lead.pk)})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "trainerId"
    assert office.post("/sessions/series", {**series, "courseId": course}).status_code == 201
    assert set(Session.objects.values_list("trainer", flat=True)) == {None}


def test_somebody_named_twice_is_refused(office, path):
    ada = make.trainer()
    twice = office.post(path, {**WHEN, "coTrainerIds": ids(ada, ada)})
    assert twice.status_code == 400
    assert twice.json()["errors"][0]["field"] == "coTrainerIds"
    answer = office.post(path, {**WHEN, "trainerId": str(ada.pk), "coTrainerIds": ids(ada)})
    assert (answer.status_code, answer.json()["code"]) == (409, "twice_on_session")
    assert answer.json()["errors"][0]["field"] == "coTrainerIds"


def test_a_clash_names_who_and_the_other_session(office, path):
    ada = make.trainer(name="Ada Byron")
    assert office.post(path, {**WHEN, "coTrainerIds": ids(ada)}).status_code == 201
    for field in ("trainerId", "coTrainerIds", "assessorId"):
        named = ids(ada) if field == "coTrainerIds" else str(ada.pk)
        answer = office.post(path, {**WHEN, field: named})
        assert (answer.status_code, answer.json()["code"]) == (409, "clash")
        (error,) = answer.json()["errors"]
        assert error["field"] == field
        assert "Ada Byron is taken at that time: Boilers, Mon 7 Apr 2031" in str(error)


def test_lists_and_calendar_are_narrowed_to_whoever_is_on_the_team(office):
    ada, ben, lead = make.trainer(), make.trainer(), make.trainer()
    session = make.session(trainer=lead, co_trainers=[ada], assessor=ben)
    make.session(in_days=61, trainer=make.trainer())
    cancel_session(make.session(in_days=62, co_trainers=[ada]), reason="No gas", by=None)
    first, last = (f"{now() + timedelta(days=n):%Y-%m-%d}" for n in (50, 70))
    for one in (lead, ada, ben):
        days = office.get(f"/calendar?from={first}&to={last}&trainerId={one.pk}").json()["results"]
        assert [day["sessionId"] for day in days] == [str(session.pk)]
        assert (days[0]["trainerId"], days[0]["coTrainerIds"], days[0]["assessorId"]) == (
            str(lead.pk), ids(ada), str(ben.pk),
        )  # fmt: skip
        found = office.get(f"/sessions?trainer={one.pk}&status=scheduled").json()["results"]
        assert [row["id"] for row in found] == [str(session.pk)]


@pytest.fixture
def crew(tenant, api):
    """Clients of a lead, a co-trainer, an assessor and another trainer; and a session of today of the first three."""
    users = {role: make.user("trainer") for role in ("lead", "co_trainer", "assessor", "other")}
    people = {role: make.trainer(user=user) for role, user in users.items()}
    session = make.session(trainer=people["lead"], co_trainers=[people["co_trainer"]], assessor=people["assessor"])
    make.confirmed_booking(session=session, attendees=[{"name": "Ada"}])
    day = session.days.get()
    day.starts_at, day.ends_at = now() - timedelta(minutes=1), now() + timedelta(hours=6)
    day.save()
    Session.objects.filter(pk=session.pk).update(starts_at=day.starts_at, ends_at=day.ends_at)
    return {role: api(tenant, user) for role, user in users.items()}, session


ALLOWED = {
    "lead": {"see", "mark", "run"}, "co_trainer": {"see", "mark"}, "assessor": {"see"}, "other": set(),
}  # fmt: skip


@pytest.mark.parametrize("role", ALLOWED)
def test_each_of_the_team_does_their_own_by_api(crew, role):
    clients, session = crew
    client, may = clients[role], ALLOWED[role]
    ada = session.bookings.get().attendees.get()
    marks = {"marks": [{"attendeeId": str(ada.pk), "status": "attended"}]}
    refused = 403 if may else 404
    for path in ("attendance", "bookings"):
        assert client.get(f"/sessions/{session.pk}/{path}").status_code == (200 if may else 404), path
    assert len(client.get("/bookings").json()["results"]) == (1 if may else 0)
    marked = client.call("put", f"/sessions/{session.pk}/attendance", marks)
    assert marked.status_code == (200 if "mark" in may else refused)
    for act in ("start", "complete"):
        answer = client.post(f"/sessions/{session.pk}/{act}", {})
        assert answer.status_code == (200 if "run" in may else refused), answer.content
    changed = client.call("patch", f"/sessions/{session.pk}", {"coTrainerIds": []})
    assert changed.status_code in (403, 404)
