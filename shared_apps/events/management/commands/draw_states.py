from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from shared_apps.events.states_page import states_page


class Command(BaseCommand):
    help = "Draw docs/states.md from the tables of moves beside the models."
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        page = Path(settings.BASE_DIR) / "docs" / "states.md"
        page.write_text(states_page())
        self.stdout.write(f"Drawn: {page.relative_to(settings.BASE_DIR)}")
