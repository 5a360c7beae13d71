"""A sum that can't be paid is refused at its field: by pages and by API alike, and nothing is half done."""

from decimal import Decimal

import pytest
from django import forms

from shared_apps.core.money import display, vat_within
from shared_apps.tenants.services import change_tenant
from tenant_apps.bookings.models import Booking
from tenant_apps.catalogue.models import Course
from tenant_apps.payments.models import Refund
from tenant_apps.scheduling.models import Session
from tests import make
from tests.catalogue.test_edit_courses import form as course_form
from tests.scheduling.test_edit_sessions import form as session_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def yen(tenant):
    change_tenant(tenant=tenant, by=None, currency="JPY")


def text_of(answer):
    assert answer.status_code == 422, answer.status_code
    return answer.content.decode()


def test_a_price_in_yen_has_no_decimals(yen, office):
    course = make.course()
    for price in ("1000.50", "0.5"):
        page = text_of(office.post(f"/admin/courses/{course.pk}/sessions/new/", session_form(price=price)))
        assert "Whole Japanese yen only, without decimals." in page
        assert "Whole Japanese yen only" in text_of(office.post("/admin/courses/new/", course_form(price=price)))
    assert not Session.objects.exists()


def test_a_sum_in_pounds_has_two_decimals_at_most(tenant, office):
    page = text_of(office.post("/admin/courses/new/", course_form(price="10.005")))
    assert "At most 2 decimals." in page
    assert "Whole British pounds" not in page


@pytest.mark.parametrize(
    ("sum_", "words"),
    [
        ("9" * 30, "digits in total"),
        ("1e400", "Enter a number"),
        ("sNaN", "Enter a number"),
        ("NaN", "Enter a number"),
    ],
)
def test_a_sum_that_is_none_is_refused_at_its_field_and_stays_typed(tenant, office, sum_, words):
    course, booking = make.course(), make.confirmed_booking()
    forms_of_office = {
        "/admin/courses/new/": course_form(price=sum_),
        f"/admin/courses/{course.pk}/": course_form(price=sum_),
        f"/admin/courses/{course.pk}/sessions/new/": session_form(price=sum_),
        f"/admin/sessions/{booking.session.pk}/edit/": session_form(price=sum_),
        f"/admin/bookings/{booking.pk}/give-back/": {"amount": sum_},
        f"/admin/bookings/{booking.pk}/cancel/": {"reason": "Ill", "refund": sum_},
    }
    for path, form in forms_of_office.items():
        page = text_of(office.post(path, form))
        assert words in page, path
        assert f'value="{sum_}"' in page, path


def test_money_that_came_is_what_was_typed_with_a_comma_too(tenant, office):
    booking = make.booking()
    page = f"/admin/bookings/{booking.pk}/payment/"
    assert 'type="number"' not in office.get(page).content.decode()  # such a field of a browser makes 3650 of 36,50
    given = {"amount": "36,50", "provider": "cash", "due": "120.00"}
    assert office.post(page, given).status_code == 302
    assert str(booking.order.payments.get().amount) == "36.50"


@pytest.mark.parametrize(("typed", "price"), [("1.500,00", 1500), ("£1,500", 1500), ("445,5", Decimal("445.5"))])
def test_a_price_is_read_as_people_write_one(tenant, office, typed, price):
    answer = office.post("/admin/courses/new/", course_form(price=typed, hours="1,5", vat_rate="12,5"))
    assert answer.status_code == 302, answer.content.decode()
    course = Course.objects.get()
    assert (course.price, course.duration_minutes, course.vat_rate) == (price, 90, Decimal("12.5"))


def test_a_sum_with_two_meanings_is_refused_with_both(tenant, office):
    page = text_of(office.post("/admin/courses/new/", course_form(price="1.500")))
    assert "“1.500” can mean 1.50 or 1500. Type one of these." in page
    assert not Course.objects.exists()


def test_a_refund_in_yen_has_no_decimals(yen, office):
    booking = make.confirmed_booking(session=make.session(price=1000))
    answer = office.post(f"/admin/bookings/{booking.pk}/cancel/", {"reason": "Ill", "refund": "500.50"})
    assert "Whole Japanese yen only" in text_of(answer)
    assert not Refund.objects.exists()


def test_a_sum_is_shown_as_it_is_charged():
    assert display(Decimal("1000.50"), "JPY") == "JP¥1,001"  # not the even number beside it
    assert display(Decimal("2.675"), "GBP") == "£2.68"


@pytest.mark.parametrize("price", ["0.20", "-1", "100000000"])
def test_a_price_that_nobody_can_pay_is_refused_at_its_field(office, price):
    course = make.course()
    for page in (
        text_of(office.post(f"/admin/courses/{course.pk}/sessions/new/", session_form(price=price))),
        text_of(office.post("/admin/courses/new/", course_form(price=price))),
    ):
        assert "is violated" not in page
        assert 'aria-invalid="true"' in page
    assert not Session.objects.exists()
    assert Course.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"), [("vat_rate", "101"), ("vat_rate", "-1"), ("default_capacity", "0"), ("deposit_percent", "101")]
)
def test_a_number_at_the_edge_gets_a_sentence_and_no_name_of_a_constraint(office, field, value):
    make.course()
    page = text_of(office.post("/admin/courses/new/", course_form(**{field: value})))
    assert "is violated" not in page
    assert "Constraint" not in page


def test_every_number_that_the_office_types_has_a_least():
    """A form without one leaves it to the database, whose refusal is no sentence."""

    def kinds(form):
        for kind in form.__subclasses__():
            yield kind
            yield from kinds(kind)

    endless = [
        f"{kind.__module__}.{kind.__qualname__}.{name}"
        for kind in kinds(forms.ModelForm)
        if kind.__module__.startswith("tenant_apps")
        for name, field in kind.base_fields.items()
        if isinstance(field, forms.IntegerField | forms.DecimalField) and field.min_value is None
    ]
    assert not endless


def test_an_order_that_is_too_large_to_write_down_is_refused(tenant, office):
    session = make.session(course=make.course(price="99999999"), capacity=1000)
    given = {"session": session.pk, "name": "Ada", "email": "ada@example.com", "seats": 500, "form_key": make.key()}
    assert "more than one booking can hold" in text_of(office.post("/admin/bookings/new/", given))
    session.refresh_from_db()
    assert (session.seats_taken, Booking.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("amount", "rate", "currency", "vat"),
    [
        ("121.23", 20, "GBP", "20.21"), ("120.03", 20, "GBP", "20.01"), ("1000", 10, "JPY", "91"),
        ("10.00", 5, "KWD", "0.476"), ("50", 0, "GBP", "0.00"),
    ],
)  # fmt: skip
def test_vat_is_rounded_half_up_in_the_currencys_own_digits(amount, rate, currency, vat):
    assert str(vat_within(Decimal(amount), Decimal(rate), currency)) == vat
