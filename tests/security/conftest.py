"""Populated tenants, as for the tests of isolation."""

from tests.isolation.conftest import a, b, undrawn, worlds

__all__ = ["a", "b", "undrawn", "worlds"]
