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

__all__ = ["PLACES", "app", "application"]

# Where: the module that looks a function up, the function, and whether to die before or after its work.
PLACES: dict[str, tuple[str, str, str]] = {
    "web: seats taken, not committed": ("tenant_apps.bookings.services", "take_spots", "after"),
    "web: booking committed, not told": ("tenant_apps.bookings.api", "book_seats", "after"),
    "web: payment claimed, provider not asked": (
        "tenant_apps.payments.providers.stripe", "StripeCheckout.begin", "before"),
    "web: page opened at the provider, not written": (
        "tenant_apps.payments.providers.stripe", "StripeCheckout.begin", "after"),
    "web: page written, buyer not told": ("tenant_apps.bookings.checkout", "start_checkout", "after"),
    "web: webhook arrived, not stored": ("tenant_apps.payments.connect", "receive", "before"),
    "web: webhook stored, not answered": ("tenant_apps.payments.connect", "receive", "after"),
    "worker: event taken, provider not asked": ("tenant_apps.payments.webhooks", "hear_of_payment", "before"),
    "worker: provider says paid, not written": ("tenant_apps.payments.services", "settle", "before"),
    "worker: payment written, not committed": ("tenant_apps.payments.services", "_count", "after"),
    "worker: paid and committed, booking not confirmed": ("shared_apps.events.bus", "deliver", "before"),
    "worker: booking confirmed, not committed": ("tenant_apps.bookings.handlers", "confirm_paid", "after"),
    "worker: confirmed, email not sent": ("tenant_apps.messaging.services", "_email", "before"),
    "worker: refund taken, provider not asked": (
        "tenant_apps.payments.providers.stripe", "StripeCheckout.refund", "before"),
    "worker: refunded at the provider, not written": (
        "tenant_apps.payments.providers.stripe", "StripeCheckout.refund", "after"),
    "worker: email taken by the mail server, not written": (
        "django.core.mail.backends.smtp", "EmailBackend.send_messages", "after"),
}  # fmt: skip


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
