"""What a provider's own software reads of its figures and of what is long past."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import F

from shared_apps.core.time import now
from tenant_apps.bookings.moved import complete_bookings
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.payments.models import Refund, RefundStatus
from tenant_apps.payments.refunds import refund_order
from tenant_apps.scheduling.models import Session
from tenant_apps.scheduling.progress import keep_pace
from tests import make

pytestmark = pytest.mark.django_db


def goes_by(session, **days):
    """The session was some days earlier."""
    earlier = {moment: F(moment) - timedelta(**days) for moment in ("starts_at", "ends_at")}
    Session.objects.filter(pk=session.pk).update(**earlier)
    session.days.update(**earlier)


def test_the_dashboard_says_what_a_period_brought_course_by_course(tenant, api):
    gas, oil = make.course(title="Gas"), make.course(title="Oil")
    over = make.session(course=gas, in_days=10)
    paid = make.confirmed_booking(session=over)
    refund_order(paid.order, amount=Decimal(20), reason="Lunch", by=None)
    Refund.objects.update(status=RefundStatus.COMPLETED, completed_at=now())
    cancel_booking(make.confirmed_booking(session=over), by=None, by_office=True, refund=Decimal(0))
    goes_by(over, days=13)
    keep_pace(over)
    complete_bookings(over.pk)
    make.confirmed_booking(session=make.session(course=oil))
    at = api(tenant, make.user("owner"))

    found = at.get("/dashboard").json()["period"]
    assert found["total"] == {"revenue": 340, "bookings": 3, "completionRate": 50}
    assert [(row["title"], row["revenue"], row["bookings"], row["completionRate"]) for row in found["courses"]] == [
        ("Gas", 220, 2, 50), ("Oil", 120, 1, None),
    ]  # fmt: skip
    yesterday = (make.today() - timedelta(days=1)).isoformat()
    before = at.get(f"/dashboard?dateTo={yesterday}").json()["period"]
    assert (before["dateTo"], before["total"]) == (yesterday, {"revenue": 0, "bookings": 0, "completionRate": 50})
    backwards = "dateFrom=2027-01-02&dateTo=2027-01-01"
    for query, field in ((backwards, "dateTo"), ("dateFrom=x", "dateFrom"), ("from=x", "from")):
        answer = at.get(f"/dashboard?{query}")
        assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (400, [field])
    teacher = make.user("trainer")
    make.trainer(user=teacher)
    assert api(tenant, teacher).get("/dashboard").json()["period"] is None


@pytest.mark.parametrize("day", ["0001-01-01", "0001-01-02", "9999-12-31"])
def test_a_day_so_far_off_that_nothing_can_be_counted_is_refused_by_its_name(tenant, api, day):
    at = api(tenant, make.user("owner"))
    for query, field in ((f"dateTo={day}", "dateTo"), (f"dateFrom={day}&dateTo=2027-01-01", "dateFrom")):
        answer = at.get(f"/dashboard?{query}")
        assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (400, [field])


def test_bookings_of_long_ago_can_be_asked_for_or_left_out(tenant, api):
    old, new = make.confirmed_booking(), make.confirmed_booking()
    goes_by(old.session, days=460)
    at = api(tenant, make.user("owner"))
    every = {row["id"] for row in at.get("/bookings").json()["results"]}
    archived = {row["id"] for row in at.get("/bookings?archived=true").json()["results"]}
    others = {row["id"] for row in at.get("/bookings?archived=false").json()["results"]}
    assert archived == {str(old.pk)}
    assert others == every - archived == {str(new.pk)}
