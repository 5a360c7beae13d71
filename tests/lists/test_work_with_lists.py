"""Lists of the office: views that people save, columns that they choose, and what is done with many rows at once."""

import re
from uuid import uuid4

import pytest

from shared_apps.accounts.models import User
from shared_apps.jobs.models import Job
from shared_apps.lists import views
from shared_apps.lists.acts import Act
from shared_apps.lists.lists import list_of
from shared_apps.lists.models import SavedView
from shared_apps.timers.due import do_due_work
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.catalogue.models import Category, Course
from tenant_apps.messaging.models import Message
from tenant_apps.people.services import deactivate_person
from tests import make
from tests.support.web import tight

pytestmark = pytest.mark.django_db
LIST = {"density": "roomy", "size": "30"}


def shown(client, url):
    answer = client.get(url, follow=True)
    assert answer.status_code == 200
    return tight(answer.content.decode())


def heads(page):
    found = re.findall(r'<th\s+scope="col"[^>]*>(?:<a [^>]*>)?([^<]+)', page)
    return [" ".join(head.split()) for head in found]


# --- Views


def test_filters_saved_under_a_name_are_a_tab_that_brings_them_back(office):
    make.course(title="Shown now")
    make.course(title="Not ready", published=False)
    office.post("/admin/lists/courses/views/new/?status=draft&sort=-price", {"name": "To finish"})
    page = shown(office, "/admin/courses/")
    address = re.search(r'href="([^"]*view=[^"]*)"[^>]*>To finish', page)[1].replace("&amp;", "&")
    page = shown(office, address)
    assert "Not ready" in page
    assert "Shown now" not in page


def test_what_was_searched_for_is_not_kept(office):
    office.post("/admin/lists/students/views/new/?status=active&q=harding&page=3", {"name": "Mine"})
    assert SavedView.objects.get(name="Mine").query == "status=active"


def test_a_shared_view_is_everybodys_and_only_its_owners_to_change(desk):
    make.course()
    one, other = desk("admin"), desk("owner")
    one.post("/admin/lists/courses/views/new/?status=draft", {"name": "Drafts of all", "shared": "on"})
    one.post("/admin/lists/courses/views/new/?status=inactive", {"name": "My own"})
    page = shown(other, "/admin/courses/")
    assert "Drafts of all" in page
    assert "My own" not in page
    shared = SavedView.objects.get(shared=True)
    assert other.post(f"/admin/lists/views/{shared.pk}/", {"name": "Taken over"}).status_code == 404
    assert other.post(f"/admin/lists/views/{shared.pk}/delete/").status_code == 404


@pytest.mark.parametrize("left", [{"is_active": False}, {"roles": ["student"]}])
def test_a_shared_view_of_somebody_who_has_left_is_taken_away_by_whoever_manages_the_team(desk, left):
    make.course()
    desk("admin").post("/admin/lists/courses/views/new/?status=draft", {"name": "Left behind", "shared": "on"})
    view = SavedView.objects.get()
    owner, sales = desk("owner"), desk("sales")
    assert "Shared by" not in shown(owner, f"/admin/courses/?status=draft&view={view.pk}")
    User.objects.filter(pk=view.owner_id).update(name="Grace Gone", **left)
    assert "Shared by Grace Gone, who has left" in shown(owner, f"/admin/courses/?status=draft&view={view.pk}")
    assert "Shared by" not in shown(sales, f"/admin/courses/?status=draft&view={view.pk}")
    assert sales.post(f"/admin/lists/views/{view.pk}/delete/").status_code == 404
    assert owner.post(f"/admin/lists/views/{view.pk}/", {"name": "Taken over"}).status_code == 404
    assert owner.post(f"/admin/lists/views/{view.pk}/delete/").status_code == 302
    assert not SavedView.objects.exists()


def test_two_views_of_one_name_are_refused_where_the_name_is_typed(office):
    office.post("/admin/lists/courses/views/new/?status=draft", {"name": "Mine"})
    answer = office.post("/admin/lists/courses/views/new/?status=inactive", {"name": "mine"})
    assert answer.status_code == 422
    assert "You have a view of that name already" in answer.content.decode()


