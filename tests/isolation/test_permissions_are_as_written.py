"""Who gets in where, compared with `matrix.txt`, so that every change of a permission shows in a diff.

`pytest tests/isolation --write-matrix` writes the file anew.
"""

from difflib import unified_diff
from pathlib import Path

import pytest

from shared_apps.tenants.context import public_context
from tests import make
from tests.isolation.bodies import about, plausible
from tests.isolation.doors import doors, tenant_doors
from tests.isolation.platform import PLATFORM
from tests.isolation.populate import ROLES
from tests.isolation.walk import crash_of, knock, outcome, undone

MATRIX = Path(__file__).with_name("matrix.txt")
HEAD = """\
# Who gets in where, at a tenant's own objects: the student's, taught by the trainer.
# `yes` is let in (whatever the form or the rules then said), `login` is sent to sign in, a number is HTTP's.
# Written by `pytest tests/isolation --write-matrix`; a change here is a change of permissions.
"""
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@pytest.fixture
def operator(worlds, client):
    with public_context():
        client.force_login(make.user("operator"))
        session = client.session
        session["_tenant"] = "public"
        session.save()
    client.cookies["sessionid-muster"] = client.cookies.pop("sessionid").value
    return client


def row(door, clients, path, fields, found, query=None):
    """One line for each method the door knows: what each of the clients hears."""
    strongest = list(clients)[-1]
    for method in METHODS if door.is_api else METHODS[:2]:
        heard = {}
        for role in [strongest, *list(clients)[:-1]]:
            with undone():
                response = knock(clients[role], door, path, method, fields, query=query)
            assert not crash_of(response), f"{method} {door} as {role}: {crash_of(response)}"
            heard[role] = outcome(response)
            if role == strongest and heard[role] == "405":
                break
        else:
            words = " ".join(f"{heard[role]:<7}" for role in clients)
            found.append(f"{method:<6} /{door.route:<58} {words} {door.name}".rstrip())


def compare(found, request, part):
    """Against the part of the file under this title, or write that part."""
    parts = dict(text.split("\n", 1) for text in MATRIX.read_text().split("\n== ")[1:]) if MATRIX.exists() else {}
    text = "\n".join(found) + "\n"
    if request.config.getoption("--write-matrix", default=False):
        parts[part] = text
        titles = sorted(parts)
        MATRIX.write_text(HEAD + "".join(f"\n== {title}\n{parts[title].strip()}\n" for title in titles))
        return
    written = parts.get(part, "").strip().splitlines()
    changes = list(unified_diff(written, text.strip().splitlines(), "matrix.txt", "the code", lineterm="", n=0))
    assert changes == [], "Permissions changed:\n" + "\n".join(changes)


def part_of(door):
    """The title in the file under which a tenant's door stands."""
    if door.is_api:
        return "a tenant's API"
    if door.is_third_party:
        return "a tenant's accounts"
    return "a tenant's office" if door.name.startswith("office:") else "a tenant's pages"


@pytest.mark.parametrize("part", ["a tenant's pages", "a tenant's accounts", "a tenant's office", "a tenant's API"])
def test_permissions_at_a_tenant_are_as_written(a, request, part):
    kind = part == "a tenant's API"
    roles = ["", *ROLES]
    clients = {role: a.api(role) if kind else a.pages(role) for role in roles}
    found = [f"{'method':<6} {'where':<59} " + " ".join(f"{role or 'nobody':<7}" for role in roles).rstrip()]
    fields = {**plausible(), **about(a.related)}
    for door in tenant_doors():
        if part_of(door) == part:
            row(door, clients, door.path(a.values), fields, found, query={"ref": a.related["ref"]})
    compare(found, request, part)


def test_permissions_on_the_platform_are_as_written(a, client, operator, request):
    from django.test import Client

    nobody = Client(headers={"host": client.defaults["HTTP_HOST"]}, raise_request_exception=False)
    found = [f"{'method':<6} {'where':<59} nobody  operator"]
    for door in doors("config.urls_public"):
        if door.name.startswith("sandbox:"):
            continue
        path = door.path({**a.values, **PLATFORM})
        row(door, {"": nobody, "operator": operator}, path, plausible(), found)
    compare(found, request, "the platform")
