"""A course that goes on after weeks is one of which people are reminded again, by its days to come."""

from datetime import timedelta

import pytest
import time_machine

from shared_apps.timers.due import do_due_work
from tenant_apps.scheduling.models import Session
from tenant_apps.scheduling.noticing import change_notices
from tenant_apps.scheduling.progress import keep_pace
from tenant_apps.scheduling.services import schedule_session
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def test_who_comes_to_a_course_with_a_gap_is_reminded_of_what_comes_after_it(mails):
    change_notices({"joining_days": 7, "reminder_days": 1, "reminder_hours": None, "feedback_hours": None}, by=None)
    first = make.today() + timedelta(days=10)
    days = [*make.daily(first, first), *make.daily(first + timedelta(days=21), first + timedelta(days=22))]
    session = schedule_session(course=make.course(), days=days, by=None)
    make.confirmed_booking(session=session, attendees=[{"name": "Grace Hopper", "email": "grace@example.com"}])
    for moment in (days[0][0] - timedelta(hours=2), days[1][0] - timedelta(hours=2), days[2][0] - timedelta(hours=2)):
        with time_machine.travel(moment, tick=False):
            keep_pace(Session.objects.get(pk=session.pk))
            do_due_work()
            make.deliver_all()
    for kind in ("reminder", "joining", "attending_reminder", "attending_joining"):
        once, again = mails(f"bookings/{kind}")
        assert f"{days[0][0]:%-d %b %Y}" in once.subject
        assert f"{days[1][0]:%-d %b %Y}" in again.subject
        assert f"{days[0][0]:%-d %b %Y}" not in again.text
