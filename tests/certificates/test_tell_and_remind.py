"""Whoever holds a certificate is told once: that it is there, that it expires, and that it counts no more."""

from datetime import timedelta

import pytest
import time_machine

from shared_apps.core.time import local, local_today
from tenant_apps.bookings.models import Attendee
from tenant_apps.certificates.models import Certificate, CertificateSettings
from tenant_apps.certificates.reminders import remind
from tenant_apps.certificates.services import (
    change_certificate_settings,
    change_rule,
    issue_certificate,
    reissue_certificate,
    revoke_certificate,
)
from tenant_apps.messaging.models import Message, Notice
from tenant_apps.scheduling.models import AttendanceStatus, Session
from tests import make
from tests.certificates.conftest import attend, over, seat

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def told(kind):
    return list(Message.objects.filter(kind=f"certificates/{kind}").order_by("to").values_list("to", flat=True))


def issue(session, **more):
    return issue_certificate(session=session, attendee_id=Attendee.objects.get().pk, by=None, **more)


def test_a_session_that_comes_to_its_end_issues_what_was_earned(work):
    session = make.session(in_days=-0.5, hours=1)
    person = seat(session, "Ada Byron")
    seat(session, "Absent One")
    attend(session, AttendanceStatus.ATTENDED, person)
    Session.objects.update(status="in_progress")
    work()
    assert list(Certificate.objects.values_list("name", flat=True)) == ["Ada Byron"]
    assert told("issued") == [person.person.email]


def test_a_register_that_is_filled_in_later_earns_one_too(work):
    session = over(came=False)
    work()
    assert not Certificate.objects.exists()
    attend(session)
    work()
    assert not Certificate.objects.exists()
    with time_machine.travel(session.ends_at + timedelta(days=3), tick=False):
        work()
    assert Certificate.objects.count() == 1


def test_a_provider_may_issue_them_by_hand_alone(work):
    change_certificate_settings({"by_itself": False}, by=None)
    session = over(came=False)
    attend(session)
    with time_machine.travel(session.ends_at + timedelta(days=3), tick=False):
        work()
    assert not Certificate.objects.exists()


def test_who_holds_one_is_told_once_with_the_link(work):
    issue(over())
    work()
    work()
    message = Message.objects.get(kind="certificates/issued")
    assert "/certificates/held/" in message.text
    assert "C-00001" in message.text


def test_whoever_booked_for_people_without_an_address_is_told_once_for_all(work):
    session = over(names=())
    first = seat(session, "Ada Byron")
    booking = first.booking
    for n, name in enumerate(("Bob Ray", "Cy Dee"), 2):
        person = make.person(name=name)
        type(person).objects.filter(pk=person.pk).update(email="")
        Attendee.objects.create(booking=booking, person=person, name=name, position=n)
    type(booking).objects.filter(pk=booking.pk).update(seats=3)
    attend(session)
    for one in Attendee.objects.filter(position__gt=1):
        issue_certificate(session=session, attendee_id=one.pk, by=None)
    work()
    assert told("for_yours") == [booking.buyer.email]
    assert told("issued") == []


def test_a_certificate_that_expires_is_told_of_once_with_the_course_that_renews_it(work):
    session = over()
    renewing = make.course(title="The refresher")
    change_rule(session.course, valid_months=12, renewed_by=renewing, by=None)
    certificate = issue(session)
    work()
    assert told("expiring") == []
    with time_machine.travel(certificate.remind_at + timedelta(minutes=1), tick=False):
        work()
        work()
        assert certificate.expires_on - local_today() == timedelta(days=60)
    message = Message.objects.get(kind="certificates/expiring")
    assert f"/courses/{renewing.slug}/" in message.text
    assert "The refresher" in message.text


