from datetime import timedelta
from time import monotonic

from django.core.management.base import BaseCommand, CommandParser

from shared_apps.core.time import now
from tenant_apps.demo import load


class Command(BaseCommand):
    help = "Load the demonstration: three providers with courses, dates, people, bookings and money."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fresh", action="store_true", help="drop the demo's providers first, bookings and all")

    def handle(self, *args: object, fresh: bool, **options: object) -> None:
        load.ensure_operator()
        for data in load.PROVIDERS:
            if fresh:
                load.drop(data)
            elif loaded_at := load.is_loaded(data):
                old = now() - loaded_at > timedelta(days=7)
                hint = "; --fresh makes it anew with dates of today" if old else ""
                self.stdout.write(f"{data.slug}: there since {loaded_at:%d %b %Y}{hint}")
                continue
            begun = monotonic()
            load.load(data)
            self.stdout.write(f"{data.slug}: loaded in {monotonic() - begun:.1f} s")
