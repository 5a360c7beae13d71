"""Whoever booked for people that have no address hears of all their certificates, and of what becomes of them."""

from datetime import timedelta

import pytest
import time_machine

from shared_apps.core.time import now
from tenant_apps.bookings.models import Attendee, Booking
from tenant_apps.certificates.services import issue_certificate, reissue_certificate, revoke_certificate
from tenant_apps.people.models import Person
from tests import make
from tests.bookings.conftest import mails  # noqa: F401
from tests.certificates.conftest import attend, over

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


@pytest.fixture
def booking():
    """Of a company, for two people without an address, on a session that is over."""
    session = over(names=())
    made = Booking.objects.create(
        session=session, buyer=make.person(name="Cara Contact"), status="completed", cancellation_policy=[],
        contact_name="Cara Contact", seats=2, confirmed_at=session.starts_at,
    )  # fmt: skip
    for n, name in enumerate(("Ada Byron", "Bob Ray"), 1):
        Attendee.objects.create(booking=made, person=Person.objects.create(name=name), name=name, position=n)
    attend(session)
    return made


def issue(booking, name):
    return issue_certificate(session=booking.session, attendee_id=booking.attendees.get(name=name).pk, by=None)


def test_certificates_of_one_day_are_one_email_and_one_that_is_earned_later_another(booking, mails, work):  # noqa: F811
    issue(booking, "Ada Byron")
    work()
    with time_machine.travel(now() + timedelta(days=20), tick=True):
        issue(booking, "Bob Ray")
        work()
    assert [mail.to for mail in mails("certificates/for_yours")] == [booking.buyer.email] * 2


def test_they_hear_that_one_is_revoked_or_has_another_name(booking, mails, work):  # noqa: F811
    ada, bob = issue(booking, "Ada Byron"), issue(booking, "Bob Ray")
    work()
    assert len(mails("certificates/for_yours")) == 1
    revoke_certificate(bob, reason="A mistake", by=None)
    with time_machine.travel(now() + timedelta(days=3), tick=True):
        reissue_certificate(ada, name="Ada Lovelace", by=None)
        work()
    assert [mail.to for mail in mails("certificates/revoked")] == [booking.buyer.email]
    assert len(mails("certificates/for_yours")) == 2
