"""Settings are declared once: pages, API and search say the same of each."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared_apps.api.aliases import camel
from tenant_apps.branding.models import Brand
from tenant_apps.branding.registry import SettingsRefused, all_settings, change_settings, find_settings, sections
from tenant_apps.terms.models import BookingTerms
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def by_key(answer):
    return {one["key"]: one for one in answer.json()["results"]}


def test_every_page_of_the_settings_leads_to_every_other_and_opens(desk):
    owner = desk("owner")
    for one in sections():
        page = owner.get(one.url)
        assert page.status_code == 200
        for other in sections():
            assert f'href="/alpha{other.url}"' in page.content.decode()


def test_every_setting_can_be_found_by_its_name_and_its_field_is_where_it_is_said_to_be(desk):
    owner = desk("owner")
    for setting in all_settings():
        hits = {str(label): url for label, url, _words in find_settings(str(setting.label))}
        assert hits[str(setting.label)] == setting.url
        page = owner.get(setting.section.url).content.decode()
        anchor = setting.url.partition("#")[2]
        assert f'id="{anchor}' in page or setting.name in setting.section.more, anchor


@pytest.mark.parametrize("typed", ["deposit", "depsoit", "per cent deposit", "DEPOSIT"])
def test_a_setting_is_found_with_a_wrong_letter_and_from_the_box_for_everything(desk, typed):
    assert "Deposit, per cent" in [str(label) for label, _url, _words in find_settings(typed)]
    page = desk("owner").get("/admin/search/", {"q": typed}).content.decode()
    assert "settings/booking/#id_deposit_percent" in page
    assert (
        "settings/booking/#id_deposit_percent" not in desk("admin").get("/admin/search/", {"q": typed}).content.decode()
    )


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("quiet", "settings/messages/#quiet"), ("wording", "settings/messages/#kinds"),
        ("sms", "settings/channels/#twilio"), ("telegram", "settings/channels/#telegram"),
        ("push", "settings/channels/#push"), ("summary", "my/notices/preferences/#id_digest_at"),
        ("unsubscribe", "my/notices/preferences/#ways"), ("language", "settings/words/#language"),
    ],
)  # fmt: skip
def test_what_is_no_setting_of_its_own_is_found_at_its_place_on_the_page(desk, typed, place):
    owner = desk("owner")
    urls = [url for _label, url, _words in find_settings(typed) if url.endswith(place)]
    assert len(urls) == 1
    page, _, anchor = urls[0].partition("#")
    assert f'id="{anchor}"' in owner.get(page).content.decode()


def test_the_clock_is_found_in_a_demo_and_nowhere_else(settings):
    settings.SANDBOX = True
    assert [one.url.rpartition("/sandbox")[2] for one in find_settings("clock")] == ["/clocks/alpha/"]
    settings.SANDBOX = False
    assert find_settings("clock") == []


def test_nothing_is_found_by_nothing():
    assert find_settings("") == find_settings("a") == find_settings("  ") == []


def test_the_owner_reads_all_and_everybody_else_what_is_public(tenant, api):
    BookingTerms.objects.load()
    owner = by_key(api(tenant, make.user("owner")).call("get", "/settings"))
    visitor = by_key(api(tenant).call("get", "/settings"))
    assert owner["vatNumber"]["public"] is False
    assert "vatNumber" not in visitor
    assert set(visitor) == {key for key, one in owner.items() if one["public"]}
    hold = owner["holdMinutes"]
    assert (hold["type"], hold["category"], hold["value"], hold["standard"]) == ("integer", "booking", 30, 30)


def test_settings_change_together_or_not_at_all(tenant, api):
    owner = api(tenant, make.user("owner"))
    answer = owner.call("patch", "/settings", {"values": {"holdMinutes": 45, "tagline": "Gas, done right"}})
    assert answer.status_code == 200
    assert by_key(answer)["holdMinutes"]["value"] == BookingTerms.objects.load().hold_minutes == 45
    refused = owner.call("patch", "/settings", {"values": {"holdMinutes": 4, "tagline": "Other"}})
    assert refused.status_code == 400
    assert Brand.objects.load().tagline == "Gas, done right"


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"holdMinutes": 4}, "holdMinutes"), ({"holdMinutes": "45"}, "holdMinutes"),
        ({"holdMinutes": True}, "holdMinutes"),
        ({"primaryColour": "red"}, "primaryColour"), ({"contactEmail": "nobody"}, "contactEmail"),
        ({"displayFont": "comic"}, "displayFont"), ({"prize": 5}, "prize"), ({"logo": "x.png"}, "logo"),
        ({"cancellationPolicy": [{"days": -1, "percent": 500}]}, "cancellationPolicy"), ({"tagline": None}, "tagline"),
        ({"cancellationPolicy": [{"days": "14", "percent": "100"}]}, "cancellationPolicy"),
        ({"cancellationPolicy": [{"days": 7, "percent": 50, "x": "\0"}]}, "cancellationPolicy"),
        ({"cancellationPolicy": {}}, "cancellationPolicy"), ({"address": "1 High St\0"}, "address"),
        ({"takesBankTransfer": 1}, "takesBankTransfer"),
    ],
)  # fmt: skip
def test_what_a_setting_can_not_be_is_refused_by_its_name(tenant, api, values, named):
    answer = api(tenant, make.user("owner")).call("patch", "/settings", {"values": values})
    assert answer.status_code == 400
    assert named in str(answer.json()["errors"])


@pytest.mark.parametrize("body", [{"values": 5}, {"values": []}, {}, {"value": {}}])
def test_a_body_of_another_shape_is_refused(tenant, api, body):
    assert api(tenant, make.user("owner")).call("patch", "/settings", body).status_code == 400


def test_nobody_but_the_owner_changes_any(tenant, api):
    for caller in (api(tenant), api(tenant, make.user("admin")), api(tenant, make.user("student"))):
        answer = caller.call("patch", "/settings", {"values": {"holdMinutes": 45}})
        assert answer.status_code in (401, 403, 404)
    assert BookingTerms.objects.load().hold_minutes == 30


def test_a_service_that_is_asked_for_what_there_is_not_says_so():
    with pytest.raises(SettingsRefused):
        change_settings({"nothing": 1}, by=None)


def test_no_text_is_without_an_end(tenant, api):
    texts = {camel(one.name): "x" * 20_001 for one in all_settings() if one.type in ("text", "email")}
    answer = api(tenant, make.user("owner")).call("patch", "/settings", {"values": texts})
    assert answer.status_code == 400
    for name in texts:
        assert name in str(answer.json()["errors"])


def test_never_a_refund_can_be_chosen_by_api_as_on_the_page(tenant, api, desk):
    assert (
        api(tenant, make.user("owner")).call("patch", "/settings", {"values": {"cancellationPolicy": []}}).status_code
        == 200
    )
    assert BookingTerms.objects.load().policy.sentences() == ["Bookings can't be refunded."]
    assert desk("owner").get("/admin/settings/booking/").status_code == 200


def test_all_settings_are_read_by_a_few_queries(tenant, api):
    visitor = api(tenant)
    visitor.call("get", "/settings")
    with CaptureQueriesContext(connection) as asked:
        visitor.call("get", "/settings")
    assert len(asked) <= 5, [query["sql"] for query in asked]


def test_a_tagline_is_one_line(tenant, api):
    answer = api(tenant, make.user("owner")).call("patch", "/settings", {"values": {"tagline": "Gas\nand more"}})
    assert answer.status_code == 400
    assert "Use one line" in str(answer.json()["errors"])


def test_two_colours_that_nobody_sees_on_white_are_refused_on_the_page_and_by_api(tenant, api, desk):
    both = {"primaryColour": "#ffffff", "accentColour": "#fdfdfd"}
    caller = api(tenant, make.user("owner"))
    assert caller.call("patch", "/settings", {"values": both}).status_code == 400
    typed = {"primary_colour": "#ffffff", "accent_colour": "#fdfdfd", "tagline": ""}
    answer = desk("owner").post("/admin/settings/", typed)
    assert (answer.status_code, "Both colours are nearly white" in answer.content.decode()) == (422, True)
    assert caller.call("patch", "/settings", {"values": both | {"accentColour": "#d97706"}}).status_code == 200
    assert caller.call("patch", "/settings", {"values": {"accentColour": "#ffffff"}}).status_code == 400
