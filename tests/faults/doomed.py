"""The programs as they run for real, with places where they can be told to die: kill -9, by their own hand.

A file called like a place, in the folder that MUSTER_DEATHS names, is an order. Whoever gets there first
takes it away and dies: this process, or with the word `all` in the file its whole group. The product knows
nothing of this.
"""

import functools
import os
import signal
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from config.celery import app
from config.wsgi import application
from tests.faults.places import PLACES

__all__ = ["app", "application"]


def _die_if_told(place: str) -> None:
    order = Path(os.environ["MUSTER_DEATHS"]) / place
    try:
        whom = order.read_text()
        order.unlink()
    except FileNotFoundError:
        return
    if whom == "all":
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def _mortal(function: Callable[..., Any], place: str, when: str) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if when == "before":
            _die_if_told(place)
        answer = function(*args, **kwargs)
        if when == "after":
            _die_if_told(place)
        return answer

    return wrapper


def _prepare(kind: str) -> None:
    for place, (module, name, when) in PLACES.items():
        if place.startswith(kind):
            owner: Any = import_module(module)
            *path, last = name.split(".")
            for step in path:
                owner = getattr(owner, step)
            setattr(owner, last, _mortal(getattr(owner, last), place, when))


if os.environ.get("MUSTER_DEATHS"):
    import sys

    _prepare("worker" if "celery" in sys.argv[0] else "web")
