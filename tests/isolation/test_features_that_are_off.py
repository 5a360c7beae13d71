"""Where a feature is switched off, each of its doors is shut to everybody, and the others are as they were."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from shared_apps.tenants import routing
from shared_apps.tenants.context import public_context
from shared_apps.tenants.features import feature_of
from shared_apps.tenants.models import FEATURES
from tests.isolation.bodies import about, plausible
from tests.isolation.doors import Door, tenant_doors
from tests.isolation.populate import ROLES
from tests.isolation.walk import crash_of, knock, outcome, undone

pytestmark = pytest.mark.usefixtures("undrawn")
BUILT = sorted({feature_of(door.view) for door in tenant_doors()} - {""})


@contextmanager
def only(tenant: Any, features: list[str]) -> Iterator[None]:
    """The provider has these features for a while."""
    before = tenant.features
    try:
        _switch(tenant, features)
        yield
    finally:
        _switch(tenant, before)


def _switch(tenant: Any, features: list[str]) -> None:
    with public_context():
        tenant.features = features
        tenant.save(update_fields=["features"])
    routing.cache.clear()


def heard(a: Any, door: Door, role: str, method: str) -> str:
    client = a.api(role) if door.is_api else a.pages(role)
    with undone():
        answer = knock(client, door, door.path(a.values), method, {**plausible(), **about(a.related)}, query={})
    assert not crash_of(answer), f"{method} {door} as {role}: {crash_of(answer)}"
    return outcome(answer)


def test_there_are_features_that_own_doors_and_no_door_has_one_that_nobody_knows():
    assert BUILT
    assert set(BUILT) <= set(FEATURES)


@pytest.mark.parametrize("feature", BUILT)
def test_a_feature_that_is_off_has_no_door_for_anybody(a, feature):
    own = [door for door in tenant_doors() if feature_of(door.view) == feature]
    assert len(own) > 10
    with only(a.tenant, [other for other in BUILT if other != feature]):
        for door in own:
            for method in ("GET", "POST") if not door.is_api else ("GET", "POST", "PATCH", "DELETE"):
                for role in ("", "student", "owner"):
                    assert heard(a, door, role, method) == "404", (method, str(door), role)


@pytest.mark.parametrize("feature", BUILT)
def test_what_belongs_to_no_feature_is_as_it_was(a, feature):
    others = [door for door in tenant_doors() if feature_of(door.view) != feature]
    before = {(door, role): heard(a, door, role, "GET") for door in others for role in ["", *ROLES]}
    with only(a.tenant, [other for other in BUILT if other != feature]):
        for (door, role), was in before.items():
            assert heard(a, door, role, "GET") == was, (str(door), role)
