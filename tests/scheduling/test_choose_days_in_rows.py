"""A session's days chosen in rows: each with hours of its own where it has any; rows come and go, nothing is lost."""

import pytest
from django.http import QueryDict
from django.utils.timezone import localtime

from tenant_apps.scheduling.models import Session
from tenant_apps.scheduling.office.day_rows import DayRow
from tests import make
from tests.scheduling.test_edit_sessions import form

pytestmark = pytest.mark.django_db


def rows(*days, **fields):
    """What a browser sends: three inputs for each row."""
    sent = form(**fields)
    for part, cells in zip(("date", "begins", "ends"), zip(*days, strict=True), strict=True):
        sent[f"only_days-{part}"] = list(cells)
    return sent


def create(office, *days, **fields):
    return office.post(f"/admin/courses/{make.course().pk}/sessions/new/", rows(*days, **fields))


def days_of(session):
    return [f"{localtime(day.starts_at):%d %H:%M}-{localtime(day.ends_at):%H:%M}" for day in session.days.all()]


GAPS = [("2030-07-08", "", ""), ("2030-07-01", "", ""), ("2030-07-15", "10:00", "12:00")]


def test_days_with_gaps_and_hours_of_their_own_without_a_first_day(office):
    assert create(office, *GAPS, start_date="").status_code == 302
    assert days_of(Session.objects.get()) == ["01 09:00-16:30", "08 09:00-16:30", "15 10:00-12:00"]


def test_the_rows_are_shown_as_they_were_and_saved_untouched_nothing_changes(office, happened):
    create(office, *GAPS, start_date="2030-07-01")
    session = Session.objects.get()
    url = f"/admin/sessions/{session.pk}/edit/"
    page = office.get(url).context["form"]
    assert page.day_rows == [DayRow("2030-07-01"), DayRow("2030-07-08"), DayRow("2030-07-15", "10:00", "12:00")]
    data = {name: page[name].value() for name in page.fields if name != "only_days"}
    data = {name: value for name, value in data.items() if value not in (None, "", False)}
    sent = [(row.date, row.begins, row.ends) for row in page.day_rows]
    assert office.post(url, rows(*sent) | data).status_code == 302
    assert "session.changed" not in happened()
    office.post(url, rows(*sent, ("2030-07-22", "", "")) | data)
    assert days_of(session) == ["01 09:00-16:30", "08 09:00-16:30", "15 10:00-12:00", "22 09:00-16:30"]


@pytest.mark.parametrize(
    ("button", "left"),
    [
        ({"more_days": "yes"}, [*GAPS, ("", "", "")]),
        ({"less_days": "1"}, [GAPS[0], GAPS[2]]),
        ({"less_days": "9"}, GAPS),
        ({"less_days": "x"}, GAPS),
    ],
)
def test_without_a_script_a_button_gives_one_row_more_or_less_and_what_was_typed_stays(office, button, left):
    answer = create(office, *GAPS, **button, instructor_notes="Bring the red box", capacity="")
    assert answer.status_code == 200
    assert not answer.context["form"].errors
    assert [(row.date, row.begins, row.ends) for row in answer.context["form"].day_rows] == left
    assert "Bring the red box" in answer.content.decode()
    assert not Session.objects.exists()


def test_on_the_page_of_a_session_too(office):
    create(office, *GAPS, start_date="2030-07-01")
    session = Session.objects.get()
    answer = office.post(f"/admin/sessions/{session.pk}/edit/", rows(*GAPS, less_days="0"))
    assert len(answer.context["form"].day_rows) == 2
    assert session.days.count() == 3


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([("2030-07-01", "10:00", "")], "both times"),
        ([("2030-07-01", "", "10:00")], "both times"),
        ([("", "10:00", "12:00")], "is not a day"),
        ([("2030-07-01", "25:00", "26:00")], "is not a day"),
        ([("soon", "", "")], "is not a day"),
        ([("2030-07-01", "12:00", "10:00")], "not after the beginning"),
        ([("2030-07-01", "", ""), ("2030-07-01", "10:00", "12:00")], "overlap"),
        ([(f"2030-{month:02}-{day:02}", "", "") for month in (7, 8, 9) for day in range(1, 22)], "at most 60 days"),
    ],
)
def test_what_cannot_be_is_said_and_the_rows_stay(office, days, words):
    answer = create(office, *days, start_date="")
    assert answer.status_code == 422
    assert words in answer.context["form"].errors["only_days"][0]
    assert [(row.date, row.begins, row.ends) for row in answer.context["form"].day_rows] == days
    assert not Session.objects.exists()


def test_odd_lists_of_inputs_are_no_fault_of_ours(office):
    sent = QueryDict(mutable=True)
    sent.update(form(start_date="2030-07-01"))
    sent.setlist("only_days-date", ["2030-07-01", "2030-07-08"])
    sent.setlist("only_days-begins", ["10:00"])
    answer = office.post(f"/admin/courses/{make.course().pk}/sessions/new/", dict(sent.lists()))
    assert answer.status_code in (302, 422)
