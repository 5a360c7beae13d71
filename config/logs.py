"""How every program writes its log: one JSON object a line on standard error, times in UTC.

The settings, gunicorn and Celery all take it from here.
"""

from typing import Any

import structlog

from shared_apps.core.logs import hide_secrets

SHARED_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
# What says nothing that another line does not say better, or says it of every task of every tenant.
QUIET = {
    "weasyprint": "ERROR",
    "fontTools": "ERROR",
    "celery.worker.strategy": "WARNING",  # "Task … received"
    "celery.app.trace": "WARNING",  # "Task … succeeded"; one that fails is an error
    "celery.beat": "WARNING",  # "Sending due task …"
    "stripe": "WARNING",  # "Request to Stripe api", and its answer; what goes wrong is told by whoever asked
    "urllib3": "WARNING",  # each request with its path, of which a bot's token is a part
    "django.request": "ERROR",  # "Not Found: …"; each request has a line of its own
}


def logging_config(level: str, **loggers: dict[str, Any]) -> dict[str, Any]:
    """A configuration for `logging.config.dictConfig`; `loggers` are added to those that are quiet."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    hide_secrets,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
                "foreign_pre_chain": SHARED_PROCESSORS,
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {name: {"level": quiet} for name, quiet in QUIET.items()} | loggers,
    }


def configure_structlog() -> None:
    """Let structlog's loggers write through those of the standard library."""
    structlog.configure(
        processors=[*SHARED_PROCESSORS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
