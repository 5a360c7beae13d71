"""What the office's pages say of a booking and of a session is true, whichever way its money and its days went."""

import re
from datetime import date
from decimal import Decimal

import pytest

from shared_apps.events.bus import deliver_due
from tenant_apps.payments.credits import give_credit
from tenant_apps.payments.models import Dispute
from tenant_apps.payments.refunds import refund_payment
from tenant_apps.scheduling.services import schedule_session
from tests import make
from tests.support.web import tight

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def text_of(page):
    return " ".join(page.content.decode().split())


def test_money_is_told_in_the_order_in_which_it_moved_with_what_is_kept(office):
    booking = make.booking()
    make.pay(booking, amount=60)
    give_credit(booking.order, amount=Decimal(10), reason="On the house", by=make.user("owner"))
    make.pay(booking)
    while deliver_due():
        pass
    refund_payment(booking.order.payments.order_by("created_at").last(), amount=Decimal(25), reason="Ill", by=None)
    page = office.get(f"/admin/bookings/{booking.pk}/")
    assert [kind for kind, _row in page.context["movements"]] == ["refund", "payment", "credit", "payment"]
    assert "<dt>Kept</dt><dd>£85</dd>" in re.sub(r">\s+<", "><", page.content.decode())


def test_a_course_of_several_days_is_not_told_as_one(office):
    days = make.daily(date(2030, 2, 2), date(2030, 2, 4), "08:30", "16:30")
    session = schedule_session(course=make.course(), days=days, by=None)
    booking = make.booking(session=session)
    for url in (f"/admin/bookings/{booking.pk}/", f"/admin/sessions/{session.pk}/"):
        assert "Sat 2 Feb – Mon 4 Feb 2030, 3 days" in text_of(office.get(url))
    assert "from 08:30" in text_of(office.get(f"/admin/bookings/{booking.pk}/"))
    one = make.booking()
    assert "days" not in text_of(office.get(f"/admin/bookings/{one.pk}/")).split("record-top")[1].split("</p>")[1]


def test_calling_off_counts_bookings_and_seats_rightly(office):
    session = make.session()
    make.booking(session=session)
    url = f"/admin/sessions/{session.pk}/cancel/"
    assert "1 booking (1 seat) is cancelled" in text_of(office.get(url))
    make.booking(session=session, seats=2)
    assert "2 bookings (3 seats) are cancelled" in text_of(office.get(url))


def test_who_may_not_see_who_is_booked_is_not_told_that_nobody_is(desk):
    session = make.session()
    make.booking(session=session)
    page = text_of(desk("sales").get(f"/admin/sessions/{session.pk}/"))
    assert "You see how many seats are taken, and not by whom." in page
    assert "Nobody yet</" not in tight(page).split("Who is coming")[1].split("When and where")[0]


def test_dates_are_written_without_a_nought_when_a_session_is_chosen(office):
    session = schedule_session(course=make.course(), days=make.daily(date(2030, 2, 2), date(2030, 2, 2)), by=None)
    page = office.get("/admin/bookings/new/").content.decode()
    assert "Sat 2 Feb 2030, 09:00" in page
    assert str(session) == f"{session.course} on 2 Feb 2030"


def test_a_course_with_one_date_has_one_date(office):
    course = make.course(title="Flues")
    make.session(course=course)
    assert " date of Flues" in office.get("/admin/courses/").content.decode()
    make.session(course=course)
    assert " dates of Flues" in office.get("/admin/courses/").content.decode()


def test_why_a_bank_wants_money_back_is_said_in_words():
    assert Dispute(reason="fraudulent").because == "They say that they did not pay this"
    assert Dispute(reason="bank_cannot_process").because == "Bank cannot process"
