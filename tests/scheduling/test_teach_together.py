"""Co-trainers and an assessor: nobody is in two places, whoever they are there, and each sees and does their own."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import localtime

from shared_apps.core.time import now
from shared_apps.events.models import Event
from tenant_apps.people.models import Trainer
from tenant_apps.people.team import to_teach
from tenant_apps.scheduling.advice import advice_on
from tenant_apps.scheduling.errors import Clash, TeachesNoMore, TwiceOnSession
from tenant_apps.scheduling.hours import plan_time_off
from tenant_apps.scheduling.models import Session, SessionDay, TeamDay, TeamMember
from tenant_apps.scheduling.rescheduling import replace_session
from tenant_apps.scheduling.running import complete_session, start_session
from tenant_apps.scheduling.services import cancel_session, duplicate_session, schedule_session, update_session
from tenant_apps.scheduling.several import look_at_plans
from tests import make
from tests.support.web import tight

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
ROLES = ["trainer", "co_trainers", "assessor"]


def page_of(answer):
    return tight(answer.content.decode())


def at(day, begins="09:00", ends="17:00", *, days=1):
    """Spans of so many days from that of April 2031."""
    return make.daily(date(2031, 4, day), date(2031, 4, day + days - 1), begins, ends)


def plan(days, **team):
    return schedule_session(course=make.course(title="Boilers"), days=days, by=None, **team)


def with_one(role, one):
    """The team with `one` in that role."""
    return {role: [one] if role == "co_trainers" else one}


def held_by(one):
    """When somebody is taken up, as the database keeps it."""
    rows = TeamDay.objects.filter(trainer=one, live=True).order_by("starts_at")
    return [f"{localtime(row.starts_at):%d %H:%M}-{localtime(row.ends_at):%H:%M} {row.role}" for row in rows]


@pytest.fixture
def ada():
    return make.trainer(name="Ada Byron")


@pytest.fixture
def ben():
    return make.trainer(name="Ben Okri")


@pytest.mark.parametrize("there", ROLES)
@pytest.mark.parametrize("here", ROLES)
def test_nobody_is_in_two_places_whatever_they_do_there(ada, here, there):
    plan(at(7), **with_one(there, ada))
    with pytest.raises(Clash) as refused:
        plan(at(7, "16:00", "20:00"), **with_one(here, ada))
    assert refused.value.fields == {here: ["Ada Byron is taken at that time: Boilers, Mon 7 Apr 2031, 09:00–17:00."]}
    plan(at(7, "17:00", "20:00"), **with_one(here, ada))


def test_each_who_is_taken_is_named_with_where_they_are(ada, ben):
    plan(at(7), co_trainers=[ada])
    plan(at(8), trainer=ben)
    with pytest.raises(Clash) as refused:
        plan(at(7, days=3), trainer=make.trainer(), co_trainers=[ada, ben])
    (said,) = refused.value.fields["co_trainers"]
    assert "Ada Byron is taken at that time: Boilers, Mon 7 Apr" in said
    assert "Ben Okri is taken at that time: Boilers, Tue 8 Apr" in said


@pytest.mark.parametrize("second", ["co_trainers", "assessor"])
def test_nobody_is_twice_on_one_session(ada, second):
    with pytest.raises(TwiceOnSession) as refused:
        plan(at(7), trainer=ada, **with_one(second, ada))
    assert refused.value.fields == {second: ["Ada Byron is on this session already. Choose each person once."]}
    session = plan(at(7), **with_one(second, ada))
    with pytest.raises(TwiceOnSession):
        update_session(session, trainer=ada, by=None)


def test_the_database_itself_refuses_somebody_twice_and_a_second_assessor(ada, ben):
    session = plan(at(7), trainer=ada, assessor=ben)
    for one, role in ((ada, "co_trainer"), (make.trainer(), "assessor"), (make.trainer(), "lead")):
        with pytest.raises(IntegrityError), transaction.atomic():
            TeamMember.objects.create(session=session, trainer=one, role=role)
    with pytest.raises(IntegrityError), transaction.atomic():
        session.days.update(trainer=ben)


def test_their_time_moves_with_the_session_and_is_free_when_it_is_called_off(ada, ben):
    session = plan(at(7, days=2), co_trainers=[ada], assessor=ben)
    assert held_by(ada) == ["07 09:00-17:00 co_trainer", "08 09:00-17:00 co_trainer"]
    update_session(session, days=at(9, "10:00", "12:00"), by=None)
    assert (held_by(ada), held_by(ben)) == (["09 10:00-12:00 co_trainer"], ["09 10:00-12:00 assessor"])
    update_session(session, days=[*at(8), *at(9, "10:00", "12:00")], by=None)
    assert held_by(ben) == ["08 09:00-17:00 assessor", "09 10:00-12:00 assessor"]
    cancel_session(session, reason="No gas", by=None)
    assert (held_by(ada), held_by(ben)) == ([], [])
    plan(at(8), trainer=ada, co_trainers=[ben])


def test_days_of_a_team_may_take_each_other_s_place(ada):
    session = plan(at(7, days=3), co_trainers=[ada])
    update_session(session, days=at(8, days=3), by=None)
    assert [said[:2] for said in held_by(ada)] == ["08", "09", "10"]


def test_on_another_date_as_a_new_session_its_team_goes_along(ada, ben):
    old = plan(at(7), trainer=make.trainer(), co_trainers=[ada], assessor=ben)
    new = replace_session(old, days=at(8), reason="", by=make.user("admin"))
    assert (new.co_trainers, new.assessor) == ([ada], ben)
    assert (held_by(ada), held_by(ben)) == (["08 09:00-17:00 co_trainer"], ["08 09:00-17:00 assessor"])
    assert Session.objects.get(pk=old.pk).co_trainers == [ada]  # as it was
    plan(at(7), co_trainers=[ada, ben])


def test_a_copy_has_the_same_team_and_is_refused_while_one_of_them_is_elsewhere(ada, ben):
    session = plan(at(7), co_trainers=[ada], assessor=ben)
    plan(at(9), trainer=ben)
    copy = duplicate_session(session, starts_on=date(2031, 4, 8), by=None)
    assert (copy.co_trainers, copy.assessor) == ([ada], ben)
    with pytest.raises(Clash, match="Ben Okri"):
        duplicate_session(session, starts_on=date(2031, 4, 9), by=None)


def test_a_copy_is_without_who_does_not_teach_any_more_and_its_page_says_so(office, ada, ben):
    session = plan(at(7), trainer=ada, co_trainers=[ben])
    Trainer.objects.filter(pk=ada.pk).update(active=False)
    url = f"/admin/sessions/{session.pk}/duplicate/"
    assert f"{ada} does not teach any more, and is not on the copy." in tight(office.get(url).content.decode())
    office.post(url, {"starts_on": "2031-04-08"})
    copy = Session.objects.exclude(pk=session.pk).get()
    assert (copy.trainer, copy.co_trainers) == (None, [ben])


def test_nobody_is_put_on_a_session_who_does_not_teach_any_more(ada, ben):
    session = plan(at(7), trainer=ada)
    for one in (ada, ben):
        one.active = False
        one.save()
    with pytest.raises(TeachesNoMore, match="Ben Okri does not teach any more"):
        update_session(session, assessor=ben, by=None)
    with pytest.raises(TeachesNoMore):
        plan(at(8), trainer=ada)
    assert update_session(session, trainer=ada, capacity=4, by=None)  # who is there may stay


def test_people_change_places_on_a_team(ada, ben):
    session = plan(at(7), trainer=ada, co_trainers=[ben])
    update_session(session, trainer=ben, co_trainers=[], assessor=ada, by=None)
    assert (held_by(ada), held_by(ben)) == (["07 09:00-17:00 assessor"], ["07 09:00-17:00 lead"])
    update_session(session, trainer=ada, co_trainers=[ben], assessor=None, by=None)
    assert (held_by(ada), held_by(ben)) == (["07 09:00-17:00 lead"], ["07 09:00-17:00 co_trainer"])


def test_whoever_is_replaced_is_free_and_the_history_says_who(ada, ben):
    session = plan(at(7), co_trainers=[ada])
    assert update_session(session, co_trainers=[ben], by=None)
    assert not update_session(session, co_trainers=[ben], assessor=None, by=None)
    assert (held_by(ada), held_by(ben)) == ([], ["07 09:00-17:00 co_trainer"])
    changed = Event.objects.get(name="session.changed")
    assert changed.payload["changes"] == {"co_trainers": ["Ada Byron", "Ben Okri"]}


def test_a_refused_team_leaves_the_former_one(ada, ben):
    plan(at(7), trainer=ben)
    session = plan(at(7), co_trainers=[ada], capacity=10)
    with pytest.raises(Clash):
        update_session(session, co_trainers=[ben], capacity=4, by=None)
    session = Session.objects.get(pk=session.pk)
    assert (session.co_trainers, session.capacity) == ([ada], 10)
    assert held_by(ada) == ["07 09:00-17:00 co_trainer"]


def test_days_left_out_by_an_early_end_are_free_for_the_whole_team(ada):
    session = plan(at(7, days=2), co_trainers=[ada])
    office = make.user("admin")
    start_session(session, by=office)
    complete_session(session, by=office)
    assert held_by(ada) == []


def test_what_the_former_release_writes_is_followed(ada, ben):
    """It knows of days and their trainer alone."""
    session = plan(at(7), trainer=ada, assessor=ben)
    SessionDay.objects.create(
        session=session, trainer=ada, starts_at=datetime(2031, 4, 9, 9, tzinfo=UTC),
        ends_at=datetime(2031, 4, 9, 10, tzinfo=UTC),
    )  # fmt: skip
    assert len(held_by(ada)) == len(held_by(ben)) == 2
    session.days.earliest("starts_at").delete()
    assert held_by(ben) == ["09 10:00-11:00 assessor"]
    session.days.update(trainer=make.trainer())
    assert held_by(ada) == []


def test_dates_put_on_the_calendar_together_say_of_which_one_of_the_team_is_elsewhere(ada, ben):
    plan(at(8), co_trainers=[ben])
    plan_time_off(ada, starts_at=at(9)[0][0], ends_at=at(9)[0][1], by=None)
    tried = look_at_plans(course=make.course(), plans=[at(7), at(8), at(9)], by=None, co_trainers=[ada], assessor=ben)
    assert [bool(one.why_not) for one in tried] == [False, True, False]
    assert "Ben Okri" in tried[1].why_not
    assert "Ada Byron is away" in tried[2].advice[0]
    assert not Session.objects.filter(starts_at__date=date(2031, 4, 7)).exists()


def test_who_leaves_has_all_their_sessions_named(ada):
    assisted, led = plan(at(8), co_trainers=[ada]), plan(at(7), trainer=ada)
    plan(at(9), trainer=make.trainer())
    assert to_teach(ada) == [led, assisted]


def test_time_off_of_each_of_a_team_is_said(ada, ben):
    for one in (ada, ben):
        plan_time_off(one, starts_at=at(7)[0][0], ends_at=at(7)[0][1], by=None)
    said = advice_on([ada, ben], at(7))
    assert [text.split(" is away")[0] for text in sorted(said)] == ["Ada Byron", "Ben Okri"]


# --- The office's pages ------------------------------------------------------------------------------


def form(**fields):
    return {
        "start_date": "2031-04-07",
        "begins": "09:00",
        "ends": "17:00",
        "capacity": 8,
        "listing": "public",
        **fields,
    }


def test_the_office_chooses_a_team_and_changes_it(office, ada, ben):
    course = make.course()
    office.post(f"/admin/courses/{course.pk}/sessions/new/", form(co_trainers=[ada.pk], assessor=ben.pk))
    session = Session.objects.get()
    assert (session.co_trainers, session.assessor) == ([ada], ben)
    page = page_of(office.get(f"/admin/sessions/{session.pk}/"))
    assert "Co-trainers" in page
    assert "Ada Byron" in page
    office.post(f"/admin/sessions/{session.pk}/edit/", form(co_trainers=[ben.pk], assessor=""))
    session = Session.objects.get()
    assert (session.co_trainers, session.assessor) == ([ben], None)


def test_a_form_says_at_its_field_who_is_chosen_twice_or_is_elsewhere(office, ada, ben):
    course = make.course()
    plan(at(7), trainer=ben)
    url = f"/admin/courses/{course.pk}/sessions/new/"
    answer = office.post(url, form(trainer=ada.pk, co_trainers=[ada.pk]))
    assert answer.context["form"].errors == {"co_trainers": ["Ada Byron is the trainer already."]}
    answer = office.post(url, form(trainer=ada.pk, co_trainers=[ben.pk]))
    assert "Ben Okri is taken at that time: Boilers" in answer.context["form"].errors["co_trainers"][0]
    answer = office.post(url, form(co_trainers=[ada.pk], assessor=ada.pk))
    assert "assessor" in answer.context["form"].errors


def test_two_who_change_the_team_at_once_keep_each_other_s_change(office, ada, ben):
    session = plan(at(7), co_trainers=[ada])
    page = office.get(f"/admin/sessions/{session.pk}/edit/").context["form"]
    shown = {"shown-sessionform": str(page.shown).split('value="')[1].rsplit('"', 1)[0].replace("&quot;", '"')}
    update_session(session, co_trainers=[ben], by=None)
    office.post(f"/admin/sessions/{session.pk}/edit/", form(co_trainers=[ada.pk], capacity=5, **shown))
    session = Session.objects.get()
    assert (session.co_trainers, session.capacity) == ([ben], 5)


def test_a_form_asks_once_before_it_plans_against_time_off_of_a_co_trainer(office, ada):
    plan_time_off(ada, starts_at=at(7)[0][0], ends_at=at(7)[0][1], by=None)
    url = f"/admin/courses/{make.course().pk}/sessions/new/"
    answer = office.post(url, form(co_trainers=[ada.pk]))
    assert any("Ada Byron is away" in text for text in answer.context["advice"])
    assert not Session.objects.exists()
    office.post(url, form(co_trainers=[ada.pk], heeded=answer.context["form"].advice_key))
    assert Session.objects.get().co_trainers == [ada]


def test_several_dates_have_one_team(office, ada, ben):
    course = make.course()
    several = form(dates="2031-04-07\n2031-04-14", days_long=1, co_trainers=[ada.pk], assessor=ben.pk)
    office.post(f"/admin/courses/{course.pk}/sessions/several/", several)
    assert [(one.co_trainers, one.assessor) for one in course.sessions.all()] == [([ada], ben)] * 2


def test_on_the_calendar_a_session_stands_in_the_lane_of_each_of_its_team(office, ada, ben):
    session = plan(at(7), trainer=make.trainer(name="Cy Twombly"), co_trainers=[ada], assessor=ben)
    lanes = office.get("/admin/calendar/?view=trainers&on=2031-04-07").context["lanes"]
    found = {lane.name: [(one.session_id, one.role) for one in lane.days[0].entries] for lane in lanes}
    assert found == {
        "Ada Byron": [(session.pk, "Co-trainer")], "Ben Okri": [(session.pk, "Assessor")],
        "Cy Twombly": [(session.pk, "")],
    }  # fmt: skip
    assert "Assessor" in page_of(office.get(f"/admin/calendar/?view=week&on=2031-04-07&trainer={ben.pk}"))


def test_the_list_of_sessions_is_narrowed_to_whoever_is_on_the_team(office, ada):
    assisted = plan(at(7), trainer=make.trainer(), co_trainers=[ada])
    plan(at(8), trainer=make.trainer())
    page = office.get(f"/admin/sessions/?trainer={ada.pk}")
    assert [row.pk for row in page.context["page"]] == [assisted.pk]
    assert ada in page.context["trainers"]


# --- What each of them sees and does -----------------------------------------------------------------


@pytest.fixture
def crew(desk):
    """Browsers of a lead, a co-trainer and an assessor; and a session of today of theirs on which Ada sits."""
    users = {role: make.user("trainer", name=f"The {role}") for role in ("lead", "co_trainer", "assessor", "other")}
    people = {role: make.trainer(name=f"The {role}", user=user) for role, user in users.items()}
    session = make.session(
        trainer=people["lead"], co_trainers=[people["co_trainer"]], assessor=people["assessor"],
        course=make.course(title="Boilers"),
    )  # fmt: skip
    make.confirmed_booking(session=session, attendees=[{"name": "Ada"}])
    day = session.days.get()
    day.starts_at, day.ends_at = now() - timedelta(minutes=1), now() + timedelta(hours=6)
    day.save()
    Session.objects.filter(pk=session.pk).update(starts_at=day.starts_at, ends_at=day.ends_at)
    session.refresh_from_db()
    return {role: desk(user=user) for role, user in users.items()}, session, day


def test_the_whole_team_sees_the_session_and_who_comes_and_nobody_else(crew):
    browsers, session, day = crew
    for role, browser in browsers.items():
        answers = [browser.get(path) for path in (f"/admin/sessions/{session.pk}/", f"/admin/today/{day.pk}/")]
        assert [answer.status_code for answer in answers] == ([404, 404] if role == "other" else [200, 200]), role
        if role != "other":
            assert all("Ada" in page_of(answer) for answer in answers)
    for role, words in (("co_trainer", "You assist"), ("assessor", "You assess")):
        for path in (f"/admin/sessions/{session.pk}/", "/admin/today/", "/admin/"):
            assert words in page_of(browsers[role].get(path)), (role, path)
    assert "You assist" not in page_of(browsers["lead"].get("/admin/today/"))
    assert "Boilers" not in page_of(browsers["other"].get("/admin/today/"))


@pytest.mark.parametrize(("role", "status"), [("lead", 302), ("co_trainer", 302), ("assessor", 403), ("other", 404)])
def test_the_register_is_taken_by_those_who_teach(crew, role, status):
    browsers, session, day = crew
    ada = session.bookings.get().attendees.get()
    answer = browsers[role].post(f"/admin/today/{day.pk}/", {f"status-{ada.pk}": "attended"})
    assert answer.status_code == status
    assert day.attendance.count() == (1 if status == 302 else 0)


@pytest.mark.parametrize(("role", "status"), [("lead", 302), ("co_trainer", 403), ("assessor", 403), ("other", 404)])
def test_it_is_begun_by_who_leads_it(crew, role, status):
    browsers, session, _day = crew
    answer = browsers[role].post(f"/admin/sessions/{session.pk}/start/")
    assert answer.status_code == status
    session.refresh_from_db()
    assert (session.status == "in_progress") is (status == 302)


@pytest.mark.parametrize("role", ["lead", "co_trainer", "assessor"])
def test_nobody_of_the_team_changes_the_session_or_sees_money(crew, role):
    browsers, session, _day = crew
    assert browsers[role].get(f"/admin/sessions/{session.pk}/edit/").status_code == 404
    assert "£120" not in page_of(browsers[role].get(f"/admin/sessions/{session.pk}/"))


def test_the_team_sees_its_course_among_those_it_teaches(crew):
    browsers, _session, _day = crew
    seen = {role: "Boilers" in page_of(browser.get("/admin/courses/")) for role, browser in browsers.items()}
    assert seen == {"lead": True, "co_trainer": True, "assessor": True, "other": False}


def test_visitors_read_who_teaches_and_not_who_assesses(desk):
    ada, ben, cy = (make.trainer(name=name) for name in ("Ada Byron", "Ben Okri", "Cy Twombly"))
    course, visit = make.course(slug="boilers"), desk().get
    make.session(course=course, trainer=ada, co_trainers=[ben], assessor=cy)
    make.session(course=course, in_days=70)
    page = page_of(visit("/courses/boilers/"))
    assert "Ada Byron and Ben Okri" in page
    assert "Cy Twombly" not in page
    assert course.title in page_of(visit(f"/trainers/{ben.slug}/"))
    assert course.title not in page_of(visit(f"/trainers/{cy.slug}/"))


def test_hours_say_how_many_sessions_of_theirs_lie_in_time_off(office, ada):
    plan(at(7, days=2), co_trainers=[ada])
    plan(at(9), trainer=ada)
    off = {"starts_on": "2031-04-07", "ends_on": "2031-04-09"}
    answer = office.post(f"/admin/trainers/{ada.pk}/time-off/", off, follow=True)
    assert "2 sessions in that time stay as they are" in page_of(answer)


@pytest.mark.parametrize("role", ["lead", "co_trainer", "assessor"])
def test_who_does_not_teach_here_any_more_sees_nobody_who_comes(crew, role):
    browsers, session, day = crew
    Trainer.objects.filter(person__name=f"The {role}").update(active=False)
    for path in (f"/admin/sessions/{session.pk}/", f"/admin/today/{day.pk}/"):
        assert browsers[role].get(path).status_code == 404, path
