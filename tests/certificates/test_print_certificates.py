"""A certificate is one page of text that one can select; a ZIP of many is made by a job."""

import io
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from shared_apps.events.bus import deliver_due
from shared_apps.jobs.models import Job
from shared_apps.jobs.running import go_on
from shared_apps.timers.due import do_due_work
from tenant_apps.bookings.models import Attendee
from tenant_apps.certificates.bulk import issue_to_all, pack_session
from tenant_apps.certificates.errors import WrongWords
from tenant_apps.certificates.models import Certificate, Design
from tenant_apps.certificates.papers import certificate_html, draw_certificate, html_of, sample_pdf
from tenant_apps.certificates.services import change_certificate_settings, issue_certificate, revoke_certificate
from tenant_apps.documents.models import Paper
from tests import make
from tests.certificates.conftest import over

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
LONG = "Wilhelmina Alexandra Montgomery-Featherstonehaugh of Upper Slaughter in Gloucestershire"


def text_of(pdf):
    """What one reads on a PDF of one page."""
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    return page.extract_text()


def issued(**more):
    session = over(trainer=make.trainer(name="Grace Hopper"), **more)
    return issue_certificate(session=session, attendee_id=Attendee.objects.first().pk, by=None)


@pytest.mark.parametrize("design", Design.values)
def test_each_design_is_one_page_with_all_that_counts(design):
    row = issued()
    change_certificate_settings({"design": design}, by=None)
    text = text_of(draw_certificate(row))
    for word in ("Ada Byron", row.course_title, "Grace Hopper", "C-00001", "Certificate of completion"):
        assert word in text


@pytest.mark.parametrize("design", Design.values)
def test_the_longest_texts_stay_on_the_page(design):
    row = issued()
    row.name, row.course_title, row.result = (
        LONG,
        "Installation and maintenance of heat pumps " * 3 + "for all",
        "100 %",
    )
    row.words = {**row.words, "statement": "has " + "worked hard and " * 25, "small_print": "Accredited. " * 40}
    text = " ".join(text_of(sample_pdf(row, design=design)).split())
    assert "Gloucestershire" in text
    assert "for all" in text
    assert "C-00001" in text


def test_it_is_kept_and_drawn_once(monkeypatch):
    row = issued()
    first = draw_certificate(row)
    assert draw_certificate(row) == first
    assert Paper.objects.filter(kind="certificate", subject_id=row.pk).count() == 1


def test_a_revoked_one_says_so_across_the_page():
    row = issued()
    before = draw_certificate(row)
    revoke_certificate(row, reason="A mistake", by=None)
    assert "REVOKED" in (certificate_html(row.pk) or "")
    assert draw_certificate(row) != before


def test_own_words_are_those_of_the_day_on_which_it_was_issued():
    change_certificate_settings({"statement": "passed {{ course }} with {{ trainer }}"}, by=None)
    row = issued()
    change_certificate_settings({"statement": "something else"}, by=None)
    html = certificate_html(row.pk)
    assert f"passed {row.course_title} with Grace Hopper" in html
    assert "something else" not in html


@pytest.mark.parametrize("text", ["{{ password }}", "{% for a in b %}", "{{ name", ""])
def test_words_that_cannot_be_used_are_refused(text):
    with pytest.raises(WrongWords):
        change_certificate_settings({"statement": text}, by=None)


def test_what_people_are_called_is_never_markup():
    row = issued()
    row.name = "<b>Bob</b>"
    assert "<b>Bob</b>" not in html_of(row, design="frame")


def test_a_job_issues_all_and_packs_one_zip_and_begun_again_makes_nothing_twice():
    session = over(names=("Ada Byron", "Bob Ray", "Cy Dee"))
    owner = make.user("owner")
    job = issue_to_all(session, by=owner)
    go_on(job.pk)
    job.refresh_from_db()
    assert (job.status, job.done, job.error_count) == ("done", 3, 0)
    with ZipFile(io.BytesIO(job.result.open("rb").read())) as packed:
        assert packed.testzip() is None
        assert sorted(packed.namelist()) == ["C-00001-ada-byron.pdf", "C-00002-bob-ray.pdf", "C-00003-cy-dee.pdf"]
        assert all(packed.read(name).startswith(b"%PDF") for name in packed.namelist())
    Job.objects.filter(pk=job.pk).update(status="running", done=1, finished_at=None, result="")
    go_on(job.pk)
    assert Certificate.objects.count() == 3
    again = pack_session(session, by=owner)
    go_on(again.pk)
    again.refresh_from_db()
    assert again.result


def test_whoever_lost_the_right_gets_no_zip():
    session, owner = over(), make.user("owner")
    job = issue_to_all(session, by=owner)
    type(owner).objects.filter(pk=owner.pk).update(roles=["student"])
    go_on(job.pk)
    job.refresh_from_db()
    assert (job.status, bool(job.result)) == ("failed", False)
    assert not Certificate.objects.exists()


def test_another_design_is_drawn_by_a_worker_and_a_look_keeps_nothing(tenant, client_of):
    row = issued()
    answer = client_of(tenant).sign_in(make.user("owner")).get(f"/admin/certificates/{row.pk}/certificate.pdf")
    assert answer.content.startswith(b"%PDF")
    assert not Paper.objects.exclude(file="").exists()
    deliver_due()
    do_due_work()
    former = Paper.objects.get(subject_id=row.pk).digest
    change_certificate_settings({"design": "mosaic"}, by=None)
    deliver_due()
    do_due_work()
    assert Paper.objects.get(subject_id=row.pk).digest not in ("", former)