def test_a_deleted_view_comes_back_by_undo(office):
    office.post("/admin/lists/courses/views/new/?status=draft", {"name": "Mine", "shared": "on"})
    view = SavedView.objects.get()
    page = office.post(f"/admin/lists/views/{view.pk}/delete/", follow=True).content.decode()
    assert not SavedView.objects.exists()
    undo = re.search(r'action="([^"]*views/new[^"]*)"', page)[1].replace("&amp;", "&")
    office.post(undo.replace("/alpha", "", 1) if undo.startswith("/alpha/") else undo, {"name": "Mine", "shared": "on"})
    again = SavedView.objects.get()
    assert (again.name, again.query, again.shared) == ("Mine", "status=draft", True)


# --- Columns, room and pages


def test_columns_that_somebody_chooses_are_theirs_and_stay(desk):
    make.booking(contact_phone="0117 496 0123")
    one, other = desk("admin"), desk("admin")
    one.post("/admin/lists/bookings/display/", {**LIST, "columns": ["who", "phone"], "size": "50"})
    page = shown(one, "/admin/bookings/")
    assert heads(page) == ["Who", "Phone"]
    assert "0117 496 0123" in page
    assert "Course" in heads(shown(other, "/admin/bookings/"))
    one.post("/admin/lists/bookings/display/", {**LIST, "columns": ["who", "phone"], "usual": "yes"})
    assert "Course" in heads(shown(one, "/admin/bookings/"))


def test_a_page_has_as_many_rows_as_one_likes(office):
    for _n in range(35):
        make.course()
    assert shown(office, "/admin/courses/").count('name="pick"') == 30
    office.post("/admin/lists/courses/display/", {"density": "tight", "size": "50"})
    assert shown(office, "/admin/courses/").count('name="pick"') == 35


def test_nobody_chooses_or_is_given_a_column_that_is_not_theirs_to_see(desk):
    account = make.user("trainer", password="")
    make.booking(session=make.session(trainer=make.trainer(user=account)), contact_phone="0117 496 0123")
    desk("owner").post("/admin/lists/bookings/views/new/?status=pending", {"name": "All of it", "shared": "on"})
    SavedView.objects.update(columns=["who", "phone", "email", "due", "total"])
    trainer = desk(user=account)
    view = SavedView.objects.get()
    trainer.post("/admin/lists/bookings/display/", {**LIST, "columns": ["who", "phone", "due"]})
    for url in (f"/admin/bookings/?view={view.pk}", "/admin/bookings/"):
        page = shown(trainer, url)
        assert "0117 496 0123" not in page
        assert "£" not in page
        assert 'value="phone"' not in page


# --- Many rows at once


def sent():
    return Message.objects.filter(kind__startswith="bookings/").count()


def many(client, list_name, act, keys, *, query="", **more):
    return client.post(f"/admin/lists/{list_name}/many/{query}", {"act": act, "pick": keys, **more})


def sure_of(answer):
    return re.search(r'name="sure" value="(\w+)"', answer.content.decode())[1]


def test_what_is_done_with_chosen_rows_is_asked_first_and_then_done_with_those_alone(office):
    chosen, other = make.booking(), make.booking()
    before = sent()
    answer = many(office, "bookings", "bookings.send_again", [chosen.pk])
    assert "Bookings: 1." in answer.content.decode()
    assert sent() == before
    many(office, "bookings", "bookings.send_again", [chosen.pk], sure=sure_of(answer))
    assert sent() == before + 1
    assert Message.objects.filter(about_id=other.pk).count() == Message.objects.filter(about_id=chosen.pk).count() - 1


def test_what_could_not_be_done_is_named_and_keeps_no_other_back(office):
    fine, over = make.booking(), make.booking()
    cancel_booking(over, by=None, by_office=True, reason="")
    before = sent()
    sure = sure_of(many(office, "bookings", "bookings.send_again", [over.pk, fine.pk]))
    many(office, "bookings", "bookings.send_again", [over.pk, fine.pk], sure=sure)
    page = shown(office, "/admin/bookings/")
    assert sent() == before + 1
    assert f"Not with 1 of them. {over.reference}" in page


