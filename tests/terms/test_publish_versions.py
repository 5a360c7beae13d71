"""The terms that customers agree to: drafts, versions that never change, and their public pages."""

from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction

from shared_apps.core.time import now
from tenant_apps.branding.models import Brand, TextVersion
from tenant_apps.terms.models import TermsVersion
from tenant_apps.terms.versions import in_force
from tests import make
from tests.bookings.conftest import path, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
DRAFT, PUBLISH = "/admin/settings/terms/booking/draft/", "/admin/settings/terms/booking/publish/"


def seen(owner):
    page = text(owner.get(PUBLISH))
    return page.split('name="seen" value="')[1].split('"')[0]


def test_a_draft_becomes_a_version_which_everybody_reads_and_the_next_one_takes_its_place(desk, visitor):
    owner = desk("owner")
    owner.post(DRAFT, {"title": "Our terms", "text": "## Paying\n\nSoon."})
    assert "Soon." not in text(visitor.open("/terms/"))
    assert in_force() is None

    owner.post(PUBLISH, {"seen": seen(owner)})
    page = text(visitor.open("/terms/"))
    assert "Soon." in page
    assert "Version 1, in force since" in " ".join(page.split())

    owner.post(DRAFT, {"title": "Our terms", "text": "## Paying\n\nAt once."})
    owner.post(PUBLISH, {"seen": seen(owner)})
    assert "At once." in text(visitor.open("/terms/"))
    former = text(visitor.open("/terms/1/"))
    assert "Soon." in former
    assert "This is a former version." in former
    assert visitor.open("/terms/3/").status_code == 404
    listed = text(owner.get("/admin/settings/terms/"))
    assert listed.count("/admin/settings/terms/0") >= 2
    assert str(TermsVersion.objects.get(number=2).published_by) in listed


@pytest.mark.parametrize("change", [{"text": "Other"}, {"title": "Other"}, {"number": 9}, {"published_at": None}])
def test_the_database_refuses_to_change_what_was_published(change):
    version = make.terms()
    with pytest.raises(IntegrityError), transaction.atomic():
        TermsVersion.objects.filter(pk=version.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        TermsVersion.objects.filter(pk=version.pk).delete()
    version.refresh_from_db()
    assert (version.number, version.text) == (1, "Pay, and come.")


def test_what_somebody_changed_since_it_was_looked_at_is_not_published(desk):
    owner, other = desk("owner"), desk("owner")
    owner.post(DRAFT, {"title": "Our terms", "text": "Pay soon."})
    looked = seen(owner)
    other.post(DRAFT, {"title": "Our terms", "text": "Pay never."})
    answer = owner.post(PUBLISH, {"seen": looked}, follow=True)
    assert "Somebody changed this a moment ago" in text(answer)
    assert in_force() is None


def test_the_same_text_is_no_new_version(desk):
    make.terms("Pay soon.")
    owner = desk("owner")
    owner.post(DRAFT, {"title": "Our terms", "text": "Pay soon."})
    answer = owner.post(PUBLISH, {"seen": seen(owner)}, follow=True)
    assert "There is nothing to publish" in text(answer)
    assert TermsVersion.objects.published().count() == 1


def test_the_starter_text_is_a_draft_and_says_that_it_is_no_advice(desk, visitor):
    owner = desk("owner")
    page = text(owner.post("/admin/settings/terms/booking/starter/", follow=True))
    assert "It is no legal advice" in page
    assert in_force() is None
    assert "hold your seats" not in text(visitor.open("/terms/"))
    again = text(owner.post("/admin/settings/terms/booking/starter/", follow=True))
    assert "There is a draft already" in again
    owner.post("/admin/settings/terms/booking/discard/")
    assert not TermsVersion.objects.exists()


@pytest.mark.parametrize("role", ["admin", "trainer", "student"])
def test_only_who_may_change_settings_publishes(desk, role):
    make.terms("One.")
    client = desk(role)
    for url in (DRAFT, PUBLISH, "/admin/settings/terms/", "/admin/settings/terms/booking/starter/"):
        assert client.post(url, {"title": "Mine", "text": "All is free."}).status_code in (302, 404, 405)
    assert TermsVersion.objects.count() == 1


def test_an_unknown_kind_is_not_there(desk):
    assert desk("owner").get("/admin/settings/terms/other/draft/").status_code == 404


def test_both_kinds_have_versions_of_their_own(visitor):
    make.terms("Pay.")
    make.terms("I agree.", kind="consent")
    assert "I agree." in text(visitor.open("/terms/consent/1/"))
    assert "Pay." in text(visitor.open(path("terms_version", 1)))


def test_by_api_everybody_reads_all_versions_and_no_draft(api, tenant, desk):
    make.terms("One.")
    make.terms("Two.")
    desk("owner").post(DRAFT, {"title": "Our terms", "text": "Three."})
    rows = api(tenant).get("/terms?kind=booking").json()["results"]
    assert [(row["version"], row["text"]) for row in rows] == [(2, "Two."), (1, "One.")]
    assert rows[0]["url"].endswith("/terms/2/")
    one = api(tenant).get(f"/terms/{rows[1]['id']}").json()
    assert one["text"] == "One."


@pytest.mark.parametrize(
    ("now_says", "kept", "becomes"),
    [
        ("Two.", ["One.", "Two."], [(1, "One."), (2, "Two.")]),
        ("Only.", [], [(1, "Only.")]),
        ("", ["One.", ""], []),
        ("", [], []),
    ],
)
def test_what_stood_in_the_settings_becomes_the_first_versions(now_says, kept, becomes):
    brand = Brand.objects.load()
    brand.terms = now_says
    brand.save()
    for number, said in enumerate(kept, 1):
        TextVersion.objects.create(name="terms", version=number, text=said, since=now())
    with connection.cursor() as cursor:
        cursor.execute(import_module("tenant_apps.terms.migrations.0004_versions").TAKE_OVER)
    assert sorted(TermsVersion.objects.values_list("number", "text")) == becomes
    assert (in_force().text if becomes else in_force()) == (now_says or None)
