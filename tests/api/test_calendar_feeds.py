"""One's own calendars to subscribe to, by API."""

import pytest

from shared_apps.tenants.context import tenant_context
from tests import make
from tests.bookings.conftest import in_site

pytestmark = pytest.mark.django_db


def test_links_are_made_listed_and_ended(tenant, api, client_of):
    user, visitor = make.user(), client_of(tenant)
    mine = api(tenant, user)
    assert mine.get("/calendar-feeds").json()["results"] == []
    made = mine.post("/calendar-feeds", {"kind": "person"})
    assert made.status_code == 201
    first = made.json()
    assert (first["kind"], first["readAt"]) == ("person", None)
    assert visitor.get(in_site(first["url"])).status_code == 200
    second = mine.post("/calendar-feeds").json()
    assert visitor.get(in_site(first["url"])).status_code == 404
    (listed,) = mine.get("/calendar-feeds").json()["results"]
    assert listed["id"] == second["id"]
    assert listed["readAt"] is None
    assert mine.delete(f"/calendar-feeds/{first['id']}").status_code == 404
    assert mine.delete(f"/calendar-feeds/{second['id']}").status_code == 204
    assert visitor.get(in_site(second["url"])).status_code == 404


def test_a_key_makes_one_link(tenant, api):
    mine = api(tenant, make.user())
    made = [mine.post("/calendar-feeds", {}, key="once").json()["id"] for _n in range(2)]
    assert made[0] == made[1]


def test_what_one_teaches_is_for_those_who_teach(tenant, api):
    account = make.user("trainer")
    trainer = make.trainer(user=account)
    made = api(tenant, account).post("/calendar-feeds", {"kind": "trainer"})
    assert (made.status_code, made.json()["kind"]) == (201, "trainer")
    for role in ("student", "owner"):
        answer = api(tenant, make.user(role)).post("/calendar-feeds", {"kind": "trainer"})
        assert (answer.status_code, answer.json()["code"]) == (409, "does_not_teach")
    assert trainer.feeds.count() == 1


def test_nobody_gets_the_centre_s_or_somebody_else_s_in_this_way(tenant, api):
    mine, other = api(tenant, make.user()), api(tenant, make.user("owner"))
    for kind in ("centre", "room", "", "x"):
        answer = mine.post("/calendar-feeds", {"kind": kind})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "kind")
    key = mine.post("/calendar-feeds", {}).json()["id"]
    assert other.delete(f"/calendar-feeds/{key}").status_code == 404
    assert other.get("/calendar-feeds").json()["results"] == []
    assert api(tenant).get("/calendar-feeds").status_code == 401


def test_a_neighbour_has_other_links(alpha, beta, api):
    with tenant_context(alpha):
        key = api(alpha, make.user()).post("/calendar-feeds", {}).json()["id"]
    with tenant_context(beta):
        assert api(beta, make.user()).delete(f"/calendar-feeds/{key}").status_code == 404
