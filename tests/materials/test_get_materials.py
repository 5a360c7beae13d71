"""Those booked get what belongs to their course, from when until when the office said, and nobody else ever does."""

import re
from datetime import timedelta

import pytest
import time_machine

from shared_apps.core.time import now
from shared_apps.tenants.context import tenant_context
from tenant_apps.bookings.details import name_attendees
from tenant_apps.bookings.rescheduling import reschedule_session
from tenant_apps.bookings.selectors import names_token
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.bookings.transfers import transfer_booking
from tenant_apps.materials.models import Material
from tenant_apps.materials.services import change_material, remove_material
from tenant_apps.people.merging import merge_people, split_person
from tests import make
from tests.materials.conftest import booked, content, file_of, handout, link, page_of, seat_file, seat_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


@pytest.fixture
def visitor(tenant, client_of):
    """The browser of nobody in particular."""
    return client_of(tenant)


def test_whoever_booked_finds_them_on_the_booking_s_page_and_fetches_a_file(visitor):
    booking = booked()
    file, page = handout(booking.session), link(booking.session.course)
    shown = visitor.get(page_of(booking)).content.decode()
    assert file_of(booking, file) in shown
    assert page.url in shown
    assert "Link to example.org" in shown
    answer = visitor.get(file_of(booking, file))
    assert content(answer).startswith(b"%PDF-")
    assert answer["Content-Disposition"] == 'attachment; filename="handout.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "private" in answer["Cache-Control"]


def test_an_attendee_without_an_account_has_a_link_of_their_own(visitor):
    booking = booked()
    file = handout(booking.session)
    page = visitor.get(seat_page(booking))
    assert seat_file(booking, file) in page.content.decode()
    assert page["X-Robots-Tag"] == "noindex"
    assert content(visitor.get(seat_file(booking, file))).startswith(b"%PDF-")


@pytest.mark.parametrize("trains", [False, True])
def test_the_link_of_somebody_whose_records_are_joined_opens_them_as_before(visitor, trains):
    booking = booked()
    seat = booking.attendees.select_related("person").get()
    file = handout(booking.session)
    page, own_file = seat_page(booking), seat_file(booking, file)
    known = make.person(name="Grace Hopper", email="grace.h@example.com")
    if trains:
        known = make.trainer(name="Grace Hopper").person
    before = seat.person
    merge = merge_people(kept=known, absorbed=before, by=None)
    seat.refresh_from_db()
    assert seat.person == known
    assert visitor.get(page).status_code == 200
    assert content(visitor.get(own_file)).startswith(b"%PDF-")
    split_person(merge, by=None)
    assert visitor.get(page).status_code == 200
    booking.attendees.update(person=make.person())
    assert visitor.get(page).status_code == 404


def test_who_signs_in_finds_them_in_the_list_of_own_bookings(desk):
    user, person = make.student_user()
    booking = booked(buyer=person, attendees=[])
    assert "#materials" not in desk(user=user).get("/my/bookings/").content.decode()
    handout(booking.session)
    assert re.search(r'/bookings/[^/"]+/#materials', desk(user=user).get("/my/bookings/").content.decode())


def test_who_was_booked_by_others_finds_them_there_too(desk):
    user, person = make.student_user()
    booking = booked()
    booking.attendees.update(person=person)
    handout(booking.session)
    page = desk(user=user).get("/my/bookings/").content.decode()
    [link] = re.findall(r'href="(/alpha/materials/[^/"]+/)"', page)
    assert "Handout" in desk().get(link).content.decode()


