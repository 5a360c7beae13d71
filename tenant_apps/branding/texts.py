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


def note_new_text(brand: Brand, name: str, *, before: str) -> None:
    """Keep the brand's present text `name` as a new version. `before`, what it said, becomes the first if none is kept.

    To be called before the brand is saved, while `updated_at` is still that of the text before.
    """
    latest = TextVersion.objects.filter(name=name).first()
    if latest is None and before.strip():
        since = brand.updated_at or now()
        latest = TextVersion.objects.create(name=name, version=1, text=before, since=since)
    version = latest.version + 1 if latest else 1
    TextVersion.objects.create(name=name, version=version, text=getattr(brand, name), since=now())
