"""Anybody can see whether a certificate is real, and learns no more than that."""

from datetime import timedelta

import pytest

from shared_apps.core.time import local_today
from tenant_apps.bookings.models import Attendee
from tenant_apps.certificates.models import Certificate
from tenant_apps.certificates.selectors import by_number, holder_link
from tenant_apps.certificates.services import issue_certificate, revoke_certificate
from tests.certificates.conftest import over

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


@pytest.fixture
def certificate():
    session = over(names=("Ada Björk Byron",))
    return issue_certificate(session=session, attendee_id=Attendee.objects.get().pk, by=None)


@pytest.fixture
def page(client_of, tenant):
    client = client_of(tenant)
    return lambda path, **given: client.post(path, given) if given else client.get(path)


def test_its_page_says_whose_it_is_and_that_it_is_valid_and_no_more(certificate, page):
    said = page(f"/certificates/{certificate.code}/")
    shown = said.content.decode()
    assert said.status_code == 200
    assert "This certificate is valid" in shown
    for word in (certificate.name, certificate.course_title, certificate.number):
        assert word in shown
    for word in (certificate.person.email, holder_link(certificate)):
        assert word not in shown
    assert "noindex" in said["X-Robots-Tag"]


def test_a_revoked_one_is_not_valid_and_nobody_reads_why(certificate, page):
    revoke_certificate(certificate, reason="She cheated", by=None)
    shown = page(f"/certificates/{certificate.code}/").content.decode()
    assert "it was revoked" in shown
    assert "cheated" not in shown


def test_it_is_valid_to_the_end_of_its_last_day(certificate, page):
    Certificate.objects.update(expires_on=local_today())
    assert "is valid" in page(f"/certificates/{certificate.code}/").content.decode()
    Certificate.objects.update(expires_on=local_today() - timedelta(days=1), ends_on=local_today() - timedelta(days=2))
    assert "Not valid any more" in page(f"/certificates/{certificate.code}/").content.decode()


def test_a_code_that_nobody_has_is_told_so(certificate, page):
    assert page("/certificates/aaaa/").status_code == 404


def test_a_code_may_be_typed_in_capitals(certificate, page):
    assert page(f"/certificates/{certificate.code.upper()}/").status_code == 200


@pytest.mark.parametrize("name", ["Ada Björk Byron", "ada bjork BYRON", "Byron"])
@pytest.mark.parametrize("number", ["C-00001", "c-1", " 00001 "])
def test_the_number_with_the_name_leads_to_its_page(certificate, page, number, name):
    answer = page("/certificates/", number=number, name=name)
    assert answer.status_code == 302
    assert certificate.code in answer["Location"]


@pytest.mark.parametrize("name", ["", "Ada", "Bob", "B", "%"])
def test_a_number_alone_says_nothing(certificate, name):
    assert by_number("C-00001", name) is None


def test_a_wrong_name_reads_as_a_wrong_number(certificate, page):
    wrong = [page("/certificates/", number=number, name="Bob") for number in ("C-00001", "C-99999")]
    assert {one.status_code for one in wrong} == {422}
    assert all("We have no certificate" in one.content.decode() for one in wrong)


def test_trying_one_after_the_other_is_stopped(certificate, page, settings):
    settings.RATE_LIMITS = True
    answers = [page(f"/certificates/{'a' * 20}{n}/").status_code for n in range(32)]
    assert answers[0] == 404
    assert answers[-1] == 429


def test_codes_are_not_like_each_other_and_hold_more_than_112_bits():
    from math import log2

    from tenant_apps.certificates.models import new_code
    from tenant_apps.certificates.models.certificates import CODE_LENGTH, CODE_LETTERS

    assert log2(len(CODE_LETTERS)) * CODE_LENGTH > 112
    assert len({new_code() for _n in range(100)}) == 100


def test_the_holder_s_page_and_pdf_open_by_their_link_alone(certificate, page):
    url = "/certificates/held/" + holder_link(certificate).split("/held/")[1]
    assert certificate.number in page(url).content.decode()
    pdf = page(f"{url}certificate.pdf")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    assert page(f"{url[:-3]}x/").status_code == 404
