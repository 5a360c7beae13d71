"""Fields that only the house may decide are sent along with everything a student or a visitor can send."""

from decimal import Decimal
from itertools import product
from uuid import uuid4

import pytest
from django.db.models import Sum

from shared_apps.accounts.models import User
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.models import Domain, Tenant
from tenant_apps.bookings.models import LIVE, Booking
from tenant_apps.branding.models import Brand
from tenant_apps.catalogue.models import Course
from tenant_apps.payments.models import Order, Payment
from tenant_apps.people.models import Person, Trainer
from tenant_apps.scheduling.models import ClaimKind, SeatClaim, Session
from tenant_apps.terms.models import BookingTerms, TermsVersion
from tests.isolation.bodies import GREEDY, about, as_form, as_json, plausible
from tests.isolation.doors import tenant_doors
from tests.isolation.walk import crash_of, knock, undone


def the_platforms():
    with public_context():
        return list(Tenant.objects.order_by("pk").values_list()), list(Domain.objects.order_by("pk").values_list())


# What is one's own to change, by the end of the door's name or route: one's address (whoever follows the link that was
# mailed to it may sign in with it), and how many seats one's own booking has.
OWN = {"own_email": "email", "/seats": "seats"}


def own_of(door):
    """Which of these one may change at `door`."""
    return next((field for end, field in OWN.items() if door.name == end or str(door).endswith(end)), "")


def what_the_house_decides(a, own=""):
    """All that no visitor and no student may change, whatever they book; but for what is their `own`."""
    with tenant_context(a.tenant):
        ids = [user.pk for user in a.users.values()]
        known = [booking.pk for booking in Booking.objects.filter(pk__in=[a.rows["confirmed"].pk, a.rows["held"].pk])]
        return [
            list(User.objects.filter(pk__in=ids).order_by("pk").values_list("roles", "is_active")),
            [] if own == "email" else list(User.objects.filter(pk__in=ids).order_by("pk").values_list("email")),
            list(User.objects.exclude(pk__in=ids).exclude(roles=["student"]).values_list()),
            list(Course.objects.order_by("pk").values_list("price", "published", "active", "deposit_percent")),
            list(Session.objects.order_by("pk").values_list("capacity", "price", "status", "takes_bookings")),
            list(Order.objects.filter(bookings__in=known).order_by("pk").values_list("currency")),
            [_price_of_a_seat(pk) if own == "seats" else _price_of_all(pk) for pk in known],
            list(Payment.objects.order_by("pk").values_list("amount", "status")),
            list(Booking.objects.filter(pk__in=known).order_by("pk").values_list("buyer", "internal_notes")),
            list(Trainer.objects.order_by("pk").values_list()),
            list(BookingTerms.objects.values_list()),
            list(Brand.objects.values_list("tagline", "primary_colour", "privacy")),
            list(TermsVersion.objects.order_by("pk").values_list("title", "text", "number")),
        ]


def _price_of_all(pk):
    """How many seats a booking has, and what they cost."""
    booking = Booking.objects.select_related("order").get(pk=pk)
    return booking.seats, booking.order.total, booking.order.deposit


def _price_of_a_seat(pk):
    """The same for one seat, however many it has."""
    seats, total, _deposit = _price_of_all(pk)
    return total / seats


def sums_are_right(a):
    """Seats are counted, and nobody is confirmed who has not paid."""
    with tenant_context(a.tenant):
        for session in Session.objects.all():
            live = session.bookings.filter(status__in=LIVE).aggregate(sum=Sum("seats"))["sum"] or 0
            offered = SeatClaim.objects.filter(session=session, kind=ClaimKind.OFFER).aggregate(sum=Sum("seats"))["sum"]
            assert session.seats_taken == live + (offered or 0)
        for booking in Booking.objects.filter(status="confirmed").exclude(order=None):
            assert booking.order.held


