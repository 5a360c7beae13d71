"""Materials as a program sees them."""

import pytest

from tenant_apps.materials.models import Material
from tests import make
from tests.materials.conftest import booked, content, folder, handout, link  # noqa: F401
from tests.support.documents import a_pdf, sent

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def session(tenant):
    return make.session(trainer=make.trainer())


class Form:
    """An `Api` that sends forms."""

    def __init__(self, api):
        self.api = api

    def post(self, path, **fields):
        return self.api.client.post(path, fields, headers=self.api.headers)


def test_those_booked_list_what_is_open_to_them_and_fetch_it(tenant, api, session):
    user, person = make.student_user()
    booked(session, buyer=person, attendees=[])
    file, page = handout(session), link(session.course)
    handout(session, opens="ended")
    handout(session, audience="trainer")
    found = api(tenant, user).get(f"/sessions/{session.pk}/materials").json()["results"]
    assert {row["id"] for row in found} == {str(file.pk), str(page.pk)}
    [row] = [row for row in found if row["id"] == str(file.pk)]
    assert (row["fileName"], row["kind"], row["url"]) == ("handout.pdf", "file", "")
    answer = api(tenant, user).get(row["fileUrl"])
    assert content(answer).startswith(b"%PDF-")
    assert answer["Content-Disposition"].startswith("attachment")
    assert api(tenant, user).get(f"/materials/{page.pk}").json()["host"] == "example.org"
    assert api(tenant, user).get(f"/materials/{page.pk}/file").status_code == 404


def test_nobody_else_learns_that_there_is_anything(tenant, api, session):
    file = handout(session)
    strangers = [make.student_user()[0], make.user("trainer"), make.user("contact")]
    for path in (f"/sessions/{session.pk}/materials", f"/materials/{file.pk}", f"/materials/{file.pk}/file"):
        assert api(tenant).get(path).status_code == 401
        assert [api(tenant, user).get(path).status_code for user in strangers] == [404, 404, 404]


def test_who_cancelled_gets_nothing(tenant, api, session):
    from tenant_apps.bookings.services import cancel_booking

    user, person = make.student_user()
    booking, file = booked(session, buyer=person, attendees=[]), handout(session)
    assert api(tenant, user).get(f"/materials/{file.pk}/file").status_code == 200
    cancel_booking(booking, by=None)
    for path in (f"/sessions/{session.pk}/materials", f"/materials/{file.pk}", f"/materials/{file.pk}/file"):
        assert api(tenant, user).get(path).status_code == 404


def test_the_office_adds_a_link_and_a_file(tenant, api, session):
    owner, path = api(tenant, make.user("owner")), f"/sessions/{session.pk}/materials"
    made = owner.post(path, {"title": "Ex", "url": "https://example.org/", "opens": "before", "opensDays": 3})
    assert (made.status_code, made.json()["opensDays"], made.json()["kind"]) == (201, 3, "link")
    file = Form(owner).post(path, file=a_pdf(), title="Slides", note="Read me")
    assert (file.status_code, file.json()["title"], file.json()["note"]) == (201, "Slides", "Read me")
    shared = Form(owner).post(f"/courses/{session.course_id}/materials", file=a_pdf())
    assert (shared.status_code, shared.json()["courseId"]) == (201, str(session.course_id))
    assert len(owner.get(path).json()["results"]) == 3
    assert len(owner.get(f"/courses/{session.course_id}/materials").json()["results"]) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "https://example.org/"}, "title"),
        ({"title": "x"}, "url"),
        ({"title": "x", "url": "javascript:alert(1)"}, "url"),
        ({"title": "x", "url": "https://example.org/", "kind": "file"}, "kind"),
        ({"title": "x", "url": "https://example.org/", "opens": "before"}, "opensDays"),
        ({"title": "x", "url": "https://example.org/", "opensDays": "3"}, "opensDays"),
        ({"title": "x", "url": "https://example.org/", "closes": "after", "closesDays": -1}, "closesDays"),
        ({"title": "x", "url": "https://example.org/", "closes": "date"}, "closesAt"),
        ({"title": "x", "url": "https://example.org/", "file": "x"}, "file"),
        ({"title": "x\n", "url": "https://example.org/", "size": 3}, "size"),
    ],
)
def test_what_is_not_described_is_refused_by_its_name(tenant, api, session, body, field):
    answer = api(tenant, make.user("owner")).post(f"/sessions/{session.pk}/materials", body)
    assert answer.status_code == 400
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert not Material.objects.exists()


def test_a_file_that_is_none_is_refused_and_nothing_is_kept(tenant, api, session):
    form, path = Form(api(tenant, make.user("owner"))), f"/sessions/{session.pk}/materials"
    answer = form.post(path, file=sent("a.pdf", b"<html>"))
    assert (answer.status_code, answer.json()["code"]) == (400, "not_acceptable")
    assert form.post(path, title="x").status_code == 400
    assert form.post(path, file="x").status_code == 400
    assert form.post(path, file=a_pdf(), opens="ended").status_code == 400
    assert not Material.objects.exists()


def test_a_course_s_dates_are_said_in_days(tenant, api, session):
    body = {"title": "x", "url": "https://example.org/", "opens": "date", "opensAt": "2031-01-05T09:00:00Z"}
    answer = api(tenant, make.user("owner")).post(f"/courses/{session.course_id}/materials", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "wrong_times")


def test_a_material_is_changed_and_removed(tenant, api, session):
    owner, file = api(tenant, make.user("owner")), handout(session)
    changed = owner.patch(f"/materials/{file.pk}", {"title": "Slides", "closes": "after", "closesDays": 30})
    assert (changed.status_code, changed.json()["title"], changed.json()["closesDays"]) == (200, "Slides", 30)
    assert owner.patch(f"/materials/{file.pk}", {"url": "https://example.org/"}).status_code == 400
    assert owner.delete(f"/materials/{file.pk}").status_code == 204
    assert owner.delete(f"/materials/{file.pk}").status_code == 404
    assert owner.get(f"/materials/{file.pk}").status_code == 404


def test_a_trainer_changes_those_of_their_sessions_and_no_others(tenant, api):
    account = make.user("trainer")
    mine, other = make.session(trainer=make.trainer(user=account)), make.session()
    trainer = api(tenant, account)
    body = {"title": "Ex", "url": "https://example.org/"}
    assert trainer.post(f"/sessions/{mine.pk}/materials", body).status_code == 201
    assert trainer.post(f"/sessions/{other.pk}/materials", body).status_code == 404
    assert trainer.post(f"/courses/{mine.course_id}/materials", body).status_code == 404
    theirs = handout(other)
    assert trainer.patch(f"/materials/{theirs.pk}", {"title": "x"}).status_code == 404
    assert trainer.delete(f"/materials/{theirs.pk}").status_code == 404


def test_a_link_sent_again_with_its_key_is_added_once(tenant, api, session):
    owner, body = api(tenant, make.user("owner")), {"title": "Ex", "url": "https://example.org/"}
    first, again = (owner.post(f"/sessions/{session.pk}/materials", body, key="k1") for _ in range(2))
    assert first.json()["id"] == again.json()["id"]
    assert Material.objects.count() == 1
