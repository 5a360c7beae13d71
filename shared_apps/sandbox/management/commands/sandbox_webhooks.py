"""Deliver the stand-ins' webhooks until told to stop."""

import signal
import threading

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections

from shared_apps.sandbox.messages.calls import work
from shared_apps.sandbox.stripe_api.checkout import expire_due_sessions
from shared_apps.sandbox.stripe_api.webhooks import deliver_webhooks

log = structlog.get_logger()


class Command(BaseCommand):
    help = (
        "Expires checkout sessions, moves messages on and delivers webhooks of the sandbox, every second, until "
        "SIGTERM or Ctrl-C."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now and leave")

    def handle(self, *args: object, once: bool, **options: object) -> None:
        if not settings.SANDBOX:
            raise CommandError("The sandbox is switched off: set MUSTER_SANDBOX=1 (never in production).")
        if once:
            _round()
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            try:
                _round()
            except Exception:
                log.exception("sandbox webhooks: this round failed")
            close_old_connections()
            stop.wait(1)


def _round() -> None:
    expire_due_sessions()
    deliver_webhooks()
    work()
