"""Who gets in where, compared with `matrix.txt`, so that every change of a permission shows in a diff.

Every URL of the resolver, as every kind of visitor, for three kinds of things: their own, another person's of the
same tenant, and another tenant's. `pytest tests/isolation --write-matrix` writes the file anew.
"""

from difflib import unified_diff
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from shared_apps.accounts import tokens
from shared_apps.accounts.models import User
from shared_apps.tenants.context import public_context
from tests import make
from tests.isolation.bodies import about, plausible
from tests.isolation.doors import doors, tenant_doors
from tests.isolation.platform import PLATFORM
from tests.isolation.populate import ROLES
from tests.isolation.walk import crash_of, knock, outcome, undone

pytestmark = pytest.mark.usefixtures("undrawn")
MATRIX = Path(__file__).with_name("matrix.txt")
HEAD = """\
# Who gets in where: at a tenant's own things (the student's, taught by the trainer), at those of another student and
# another trainer of the same tenant, and with the ids, slugs, links and files of another tenant.
# `operator` is signed in at the platform, `foreign` owns another tenant; both bring their cookies and tokens along.
# `yes` is let in (whatever the form or the rules then said), `login` is sent to sign in, a number is HTTP's.
# Written by `pytest tests/isolation --write-matrix`; a change here is a change of permissions.
"""
SAME_EVERYWHERE = {("payments", "provider"): "stripe", ("webhooks", "provider"): "stripe", ("", "call"): "lessons"}
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@pytest.fixture(scope="module")
def operator(worlds):
    """Somebody of the platform, signed in there."""
    client = Client(headers={"host": f"localhost:{settings.PORT}"})
    with public_context():
        client.force_login(make.user("operator", email="operator@platform.test"))
        session = client.session
        session["_tenant"] = "public"
        session.save()
    client.cookies["sessionid-muster"] = client.cookies.pop("sessionid").value
    return client


def row(door, clients, path, fields, found, query=None):
    """One line for each method the door knows: what each of the clients hears."""
    strongest = "owner" if "owner" in clients else "operator"
    for method in METHODS if door.is_api else METHODS[:2]:
        heard = {}
        for role in [strongest, *(role for role in clients if role != strongest)]:
            with undone():
                response = knock(clients[role], door, path, method, fields, query=query)
            assert not crash_of(response), f"{method} {door} as {role}: {crash_of(response)}"
            heard[role] = outcome(response)
            if role == strongest and heard[role] == "405":
                break
        else:
            words = " ".join(f"{heard[role]:<8}" for role in clients)
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


def strangers(a, b, operator):
    """A browser and a program of the operator, and of another tenant's owner, at `a`."""
    at_home = {"operator": operator.cookies, "foreign": b.pages("owner").cookies}
    with public_context():
        user = User.objects.get(email="operator@platform.test")
        bearers = {"operator": tokens.issue(user), "foreign": b.jwt["owner"]}
    found = {}
    for who, cookies in at_home.items():
        found[who] = a.pages(), a.api()
        for name, cookie in cookies.items():
            for spelt in (name, name.rsplit("-", 1)[0], f"{name.rsplit('-', 1)[0]}-{a.tenant.slug}"):
                found[who][0].cookies[spelt] = cookie.value
        found[who][1].defaults["HTTP_AUTHORIZATION"] = f"Bearer {bearers[who]['access_token']}"
    return found


OWN, ANOTHERS, FOREIGN = "", ", another person's things", ", another tenant's things"
PARTS = ["a tenant's pages", "a tenant's accounts", "a tenant's office", "a tenant's API"]


def things(whose, a, b):
    """What fills the parameters of a path, and which parameters say whose it is."""
    if whose == FOREIGN:
        return {**b.values, **SAME_EVERYWHERE}, set(b.values) - set(SAME_EVERYWHERE)
    if whose == ANOTHERS:
        return {**a.values, **a.theirs}, set(a.theirs)
    return a.values, set()


NONE_THERE = [("a tenant's accounts", ANOTHERS)]
TABLES = [(part, whose) for part in PARTS for whose in (OWN, ANOTHERS, FOREIGN) if (part, whose) not in NONE_THERE]


@pytest.mark.parametrize(("part", "whose"), TABLES)
def test_permissions_at_a_tenant_are_as_written(a, b, operator, request, part, whose):
    is_api = part == "a tenant's API"
    clients = {role: a.api(role) if is_api else a.pages(role) for role in ["", *ROLES]}
    clients |= {who: pair[is_api] for who, pair in strangers(a, b, operator).items()}
    found = [f"{'method':<6} {'where':<59} " + " ".join(f"{role or 'nobody':<8}" for role in clients).rstrip()]
    values, telling = things(whose, a, b)
    fields, ref = {**plausible(), **about(a.related)}, b.related["ref"] if whose == FOREIGN else a.related["ref"]
    for door in tenant_doors():
        if part_of(door) == part and (whose == OWN or telling & set(door.parameters)):
            row(door, clients, door.path(values), fields, found, query={"ref": ref})
    compare(found, request, part + whose)


def test_permissions_on_the_platform_are_as_written(a, client, operator, request):
    nobody = Client(headers={"host": client.defaults["HTTP_HOST"]}, raise_request_exception=False)
    found = [f"{'method':<6} {'where':<59} nobody   operator"]
    for door in doors("config.urls_public"):
        if door.name.startswith("sandbox:"):
            continue
        path = door.path({**a.values, **PLATFORM})
        row(door, {"": nobody, "operator": operator}, path, plausible(), found)
    compare(found, request, "the platform")
