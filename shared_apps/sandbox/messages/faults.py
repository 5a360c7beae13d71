"""Faults that are switched on for Twilio, Telegram and push services."""

import time

from django.db import connection
from django.http import HttpResponse

from shared_apps.sandbox.models import Switches
from shared_apps.sandbox.switches import MESSAGE_FAULTS, faults_of_this_call


def meet() -> Switches:
    """The faults that this call meets, after the wait that is one of them."""
    faults = faults_of_this_call(MESSAGE_FAULTS)
    if faults.messages_slow_seconds:
        connection.close()  # others need it meanwhile
        time.sleep(faults.messages_slow_seconds)
    return faults


def no_answer(faults: Switches) -> HttpResponse | None:
    """What stands before a service says while it is down; None while it is not."""
    if faults.messages_down:
        return HttpResponse("<html><h1>503 Service Unavailable</h1></html>", status=503)
    return None


def lost(faults: Switches) -> HttpResponse | None:
    """What comes in the place of an answer that went missing: the work is done."""
    if faults.messages_lost_answers:
        return HttpResponse("<html><h1>504 Gateway Time-out</h1></html>", status=504)
    return None