@pytest.mark.parametrize(
    ("details", "moments"),
    [
        ({}, {"before": True, "begun": True, "over": True, "late": True}),
        ({"opens": "before", "opens_days": 2}, {"before": False, "soon": True, "over": True}),
        ({"opens": "begun"}, {"soon": False, "begun": True, "over": True}),
        ({"opens": "ended"}, {"begun": False, "over": True, "late": True}),
        ({"closes": "after", "closes_days": 10}, {"before": True, "over": True, "late": False}),
        ({"opens": "ended", "closes": "after", "closes_days": 0}, {"begun": False, "over": False}),
    ],
)
def test_a_material_is_seen_from_when_until_when_it_says(visitor, details, moments):
    booking = booked(make.session(in_days=20))
    begins, ends, hour = booking.session.starts_at, booking.session.ends_at, timedelta(hours=1)
    when = {
        "before": begins - timedelta(days=9), "soon": begins - timedelta(days=2) + hour, "begun": begins + hour,
        "over": ends + hour, "late": ends + timedelta(days=11),
    }  # fmt: skip
    file = handout(booking.session.course, **details)
    for name, is_seen in moments.items():
        with time_machine.travel(when[name], tick=False):
            assert (file_of(booking, file) in visitor.get(page_of(booking)).content.decode()) == is_seen, name
            for path in (file_of(booking, file), seat_file(booking, file)):
                assert visitor.get(path).status_code == (200 if is_seen else 404), name


def test_fixed_dates_of_a_session_s_own_are_kept(visitor):
    booking = booked()
    file = handout(
        booking.session, opens="date", opens_at=now() + timedelta(days=1), closes="date",
        closes_at=now() + timedelta(days=3),
    )  # fmt: skip
    for days, status in ((0, 404), (2, 200), (4, 404)):
        with time_machine.travel(now() + timedelta(days=days), tick=False):
            assert visitor.get(file_of(booking, file)).status_code == status


def test_what_is_for_the_trainer_alone_is_not_for_those_booked(visitor):
    booking = booked()
    file = handout(booking.session, audience="trainer")
    assert "Handout" not in visitor.get(page_of(booking)).content.decode()
    assert visitor.get(file_of(booking, file)).status_code == 404
    assert visitor.get(seat_file(booking, file)).status_code == 404


def test_who_cancelled_gets_nothing_any_more(visitor):
    booking = booked()
    file = handout(booking.session)
    paths = [file_of(booking, file), seat_page(booking), seat_file(booking, file)]
    cancel_booking(booking, by=None)
    assert [visitor.get(path).status_code for path in paths] == [404, 404, 404]
    assert "Handout" not in visitor.get(page_of(booking)).content.decode()


def test_who_only_holds_seats_gets_nothing_yet(visitor):
    booking = make.booking()
    file = handout(booking.session)
    assert visitor.get(file_of(booking, file)).status_code == 404
    assert "Handout" not in visitor.get(page_of(booking)).content.decode()


def test_who_goes_to_another_date_gets_what_belongs_there_instead(visitor):
    booking, to = booked(), make.session()
    old, new = handout(booking.session, title="Old"), handout(to, title="New")
    transfer_booking(booking=booking, to=to, by=None, by_office=True, keep_price=True)
    make.deliver_all()
    assert visitor.get(file_of(booking, old)).status_code == 404
    assert visitor.get(file_of(booking, new)).status_code == 200
    assert visitor.get(seat_file(booking, old)).status_code == 404
    assert visitor.get(seat_file(booking, new)).status_code == 200


def test_a_session_on_another_date_takes_its_materials_along(visitor):
    booking = booked()
    file, session = handout(booking.session), booking.session
    begins = session.starts_at + timedelta(days=7)
    new = reschedule_session(session, days=[(begins, begins + timedelta(hours=7))], by=make.user("admin"))
    make.deliver_all()
    assert list(new.materials.all()) == [file]
    assert not session.materials.exists()
    assert visitor.get(file_of(booking, file)).status_code == 200


def test_a_copy_of_a_session_has_none_of_its_own(desk):
    booking = booked()
    handout(booking.session)
    shared = link(booking.session.course)
    later = f"{booking.session.starts_at + timedelta(days=30):%Y-%m-%d}"
    desk("admin").post(f"/admin/sessions/{booking.session.pk}/duplicate/", {"starts_on": later})
    copy = booking.session.course.sessions.latest("starts_at")
    assert copy != booking.session
    assert list(Material.objects.of_session(copy)) == [shared]


