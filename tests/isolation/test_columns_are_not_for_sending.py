"""Every column of every table is sent to every form and endpoint along with what that asks for; none is written."""

import json
import re
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from shared_apps.tenants.context import tenant_context
from tests import make
from tests.isolation.bodies import about, camel, plausible
from tests.isolation.doors import Door, tenant_doors
from tests.isolation.walk import crash_of, knock, undone

# What would be found again in whatever row it was written to.
WORD, NUMBER, DAY, ROW = "GREEDYWORD", 31337, "2031-03-13", "31337313-3731-4337-8313-373133731337"
GREED = re.compile(rf"{WORD}|\b{NUMBER}\b|{DAY}|{ROW}", re.IGNORECASE)


def greedy_columns() -> dict[str, Any]:
    """A value for each column of each model, under the names that an attacker would guess."""
    found: dict[str, Any] = {}
    for field in (field for model in apps.get_models() for field in model._meta.local_fields):
        if isinstance(field, models.ForeignKey):
            found |= {field.name: ROW, field.attname: ROW}
        elif isinstance(field, models.UUIDField):
            found[field.name] = ROW
        elif isinstance(field, models.DateTimeField):
            found[field.name] = f"{DAY}T12:00:00Z"
        elif isinstance(field, models.DateField):
            found[field.name] = DAY
        elif isinstance(field, models.IntegerField | models.DecimalField | models.FloatField):
            found[field.name] = NUMBER
        elif isinstance(field, models.CharField | models.TextField):
            found[field.name] = WORD
        elif isinstance(field, models.BooleanField):
            found[field.name] = True
        else:
            found[field.name] = [WORD]
    return {**found, "owner_id": ROW, "tenant_id": ROW, "paid": NUMBER, "role": WORD, "total_price": NUMBER}


def rows_with_greed(a: Any) -> int:
    """How many rows of the tenant hold one of our values."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [a.tenant.schema_name])
        names = [name for (name,) in cursor.fetchall()]
        pattern = rf"{WORD}|\m{NUMBER}\M|{DAY}|{ROW}"
        counts = [f'SELECT count(*) FROM "{a.tenant.schema_name}"."{name}" t WHERE t::text ~* %s' for name in names]
        cursor.execute(" UNION ALL ".join(counts), [pattern] * len(names))
        return sum(count for (count,) in cursor.fetchall())


def asked_by_page(client: Any, path: str) -> set[str]:
    """The names of the fields on a page."""
    page = client.get(path)
    if page.streaming:
        return set()
    return set(re.findall(r'\bname="([^"]+)"', page.content.decode(errors="replace")))


def asked_by_api(a: Any) -> dict[str, set[str]]:
    """The names in the bodies that the API's document knows, by path."""
    described = json.loads(a.api().get("/openapi.json").content)
    schemas = described["components"]["schemas"]
    found: dict[str, set[str]] = {}
    for path, methods in described["paths"].items():
        for method in methods.values():
            body = json.dumps(method.get("requestBody", {}))
            names = re.findall(r"#/components/schemas/(\w+)", body)
            key = re.sub(r"\{\w+\}", "", path)
            found.setdefault(key, set()).update(name for schema in names for name in schemas[schema]["properties"])
    return found


def without(columns: dict[str, Any], asked: set[str]) -> dict[str, Any]:
    return {name: value for name, value in columns.items() if name not in asked and camel(name) not in asked}


@pytest.mark.parametrize("role", ["", "student", "trainer", "owner"])
def test_no_column_is_written_because_somebody_sent_it(a, seal, role):
    pages, api = a.pages(role), a.api(role)
    columns, by_api, found, let_in = greedy_columns(), asked_by_api(a), [], 0
    usual = {**plausible(), **about(a.related)}
    with undone(), tenant_context(a.tenant):
        assert rows_with_greed(a) == 0
    for door in tenant_doors():
        path = door.path(a.values)
        client = api if door.is_api else pages
        for method in ("POST", "PATCH") if door.is_api else ("POST",):
            with undone():
                written = seal.count()
                asked = by_api.get(key_of(door), set()) if door.is_api else asked_by_page(pages, path)
                answer = knock(client, door, path, method, {**without(columns, asked), **usual}, unknown=True)
                let_in += answer.status_code in (200, 201, 202, 204, 302)
                wrong = [crash] if (crash := crash_of(answer)) else []
                with tenant_context(a.tenant):
                    wrong += ["a column was written"] if seal.count() != written and rows_with_greed(a) else []
            found += [f"{method} {door} as {role or 'anybody'}: {what}" for what in wrong]
    assert found == []
    assert let_in > 5


def key_of(door: Door) -> str:
    return "/" + re.sub(r"<[^>]+>", "", door.route)


def test_the_control_finds_a_column_that_was_written(a):
    """By an endpoint that asks for it, and by hand."""
    with undone():
        body = {"sessionId": str(a.rows["other session"].pk), "specialRequests": WORD}
        assert a.api("stranger").post("/bookings", body, content_type="application/json").status_code == 201
        assert rows_with_greed(a) == 1
    with undone(), tenant_context(a.tenant):
        make.person(name=WORD)
        assert rows_with_greed(a) == 1
    with undone(), tenant_context(a.tenant):
        make.session(in_days=700, capacity=NUMBER)
        assert rows_with_greed(a) >= 1
