"""A trainer whom twenty people put on the calendar at the same time is in one place."""

from datetime import UTC, datetime, timedelta

import pytest

from shared_apps.tenants.context import tenant_context
from tenant_apps.scheduling.errors import Clash
from tenant_apps.scheduling.models import Session, SessionDay
from tenant_apps.scheduling.services import schedule_session
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("days", [1, 3])
def test_of_twenty_who_schedule_one_trainer_at_one_time_one_wins(alpha, all_at_once, days):
    with tenant_context(alpha):
        trainer, courses = make.trainer(), [make.course() for _ in range(20)]
    starts = datetime.now(UTC) + timedelta(days=30)
    spans = [(starts + timedelta(days=n), starts + timedelta(days=n, hours=7)) for n in range(days)]

    made = all_at_once(
        [
            lambda course=course: schedule_session(course=course, days=spans, trainer=trainer, by=None)
            for course in courses
        ]
    )

    assert [type(answer) for answer in made if not isinstance(answer, Session | Clash)] == []
    assert sum(isinstance(answer, Session) for answer in made) == 1
    with tenant_context(alpha):
        assert Session.objects.count() == 1
        assert SessionDay.objects.count() == days
