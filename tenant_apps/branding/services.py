"""Changing how a provider looks and what it chose."""

from typing import Any

from django.db import transaction

from shared_apps.events.bus import emit
from shared_apps.events.trail import quote
from tenant_apps.branding.events import SettingsChanged
from tenant_apps.branding.models import Brand, Settings, TextVersion
from tenant_apps.branding.policy import CancellationPolicy
from tenant_apps.branding.texts import note_new_text

POLICY = "cancellation_policy"


@transaction.atomic
def change_settings(*, brand: dict[str, Any], settings: dict[str, Any], by: Any) -> None:
    """Write the fields in `brand` and `settings`; what is unchanged is not mentioned in the history."""
    for what, model, changes in (("brand", Brand, brand), ("settings", Settings, settings)):
        row = model.objects.select_for_update().get_or_create(only=True)[0]
        changed = [field for field, value in changes.items() if getattr(row, field) != value]
        if not changed:
            continue
        before = {field: getattr(row, field) for field in changed}
        for field in changed:
            setattr(row, field, changes[field] or "" if field == "logo" else changes[field])
        if isinstance(row, Brand):
            for name in set(changed) & set(TextVersion.Name.values):
                note_new_text(name, getattr(row, name), before=before[name], since=row.updated_at)
        row.save(update_fields=[*changed, *(["updated_at"] if isinstance(row, Brand) else [])])
        quoted = quote({field: (before[field], getattr(row, field)) for field in changed if field != "logo"})
        if POLICY in changed:
            quoted[POLICY] = [_in_words(before[POLICY]), _in_words(getattr(row, POLICY))]
            note_new_text(TextVersion.Name.CANCELLING, quoted[POLICY][1], before=quoted[POLICY][0], since=None)
        emit(SettingsChanged(what=what, fields=sorted(changed), changes=quoted), by=by, subject=row)


def _in_words(rows: list[dict[str, Any]]) -> str:
    return " ".join(CancellationPolicy.parse(rows).sentences())
