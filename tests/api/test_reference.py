import json

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("on_host", [False, True])
def test_the_document_says_where_this_provider_s_api_is(tenant, api, on_host):
    caller = api(tenant, on_host=on_host)
    document = caller.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": caller.client.prefix}]
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


def test_every_operation_is_named_sorted_and_says_how_it_refuses(tenant, api):
    document = api(tenant).get("/openapi.json").json()
    operations = [(path, method, one) for path, item in document["paths"].items() for method, one in item.items()]
    assert len(operations) > 40
    for path, method, operation in operations:
        assert operation.get("summary"), (method, path)
        assert len(operation["tags"]) == 1, (method, path)
        assert operation["tags"][0][0].isupper(), (method, path)
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"], (method, path, status)
        if method == "post":
            assert {"400", "401", "409"} <= operation["responses"].keys(), path
    names = json.dumps([list(schema.get("properties", {})) for schema in document["components"]["schemas"].values()])
    assert "_" not in names


def test_posts_that_move_money_or_seats_take_a_key(tenant, api):
    paths = api(tenant).get("/openapi.json").json()["paths"]
    for path in (
        "/bookings",
        "/bookings/{id}/cancel",
        "/payments/{provider}/initiate",
        "/courses/{course_id}/sessions",
    ):
        names = [parameter["name"] for parameter in paths[path]["post"]["parameters"]]
        assert "Idempotency-Key" in names, path


def test_what_was_made_leads_to_what_can_be_done_with_it(tenant, api):
    paths = api(tenant).get("/openapi.json").json()["paths"]
    known = {operation["operationId"] for item in paths.values() for operation in item.values()}
    answers = [
        answer for item in paths.values() for operation in item.values() for answer in operation["responses"].values()
    ]
    assert {link["operationId"] for answer in answers for link in answer.get("links", {}).values()} <= known
    booked = paths["/bookings"]["post"]["responses"]["201"]["links"]
    assert booked["cancelBooking"]["parameters"] == {"id": "$response.body#/id"}
    assert booked["initiatePayment"]["requestBody"] == {"bookingId": "$response.body#/id"}


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_reference_page_draws_itself_under_our_own_rules(page, site, alpha):
    page.goto(f"{site}/api/tenant/alpha/docs")
    page.get_by_text("Book seats", exact=True).click()
    page.get_by_text("Idempotency-Key").first.wait_for()
    assert page.get_by_role("heading", name="Muster API").is_visible()
    assert page.locator(".opblock").count() > 40
