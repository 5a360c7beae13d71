"""The office and trainers add, change, order and remove what those booked get, and read when people see it."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage

from shared_apps.core.time import now
from shared_apps.files.models import File
from tenant_apps.catalogue.models import Course
from tenant_apps.materials.models import MOST_OF_ONE, Material
from tenant_apps.materials.services import KEPT, remove_material
from tenant_apps.scheduling.errors import BookedMeanwhile
from tenant_apps.scheduling.models import Session
from tenant_apps.scheduling.series import take_back_series
from tests import make
from tests.materials.conftest import booked, content, handout, link
from tests.support.documents import a_pdf, office, picture, sent
from tests.support.due import do_what_is_due
from tests.support.web import tight

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]

WHEN = {"audience": "attendees", "opens": "booked", "closes": "never"}


def file_form(upload=None, **fields):
    given = {"file-title": "", "file-note": "", **{f"file-{name}": value for name, value in {**WHEN, **fields}.items()}}
    return {"add": "file", "file-file": upload or a_pdf(), **given}


def link_form(url="https://example.org/ex", **fields):
    values = {**WHEN, "kind": "link", "url": url, "title": "Exercises", "note": "", **fields}
    return {"add": "link", **{f"link-{name}": value for name, value in values.items()}}


def path_of(owner) -> str:
    return f"/admin/{'courses' if isinstance(owner, Course) else 'sessions'}/{owner.pk}/materials/"


def edit_form(material, **fields):
    return {**WHEN, "title": material.title, "note": "", **fields}


@pytest.mark.parametrize("owner", [make.course, make.session])
def test_the_office_adds_a_file_and_a_link(desk, owner):
    owner, admin = owner(), desk("admin")
    assert admin.post(path_of(owner), file_form()).status_code == 302
    assert admin.post(path_of(owner), link_form(kind="recording")).status_code == 302
    file, recording = Material.objects.order_by("position")
    assert (file.title, file.file_name, file.position, file.added_by.email) == (
        "handout",
        "handout.pdf",
        1,
        file.added_by.email,
    )
    assert default_storage.open(file.file.name).read().startswith(b"%PDF-")
    assert (recording.kind, recording.host, recording.position) == ("recording", "example.org", 2)
    page = admin.get(path_of(owner)).content.decode()
    assert "There is a problem" not in page
    assert "Recording at example.org" in page
    assert content(admin.get(f"/admin/materials/{file.pk}/file/")).startswith(b"%PDF-")


def test_a_script_sends_files_one_by_one_and_reads_what_was_wrong(desk):
    session, admin = make.session(), desk("admin")
    good = admin.post(path_of(session), file_form(), headers={"X-Upload": "2"})
    assert (good.status_code, good.json()) == (201, {})
    bad = admin.post(path_of(session), file_form(sent("a.docm", office())), headers={"X-Upload": "0"})
    assert bad.status_code == 422
    assert "macros" in bad.json()["error"]
    assert "2 files are added." in admin.get(path_of(session)).content.decode()
    assert Material.objects.count() == 1


@pytest.mark.parametrize(
    ("form", "says"),
    [
        (file_form(sent("a.pdf", b"<html>")), "not a PDF"),
        (file_form(sent("a.exe", b"MZ")), "Upload a PDF"),
        (file_form(sent("a.pdf", b"")), "The file is empty."),
        ({**file_form(), "file-file": ""}, "Choose a file."),
        (file_form(opens="before"), "how many days before"),
        (file_form(closes="after", closes_days="-1"), "Days after it is over"),
        (file_form(opens="date"), "from which day"),
        (file_form(opens="date", opens_at="2031-01-05", closes="date", closes_at="2031-01-04"), "before it begins"),
        (file_form(title="two\nlines"), "one line"),
        (file_form(audience="everybody"), "Select a valid choice"),
        (link_form("javascript:alert(1)"), "begins with https://"),
        (link_form("data:text/html,x"), "begins with https://"),
        (link_form("ftp://example.org/x"), "begins with https://"),
        (link_form("https://user:word@example.org/"), "begins with https://"),
        (link_form("https://example.org\\@evil.example/"), "begins with https://"),
        (link_form("example.org"), "begins with https://"),
        (link_form(""), "Enter the address."),
        (link_form(title=""), "required"),
        (link_form(kind="file"), "Select a valid choice"),
        ({"add": "x"}, ""),
        ({}, ""),
    ],
)
def test_what_can_not_be_is_refused_with_a_sentence_and_nothing_is_kept(desk, form, says):
    session, before = make.session(), File.objects.count()
    answer = desk("admin").post(path_of(session), form)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Material.objects.exists()
    assert File.objects.count() == before


def test_a_course_has_no_dates_of_its_own(desk):
    course = make.course()
    assert "From a date on" not in desk("admin").get(path_of(course)).content.decode()
    assert desk("admin").post(path_of(course), file_form(opens="date", opens_at="2031-01-05")).status_code == 422


def test_a_host_that_looks_like_another_one_shows_that(desk):
    session = make.session()
    desk("admin").post(path_of(session), link_form("https://exаmple.org/"))  # with a Cyrillic letter
    assert Material.objects.get().host.startswith("xn--")


def test_pictures_are_kept_without_where_they_were_taken(desk):
    session = make.session()
    desk("admin").post(path_of(session), file_form(sent("board.png", picture())))
    assert Material.objects.get().file_name == "board.webp"


def test_room_that_is_full_is_a_sentence_and_removing_makes_room(desk, settings):
    session, admin = make.session(), desk("admin")
    settings.FILE_QUOTA_MEGABYTES = 1
    noise = sent("notes.txt", b"0123456789" * 60_000)
    first = admin.post(path_of(session), file_form(noise))
    assert first.status_code == 302
    noise.seek(0)
    full = admin.post(path_of(session), file_form(noise))
    assert full.status_code == 422
    assert "all the room that you have" in full.content.decode()
    remove_material(Material.objects.get(), by=None)
    do_what_is_due(after=KEPT + timedelta(minutes=1))
    noise.seek(0)
    assert admin.post(path_of(session), file_form(noise)).status_code == 302


def test_when_people_see_it_is_said_plainly(desk):
    session, admin = booked(make.session(in_days=20)).session, desk("admin")
    handout(session)
    handout(session, opens="ended", closes="after", closes_days=3)
    handout(session, audience="trainer")
    handout(session.course, opens="before", opens_days=3, closes="after", closes_days=1)
    page = admin.get(path_of(session)).content.decode()
    assert "Those booked see it now." in page
    assert "Only the trainer and the office see it." in page
    assert page.count("Those booked see it from") == 2
    shared = admin.get(path_of(session.course)).content.decode()
    assert "Those booked on a date see it from 3 days before it begins, until 1 day after it is over." in shared
    assert "Those booked see it now." in admin.get(f"/admin/sessions/{session.pk}/").content.decode()


def test_a_material_is_changed_and_two_people_do_not_undo_each_other(desk):
    session, admin = make.session(), desk("admin")
    file = handout(session)
    edit = f"/admin/materials/{file.pk}/"
    assert admin.post(edit, edit_form(file, title="Slides", opens="before", opens_days="2")).status_code == 302
    file.refresh_from_db()
    assert (file.title, file.opens, file.opens_days) == ("Slides", "before", 2)
    assert admin.post(edit, edit_form(file, opens="booked", opens_days="2")).status_code == 302
    file.refresh_from_db()
    assert (file.opens, file.opens_days) == ("booked", None)
    assert admin.post(edit, edit_form(file, title="")).status_code == 422


def test_days_of_a_session_s_own_are_whole_ones(desk):
    session, admin = make.session(), desk("admin")
    file = handout(session)
    dates = {"opens": "date", "opens_at": "2031-01-05", "closes": "date", "closes_at": "2031-01-06"}
    assert admin.post(f"/admin/materials/{file.pk}/", edit_form(file, **dates)).status_code == 302
    file.refresh_from_db()
    assert file.closes_at - file.opens_at == timedelta(days=2)
    page = admin.get(f"/admin/materials/{file.pk}/").content.decode()
    assert 'value="2031-01-05"' in page
    assert 'value="2031-01-06"' in page


def test_the_order_is_changed_by_buttons(desk):
    session, admin = make.session(), desk("admin")
    first, second, third = (handout(session, title=title) for title in ("A", "B", "C"))
    admin.post(f"/admin/materials/{third.pk}/move/", {"up": "1"})
    admin.post(f"/admin/materials/{first.pk}/move/", {"down": "1"})
    admin.post(f"/admin/materials/{second.pk}/move/", {"down": "1"})  # it is the last one already
    assert [row.title for row in Material.objects.of_session(session)] == ["C", "A", "B"]


def test_what_was_removed_by_mistake_is_brought_back(desk):
    session, admin = make.session(), desk("admin")
    file = handout(session)
    page = admin.post(f"/admin/materials/{file.pk}/remove/", follow=True).content.decode()
    assert "is removed" in page
    assert f"/admin/materials/{file.pk}/bring-back/" in page
    assert admin.get(f"/admin/materials/{file.pk}/file/").status_code == 404
    admin.post(f"/admin/materials/{file.pk}/bring-back/")
    assert admin.get(f"/admin/materials/{file.pk}/file/").status_code == 200


def test_what_was_uploaded_for_a_date_stays_when_dates_are_removed_from_its_series(desk):
    """The date with it is called off instead, and the page has said so before."""
    first, second, *_others = make.series().sessions.order_by("series_date")
    kept, admin = handout(second), desk("admin")
    url = f"/admin/sessions/{first.pk}/following/remove/"
    page = tight(admin.get(url).content.decode())
    assert "3 dates without a booking go" in page
    assert "1 date is called off and stays in the list" in page
    assert "1 was called off" in tight(admin.post(url, follow=True).content.decode())
    assert [one.pk for one in Session.objects.filter(status="cancelled")] == [second.pk]
    assert Material.objects.get() == kept
    assert default_storage.exists(kept.path)


def test_dates_that_were_just_made_are_not_undone_with_what_was_uploaded_for_them_since():
    series = make.series()
    keys = list(series.sessions.values_list("pk", flat=True))
    link(series.sessions.first())
    with pytest.raises(BookedMeanwhile, match="something was added"):
        take_back_series(series, keys=keys, by=None)
    assert (Session.objects.count(), Material.objects.count()) == (4, 1)


def test_what_stays_removed_goes_with_its_file(desk, django_capture_on_commit_callbacks):
    file = handout(make.session())
    path = file.file.name
    remove_material(file, by=None)
    with django_capture_on_commit_callbacks(execute=True):
        do_what_is_due(after=KEPT - timedelta(minutes=1))
    assert default_storage.exists(path)
    with django_capture_on_commit_callbacks(execute=True):
        do_what_is_due(after=KEPT + timedelta(minutes=1))
    assert not Material.objects.exists()
    assert not default_storage.exists(path)
    assert not File.objects.filter(path=path).exists()
    assert desk("admin").post(f"/admin/materials/{file.pk}/bring-back/").status_code == 404


def test_it_is_too_late_to_bring_back_what_waits_to_be_forgotten(desk):
    file = handout(make.session())
    remove_material(file, by=None)
    with time_machine.travel(now() + KEPT + timedelta(minutes=1), tick=False):
        page = desk("admin").post(f"/admin/materials/{file.pk}/bring-back/", follow=True)
    assert "too long ago" in page.content.decode()
    assert Material.objects.get().gone_at


def test_a_trainer_looks_after_those_of_their_own_sessions_alone(desk):
    account = make.user("trainer", password="")
    mine = make.session(trainer=make.trainer(user=account))
    other = make.session(course=mine.course)
    shared, foreign = handout(mine.course), handout(other)
    trainer = desk(user=account)
    assert trainer.post(path_of(mine), file_form()).status_code == 302
    own = Material.objects.get(session=mine)
    assert trainer.get(f"/admin/sessions/{mine.pk}/").status_code == 200
    assert trainer.post(f"/admin/materials/{own.pk}/", edit_form(own, title="Mine")).status_code == 302
    assert trainer.get(f"/admin/materials/{shared.pk}/file/").status_code == 200  # of the course that they teach
    assert trainer.post(path_of(other), file_form()).status_code == 404
    assert trainer.post(path_of(mine.course), file_form()).status_code == 404
    for row in (shared, foreign):
        assert trainer.post(f"/admin/materials/{row.pk}/", edit_form(row, title="Mine")).status_code == 404
        assert trainer.post(f"/admin/materials/{row.pk}/remove/").status_code == 404
        assert trainer.post(f"/admin/materials/{row.pk}/move/", {"down": "1"}).status_code == 404
    assert trainer.get(f"/admin/materials/{foreign.pk}/file/").status_code == 404
    assert trainer.post(f"/admin/materials/{own.pk}/remove/").status_code == 302


def test_sales_read_them_and_change_nothing(desk):
    session = make.session()
    file, sales = handout(session), desk("sales")
    page = sales.get(path_of(session)).content.decode()
    assert "Handout" in page
    assert "Add a file" not in page
    assert sales.post(path_of(session), file_form()).status_code == 404
    assert sales.post(f"/admin/materials/{file.pk}/remove/").status_code == 404
    assert Material.objects.there().count() == 1


def test_there_may_be_only_so_many(desk):
    session = make.session()
    Material.objects.bulk_create(
        Material(session=session, kind="link", title="x", url="https://example.org/", position=n)
        for n in range(MOST_OF_ONE)
    )
    answer = desk("admin").post(path_of(session), link_form())
    assert answer.status_code == 422
    assert "There are 100 already." in answer.content.decode()


def test_more_than_anything_takes_is_refused_unread(desk, monkeypatch):
    monkeypatch.setattr("shared_apps.files.limits.MOST_SENT", 1000)
    answer = desk("admin").post(path_of(make.session()), file_form(sent("a.txt", b"x" * 2000)))
    assert answer.status_code == 400
    assert not Material.objects.exists()


def test_the_timeline_says_who_added_what(desk):
    session, owner = make.session(), desk("owner")
    owner.post(path_of(session), link_form())
    assert "Material added" in owner.get(f"/admin/sessions/{session.pk}/").content.decode()
    assert "Material added" in owner.get("/admin/activity/").content.decode()


def test_a_name_that_acts_is_shown_as_letters(desk):
    session, admin = make.session(), desk("admin")
    link(session, title="<script>alert(1)</script>", note="<b>x</b>")
    page = admin.get(path_of(session)).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;b&gt;x" in page
