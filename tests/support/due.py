"""What workers do by the clock, done at once at the present tenant."""

from datetime import timedelta

import time_machine

from shared_apps.core.time import now
from shared_apps.timers.due import do_due_work

NOW = timedelta(0)


def do_what_is_due(*, after: timedelta = NOW) -> None:
    """Everything that is due now, or that will be `after` a while, and what that brings about."""
    with time_machine.travel(now() + after, tick=True):
        do_due_work()
