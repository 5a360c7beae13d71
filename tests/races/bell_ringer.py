"""A process that lets timers go off at alpha until none is due: `python -m tests.races.bell_ringer <file> [naive]`.

Whoever finds the file while its handler is at work takes it away and dies, kill -9. `naive` is for controls only: it
takes what is due without claiming it.
"""

import os
import signal
import sys
from pathlib import Path
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
RANG = "tests.rang"


def main(order: Path, *, naive: bool) -> None:
    django.setup()

    from shared_apps.core.db import connection
    from shared_apps.core.time import now
    from shared_apps.events.models import Event
    from shared_apps.tenants.context import public_context, tenant_context
    from shared_apps.tenants.models import Tenant
    from shared_apps.timers import services
    from shared_apps.timers.due import do_due_work
    from shared_apps.timers.models import Timer

    @services.timer("tests.peal")
    def ring(subject: UUID) -> None:
        Event.objects.create(name=RANG, subject_id=subject)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.005)")  # long enough for the others to come to the same one
        try:
            order.unlink()
        except FileNotFoundError:
            return
        os.kill(os.getpid(), signal.SIGKILL)

    if naive:
        services._claim = lambda pk, claim: Timer.objects.waiting().filter(pk=pk).first()  # type: ignore[assignment]
        services._finish = lambda going: Timer.objects.filter(pk=going.timer.pk).update(fired_at=now())  # type: ignore[assignment]
    with public_context():
        alpha = Tenant.objects.get(slug="alpha")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    with tenant_context(alpha):
        while Timer.objects.waiting().filter(next_try_at__lte=now()).exists():
            do_due_work()


if __name__ == "__main__":
    main(Path(sys.argv[1]), naive="naive" in sys.argv)
