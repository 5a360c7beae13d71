"""Who has done what a course asks for gets its certificate; nobody else does."""

from datetime import timedelta

import pytest
import time_machine

from shared_apps.core.time import local, now
from tenant_apps.bookings.details import set_details
from tenant_apps.bookings.models import Attendee
from tenant_apps.certificates.errors import AlreadyIssued, NotEarned
from tenant_apps.certificates.models import Certificate, Result
from tenant_apps.certificates.papers import html_of
from tenant_apps.certificates.selectors import earners_of, own_certificates
from tenant_apps.certificates.services import (
    Assessed,
    change_rule,
    enter_results,
    issue_certificate,
    reissue_certificate,
    revoke_certificate,
)
from tenant_apps.people.models import Person
from tenant_apps.scheduling.attendance import Mark, mark_attendance, share_attended, shares_attended
from tenant_apps.scheduling.models import AttendanceStatus
from tenant_apps.scheduling.running import complete_session, start_session
from tenant_apps.scheduling.services import update_session
from tests import make
from tests.certificates.conftest import attend, ended_early, over, seat
from tests.support.web import tight

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def issue(session, name="Ada Byron", **more):
    attendee = Attendee.objects.get(booking__session=session, name=name)
    return issue_certificate(session=session, attendee_id=attendee.pk, by=None, **more)


def test_whoever_came_to_all_days_has_earned_one():
    session = over(trainer=make.trainer(name="Grace Hopper"))
    certificate = issue(session)
    assert (certificate.name, certificate.course_title) == ("Ada Byron", session.course.title)
    assert certificate.trainer_name == "Grace Hopper"
    assert certificate.ends_on == session.ends_at.date()
    assert certificate.status == "valid"


def test_it_names_who_assessed_and_a_new_one_says_the_same():
    session = over(trainer=make.trainer(name="Grace Hopper"), assessor=make.trainer(name="Cy Twombly"))
    certificate = issue(session)
    assert (certificate.trainer_name, certificate.assessor_name) == ("Grace Hopper", "Cy Twombly")
    assert "Cy Twombly" in html_of(certificate, design="frame")
    assert reissue_certificate(certificate, name="Ada B.", by=None).assessor_name == "Cy Twombly"


@pytest.mark.parametrize(("role", "enters"), [("trainer", True), ("co_trainers", False), ("assessor", True)])
def test_results_are_entered_by_who_leads_and_who_assesses(desk, role, enters):
    user = make.user("trainer")
    one = make.trainer(user=user)
    session = over(**{role: [one] if role == "co_trainers" else one})
    change_rule(session.course, wants="mark", pass_mark=60, by=None)
    seat_of_ada = Attendee.objects.get().pk
    browser, page = desk(user=user), f"/admin/sessions/{session.pk}/certificates/"
    assert "Ada Byron" in browser.get(page).content.decode()
    browser.post(page, {f"result-{seat_of_ada}": "75"})
    assert Result.objects.filter(mark=75).exists() is enters


def test_who_came_late_came():
    session = over(came=False)
    attend(session, AttendanceStatus.LATE)
    assert [one.earned for one in earners_of(session)] == [True]


def test_who_was_absent_has_earned_none_and_the_office_may_give_it_all_the_same():
    session = over(came=False)
    attend(session, AttendanceStatus.ABSENT)
    with pytest.raises(NotEarned, match="0 % of the days; 100 %"):
        issue(session)
    assert not Certificate.objects.exists()
    assert issue(session, by_hand=True).by_hand


def test_a_course_may_ask_for_less_than_all_days():
    session = over(came=False)
    change_rule(session.course, share_percent=0, by=None)
    assert issue(session)


def test_a_course_may_ask_for_a_result(django_user_model):
    session = over(names=("Ada Byron", "Bad Luck", "No Result"))
    change_rule(session.course, wants="mark", pass_mark=60, by=None)
    pk = {row.name: row.pk for row in Attendee.objects.all()}
    marks = [Assessed(attendee_id=pk["Ada Byron"], mark=60), Assessed(attendee_id=pk["Bad Luck"], mark=59)]
    assert len(enter_results(session=session, results=marks, by=None)) == 2
    assert enter_results(session=session, results=marks, by=None) == []
    why = {one.seat.name: one.why_not for one in earners_of(session)}
    assert why["Ada Byron"] == ""
    assert "59" in why["Bad Luck"]
    assert "missing" in why["No Result"]
    assert issue(session).result == "60 %"


def test_before_a_session_is_over_nobody_has_earned_one():
    session = over()
    type(session).objects.update(status="in_progress")
    session.refresh_from_db()
    with pytest.raises(NotEarned, match="not over"):
        issue(session)


