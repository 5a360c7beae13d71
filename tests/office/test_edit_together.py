"""Two people have the same record open. Nobody's change is undone, and nothing typed is lost."""

import io
import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tenant_apps.bookings.selectors import token_of
from tenant_apps.people.models import Trainer
from tenant_apps.scheduling.models import Place
from tests import make

pytestmark = pytest.mark.django_db
HIDDEN = re.compile(r'<input\s+type="hidden"\s+name="(shown-[^"]+)"\s+value="([^"]*)"')


def opened(client, url):
    """What a browser would send back from this page, untouched."""
    answer = client.get(url)
    sent = {}
    for key in ("form", "rules"):
        if (form := answer.context.get(key)) is not None:
            for name in form.fields:
                value = form[name].value()
                if value is not None and value is not False and value not in ("", []) and not hasattr(value, "url"):
                    sent[form.add_prefix(name)] = value
    for key in ("modules", "policy"):
        if (rows := answer.context.get(key)) is not None:
            for field in rows.management_form:
                sent[field.html_name] = field.value()
            for row in rows:
                sent |= {row[name].html_name: row[name].value() for name in row.fields if row[name].value() is not None}
    return sent | {name: unescape(value) for name, value in HIDDEN.findall(answer.content.decode())}


@pytest.fixture
def colleague(desk):
    return desk(user=make.user("owner", name="Grace Hopper", password=""))


def test_what_a_colleague_changed_on_a_session_meanwhile_stays(office, colleague):
    session = make.session(capacity=10)
    url = f"/admin/sessions/{session.pk}/edit/"
    mine, theirs = opened(office, url), opened(colleague, url)
    assert colleague.post(url, theirs | {"price": "95", "capacity": "12"}).status_code == 302
    answer = office.post(url, mine | {"online_url": "https://meet.example.com/x"}, follow=True)
    session.refresh_from_db()
    assert (session.price, session.capacity, session.online_url) == (95, 12, "https://meet.example.com/x")
    assert "it stays: Seats, Price of a seat" in unescape(answer.content.decode())


def test_both_changed_the_same_field_so_it_is_asked(office, colleague):
    session = make.session(capacity=10)
    url = f"/admin/sessions/{session.pk}/edit/"
    mine, theirs = opened(office, url), opened(colleague, url)
    colleague.post(url, theirs | {"capacity": "12", "price": "95"})
    answer = office.post(url, mine | {"capacity": "14", "instructor_notes": "Bring the red box"})
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Grace Hopper changed this meanwhile" in page
    assert "10 → 12" in page
    assert 'value="14"' in page
    assert "Bring the red box" in page
    again = mine | {"capacity": "14", "instructor_notes": "Bring the red box", "price": "95"}
    again |= dict(HIDDEN.findall(answer.content.decode()))
    office.post(url, {name: unescape(str(value)) for name, value in again.items()})
    session.refresh_from_db()
    assert (session.capacity, session.price, session.instructor_notes) == (14, 95, "Bring the red box")


@pytest.mark.parametrize(
    ("what", "theirs", "mine"),
    [
        ("student", {"phone": "07700 900123"}, {"notes": "Left-handed"}),
        ("trainer", {"bio": "Twenty years of boilers. " * 9}, {"headline": "Boilers"}),
        ("place", {"directions": "By the bridge"}, {"rooms": "Bay 1\nBay 2"}),
        ("course", {"price": "80.00", "summary": "Another sentence."}, {"description": "About it. " * 20}),
        ("settings/", {"tagline": "Gas, taught well"}, {"primary_colour": "#123456"}),
        ("settings/booking/", {"deposit_percent": "40"}, {"hold_minutes": "45"}),
    ],
)  # fmt: skip
def test_each_form_of_the_office_writes_only_what_was_changed_on_it(desk, colleague, what, theirs, mine):
    url = url_of(what)
    office = desk("owner")
    ours, others = opened(office, url), opened(colleague, url)
    assert colleague.post(url, others | theirs).status_code == 302
    assert office.post(url, ours | mine).status_code == 302
    now = opened(office, url)
    for name, value in (theirs | mine).items():
        assert str(now[name]).strip() == value.strip()


def url_of(what):
    if what == "student":
        row = make.person()
        return f"/admin/students/{row.pk}/edit/"
    if what == "trainer":
        row = make.trainer()
        return f"/admin/trainers/{row.pk}/"
    if what == "place":
        row = Place.objects.create(name="Hall")
        return f"/admin/places/{row.pk}/"
    if what == "course":
        row = make.course()
        return f"/admin/courses/{row.pk}/"
    return f"/admin/{what}"