@pytest.mark.parametrize("role", ["", "student"])
def test_what_only_the_house_decides_is_nobody_elses_to_send(a, seal, role):
    pages, api = a.pages(role), a.api(role)
    fields, found = {**plausible(), **about(a.related), **GREEDY}, []
    before = {own: what_the_house_decides(a, own) for own in ("", *OWN.values())}
    platform = the_platforms()
    for door in tenant_doors():
        methods = ("POST", "PATCH", "PUT") if door.is_api else ("POST",)
        own = own_of(door)
        for method, unknown in product(methods, (False, True) if door.is_api else (False,)):
            with undone():
                client, written = api if door.is_api else pages, seal.count()
                response = knock(client, door, door.path(a.values), method, fields, unknown=unknown)
                wrong = [crash] if (crash := crash_of(response)) else []
                changed = the_platforms() != platform
                if seal.count() != written:
                    sums_are_right(a)
                    changed |= what_the_house_decides(a, own) != before[own]
                if changed:
                    wrong.append("changed what is not theirs")
            found += [f"{method} {door}: {what}" for what in wrong]
    assert found == []
    assert seal.count()  # else nothing was tried that writes


def test_a_booking_is_held_at_the_houses_price_whatever_it_asks_for(a):
    """The same for the form and the API: a request that gets through books one pending seat at the full price."""
    session = a.rows["other session"]
    stranger = a.rows["person of stranger"]
    with undone():
        known = {name: value for name, value in GREEDY.items() if name == "seats"}
        body = as_json({**known, "session_id": str(session.pk), "deposit_percentage": 0.5})
        greedy = a.api("stranger").post("/bookings", {**as_json(GREEDY), **body}, content_type="application/json")
        assert greedy.status_code == 400
        answer = a.api("stranger").post("/bookings", body, content_type="application/json")
        assert answer.status_code == 201
        assert (answer.json()["status"], answer.json()["customerId"]) == ("pending", str(stranger.pk))
        check(a, session)
    with undone():
        form = {**as_form(GREEDY), "form_key": str(uuid4()), "name": "Grace", "email": "grace@new.test", "coming": "on"}
        form |= {"accept_terms": "on", "terms_shown": "1", "care1-date_of_birth": "1990-05-17"}
        assert a.pages("stranger").post(f"/sessions/{session.pk}/book/", form).status_code == 302
        check(a, session)


def check(a, session):
    with tenant_context(a.tenant):
        booking = Booking.objects.get(session=session)
        assert (booking.status, booking.seats, booking.internal_notes) == ("pending", 1, "")
        assert booking.order.total == Decimal(120)
        assert booking.order.currency == a.tenant.currency
        assert booking.order.deposit in (Decimal(36), Decimal(60))
        assert booking.hold_expires_at
        assert not booking.order.payments.exists()


def test_nobody_books_for_somebody_else(a):
    """A student names another customer: there is no such person for them, and nothing is booked."""
    session = a.rows["other session"]
    other = a.rows["person of student"]
    with undone():
        for name in ("customerId", "buyerId", "buyer", "customer", "personId", "userId"):
            body = {"sessionId": str(session.pk), name: str(other.pk)}
            a.api("stranger").post("/bookings", body, content_type="application/json")
        with tenant_context(a.tenant):
            assert not Booking.objects.filter(session=session, buyer=other).exists()


def test_registering_makes_a_student_and_nothing_more(a):
    asked = {**GREEDY, "name": "Mallory", "email": "mallory@new.test", "password": "a-new-password-9"}
    with undone():
        assert a.api().post("/auth/register", as_json(asked), content_type="application/json").status_code == 400
        known = {name: asked[name] for name in ("name", "email", "password")}
        answer = a.api().post("/auth/register", as_json(known), content_type="application/json")
        assert answer.status_code == 202
        form = {**as_form(asked), "email": "mallory2@new.test", "password1": "a-new-password-9"}
        a.pages().post("/accounts/signup/", form)
        with tenant_context(a.tenant):
            made = User.objects.filter(email__startswith="mallory")
            assert [user.roles for user in made] == [["student"], ["student"]]
            assert not Person.objects.filter(
                user__in=made
            ).exists()  # nobody is somebody before their address is proven
