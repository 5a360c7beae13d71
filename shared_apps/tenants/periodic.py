"""Periodic work of a tenant. Apps register functions; one task per tenant runs them all."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import structlog

from shared_apps.tenants.features import feature_of_module, is_on

log = structlog.get_logger()
Item = TypeVar("Item")
FREQUENT: list[Callable[[], object]] = []
HOURLY: list[Callable[[], object]] = []


def frequent(function: Callable[[], object]) -> Callable[[], object]:
    """Register `function` to run at every active tenant every few seconds. It must be safe to run twice at once."""
    FREQUENT.append(function)
    return function


def hourly(function: Callable[[], object]) -> Callable[[], object]:
    """Register `function` to run in public and at every active tenant once an hour, for what is in no hurry."""
    HOURLY.append(function)
    return function


def run_all(functions: Iterable[Callable[[], object]]) -> None:
    """Run each of `functions` whose app's feature is on. One that fails is logged, and stops none of the others."""
    for function in functions:
        if not is_on(feature_of_module(function.__module__)):
            continue
        try:
            function()
        except Exception:
            log.exception("periodic work failed", work=function.__qualname__)


def for_each(items: Iterable[Item], work: Callable[[Item], Any]) -> None:
    """Do `work` for each of `items`. One that fails is logged, and stops none of the others."""
    for item in items:
        try:
            work(item)
        except Exception:
            log.exception("failed at one of many", work=work.__qualname__, pk=str(getattr(item, "pk", item)))