def test_nobody_is_reminded_of_what_was_renewed_or_revoked(work):
    session = over(names=("Ada Byron", "Bob Ray"))
    change_rule(session.course, valid_months=12, by=None)
    ada, bob = (
        issue_certificate(session=session, attendee_id=Attendee.objects.get(name=name).pk, by=None)
        for name in ("Ada Byron", "Bob Ray")
    )
    later = ada.remind_at + timedelta(minutes=1)
    revoke_certificate(bob, reason="A mistake", by=None)
    newer = Certificate.objects.get(pk=ada.pk)
    newer.pk, newer.number, newer.code, newer.attendee_id = None, "C-2", "a" * 24, None
    newer.ends_on, newer.expires_on = ada.ends_on + timedelta(days=300), ada.expires_on + timedelta(days=300)
    newer.remind_at, newer._state.adding = None, True
    newer.id = Certificate().id
    newer.save()
    with time_machine.travel(later, tick=False):
        work()
    assert told("expiring") == []


def test_a_provider_that_reminds_earlier_does_so_for_those_that_wait(work):
    session = over()
    change_rule(session.course, valid_months=12, by=None)
    before = issue(session).remind_at
    change_certificate_settings({"remind_days": 90}, by=None)
    after = Certificate.objects.get().remind_at
    assert local(before).date() - local(after).date() == timedelta(days=30)
    assert (local(before).hour, local(after).hour) == (9, 9)  # the clocks may change between them
    change_certificate_settings({"remind_days": 0}, by=None)
    assert Certificate.objects.get().remind_at is None
    assert CertificateSettings.objects.load().remind_days == 0


def test_reminders_that_are_switched_off_and_on_again_are_sent_all_the_same(work):
    session = over()
    change_rule(session.course, valid_months=12, by=None)
    certificate = issue(session)
    change_certificate_settings({"remind_days": 0}, by=None)
    work()
    change_certificate_settings({"remind_days": 60}, by=None)
    again = Certificate.objects.get()
    assert again.remind_at == certificate.remind_at
    with time_machine.travel(again.remind_at + timedelta(minutes=1), tick=False):
        work()
        assert len(told("expiring")) == 1
        change_certificate_settings({"remind_days": 0}, by=None)
        change_certificate_settings({"remind_days": 90}, by=None)
        work()
    assert len(told("expiring")) == 1  # who was told is not told again, whatever is set


def test_who_was_reminded_is_not_reminded_again_by_a_certificate_with_the_right_name(work):
    session = over()
    change_rule(session.course, valid_months=12, by=None)
    certificate = issue(session)
    with time_machine.travel(certificate.remind_at + timedelta(hours=1), tick=True):
        work()
        assert len(told("expiring")) == 1
    with time_machine.travel(certificate.remind_at + timedelta(days=10), tick=True):
        reissue_certificate(certificate, name="Ada King", by=None)
        work()
    assert len(told("expiring")) == 1


def test_who_is_given_the_right_name_just_when_it_is_due_is_reminded_of_that_one(work):
    """The reminder was due, and nobody was written to yet, when another one took its place."""
    session = over()
    change_rule(session.course, valid_months=12, by=None)
    certificate = issue(session)
    work()
    with time_machine.travel(certificate.remind_at + timedelta(hours=1), tick=True):
        remind(certificate.pk)
        anew = reissue_certificate(certificate, name="Ada King", by=None)
        work()
    (message,) = Message.objects.filter(kind="certificates/expiring")
    assert message.about_id == anew.pk


def test_another_setting_is_written_at_once_however_many_certificates_there_are(django_assert_max_num_queries):
    session = over(names=tuple(f"Person {n}" for n in range(12)))
    change_rule(session.course, valid_months=12, by=None)
    for row in Attendee.objects.all():
        issue_certificate(session=session, attendee_id=row.pk, by=None, quietly=True)
    with django_assert_max_num_queries(12):
        change_certificate_settings({"remind_days": 20}, by=None)
    assert len(set(Certificate.objects.values_list("remind_at", flat=True))) == 1


def test_one_that_counts_no_more_is_told_of_unless_another_takes_its_place(work):
    certificate = reissue_certificate(issue(over()), name="Ada Lovelace", by=None)
    work()
    assert told("revoked") == []
    revoke_certificate(certificate, reason="A mistake", by=None)
    work()
    assert len(told("revoked")) == 1
    assert "A mistake" not in Message.objects.get(kind="certificates/revoked").text


def test_what_the_office_gives_quietly_is_told_to_nobody(work):
    issue(over(), quietly=True)
    work()
    assert not Notice.objects.filter(kind__startswith="certificates/").exists()
