"""A session from its plan to the certificate that an employer checks."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tenant_apps.bookings.models import Attendee
from tenant_apps.certificates.models import Certificate
from tenant_apps.scheduling.models import Attendance, Session, SessionStatus
from tests import make


@pytest.fixture
def desk(signed_in):
    """Somebody who runs the place, at their dashboard."""
    person = signed_in(make.user("owner", name="Olive Owner"))
    person.is_at("/admin/")
    return person


def began_and_ended(session):
    """The clock goes on: its one day is over."""
    moved = {"starts_at": session.starts_at - timedelta(days=61), "ends_at": session.ends_at - timedelta(days=61)}
    session.days.update(**moved)
    Session.objects.filter(pk=session.pk).update(**moved)


def test_a_session_from_plan_to_certificate(shop, desk, new_page):
    session = make.session(course=make.course(title="Gas safety"), trainer=make.trainer(name="Grace Hopper"))
    make.confirmed_booking(session=session, buyer=make.person(name="Ada Byron", email="ada@example.com"),
                           contact_name="Ada Byron", attendees=[{"name": "Ada Byron"}])  # fmt: skip
    seat = Attendee.objects.get()

    # What earns one, and how it looks.
    desk.open(f"/admin/courses/{session.course_id}/certificates/")
    desk.page.get_by_label("Assessment").select_option("mark")
    desk.fill(valid_months=24)
    desk.button("Save").click()
    expect(desk.page.locator("#toasts")).to_contain_text("Saved")
    desk.open("/admin/settings/certificates/")
    desk.page.get_by_label("Mosaic").check()
    desk.fill(statement="has passed {{ course }} with {{ result }}")
    desk.button("Save").click()
    expect(desk.page.locator("#toasts")).to_contain_text("Saved")

    # The day is over, and the register and the result are entered.
    began_and_ended(session)
    shop.work()
    assert Session.objects.get().status == SessionStatus.COMPLETED
    desk.open(f"/admin/sessions/{session.pk}/certificates/")
    desk.reads("Ada Byron", "Came to 0 % of the days")
    day = session.days.get()
    desk.open(f"/admin/today/{day.pk}/")
    desk.page.get_by_role("listitem").filter(has_text="Ada").locator("label", has_text="Present").click()
    for _moment in range(100):
        if Attendance.objects.filter(status="attended").exists():
            break
        desk.page.wait_for_timeout(100)
    desk.open(f"/admin/sessions/{session.pk}/certificates/")
    desk.reads("The result is missing")
    desk.page.get_by_label("Result of Ada Byron").fill("87")
    desk.button("Save the results").click()
    desk.reads("Earned, not issued yet")

    # It is issued, drawn and packed by a worker.
    desk.button("Issue 1 certificate").click()
    desk.is_at("/admin/jobs/.*/")
    shop.work()
    certificate = Certificate.objects.get()
    assert (certificate.attendee_id, certificate.result) == (seat.pk, "87 %")
    desk.page.reload()
    expect(desk.page.locator("main")).to_contain_text(re.compile("Done", re.IGNORECASE))

    # Ada follows the link in her email; her employer checks the code.
    mail = next(mail for mail in shop.mails("ada@example.com") if "certificate" in mail.subject.lower())
    link = re.search(r"https?://\S+/certificates/held/\S+", mail.text)
    assert link
    ada = new_page()
    ada.goto(link[0])
    expect(ada.locator("main")).to_contain_text("Gas safety")
    pdf = ada.request.get(f"{link[0]}certificate.pdf")
    assert pdf.body().startswith(b"%PDF")
    employer = new_page()
    employer.goto(f"{desk.home}/certificates/{certificate.code}/")
    expect(employer.get_by_role("heading", level=1)).to_contain_text("This certificate is valid")
    expect(employer.locator("main")).to_contain_text("Ada Byron")
    employer.goto(f"{desk.home}/certificates/")
    employer.get_by_label("Number").fill(certificate.number)
    employer.get_by_label("Name on it").fill("Byron")
    employer.get_by_role("button", name="Check it").click()
    expect(employer.get_by_role("heading", level=1)).to_contain_text("This certificate is valid")
