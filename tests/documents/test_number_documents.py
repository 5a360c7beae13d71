"""Documents are numbered without gaps, and the same one is issued once."""

import pytest

from shared_apps.core.ids import uuid7
from shared_apps.tenants.context import tenant_context
from tenant_apps.documents.models import Document, Series
from tenant_apps.documents.services import issue_document


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gaps_when_many_are_issued_at_once(alpha, all_at_once):
    rows = [uuid7() for _ in range(6)]
    issue = [
        (lambda row=row: issue_document("receipt", prefix="R-", about_id=row, facts={"paid": 1})) for row in rows * 2
    ]
    numbers = [document.number for document in all_at_once(issue)]
    assert numbers[:6] == numbers[6:]
    with tenant_context(alpha):
        assert sorted(Document.objects.values_list("number", flat=True)) == [f"R-{n:05}" for n in range(1, 7)]
        assert Series.objects.get().next_number == 7


@pytest.mark.django_db
def test_a_number_that_is_not_used_is_given_again(tenant):
    with pytest.raises(TypeError):
        issue_document("receipt", prefix="R-", about_id=uuid7(), facts={"paid": object()})
    assert issue_document("receipt", prefix="R-", about_id=uuid7(), facts={}).number == "R-00001"


@pytest.mark.django_db
def test_each_series_counts_by_itself_and_what_changed_is_another_document(tenant):
    row = uuid7()
    issued = [
        issue_document(name, prefix=prefix, about_id=row, facts={"paid": paid}).number
        for name, prefix, paid in [
            ("receipt", "R-", 1),
            ("receipt", "R-", 2),
            ("invoice", "I-", 1),
            ("receipt", "R-", 1),
        ]
    ]
    assert issued == ["R-00001", "R-00002", "I-00001", "R-00001"]
