"""Periodic work of a tenant. Apps register functions; one task per tenant runs them all."""

from collections.abc import Callable

SWEEPS: list[Callable[[], object]] = []


def sweeps(function: Callable[[], object]) -> Callable[[], object]:
    """Register `function` to run at every active tenant every few seconds. It must be safe to run twice at once."""
    SWEEPS.append(function)
    return function
