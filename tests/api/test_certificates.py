"""Certificates as a program sees them."""

import pytest

from shared_apps.jobs.models import Job
from shared_apps.jobs.running import go_on
from tenant_apps.certificates.models import Certificate
from tests import make
from tests.certificates.conftest import over

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(tenant, api):
    return api(tenant, make.user("owner"))


def issued(office, session):
    answer = office.post(f"/sessions/{session.pk}/certificates")
    assert answer.status_code == 202, answer.json()
    for job in Job.objects.under_way():
        go_on(job.pk)
    return answer.json()["jobId"]


def test_all_who_qualify_are_issued_theirs_and_one_zip(tenant, office):
    session = over(names=("Ada Byron", "Bob Ray"))
    job = office.get(f"/jobs/{issued(office, session)}").json()
    assert (job["status"], job["done"], job["total"]) == ("done", 2, 2)
    assert job["resultUrl"]
    rows = office.get(f"/sessions/{session.pk}/certificates").json()["results"]
    assert {row["name"] for row in rows} == {"Ada Byron", "Bob Ray"}
    assert {row["status"] for row in rows} == {"valid"}
    again = office.post(f"/sessions/{session.pk}/certificates")
    assert (again.status_code, again.json()["code"]) == (409, "nobody_qualifies")


def test_a_certificate_has_the_fields_that_are_described(tenant, office):
    issued(office, over())
    row = office.get("/certificates").json()["results"][0]
    promised = {"id", "number", "code", "status", "name", "courseId", "sessionId", "issuedAt", "expiresAt"}
    assert promised <= row.keys()
    assert office.get(f"/certificates/{row['id']}").json() == row
    pdf = office.get(f"/certificates/{row['id']}/pdf")
    assert pdf["Content-Type"] == "application/pdf"


def test_they_are_found_by_student_session_and_status(tenant, office):
    issued(office, over(names=("Ada Byron", "Bob Ray")))
    row = Certificate.objects.get(name="Ada Byron")

    def names(query):
        return [one["name"] for one in office.get(f"/certificates?{query}").json()["results"]]

    assert names(f"studentId={row.person_id}") == ["Ada Byron"]
    assert len(names(f"sessionId={row.session_id}")) == 2
    assert len(names("status=valid")) == 2
    assert names("status=revoked") == names("status=expired") == []
    assert len(names("status=valid&status=revoked")) == 2
    assert office.get("/certificates?status=lost").status_code == 400


def test_one_is_revoked_with_a_reason_once(tenant, office):
    issued(office, over())
    row = Certificate.objects.get()
    assert office.post(f"/certificates/{row.pk}/revoke").status_code == 400
    answer = office.post(f"/certificates/{row.pk}/revoke", {"reason": "A mistake"})
    assert (answer.status_code, answer.json()["status"]) == (200, "revoked")
    again = office.post(f"/certificates/{row.pk}/revoke", {"reason": "A mistake"})
    assert (again.status_code, again.json()["code"]) == (409, "already_revoked")


def test_one_is_issued_anew_with_the_right_name(tenant, office):
    issued(office, over())
    row = Certificate.objects.get()
    answer = office.post(f"/certificates/{row.pk}/reissue", {"name": "Ada Lovelace"})
    assert answer.status_code == 201
    assert (answer.json()["name"], answer.json()["replacesId"]) == ("Ada Lovelace", str(row.pk))


def test_anybody_checks_one_by_its_code_and_reads_these_fields_alone(tenant, office, api):
    issued(office, over())
    row = Certificate.objects.get()
    answer = api(tenant).get(f"/certificates/verify/{row.code}")
    assert answer.json() == {
        "number": row.number, "name": "Ada Byron", "course": row.course_title,
        "completedOn": row.ends_on.isoformat(), "expiresAt": None, "status": "valid",
    }  # fmt: skip
    assert api(tenant).get("/certificates/verify/abc").status_code == 404


def test_students_see_their_own_and_revoke_none(tenant, office, api):
    user, person = make.student_user()
    issued(office, over(names=("Ada Byron",)))
    row = Certificate.objects.get()
    mine = api(tenant, user)
    assert mine.get("/certificates").json()["results"] == []
    assert mine.get(f"/certificates/{row.pk}").status_code == 404
    Certificate.objects.update(person=person)
    assert [one["id"] for one in mine.get("/certificates").json()["results"]] == [str(row.pk)]
    assert mine.post(f"/certificates/{row.pk}/revoke", {"reason": "x"}).status_code == 404
    assert api(tenant).get("/certificates").status_code == 401
