"""The office says who is coming, for those who call: names and addresses, until the session begins."""

import pytest

from shared_apps.events.bus import deliver_due
from tenant_apps.bookings.selectors import token_of
from tenant_apps.messaging.models import Message
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
ALI = {"name": "Ali Khan", "email": ""}


def url_of(booking):
    return f"/admin/bookings/{booking.pk}/names/"


def named(booking):
    return list(booking.attendees.values_list("position", "name", "email"))


def typed(office, booking, **fields):
    """What the page's form sends when some of its fields were changed."""
    form = office.get(url_of(booking)).context["form"]
    return {name: form[name].value() for name in form.fields} | {form._shown_name: shown(form)} | fields


def shown(form):
    return form.shown.split('value="')[1].split('"')[0].replace("&quot;", '"')


def test_the_booking_leads_to_its_names_and_they_are_changed_there(office):
    booking = make.confirmed_booking(seats=3, attendees=[ALI])
    assert url_of(booking) in office.get(f"/admin/bookings/{booking.pk}/").content.decode()
    who = booking.attendees.get().pk
    answer = office.post(
        url_of(booking), typed(office, booking, name_2="Uma Dale", email_2="uma@example.com"), follow=True
    )
    assert named(booking) == [(1, "Ali Khan", ""), (2, "Uma Dale", "uma@example.com")]
    assert booking.attendees.get(name="Ali Khan").pk == who
    page = answer.content.decode()
    assert "Saved." in page
    assert "Who is coming changed" in page
    assert "Seat 2" in page


def test_whoever_gets_an_address_is_told_where_to_be(office):
    booking = make.confirmed_booking(seats=2, attendees=[ALI])
    office.post(url_of(booking), typed(office, booking, email_1="ali@example.com"))
    while deliver_due():
        pass
    assert Message.objects.filter(kind="bookings/attending", to="ali@example.com").count() == 1


def test_an_address_needs_a_name_and_nothing_typed_is_lost(office):
    booking = make.confirmed_booking(seats=2)
    answer = office.post(url_of(booking), typed(office, booking, email_2="uma@example.com"))
    assert answer.status_code == 422
    assert answer.context["form"].errors["name_2"] == ["Enter whose address this is."]
    assert 'value="uma@example.com"' in answer.content.decode()
    assert named(booking) == []


def test_what_a_colleague_named_meanwhile_stays(office):
    booking = make.confirmed_booking(seats=2, attendees=[ALI])
    mine = typed(office, booking, name_2="Uma Dale")
    office.post(url_of(booking), typed(office, booking, email_1="ali@example.com"))
    answer = office.post(url_of(booking), mine, follow=True)
    assert named(booking) == [(1, "Ali Khan", "ali@example.com"), (2, "Uma Dale", "")]
    assert "Somebody else changed this meanwhile, and it stays" in answer.content.decode()


def test_names_of_what_is_over_stay_as_they_are(office):
    booking = make.confirmed_booking(attendees=[ALI])
    booking.session = make.session(in_days=-3)
    booking.save()
    assert url_of(booking) not in office.get(f"/admin/bookings/{booking.pk}/").content.decode()
    answer = office.post(url_of(booking), {"name_1": "Somebody Else"})
    assert answer.status_code == 422
    assert named(booking) == [(1, "Ali Khan", "")]


def test_names_by_the_link_are_told_as_the_customers_doing(office, client_of, tenant):
    booking = make.confirmed_booking(seats=2, attendees=[ALI])
    client_of(tenant).post(f"/bookings/{token_of(booking)}/names/", {"attendee_1": "Ali Khan", "attendee_2": "Uma D"})
    page = office.get(f"/admin/bookings/{booking.pk}/").content.decode()
    for words in ("Who is coming changed", "The customer", "Seat 2"):
        assert words in page
    assert "attendees_named" not in page
