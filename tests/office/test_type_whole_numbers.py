"""A whole number is what was typed, or is refused at its field: a thousand seats are never one."""

import re

import pytest
from django import forms

from shared_apps.web.money_fields import NumberField
from shared_apps.web.whole_numbers import WholeNumberField
from tenant_apps.bookings.models import Attendee
from tenant_apps.bookings.selectors import token_of
from tenant_apps.certificates.services import change_rule
from tenant_apps.scheduling.models import Place, Session
from tenant_apps.terms.models import BookingTerms
from tests import make
from tests.bookings.conftest import path
from tests.catalogue.test_edit_courses import form as course_form
from tests.certificates.conftest import over
from tests.scheduling.test_edit_sessions import form as session_form
from tests.support.sources import OURS, sources

pytestmark = pytest.mark.django_db


def text_of(answer):
    assert answer.status_code == 422, answer.status_code
    return answer.content.decode()


def test_a_thousand_seats_are_not_one(tenant, office):
    session = make.session(in_days=30)
    page = f"/admin/sessions/{session.pk}/edit/"
    refused = text_of(office.post(page, session_form(capacity="1.000")))
    assert "“1.000” can mean 1 or 1000. Type one of these." in refused
    session.refresh_from_db()
    assert session.capacity not in (1, 1000)
    for typed in ("1,000", "1 000", "1000"):
        Session.objects.update(capacity=7)
        assert office.post(page, session_form(capacity=typed)).status_code == 302
        assert Session.objects.get().capacity == 1000


@pytest.mark.parametrize("typed", ["7,5", "1_0", "1e2", "²", "9" * 5000, "1" + "0" * 60])
def test_what_is_no_whole_number_is_refused_at_its_field_and_stays_typed(tenant, office, typed):
    page = text_of(office.post("/admin/courses/new/", course_form(deposit_percent=typed)))
    assert f'value="{typed}"' in page
    assert 'aria-invalid="true"' in page


def test_a_number_of_the_settings_is_read_by_the_same_rule(tenant, desk):
    office = desk("owner")
    shown = office.get("/admin/settings/booking/")
    given = {name: str(shown.context["form"][name].value()) for name in shown.context["form"].fields}
    rows = {f"policy-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}
    before = BookingTerms.objects.load().hold_minutes
    answer = office.post("/admin/settings/booking/", given | rows | {"hold_minutes": "1.000"})
    assert "can mean 1 or 1000" in text_of(answer)
    assert BookingTerms.objects.load().hold_minutes == before


def test_its_bounds_are_kept_and_said(tenant, office):
    page = text_of(office.post("/admin/courses/new/", course_form(deposit_percent="101")))
    assert "Enter 100 or less." in page
    field = re.search(r'<input[^>]* name="deposit_percent"[^>]*>', page)[0]
    assert 'type="text"' in field
    assert 'inputmode="numeric"' in field
    assert re.search(r'aria-describedby="[^"]*id_deposit_percent_helptext', field)


def forms_below(kind):
    for one in kind.__subclasses__():
        yield one
        yield from forms_below(one)


@pytest.mark.usefixtures("tenant")
def test_no_form_of_ours_has_a_number_that_is_read_otherwise(office):
    office.get("/admin/")  # so that every form is there
    ours = {one for one in forms_below(forms.BaseForm) if one.__module__.split(".")[0] in OURS}
    assert len(ours) > 50
    others = [
        f"{form.__module__}.{form.__qualname__}.{name}"
        for form in ours
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.IntegerField) and not isinstance(field, WholeNumberField | NumberField)
        if not field.widget.is_hidden  # what our own page says, nobody types
    ]
    assert not others
    # and none that a form adds as it is made
    number = re.compile(r"\bforms\.(?:Integer|Float)Field\(|\bNumberInput\b")
    assert [path for path, text in sources() if number.search(text)] == []


@pytest.mark.parametrize("seats", ["²", "①", "9" * 5000, "0" * 5000 + "2"])
def test_seats_in_an_address_that_are_no_number_are_none(tenant, office, client_of, seats):
    booking = make.confirmed_booking()
    assert client_of(tenant).get(path("booking_seats", token_of(booking)), {"seats": seats}).status_code == 200
    assert office.get(f"/admin/bookings/{booking.pk}/seats/", {"seats": seats}).status_code == 200


@pytest.mark.parametrize(("typed", "rooms"), [("9" * 5000, 422), ("12", 302), ("²", 302)])
def test_a_room_holds_a_number_or_is_called_so(tenant, office, typed, rooms):
    place = Place.objects.create(name="Yard")
    answer = office.post(f"/admin/places/{place.pk}/", {"name": "Yard", "rooms": f"Hall, {typed}"})
    assert answer.status_code == rooms


def test_a_mark_beyond_a_hundred_is_refused_with_noughts_before_it_too(tenant, office):
    session = over()
    change_rule(session.course, wants="mark", pass_mark=60, by=None)
    seat = Attendee.objects.get(booking__session=session)
    answer = office.post(f"/admin/sessions/{session.pk}/certificates/", {f"result-{seat.pk}": "0000101"})
    assert answer.status_code == 422
