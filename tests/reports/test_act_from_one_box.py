"""The search box acts: what to do, then with whom or what, and the form opens with that chosen."""

import pytest

from tenant_apps.bookings.models import Booking
from tenant_apps.reports.taking import taking
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
        ("take cash webb", "Take money", f"/bookings/{owing.pk}/payment/?way=cash"),
        ("Take Cash wevb", "Take money", f"/bookings/{owing.pk}/payment/?way=cash"),
        ("take webb", "Take money", f"/bookings/{owing.pk}/payment/"),
        ("take 50 cash webb", "Take £50", f"/bookings/{owing.pk}/payment/?amount=50.00&way=cash"),
        ("take £49.50 webb", "Take £49.50", f"/bookings/{owing.pk}/payment/?amount=49.50"),
        (f"paid {owing.reference}", "Take money", f"/bookings/{owing.pk}/payment/"),
        ("refund grant", "Refund", f"/bookings/{paid.pk}/refund/"),
        ("cancel webb", "Cancel booking", f"/bookings/{owing.pk}/cancel/"),
        ("book webb", "New booking", f"/bookings/new/?person={ada.pk}"),
        ("new session ev", "New session", f"/courses/{ev.pk}/sessions/new/"),
        ("move ev ch", "Move session", f"/sessions/{session.pk}/move/"),
        ("move webb", "Move booking", f"/bookings/{owing.pk}/transfer/"),
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
    assert steps(office, "take cash webb") == [("Ada Webb owes nothing", f"/students/{paid.buyer_id}/")]
    assert steps(office, "refund grant") == []
    Booking.objects.filter(pk=owing.pk).update(status="expired")
    assert steps(office, "cancel grant") == []
    assert steps(office, "take cash grant") == [("Oliver Grant owes nothing", f"/students/{owing.buyer_id}/")]


def test_the_sum_and_the_way_that_were_typed_stand_in_the_form(office):
    booking = make.booking(buyer=make.person(name="Ada Webb"))
    ((_label, url),) = steps(office, "take 50 transfer webb")
    form = office.get(f"/admin{url}").context["form"]
    assert (str(form["amount"].value()), form["provider"].value()) == ("50.00", "bank_transfer")
    for query in ("amount=x&way=stripe", "amount=-5", "amount=1e9", "amount=NaN"):
        form = office.get(f"/admin/bookings/{booking.pk}/payment/?{query}").context["form"]
        assert (form["amount"].value(), form["provider"].value()) == (120, "cash")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("take 50 cash samuels", ("samuels", "50.00", "cash")),
        ("take cash 50 samuels", ("samuels", "50.00", "cash")),
        ("take 100 samuels", ("samuels", "100.00", "")),
        ("take cash samuels 12,5", ("samuels", "12.50", "cash")),
        ("bank transfer samuels", None),
        ("take bank transfer samuels", ("samuels", "", "bank_transfer")),
        ("cash webb", ("webb", "", "cash")),
        ("take cash 07700 900696", ("07700 900696", "", "cash")),
        ("take 7700 900696", ("7700 900696", "", "")),
        ("take 50", ("50", "", "")),
        ("take 50 cash 07700900123", ("07700900123", "50.00", "cash")),
        ("take 50 cash 7700 900123", ("7700 900123", "50.00", "cash")),
        ("take 50 07700 900123", ("07700 900123", "50.00", "")),
        ("take £50 7700 900123", ("7700 900123", "50.00", "")),
        ("take 07700 900123 50", ("07700 900123", "50.00", "")),
        ("take 020 7946 1234", ("020 7946 1234", "", "")),
        ("take 1,000 cash webb", ("webb", "1000.00", "cash")),
        ("take £1,050.00 webb", ("webb", "1050.00", "")),
        ("take 1.050,5 webb", ("webb", "1050.50", "")),
        ("take webb 12,000", ("webb", "12000.00", "")),
        ("take 1,00,0 webb", ("1,00,0 webb", "", "")),
        ("take 1 500 cash sam", ("sam", "1500.00", "cash")),
        ("take £1 500,50 sam", ("sam", "1500.50", "")),
        ("take sam 1 500", ("sam", "1500.00", "")),
        ("take 1.500 cash sam", ("sam", "", "cash")),  # 1.50 or 1500: the form asks
        ("take 1.500,00 sam", ("sam", "1500.00", "")),
        ("take 1'500.00 sam", ("sam", "1500.00", "")),
        ("take 1,500,000 sam", ("sam", "1500000.00", "")),
        ("take \u0661\u0662 cash sam", ("sam", "12.00", "cash")),
        ("take ² cash sam", ("² cash sam", "", "")),
        ("take 50 770 900 123", ("50 770 900 123", "", "")),
        ("take £50 770 900 123", ("770 900 123", "50.00", "")),
        ("take 50 cash 770 900", ("770 900", "50.00", "cash")),
        ("new session ev", None),
    ],
)
def test_who_and_how_much_is_told_apart_from_telephone_numbers(typed, meant):
    found = taking(typed)
    assert (found and (found.whose, str(found.amount or ""), found.provider)) == meant


def test_beginnings_of_words_and_initials_come_first(office):
    level = make.course(title="Air source, Level 3", summary="Every Tuesday evening")
    evening = make.course(title="Trade taster evening")
    electric = make.course(title="Electric vehicle charging")
    found = [url.split("/")[2] for _label, url in steps(office, "new session ev")]
    assert found == [str(electric.pk), str(evening.pk), str(level.pk)]


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
