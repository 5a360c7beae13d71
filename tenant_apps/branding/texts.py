"""Which version of the provider's texts stands, and since when: what somebody accepted can be said years later."""

from dataclasses import dataclass
from datetime import datetime

from shared_apps.core.time import now
from tenant_apps.branding.models import Brand, TextVersion


@dataclass(frozen=True)
class Standing:
    """The version of a text that is shown, from 1, and the moment since which it is unchanged (UTC)."""

    version: int
    since: datetime | None


def standing(brand: Brand, name: str) -> Standing:
    """How the text `name` of the brand stands. One that was never changed is as old as the brand's last change."""
    latest = TextVersion.objects.filter(name=name).first()
    return Standing(latest.version, latest.since) if latest else Standing(1, brand.updated_at)


def standing_terms() -> Standing | None:
    """How the usual cancellation terms stand; None for those that were never changed: nobody knows since when."""
    latest = TextVersion.objects.filter(name=TextVersion.Name.CANCELLING).first()
    return Standing(latest.version, latest.since) if latest else None


def note_new_text(name: str, text: str, *, before: str, since: datetime | None) -> None:
    """Keep `text` as a new version of the text `name`.

    `before`, what it said `since` then, becomes the first version if none is kept.
    """
    latest = TextVersion.objects.filter(name=name).first()
    if latest is None and before.strip():
        latest = TextVersion.objects.create(name=name, version=1, text=before, since=since or now())
    version = latest.version + 1 if latest else 1
    TextVersion.objects.create(name=name, version=version, text=text, since=now())
