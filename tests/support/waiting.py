"""Waiting for what happens elsewhere, with a deadline."""

import time
from collections.abc import Callable
from typing import Any


def wait_until(true: Callable[[], Any], what: str | Callable[[], str], *, seconds: float, every: float = 0.05) -> float:
    """Ask `true()` until it is; returns how long that took, in seconds.

    After `seconds` an AssertionError names `what` was waited for; a `what` that must look around first is called.
    """
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"waited {seconds:g} s in vain for {what() if callable(what) else what}")
        time.sleep(every)
    return time.monotonic() - began
