"""Alpha's ids, links, cookies and tokens are carried to every URL of beta, as everybody there and as alpha's owner."""

from typing import Any

import pytest

from shared_apps.tenants.context import tenant_context
from tests import make
from tests.isolation.bodies import about, plausible
from tests.isolation.doors import Door, doors, tenant_doors
from tests.isolation.populate import World
from tests.isolation.walk import crash_of, everything_in, is_login, knock, undone

THIEF = "alpha's owner"
VISITORS = ["", "student", "trainer", "owner", THIEF]  # an owner may do all that an admin may
SEE_LESS = {"student", "trainer"}  # of the same doors; the table of permissions has them all
SAYS_NOTHING = {  # the same word at every tenant
    ("payments", "provider"), ("webhooks", "provider"), ("", "call"), ("messages", "app"), ("messages", "name"),
    ("messages", "channel"), ("channels", "service"), ("lists", "name"), ("styleguide", "page"), ("terms", "number"),
    ("consent", "number"), ("terms", "kind"),
}  # fmt: skip
REFUSALS = {401, 403, 404, 405}


@pytest.fixture
def browsers(a: World, b: World, request: Any) -> tuple[Any, Any]:
    """A browser at beta's pages and a program at its API, of one visitor."""
    if request.param != THIEF:
        return b.pages(request.param), b.api(request.param)
    at_home, pages, api = a.pages("owner"), b.pages(), b.api()
    at_home.get("/accounts/login/")
    for name, cookie in at_home.cookies.items():
        for renamed in (name, name.replace("-alpha", ""), name.replace("-alpha", "-beta")):
            pages.cookies[renamed] = api.cookies[renamed] = cookie.value
    api.defaults["HTTP_AUTHORIZATION"] = f"Bearer {a.jwt['owner']['access_token']}"
    return pages, api


def methods(door: Door) -> list[str]:
    return ["GET", "POST", "PATCH", "PUT", "DELETE"] if door.is_api else ["GET", "POST", "DELETE"]


def ways(door: Door, a: World, b: World) -> list[tuple[str, bool]]:
    """The paths to try, and whether each names something of alpha's."""
    foreign = any(key not in SAYS_NOTHING for key in door.parameters)
    paths = [(door.path(a.values), foreign)]
    if ("courses", "slug") in door.parameters:
        paths.append((door.path({**a.values, ("courses", "slug"): a.rows["course"].pk}), True))
    if foreign:
        paths.append((door.path(b.values), False))
    return paths


def faults(door: Door, response: Any, a: World, *, foreign: bool, visitor: str) -> list[str]:
    """What this answer gives away."""
    found = [crash] if (crash := crash_of(response)) else []
    text = everything_in(response)
    found += [f"shows {mark}" for mark in a.marks if mark in text]
    turned_away = response.status_code in REFUSALS or (is_login(response) and visitor in ("", THIEF))
    # The libraries' own pages, and ours in their place, say in words that a link is worth nothing; see test_tokens.py.
    says_so = door.is_third_party or door.name in ("account_reset_password_from_key", "account_confirm_email")
    if foreign and not turned_away and not says_so:
        found.append(f"answers {response.status_code} to an id of alpha")
    return found


@pytest.mark.parametrize(("browsers", "visitor"), [(v, v) for v in VISITORS], indirect=["browsers"])
def test_no_door_of_beta_opens_for_what_is_alphas(a, b, seal, browsers, visitor, request):
    if visitor in SEE_LESS and not request.config.getoption("thorough"):
        pytest.skip("in thorough runs only")  # they see what an owner sees, or less
    pages, api = browsers
    fields, found, knocks = {**plausible(), **about(a.related)}, [], 0
    for door in tenant_doors():
        if door.is_third_party and not door.parameters and visitor not in ("owner", THIEF):
            continue  # the libraries' own pages know no roles
        for path, foreign in ways(door, a, b):
            for method in methods(door):
                before = seal.count()
                with undone():
                    response = knock(api if door.is_api else pages, door, path, method, fields, query=about(a.related))
                    wrong = faults(door, response, a, foreign=foreign, visitor=visitor)
                if seal.count() != before:
                    wrong.append("wrote into alpha's tables")
                found += [f"{method} {door} as {visitor or 'anonymous'}: {text}" for text in wrong]
                knocks += 1
    assert found == []
    assert knocks > 200


def test_no_door_of_the_platform_shows_or_changes_a_tenants_rows(a, seal, client):
    from tests.isolation.platform import PLATFORM

    client.raise_request_exception = False
    fields, found = {**plausible(), **about(a.related)}, []
    for door in doors("config.urls_public"):
        if door.name.startswith("sandbox:"):
            continue  # the stand-ins are nobody's: they are never on where real tenants are
        for method in methods(door):
            before = seal.count()
            with undone():
                response = knock(client, door, door.path({**a.values, **PLATFORM}), method, fields)
                wrong = [crash] if (crash := crash_of(response)) else []
                text = everything_in(response)
                wrong += [f"shows {mark}" for mark in (a.canary.lower(), "t_alpha") if mark in text]
            if seal.count() != before:
                wrong.append("wrote into alpha's tables")
            found += [f"{method} {door}: {text}" for text in wrong]
    assert found == []


def test_the_control_breaks_the_seal(a, seal):
    before = seal.count()
    with undone(), tenant_context(a.tenant):
        make.person(name="written and rolled back")
    assert seal.count() > before


def test_the_control_shows_what_is_alphas_at_alpha(a):
    """The marks that are looked for are really on alpha's own pages."""
    text = everything_in(a.pages("owner").get(f"/courses/{a.rows['course'].slug}/"))
    assert a.canary.lower() in text
    assert "/alpha/" in text
