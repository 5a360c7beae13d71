"""Populated tenants, as for the tests of isolation."""

from tests.isolation.conftest import a, b, worlds

__all__ = ["a", "b", "worlds"]