def test_a_seat_that_somebody_else_has_now_opens_nothing_for_who_had_it(visitor):
    booking = booked()
    file = handout(booking.session)
    before = seat_file(booking, file)
    name_attendees(booking, attendees=[{"name": "Ada Byron"}], by=None)
    assert visitor.get(before).status_code == 404
    assert visitor.get(seat_file(booking, file)).status_code == 200


def test_what_was_removed_is_gone_for_everybody_at_once(visitor):
    booking = booked()
    file = handout(booking.session)
    remove_material(file, by=None)
    assert visitor.get(file_of(booking, file)).status_code == 404
    assert visitor.get(seat_file(booking, file)).status_code == 404


def test_a_link_that_was_made_up_or_is_for_something_else_opens_nothing(visitor):
    booking, other = booked(), booked()
    file, foreign = handout(booking.session), handout(other.session)
    own, seat = file_of(booking, file), seat_file(booking, file)
    token = seat.split("/")[2]
    tried = [
        own.replace(str(file.pk), str(foreign.pk)),  # a file of another session
        seat.replace(str(file.pk), str(foreign.pk)),
        own.replace("/bookings/", "/bookings/x"),
        seat.replace("/materials/", "/materials/x", 1),
        f"/materials/{token[:-1]}{'A' if token[-1] != 'A' else 'B'}/",
        f"/bookings/{token}/materials/{file.pk}/",  # a seat's link is no booking's
        f"/materials/{own.split('/')[2]}/{file.pk}/",
        f"/bookings/{names_token(booking)}/materials/{file.pk}/",  # and who may name attendees gets nothing
        f"/media/{file.file.name}",  # nor is the file itself anywhere
        f"/media/{file.file.name.upper()}",
        f"/materials/{token}/{file.pk}/../{file.pk}x/",
    ]
    assert [(path, visitor.get(path).status_code) for path in tried] == [(path, 404) for path in tried]


def test_a_link_that_was_called_in_opens_nothing(visitor):
    booking = booked()
    file = handout(booking.session)
    before = file_of(booking, file)
    booking.link_number += 1
    booking.save()
    assert visitor.get(before).status_code == 404


def test_another_provider_s_links_open_nothing(alpha, beta, client_of):
    with tenant_context(beta):
        theirs = booked()
        file = handout(theirs.session)
        paths = [file_of(theirs, file), seat_page(theirs), seat_file(theirs, file)]
    assert [client_of(beta).get(path).status_code for path in paths] == [200, 200, 200]
    assert [client_of(alpha).get(path).status_code for path in paths] == [404, 404, 404]


def test_a_student_who_is_not_booked_gets_nothing(desk):
    file = handout(booked().session)
    student = desk("student")
    for path in (f"/admin/materials/{file.pk}/file/", f"/admin/sessions/{file.session_id}/materials/"):
        assert student.get(path).status_code == 404


@pytest.mark.parametrize("name", ['a";\r\nX: y.pdf', "naïve \u202e資料.pdf", "x" * 200 + ".pdf"])
def test_a_name_with_odd_letters_breaks_no_header(visitor, name):
    booking = booked()
    file = handout(booking.session)
    Material.objects.filter(pk=file.pk).update(file_name=name[:120])  # as if it had come past what cleans them
    answer = visitor.get(file_of(booking, file))
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert answer.status_code == 200
    assert "X" not in answer


def test_what_was_seen_is_not_seen_any_more_when_the_office_says_so(visitor):
    booking = booked()
    file = handout(booking.session)
    assert visitor.get(file_of(booking, file)).status_code == 200
    change_material(file, by=None, opens="ended")
    assert visitor.get(file_of(booking, file)).status_code == 404


def test_looking_writes_nothing(visitor, happened):
    booking = booked()
    handout(booking.session)
    before = happened()
    visitor.get(page_of(booking))
    visitor.get(seat_page(booking))
    assert happened() == before