def test_a_course_that_gives_none_gives_none():
    session = over()
    change_rule(session.course, issues=False, by=None)
    with pytest.raises(NotEarned, match="gives no"):
        issue(session)


def test_nobody_has_the_same_certificate_twice():
    session = over()
    issue(session)
    with pytest.raises(AlreadyIssued):
        issue(session)
    assert Certificate.objects.count() == 1


def test_numbers_have_no_gaps_whatever_was_refused():
    session = over(names=("Ada Byron", "Bob Ray"))
    first = issue(session)
    with pytest.raises(AlreadyIssued):
        issue(session)
    second = issue(session, "Bob Ray")
    assert [first.number, second.number] == ["C-00001", "C-00002"]


def test_it_is_valid_for_as_long_as_the_course_said_when_it_was_issued():
    session = over()
    change_rule(session.course, valid_months=24, by=None)
    certificate = issue(session)
    change_rule(session.course, valid_months=1, by=None)
    certificate.refresh_from_db()
    assert (certificate.expires_on.year, certificate.expires_on.month) == (
        certificate.ends_on.year + 2,
        certificate.ends_on.month,
    )


def test_it_says_what_was_so_when_it_was_issued():
    trainer = make.trainer(name="Grace Hopper")
    session = over(trainer=trainer)
    certificate = issue(session)
    title = session.course.title
    type(session.course).objects.update(title="Another")
    Attendee.objects.update(name="Somebody Else")
    certificate.refresh_from_db()
    assert (certificate.course_title, certificate.name, certificate.trainer_name) == (
        title,
        "Ada Byron",
        "Grace Hopper",
    )


def test_a_wrong_name_is_put_right_by_another_one_that_names_the_former():
    old = issue(over())
    new = reissue_certificate(old, name="Ada Lovelace", by=None)
    old.refresh_from_db()
    assert (new.name, new.replaces, new.number) == ("Ada Lovelace", old, "C-00002")
    assert (old.name, old.status) == ("Ada Byron", "revoked")
    assert new.code != old.code


def test_a_certificate_is_of_whom_the_office_says_sits_on_its_seat(desk):
    """Somebody known by a name alone turns out to be Bob, who has an account: he has it among his own, to renew it."""
    account, bob = make.student_user()
    session = over()
    row = Attendee.objects.get(booking__session=session)
    row.person = Person.objects.create(name="B. Ray")
    row.name = "B. Ray"
    row.save()
    named, certificate = row.person_id, issue(session, "B. Ray")
    office = desk("admin")
    said = office.post(f"/admin/bookings/{row.booking_id}/names/{row.pk}/", {"person": str(bob.pk)})
    assert said.status_code == 302
    assert list(own_certificates(account)) == [certificate]
    assert not Person.objects.filter(pk=named).exists()  # nobody is left behind who holds it
    page = office.get(f"/admin/certificates/{certificate.pk}/").content.decode()
    assert f"Issue it anew to {bob.name}" in tight(page)
    office.post(f"/admin/certificates/{certificate.pk}/reissue/", {"name": bob.name})
    anew = Certificate.objects.standing().get()
    assert (anew.name, anew.person, anew.replaces) == (bob.name, bob, certificate)
    assert "Issue it anew" not in office.get(f"/admin/certificates/{anew.pk}/").content.decode()


def test_a_name_that_is_right_by_now_is_printed_with_one_press(desk):
    """It was given by hand ahead of the course, and the seat's name is corrected since."""
    booking = make.confirmed_booking(attendees=[{"name": "Ada Birron"}])
    seat = booking.attendees.get()
    certificate = issue_certificate(session=booking.session, attendee_id=seat.pk, by=None, by_hand=True)
    set_details(booking, attendees=[{"name": "Ada Byron"}], by=None, by_office=True)
    office = desk("admin")
    page = office.get(f"/admin/sessions/{booking.session_id}/certificates/").content.decode()
    assert "It says Ada Birron" in tight(page)
    page = office.get(f"/admin/certificates/{certificate.pk}/").content.decode()
    assert "Issue it anew to Ada Byron" in tight(page)
    office.post(f"/admin/certificates/{certificate.pk}/reissue/", {"name": "Ada Byron"})
    anew = Certificate.objects.standing().get()
    assert (anew.name, anew.person_id) == ("Ada Byron", booking.attendees.get().person_id)


def test_who_lost_theirs_may_be_given_it_again():
    session = over()
    revoke_certificate(issue(session), reason="A mistake", by=None)
    assert issue(session, by_hand=True).status == "valid"