def test_a_syllabus_that_a_colleague_wrote_meanwhile_is_kept_or_asked_for(office, colleague):
    course = make.course()
    url = f"/admin/courses/{course.pk}/"
    mine, theirs = opened(office, url), opened(colleague, url)
    colleague.post(url, theirs | {"modules-0-title": "Flues", "modules-0-weight": "100"})
    answer = office.post(url, mine | {"modules-0-title": "Pipes", "modules-0-weight": "100"})
    assert "Grace Hopper changed this meanwhile" in answer.content.decode()
    assert office.post(url, mine | {"summary": "Shorter."}).status_code == 302
    course.refresh_from_db()
    assert ([module.title for module in course.modules.all()], course.summary) == (["Flues"], "Shorter.")


def test_roles_that_an_owner_changed_meanwhile_are_not_given_back(desk, colleague):
    somebody = make.user("admin")
    url = f"/admin/team/{somebody.pk}/"
    mine, theirs = opened(desk("owner"), url), opened(colleague, url)
    colleague.post(url, theirs | {"roles": ["sales"]})
    assert desk("owner").post(url, mine | {"roles": ["admin", "trainer"]}).status_code == 422
    somebody.refresh_from_db()
    assert somebody.roles == ["sales"]


def test_a_chosen_picture_stays_chosen_when_another_field_is_wrong(office):
    fields = {"name": "Grace Hopper", "years_of_experience": "many", "photo": picture()}
    page = office.post("/admin/trainers/new/", fields)
    assert page.status_code == 422
    token = re.search(r'name="photo-chosen"\s+value="([^"]+)"', page.content.decode())[1]
    again = {"name": "Grace Hopper", "years_of_experience": "12", "photo-chosen": token}
    assert office.post("/admin/trainers/new/", again).status_code == 302
    assert Trainer.objects.get().photo.size > 0
    forged = {"name": "Another", "years_of_experience": "12", "photo-chosen": "forged"}
    office.post("/admin/trainers/new/", forged)
    assert not Trainer.objects.get(person__name="Another").photo


def picture():
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "teal").save(out, "PNG")
    return SimpleUploadedFile("grace.png", out.getvalue(), "image/png")


def test_the_history_tells_a_price_before_and_after(office):
    course = make.course(price=120)
    url = f"/admin/courses/{course.pk}/"
    office.post(url, opened(office, url) | {"price": "95", "description": "Longer. " * 30})
    page = unescape(office.get("/admin/activity/").content.decode())
    assert "Price: 120 → 95" in page
    assert "Description" in page


@pytest.mark.parametrize("crafted", ["[" * 100_000, '{"a":' * 100_000, "{", "9" * 5000])
def test_what_no_page_of_ours_said_counts_as_nothing_said(office, crafted):
    place = Place.objects.create(name="Hall")
    url = f"/admin/places/{place.pk}/"
    sent = opened(office, url)
    shown = next(name for name in sent if name.startswith("shown-"))
    assert office.post(url, sent | {"name": "Unit 7", shown: crafted}).status_code == 302
    place.refresh_from_db()
    assert place.name == "Unit 7"


def test_what_two_write_into_the_office_notes_of_a_booking_is_asked(office, colleague):
    booking = make.confirmed_booking()
    url, page = f"/admin/bookings/{booking.pk}/notes/", f"/admin/bookings/{booking.pk}/"
    mine, theirs = (dict(HIDDEN.findall(client.get(page).content.decode())) for client in (office, colleague))
    as_shown = {name: unescape(value) for name, value in mine.items()}
    assert colleague.post(url, as_shown | {"internal_notes": "Wants 8 Jan"}).status_code == 302
    answer = office.post(url, as_shown | {"internal_notes": "Sends proof by post"})
    shown = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Grace Hopper changed this meanwhile" in shown
    assert "Wants 8 Jan" in shown
    assert "Sends proof by post</textarea>" in shown
    booking.refresh_from_db()
    assert booking.internal_notes == "Wants 8 Jan"
    assert mine.keys() == theirs.keys() != set()


def test_names_that_two_give_for_different_seats_are_both_kept(client_of, tenant):
    booking = make.confirmed_booking(seats=3, session=make.session(price=0))
    url = f"/bookings/{token_of(booking)}/names/"
    first, second = client_of(tenant), client_of(tenant)
    mine, theirs = opened(first, url), opened(second, url)
    assert second.post(url, theirs | {"attendee_2": "Bob Two"}).status_code == 302
    assert first.post(url, mine | {"attendee_3": "Cy Three"}).status_code == 302
    names = list(booking.attendees.order_by("position").values_list("name", flat=True))
    assert names[-2:] == ["Bob Two", "Cy Three"]
    clash = first.post(url, mine | {"attendee_2": "Bea Two"})
    assert "Somebody else changed this meanwhile" in unescape(clash.content.decode())
