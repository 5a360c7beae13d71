"""Making the link of a calendar, using it, making another one, ending it: students, trainers, the office."""

import re

import pytest
from django.db import IntegrityError, transaction

from tenant_apps.feeds.models import Feed, Kind
from tenant_apps.feeds.services import make_centre_feed, make_own_feed, make_trainer_feed, revoke_feed
from tenant_apps.people.privacy import export_person
from tenant_apps.scheduling.models import Place, Room
from tests import make
from tests.bookings.conftest import in_site

pytestmark = pytest.mark.django_db
URL = re.compile(r"https?://[^\"<\s]+/calendars/[^\"<\s]+/calendar\.ics")


def link_on(client, page):
    """The link that a page shows; "" for none."""
    found = URL.search(client.get(page).content.decode())
    return in_site(found[0]) if found else ""


def test_a_student_makes_a_link_and_a_new_one_and_ends_it(tenant, desk, happened):
    client = desk("student")
    assert "/my/calendar/" in client.get("/my/bookings/").content.decode()
    assert link_on(client, "/my/calendar/") == ""
    client.post("/my/calendar/new/")
    first = link_on(client, "/my/calendar/")
    visitor = desk()
    assert visitor.get(first).status_code == 200
    page = client.get("/my/calendar/").content.decode()
    for way in ("webcal://", "https://calendar.google.com/calendar/render?cid=webcal", "outlook.live.com", "Last read"):
        assert way in page
    client.post("/my/calendar/new/")
    second = link_on(client, "/my/calendar/")
    assert second != first
    assert (visitor.get(first).status_code, visitor.get(second).status_code) == (404, 200)
    client.post("/my/calendar/off/")
    assert visitor.get(second).status_code == 404
    assert link_on(client, "/my/calendar/") == ""
    client.post("/my/calendar/off/")
    assert [name for name in happened() if name.startswith("feed.")] == ["feed.made", "feed.made", "feed.revoked"]


def test_a_trainer_has_their_own_and_the_office_sees_the_same_link(tenant, desk):
    account = make.user("trainer", password="")
    trainer = make.trainer(user=account)
    client, office = desk(user=account), desk("admin")
    assert "/admin/calendars/mine/" in client.get("/admin/calendar/").content.decode()
    client.post("/admin/calendars/mine/new/")
    own = link_on(client, "/admin/calendars/mine/")
    assert own == link_on(office, "/admin/calendars/")
    office.post(f"/admin/calendars/trainers/{trainer.pk}/new/")
    assert desk().get(own).status_code == 404
    assert link_on(client, "/admin/calendars/mine/") not in ("", own)
    client.post("/admin/calendars/mine/off/")
    assert link_on(office, "/admin/calendars/") == ""


def test_who_teaches_nothing_has_no_calendar_of_what_they_teach(desk):
    assert desk("admin").get("/admin/calendars/mine/").status_code == 404
    assert desk("admin").post("/admin/calendars/mine/new/").status_code == 404


def test_the_office_gives_out_the_centre_s_and_each_room_s(tenant, desk):
    room = Room.objects.create(place=Place.objects.create(name="Harbour Road"), name="Hall")
    office = desk("admin")
    office.post("/admin/calendars/centre/new/")
    office.post(f"/admin/calendars/rooms/{room.pk}/new/")
    page = office.get("/admin/calendars/").content.decode()
    links = {in_site(url) for url in URL.findall(page)}
    assert len(links) == 2
    assert page.count("No calendar has read it yet.") == 2
    for link in links:
        assert desk().get(link).status_code == 200
    page = office.get("/admin/calendars/").content.decode()
    assert page.count("Last read by a calendar") == 2
    for feed in Feed.objects.all():
        office.post(f"/admin/calendars/{feed.pk}/off/")
    assert {desk().get(link).status_code for link in links} == {404}
    assert "/admin/calendars/" in office.get("/admin/calendar/").content.decode()


@pytest.mark.parametrize("role", ["sales", "trainer", "student"])
def test_others_see_and_end_nothing_of_the_office_s(tenant, desk, role):
    feed, own = make_centre_feed(by=None), make_own_feed(make.user())
    client = desk(role)
    assert client.get("/admin/calendars/").status_code == 404
    for one in (feed, own):
        assert client.post(f"/admin/calendars/{one.pk}/off/").status_code == 404
    assert client.post("/admin/calendars/centre/new/").status_code == 404
    assert Feed.objects.standing().count() == 2


def test_the_office_does_not_end_what_is_a_student_s(desk):
    own = make_own_feed(make.user())
    assert desk("owner").post(f"/admin/calendars/{own.pk}/off/").status_code == 404
    assert desk("owner").get("/admin/calendars/").status_code == 200
    own.refresh_from_db()
    assert own.revoked_at is None


def test_a_trainer_who_left_gets_no_link(desk):
    gone = make.trainer(active=False)
    client = desk("admin")
    client.post(f"/admin/calendars/trainers/{gone.pk}/new/", follow=True)
    assert not Feed.objects.exists()


def test_nobody_and_nothing_has_two_links(tenant):
    teacher = make.trainer()
    make_trainer_feed(teacher, by=None)
    make_centre_feed(by=None)
    for twice in ({"kind": Kind.TRAINER, "trainer": teacher}, {"kind": Kind.CENTRE}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Feed.objects.create(**twice)
    with pytest.raises(IntegrityError), transaction.atomic():
        Feed.objects.create(kind=Kind.ROOM)
    with pytest.raises(IntegrityError), transaction.atomic():
        Feed.objects.create(kind=Kind.PERSON, person=make.person(), trainer=teacher)


def test_the_history_says_who_made_and_ended_a_link(desk):
    office = make.user("owner", name="Olive Office")
    revoke_feed(make_centre_feed(by=office), by=office)
    page = desk(user=office).get("/admin/activity/").content.decode()
    assert "Calendar link made" in page
    assert "Calendar link ended" in page


def test_an_export_says_that_somebody_has_a_link_and_not_which(tenant):
    user, person = make.student_user()
    feed = make_own_feed(user)
    (told,) = export_person(person, by=make.user("owner"))["records"]["feeds.feed"]
    assert (told["id"], told["kind"]) == (feed.pk, "person")
    assert "calendar.ics" not in str(told)
