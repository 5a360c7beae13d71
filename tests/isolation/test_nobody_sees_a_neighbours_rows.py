"""Within one tenant: another student's bookings and money, another trainer's sessions, the office's notes."""

import pytest

from shared_apps.accounts.models import User
from shared_apps.tenants.context import tenant_context
from tenant_apps.bookings.models import Attendee, Booking
from tenant_apps.payments.models import Order, Payment, Refund
from tenant_apps.people.models import Person, Student
from tenant_apps.scheduling.models import Session, SessionDay
from tests.isolation.bodies import GREEDY, about, plausible
from tests.isolation.doors import tenant_doors
from tests.isolation.populate import INTERNAL, JOINING, PRIVATE
from tests.isolation.walk import crash_of, everything_in, knock, undone

PERSONAL = {("bookings", "pk"), ("users", "pk"), ("users", "user_id"), ("students", "pk")}
REFUSALS = {404, 405}


def written_down(a):
    """Everything about the student's and the trainer's own rows that a stranger might change."""
    with tenant_context(a.tenant):
        bookings = [a.rows[name].pk for name in ("confirmed", "held", "private", "past", "cancelled")]
        orders = Order.objects.filter(bookings__in=bookings)
        people = [
            a.rows["person of student"].pk,
            a.rows["person of trainer"].pk if a.rows["person of trainer"] else None,
        ]
        rows = [
            Booking.objects.filter(pk__in=bookings),
            Attendee.objects.filter(booking__in=bookings),
            orders,
            Payment.objects.filter(order__in=orders),
            Refund.objects.filter(payment__order__in=orders),
            Person.objects.filter(pk__in=people),
            Student.objects.filter(pk__in=people),
            User.objects.all(),
            Session.objects.all(),
            SessionDay.objects.all(),
        ]
        return [list(queryset.order_by("pk").values_list()) for queryset in rows]


LINKS = {
    *((place, "token") for place in ("bookings", "people", "waiting", "reviews", "held", "of-people", "interest")),
    ("check-in", "token"), ("answers", "token"), ("sent", "token"), ("materials", "token"),
    ("calendars", "token"),
    ("certificates", "code"), ("verify", "code"),
}  # fmt: skip


def links_of(door):
    return bool(LINKS & set(door.parameters))  # whoever has the link may: that is what it is for


@pytest.mark.parametrize("role", ["stranger", "contact", "other_trainer"])
def test_another_students_and_trainers_things_are_not_there(a, role):
    pages, api = a.pages(role), a.api(role)
    fields, query, found = {**plausible(), **GREEDY, **about(a.related)}, about(a.related), []
    sessions = {
        ("sessions", "pk"): a.rows["private session"].pk,
        ("sessions", "session_id"): a.rows["private session"].pk,
    }
    drafts = {
        ("courses", "pk"): a.rows["draft"].pk,
        ("courses", "course_id"): a.rows["draft"].pk,
        ("courses", "slug"): a.rows["draft"].slug,
    }
    values = {**a.values, **sessions, **drafts}
    hidden = PERSONAL | set(sessions) | set(drafts)
    secret = (PRIVATE, INTERNAL, JOINING) if role != "other_trainer" else (PRIVATE, INTERNAL)
    for door in tenant_doors():
        # The libraries' pages and those by a signed link are walked elsewhere; these would end the account itself.
        if links_of(door) or ("key", "key") in door.parameters:
            continue
        ours = bool(hidden & set(door.parameters))
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] if door.is_api else ["GET", "POST"]:
            if not ours and method != "GET":
                continue
            before = written_down(a) if ours and method != "GET" else None
            with undone():
                response = knock(api if door.is_api else pages, door, door.path(values), method, fields, query=query)
                text = everything_in(response)
                after = written_down(a) if before else None
            wrong = [crash] if (crash := crash_of(response)) else []
            wrong += [f"shows {word}" for word in secret if word.lower() in text]
            wrong += ["changed what is another's"] if before != after else []
            wrong += [f"answers {response.status_code}"] if ours and response.status_code not in REFUSALS else []
            found += [f"{method} {door} as {role}: {what}" for what in wrong]
    assert found == []


@pytest.mark.parametrize("role", ["", "student"])  # the others are looked after above
def test_the_offices_notes_are_shown_to_nobody_outside_it(a, role):
    pages, api = a.pages(role), a.api(role)
    found = []
    for door in tenant_doors():
        with undone():
            text = everything_in(knock(api if door.is_api else pages, door, door.path(a.values), "GET", {}))
            if INTERNAL.lower() in text or (JOINING.lower() in text and not links_of(door)):
                found.append(str(door))
    assert found == []


def test_the_control_shows_the_office_its_notes(a):
    text = everything_in(a.api("owner").get(f"/bookings/{a.rows['confirmed'].pk}"))
    assert INTERNAL.lower() in text
    assert PRIVATE.lower() in text


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("role", ["stranger", "other_trainer", "sales", "admin"])
def test_nobody_who_signs_in_is_shut_out_of_what_is_public(a, role):
    nobody, somebody, found = a.pages(), a.pages(role), []
    for door in tenant_doors():
        if door.is_api or door.is_third_party:
            continue
        with undone():
            heard = [knock(client, door, door.path(a.values), "GET", {}).status_code for client in (nobody, somebody)]
        if door.name == "check_in":  # nobody learns anything there; of the staff, only who marks that register gets in
            continue
        if heard[0] == 200 and heard[1] != 200:
            found.append(f"{door} answers {heard[1]} to {role}")
    assert found == []


def test_a_private_session_is_booked_by_those_who_see_it_only(a):
    path = f"/sessions/{a.rows['private session'].pk}/book/"
    roles = ("", "stranger", "other_trainer", "trainer", "admin")
    heard = {role: a.pages(role).get(path).status_code for role in roles}
    assert heard == {"": 404, "stranger": 404, "other_trainer": 404, "trainer": 200, "admin": 200}