def test_all_that_match_are_those_of_the_filters_and_no_more(office):
    for n in range(4):
        make.course(title=f"Draft {n}", published=False)
    make.course(title="Kept back", published=False, active=False)
    many(office, "courses", "catalogue.publish", [], query="?status=draft&q=Draft", all="on")
    assert set(Course.objects.filter(published=True).values_list("title", flat=True)) == {
        f"Draft {n}" for n in range(4)
    }


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("students", "reports.deactivate_students"), ("courses", "catalogue.publish"),
        ("bookings", "bookings.send_again"), ("sessions", "scheduling.close_to_visitors"),
        ("trainers", "people.hide_trainers"), ("messages", "messaging.try_again"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("query", ["?q=zebulon", "?q=zebulun&sort=date", "?sort=name"])
def test_rows_that_a_search_found_can_be_acted_on_in_every_list(office, name, act, query):
    session = make.session(course=make.course(title="Zebulon lamps"))
    make.booking(buyer=make.person(name="Zebulon Canary"), session=session)
    make.trainer(name="Zebulon Trainer")
    assert many(office, name, act, [], query=query, all="on").status_code in (200, 302)


def test_when_others_match_than_the_page_counted_it_is_asked_again(office):
    make.booking()
    asked = many(office, "bookings", "bookings.send_again", [], all="on")
    assert "Bookings: 1." in asked.content.decode()
    make.booking()
    answer = many(office, "bookings", "bookings.send_again", [], all="on", sure=sure_of(asked))
    assert "Bookings: 2." in answer.content.decode()


def test_as_many_others_are_asked_about_again(office):
    act, active = "reports.deactivate_students", {"query": "?status=active", "all": "on"}
    seen = make.booking().buyer
    sure = sure_of(many(office, "students", act, [], **active))
    deactivate_person(seen, by=None)
    unseen = make.booking(buyer=make.person(email="late@example.com")).buyer
    assert "Take 1 students" in many(office, "students", act, [], sure=sure, **active).content.decode()
    unseen.refresh_from_db()
    assert unseen.active


def test_many_rows_are_a_workers_and_its_page_says_how_far_it_is(office, monkeypatch):
    monkeypatch.setattr(views, "AT_ONCE", 2)
    rows = [make.course(published=False) for _n in range(3)]
    answer = many(office, "courses", "catalogue.publish", [row.pk for row in rows])
    job = Job.objects.get()
    assert answer["Location"].endswith(f"/admin/jobs/{job.pk}/")
    assert Course.objects.filter(published=True).count() == 0
    do_due_work()
    assert Course.objects.filter(published=True).count() == 3


def test_it_is_taken_back_by_one_button(office):
    rows = [make.course() for _n in range(2)]
    many(office, "courses", "catalogue.unpublish", [row.pk for row in rows], query="?status=published")
    page = shown(office, "/admin/courses/")
    assert Course.objects.filter(published=True).count() == 0
    form = re.search(r'<form method="post" action="([^"]*many/[^"]*)"[^>]*>(.*?)</form>', page)
    fields = re.findall(r'name="(\w+)" value="([^"]*)"', form[2])
    picked = [value for name, value in fields if name == "pick"]
    assert sorted(picked) == sorted(str(row.pk) for row in rows)
    many(office, "courses", dict(fields)["act"], picked)
    assert Course.objects.filter(published=True).count() == 2


def test_undo_leads_back_to_the_tab_the_filters_and_the_page(office):
    session = make.session(course=make.course(title="Boilers"))
    query = f"?when=upcoming&course={session.course_id}&page=1"
    url = f"/admin/lists/sessions/many/{query}"
    there = office.post(url, {"act": "scheduling.close_to_visitors", "pick": [str(session.pk)]})
    page = office.get(f"/admin/sessions/{query}").content.decode()
    undo = re.search(r'action="[^"]*(/admin/lists/[^"]+)" class="toast-act">(.*?)</form>', page, re.DOTALL)
    given = dict(re.findall(r'name="([a-z]+)" value="([^"]*)"', undo[2].replace("&amp;", "&")))
    back = office.post(undo[1].replace("&amp;", "&"), given)
    assert back.url == there.url
    assert back.url.endswith(f"/admin/sessions/{query}")
    session.refresh_from_db()
    assert session.takes_bookings


def test_rows_that_one_may_not_see_are_never_among_those_chosen(desk):
    account = make.user("trainer", password="")
    theirs = make.booking(session=make.session(trainer=make.trainer(user=account)))
    other = make.booking()
    client = desk(user=account)
    assert many(client, "bookings", "bookings.send_again", [theirs.pk, other.pk], sure="x").status_code == 404
    lines = desk("admin").post("/admin/bookings/export.csv", {"pick": [str(theirs.pk)], "act": "export"})
    text = lines.content.decode()
    assert theirs.reference in text
    assert other.reference not in text


def test_an_export_of_all_that_match_has_also_what_the_page_does_not_show(desk):
    first, second = make.booking(), make.booking()
    sent = {"pick": [str(first.pk)], "all": "on", "act": "export"}
    text = desk("admin").post("/admin/bookings/export.csv", sent).content.decode()
    assert first.reference in text
    assert second.reference in text


def test_who_sees_no_money_is_offered_no_view_of_it(desk):
    account = make.user("trainer", password="")
    make.booking(session=make.session(trainer=make.trainer(user=account)))
    assert "Overdue" in desk("admin").get("/admin/bookings/").content.decode()
    page = desk(user=account).get("/admin/bookings/").content.decode()
    assert "Overdue" not in page
    assert "Confirmed this week" in page


@pytest.mark.parametrize("lost", [{"roles": ["student"]}, {"is_active": False}])
def test_nothing_more_is_done_for_whoever_may_not_any_more(office, monkeypatch, lost):
    monkeypatch.setattr(views, "AT_ONCE", 1)
    rows = [make.course(published=False) for _n in range(2)]
    many(office, "courses", "catalogue.publish", [row.pk for row in rows])
    job = Job.objects.get()
    User.objects.filter(pk=job.by_id).update(**lost)
    do_due_work()
    job.refresh_from_db()
    assert not Course.objects.filter(published=True).exists()
    assert job.status == "failed"
    assert [error["why"] for error in job.errors] == ["Whoever began this is not allowed to any more."]


def test_a_row_that_is_gone_is_told_and_keeps_no_other_back(office, monkeypatch):
    monkeypatch.setattr(views, "AT_ONCE", 1)
    gone, stays = make.session(), make.session()
    many(office, "sessions", "scheduling.close_to_visitors", [gone.pk, stays.pk])
    gone_key = gone.pk
    gone.delete()
    do_due_work()
    job = Job.objects.get()
    stays.refresh_from_db()
    assert (job.status, job.done, stays.takes_bookings) == ("done", 2, False)
    assert job.errors == [{"what": "One of them", "why": "It was deleted meanwhile.", "key": str(gone_key)}]


def test_a_row_that_goes_while_it_is_done_at_once_is_told_too(tenant):
    act = next(one for one in list_of("sessions").acts if one.name == "scheduling.close_to_visitors")
    stays = make.session()
    assert [one.why for one in act.run([uuid4(), stays.pk], by=None)] == ["It was deleted meanwhile."]
    stays.refresh_from_db()
    assert not stays.takes_bookings


def test_that_a_row_is_gone_is_not_said_when_something_else_is_missing(tenant):
    course = make.course()

    def do(key, by):
        Category.objects.get(slug="none")

    act = Act(
        "tests.misses_something", title="x", icon="x", permission="courses.manage", do=do,
        label=lambda key: str(Course.objects.get(pk=key)),
    )  # fmt: skip
    with pytest.raises(Category.DoesNotExist):
        act.run([course.pk], by=None)
    assert [one.why for one in act.run([uuid4()], by=None)] == ["It was deleted meanwhile."]


def test_a_view_keeps_only_filters_that_its_list_knows(office):
    office.post(f"/admin/lists/courses/views/new/?status=draft&status=draft&x={'y' * 1100}", {"name": "Mine"})
    assert SavedView.objects.get(name="Mine").query == "status=draft"


def test_filters_that_are_too_long_to_keep_are_refused_in_words(office):
    long = f"category={'y' * 1100}"
    answer = office.post(f"/admin/lists/courses/views/new/?{long}", {"name": "Long"})
    assert answer.status_code == 422
    assert "too long to keep" in answer.content.decode()
    office.post("/admin/lists/courses/views/new/?status=draft", {"name": "Short"})
    view = SavedView.objects.get(name="Short")
    answer = office.post(f"/admin/lists/views/{view.pk}/", {"filters": long}, follow=True)
    assert "too long to keep" in answer.content.decode()
    view.refresh_from_db()
    assert view.query == "status=draft"
