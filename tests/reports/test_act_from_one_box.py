"""The search box acts: what to do, then with whom or what, and the form opens with that chosen."""

import pytest

from tenant_apps.bookings.models import Booking
from tests import make

pytestmark = pytest.mark.django_db


def steps(browser, typed):
    context = browser.get("/admin/search/", {"q": typed}, headers={"HX-Request": "true"}).context
    return [(step.label, step.url.partition("/admin")[2]) for step in context["steps"]]


def test_each_act_leads_to_its_form_with_the_row_chosen(office):
    owing = make.booking(buyer=make.person(name="Ada Webb"))
    paid = make.confirmed_booking(buyer=make.person(name="Oliver Grant"), session=make.session(course=make.course()))
    ev = make.course(title="EV charging")
    session = make.session(course=ev, in_days=20)
    ada = owing.buyer
    for typed, label, url in (
        ("take cash webb", "Record a payment", f"/bookings/{owing.pk}/payment/"),
        ("Take Cash wevb", "Record a payment", f"/bookings/{owing.pk}/payment/"),
        (f"paid {owing.reference}", "Record a payment", f"/bookings/{owing.pk}/payment/"),
        ("refund grant", "Refund", f"/bookings/{paid.pk}/refund/"),
        ("cancel webb", "Cancel booking", f"/bookings/{owing.pk}/cancel/"),
        ("book webb", "New booking", f"/bookings/new/?person={ada.pk}"),
        ("new session ev", "New session", f"/courses/{ev.pk}/sessions/new/"),
        ("move ev ch", "Change date or place", f"/sessions/{session.pk}/edit/"),
        ("duplicate charging", "Duplicate session", f"/sessions/{session.pk}/duplicate/"),
        ("call off charging", "Cancel session", f"/sessions/{session.pk}/cancel/"),
        ("book on charging", "New booking", f"/bookings/new/?session={session.pk}"),
    ):
        found = steps(office, typed)
        assert found == [(label, url)], typed
        assert office.get(f"/admin{url}").status_code == 200, typed


def test_nobody_is_offered_what_makes_no_sense(office):
    paid = make.confirmed_booking(buyer=make.person(name="Ada Webb"))
    owing = make.booking(buyer=make.person(name="Oliver Grant"))
    assert paid.order.due == 0
    assert steps(office, "take cash webb") == steps(office, "refund grant") == []
    Booking.objects.filter(pk=owing.pk).update(status="expired")
    assert steps(office, "cancel grant") == steps(office, "take cash grant") == []


@pytest.mark.parametrize("role", ["sales", "trainer"])
def test_each_is_offered_only_what_they_may_do(desk, role):
    user = make.user(role)
    session = make.session(course=make.course(title="Boilers"), trainer=make.trainer(user=user))
    make.booking(session=session, buyer=make.person(name="Ada Webb"))
    browser = desk(user=user)
    for typed in (
        "take cash webb",
        "cancel webb",
        "move boilers",
        "new session boilers",
        "call off boilers",
        "book webb",
    ):
        for _label, url in steps(browser, typed):
            assert browser.get(f"/admin{url}").status_code == 200, (typed, url)
    assert not (role == "trainer" and steps(browser, "take cash webb"))


def test_before_anything_is_typed_stands_what_was_looked_at_last(desk, office):
    bookings = [make.booking() for _ in range(2)]
    session, person = bookings[0].session, bookings[1].buyer
    make.trainer()
    pages = [
        ("booking", bookings[0].pk), ("session", session.pk), ("booking", bookings[1].pk),
        ("course", session.course_id), ("booking", bookings[0].pk),
    ]  # fmt: skip
    for name, pk in pages:
        assert office.get(f"/admin/{name}s/{pk}/").status_code == 200

    def recent(browser):
        return [(name, row.pk) for name, row in browser.get("/admin/search/").context["recent"]]

    assert recent(office) == [pages[4], pages[3], pages[2], pages[1]]
    assert recent(desk("owner")) == []
    page = office.get("/admin/search/", headers={"HX-Request": "true"}).content.decode()
    assert "Looked at last" in page
    assert f"/bookings/{bookings[0].pk}/" in page
    assert "Looked at last" not in office.get("/admin/search/?q=ab").content.decode()
    assert person.name not in page.partition(str(bookings[0].pk))[0]
