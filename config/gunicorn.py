"""How gunicorn serves Muster: `gunicorn --config=python:config.gunicorn config.wsgi`.

Address, processes and threads are given on the command line, or in GUNICORN_CMD_ARGS.
"""

import os
from typing import Any

from django.conf import settings
from gunicorn import systemd

from config.logs import logging_config
from config.start import read_settings

read_settings()
worker_class = "gthread"
preload_app = True  # processes share what was loaded before the fork; a new release therefore needs USR2, not HUP
timeout = 60  # seconds until a process whose heart has stopped is replaced
graceful_timeout = 20  # seconds that requests have to end in
control_socket_disable = True
logconfig_dict = logging_config(
    settings.LOG_LEVEL, **{"gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True}}
)


def when_ready(server: Any) -> None:
    """Tell systemd that this is the main process now: after USR2 a new one takes over from the former."""
    systemd.sd_notify(f"MAINPID={os.getpid()}\nREADY=1", server.log)
