"""What a provider has switched off is not there: no page, no call, no link, no work."""

from uuid import uuid4

import pytest

from shared_apps.tenants import routing
from shared_apps.tenants.context import public_context
from shared_apps.timers.due import do_due_work
from tests import make
from tests.support.people import SiteClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def without_courses(tenant):
    def switch(*features):
        with public_context():
            tenant.features = list(features)
            tenant.save(update_fields=["features"])
        routing.cache.clear()

    before = list(tenant.features)
    switch()
    yield switch
    switch(*before)


def test_no_call_and_no_page_of_a_feature_that_is_off(tenant, api, without_courses):
    booking = make.booking()
    office, pages = api(tenant, make.user("owner")), SiteClient(tenant).sign_in(make.user("owner"))
    ids = {"course": booking.session.course_id, "session": booking.session_id, "booking": booking.pk}
    for path in (
        "/courses", "/categories", "/sessions", "/bookings", "/dashboard", "/places", "/courses/{course}/sessions",
        "/interest",
        "/sessions/{session}", "/bookings/{booking}", "/sessions/{session}/bookings",
    ):  # fmt: skip
        answer = office.get(path.format(**ids))
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
    assert office.post("/payments/stripe/initiate", {"bookingId": str(booking.pk)}).status_code == 404
    for path in (
        "/courses/", "/sessions/{session}/book/", "/admin/courses/", "/admin/sessions/", "/admin/bookings/",
        "/admin/bookings/{booking}/", "/my/bookings/",
    ):  # fmt: skip
        assert pages.get(path.format(**ids)).status_code == 404, path


def test_what_belongs_to_no_feature_stays_and_links_to_nothing_that_is_off(tenant, api, without_courses):
    pages = SiteClient(tenant).sign_in(make.user("owner"))
    buyer, teacher = make.booking().buyer, make.trainer(name="Tess Trainer")
    make.course(lead_trainer=teacher)
    make.session(trainer=teacher)
    site = ("/", "/about/", "/nowhere/", f"/trainers/{teacher.slug}/")
    office = (
        "/admin/", "/admin/team/", "/admin/students/", f"/admin/students/{buyer.pk}/", "/admin/messages/",
        f"/admin/trainers/{teacher.pk}/", "/admin/activity/", "/admin/search/?q=refund",
    )  # fmt: skip
    for path in (*site, *office):
        shown = pages.get(path).content.decode()
        for link in ("/courses/", "/admin/courses/", "/admin/sessions/", "/admin/bookings/", "/my/bookings/"):
            assert f'href="/{tenant.slug}{link}' not in shown, (path, link)
    assert api(tenant).get("/trainers").status_code == 200


def test_what_is_due_there_rests(tenant, without_courses):
    booking = make.booking()
    type(booking).objects.update(hold_expires_at="2020-01-01T00:00:00Z")
    do_due_work()
    booking.refresh_from_db()
    assert booking.status == "pending"
    without_courses("courses")
    do_due_work()
    booking.refresh_from_db()
    assert booking.status == "expired"


@pytest.mark.parametrize("features", [(), ("courses",)])
def test_what_is_not_offered_yet_says_so(tenant, api, without_courses, features):
    without_courses(*features)
    booking = make.booking()
    ids = {"session": booking.session_id, "booking": booking.pk, "order": booking.order_id, "new": uuid4()}
    for method, path in (
        ("get", "/orders/{order}"), ("post", "/orders"), ("get", "/lessons"), ("get", "/theory/tests/X7Q"),
        ("post", "/corporate/requests"), ("get", "/corporate/requests"), ("delete", "/corporate/requests/{new}"),
        ("get", "/features"), ("post", "/webhook-endpoints"),
        ("get", "/usage"), ("post", "/lessons/{new}/no-show"), ("get", "/theory/progress"),
    ):  # fmt: skip
        for caller in (api(tenant), api(tenant, make.user("owner"))):
            answer = caller.call(method, path.format(**ids), None if method == "get" else {})
            assert (answer.status_code, answer.json()["code"]) == (404, "not_offered"), (method, path)
            assert answer.json()["detail"] == "This is not offered here."
    for path in ("/order", f"/sessions/{booking.session_id}/stop", "/certificate", "/settingss"):
        assert api(tenant).get(path).json()["code"] == "not_found", path


def test_a_way_to_pay_that_is_not_offered_yet_says_so(tenant, api):
    office, booking = api(tenant, make.user("owner")), make.booking()
    assert office.post("/payments/mpesa/initiate", {"bookingId": str(booking.pk)}).json()["code"] == "not_offered"
