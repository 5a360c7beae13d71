"""The stand-ins for Stripe and a mailbox are no part of a real site: no pages, no tables, no code."""

import os
import subprocess
import sys

from tests.support.servers import ROOT

PRODUCTION = {
    "PATH": os.environ["PATH"],
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "SECRET_KEY": "a-key-that-is-long-enough-and-nowhere-else-0123456789-abcdefghijkl",
    "SITE_URL": "https://muster.example",
    "MAIN_HOSTS": "muster.example",
    "BASE_DOMAIN": "muster.example",
    "TRUSTED_PROXIES": "1",
    "DATABASE_URL": "postgresql://muster@127.0.0.1/muster",
    "REDIS_URL": "redis://127.0.0.1/0",
    "EMAIL_HOST": "mail.muster.example",
    "DEFAULT_FROM_EMAIL": "bookings@muster.example",
}


def test_a_real_site_has_no_table_and_no_code_of_the_stand_ins():
    program = (
        "import django, sys; django.setup(); import config.urls_public, config.urls_tenant; "
        "from django.apps import apps; "
        "print([model._meta.db_table for model in apps.get_models() if 'sandbox' in model._meta.db_table], "
        "[name for name in sys.modules if 'sandbox' in name], 'bookings_booking' in "
        "[model._meta.db_table for model in apps.get_models()])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=PRODUCTION, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "[] [] True", done.stderr
