"""`python -m config.run.prepare database|static`: tables and demo data, or the static files.

Each line on standard output names the step that begins; what the commands say goes to standard error.
"""

import os
import sys

import django
from django.core.management import call_command, get_commands

UNUSED = ["rest_framework", "redoc"]  # DRF's own pages and the other reader of the API's description


def main(part: str) -> None:
    """Do one part, `database` or `static`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    out, sys.stdout = sys.stdout, sys.stderr

    def begin(sentence: str) -> None:
        print(sentence, file=out, flush=True)

    django.setup()
    if part == "database":
        begin("Making the tables of the platform and of every provider")
        call_command("migrate_tenants")
        if "load_demo" in get_commands():
            begin("Loading the demo data")
            call_command("load_demo")
    else:
        begin("Collecting the static files")
        call_command("collectstatic", interactive=False, verbosity=1, ignore_patterns=UNUSED)


if __name__ == "__main__":
    main(sys.argv[1])