def test_a_seat_that_is_given_back_earns_nothing():
    session = over()
    other = seat(session, "Gone Away")
    attend(session, AttendanceStatus.ATTENDED, other)
    type(other.booking).objects.filter(pk=other.booking_id).update(status="cancelled", cancelled_at=session.starts_at)
    assert [one.seat.name for one in earners_of(session)] == ["Ada Byron"]


def test_of_a_session_that_was_ended_early_the_days_that_were_taught_count():
    session = ended_early()
    with time_machine.travel(session.finished_at, tick=True):
        (earner,) = earners_of(session)
        assert (earner.came, earner.days, earner.why_not) == (1, 1, "")
        assert share_attended(earner.seat.attendee_id, session) == 1
        assert shares_attended(session) == {earner.seat.attendee_id: 1}
        certificate = issue(session)
        assert certificate.ends_on == local(session.over_at).date()  # before the days that were left out


def test_what_was_revoked_comes_back_by_nobody_s_oversight(work):
    session = over(names=("Ada Byron", "Ben Cash"))
    ada, ben = issue(session), issue(session, "Ben Cash")
    revoke_certificate(ada, reason="Issued by mistake", by=None)
    attend(session, AttendanceStatus.LATE, Attendee.objects.get(name="Ben Cash"))
    with time_machine.travel(now() + timedelta(hours=1), tick=False):
        work()
    assert list(Certificate.objects.standing()) == [ben]
    (line,) = [one for one in earners_of(session) if one.seat.name == "Ada Byron"]
    assert not line.waits
    assert line.why_not == f"{ada.number} was revoked: only somebody of the office gives another."
    again = issue_certificate(session=session, attendee_id=ada.attendee_id, by=None, by_hand=True)
    assert again.name == "Ada Byron"


def test_who_was_marked_before_the_hour_has_come_though_it_was_ended_before_that(desk):
    session = make.session(in_days=2)
    noon = session.starts_at.replace(hour=12)
    update_session(session, days=[(noon, noon + timedelta(hours=2))], by=None)
    session.refresh_from_db()
    came = make.confirmed_booking(session=session, attendees=[{"name": "Ada Byron"}]).attendees.get()
    make.confirmed_booking(session=session, attendees=[{"name": "Grace Hopper"}])
    trainer = desk("admin")
    with time_machine.travel(session.starts_at - timedelta(minutes=10), tick=True):
        start_session(session, by=make.user("owner"))
        mark = Mark(attendee_id=came.pk, status=AttendanceStatus.ATTENDED)
        page = f"/admin/sessions/{session.pk}/complete/"
        assert "keep the register first" in tight(trainer.get(page).content.decode())
        mark_attendance(day=session.days.get(), marks=[mark], by=None)
        text = tight(trainer.get(page).content.decode())
        assert "1 person gets a certificate." in text
        assert "1 person is not marked" in text
        assert "Grace Hopper: Came to 0 % of the days" in text
        assert "still ahead" not in text
        trainer.post(page, {"notes": ""})
        make.deliver_all()
        session.refresh_from_db()
        assert session.days.get().live
        assert {one.seat.name: one.earned for one in earners_of(session)} == {"Ada Byron": True, "Grace Hopper": False}


def test_of_a_session_that_was_ended_before_anything_nobody_reads_of_per_cents(desk):
    session = make.session(in_days=1)
    make.confirmed_booking(session=session, attendees=[{"name": "Ada Byron"}])
    complete_session(start_session(session, by=make.user("owner")), by=make.user("admin"))
    make.deliver_all()
    session.refresh_from_db()
    (earner,) = earners_of(session)
    assert (earner.days, earner.why_not) == (0, "It was ended before its first day, and nobody was marked.")


def test_one_wrong_mark_leaves_what_was_typed_for_everybody_and_says_whose_it_is(desk):
    session = over(names=("Ada Byron", "Bob Smith"))
    change_rule(session.course, by=None, wants="mark", pass_mark=60)
    ada, bob = Attendee.objects.order_by("name")
    enter_results(session=session, results=[Assessed(attendee_id=bob.pk, mark=40)], by=None)
    page = f"/admin/sessions/{session.pk}/certificates/"
    answer = desk("admin").post(page, {f"result-{ada.pk}": "75", f"result-{bob.pk}": "140"})
    html = tight(answer.content.decode())
    assert answer.status_code == 422
    assert 'value="75"' in html
    assert 'value="140"' in html
    assert f'href="#result-{bob.pk}"' in html
    assert Result.objects.get().mark == 40
