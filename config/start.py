"""How every program of ours begins: with settings that are right, or not at all."""

import os
import sys
from typing import NoReturn

from django.core.exceptions import ImproperlyConfigured

CANNOT_LOAD = 4  # gunicorn ends on this code of a worker, instead of starting the next one for ever


class CannotStart(SystemExit):
    """Ends the process with a code that tells gunicorn not to try again."""

    def __init__(self, sentences: str) -> None:
        super().__init__(sentences)
        self.code = CANNOT_LOAD


def read_settings() -> None:
    """Read the settings; what is wrong with them is printed, a line each, and the program ends."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.conf import settings

    try:
        _ = settings.INSTALLED_APPS
    except ImproperlyConfigured as error:
        end(str(error))


def refuse_unsafe() -> None:
    """End a program that serves when it could not send email, or must not be served from its database or Redis.

    A server that does not answer is no reason: it may be back before anybody asks for it.
    """
    from shared_apps.resilience.checks import ask_servers, why_no_mail

    unsafe, _ = ask_servers()
    if troubles := [sentence for sentence in (why_no_mail(), *unsafe) if sentence]:
        end("\n".join(troubles))


def end(sentences: str) -> NoReturn:
    """Print why Muster can't start, and end the process."""
    sys.stderr.write(f"Muster can't start:\n{sentences}\n")
    raise CannotStart(sentences)
