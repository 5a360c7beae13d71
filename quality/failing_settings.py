"""Settings of the process whose pages fail on request."""

from config.settings import *  # noqa: F403

TENANT_URLCONF = "quality.failing"
