"""What a program reads of the calendar: each day of a session between two days, and no more than one may see."""

from datetime import date

import pytest

from tenant_apps.scheduling.models import Place, Room
from tenant_apps.scheduling.services import cancel_session, schedule_session
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def on(first, last, **details):
    days = make.daily(date(2030, 4, first), date(2030, 4, last))
    return schedule_session(course=make.course(title="Boilers"), days=days, by=None, **details)


def days_of(answer):
    assert answer.status_code == 200, answer.content
    return [row["startsAt"][:10] for row in answer.json()["results"]]


def test_each_day_between_two_days_is_there_with_its_people_and_rooms(tenant, api):
    room = Room.objects.create(place=Place.objects.create(name="Yard"), name="Bay")
    trainer = make.trainer()
    session = on(3, 6, trainer=trainer, room=room)
    office = api(tenant, make.user("admin"))
    answer = office.get("/calendar?from=2030-04-04&to=2030-04-05")
    assert days_of(answer) == ["2030-04-04", "2030-04-05"]
    day = session.days.get(starts_at__date=date(2030, 4, 4))
    assert answer.json()["results"][0] == {
        "sessionId": str(session.pk), "dayId": str(day.pk), "title": "Boilers",
        "startsAt": "2030-04-04T09:00:00+01:00", "endsAt": "2030-04-04T17:00:00+01:00",
        "trainerId": str(trainer.pk), "coTrainerIds": [], "assessorId": None, "roomId": str(room.pk), "vehicleId": None,
        "status": "scheduled",
    }  # fmt: skip


def test_it_is_narrowed_and_says_nothing_of_what_was_called_off(tenant, api):
    mine, other = make.trainer(), make.trainer()
    on(3, 3, trainer=mine)
    on(4, 4, trainer=other)
    cancel_session(on(5, 5), reason="No gas", by=None)
    office = api(tenant, make.user("admin"))
    assert days_of(office.get("/calendar?from=2030-04-01&to=2030-04-30")) == ["2030-04-03", "2030-04-04"]
    assert days_of(office.get(f"/calendar?from=2030-04-01&to=2030-04-30&trainerId={other.pk}")) == ["2030-04-04"]
    for query in ("from=2030-04-01", "from=2030-04-02&to=2030-04-01", "from=2030-01-01&to=2032-01-01"):
        assert office.get(f"/calendar?{query}").status_code == 400


def test_a_trainer_reads_their_own_and_a_student_nothing(tenant, api):
    account = make.user("trainer")
    on(3, 3, trainer=make.trainer(user=account))
    on(4, 4, trainer=make.trainer())
    query = "/calendar?from=2030-04-01&to=2030-04-30"
    assert days_of(api(tenant, account).get(query)) == ["2030-04-03"]
    assert api(tenant, make.student_user()[0]).get(query).status_code == 404
    assert api(tenant).get(query).status_code == 401
