"""Changing how a provider looks, and writing down any change of a provider's choices."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import FileField
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import User
from shared_apps.core.errors import DomainError
from shared_apps.core.models import OneRow, Row
from shared_apps.events.bus import emit
from shared_apps.events.trail import quote
from tenant_apps.branding.colour import Oklch, contrast, from_hex
from tenant_apps.branding.events import SettingsChanged
from tenant_apps.branding.models import Brand, TextVersion
from tenant_apps.branding.texts import note_new_text

COLOURS = {"primary_colour", "accent_colour"}
WHITE = Oklch(1, 0, 0)
LEAST_CONTRAST = 1.2  # of one of the two colours with a white page


class BothTooLight(DomainError):
    """Neither colour could be seen on a white page."""

    status = 400
    code = "both_too_light"
    message = _("Both colours are nearly white. Choose a darker one for at least one of them.")

    def __init__(self) -> None:
        super().__init__(fields={"primary_colour": [str(self.message)]})


R = TypeVar("R", bound=Row)


@transaction.atomic
def change_brand(changes: Mapping[str, object], *, by: User | None) -> None:
    """Write `changes`, fields of `Brand` by name. A new text of those that have versions is one more version.

    Raises `BothTooLight`.
    """
    before = Brand.objects.locked()
    colours = [str(changes.get(name) or getattr(before, name)) for name in COLOURS]
    if COLOURS & set(changes) and all(contrast(from_hex(colour), WHITE) < LEAST_CONTRAST for colour in colours):
        raise BothTooLight
    changed = change_choices(Brand, changes, what="brand", by=by, also=["updated_at"], quietly=["logo"])
    for name in set(changed) & set(TextVersion.Name.values):
        note_new_text(name, changed[name][1], before=changed[name][0], since=before.updated_at)


@transaction.atomic
def change_choices(
    model: type[R], changes: Mapping[str, object], *, what: str, by: User | None, also: list[str] | None = None,
    quietly: list[str] | None = None, words: Mapping[str, Callable[[Any], str]] | None = None,
) -> dict[str, tuple[Any, Any]]:  # fmt: skip
    """Write `changes` into the one row of `model`; `{field: (before, after)}` of what was another value before.

    The history says so under the name `what`; `words` tell how a field's value reads there, and those in `quietly`
    are named without values. `also` are fields that write themselves. What is in `words` is answered in words, too.
    """
    row: R = OneRow(model).locked()
    changed = {name: (getattr(row, name), value) for name, value in changes.items() if getattr(row, name) != value}
    if not changed:
        return {}
    for name, (_before, value) in changed.items():
        # A file that is taken away is False in a form, and an empty name in its row.
        setattr(row, name, value or "" if isinstance(row._meta.get_field(name), FileField) else value)
    row.save(update_fields=[*changed, *(also or [])])
    for name, tell in (words or {}).items():
        if name in changed:
            changed[name] = (tell(changed[name][0]), tell(changed[name][1]))
    quoted = quote({name: pair for name, pair in changed.items() if name not in (quietly or [])})
    quoted |= {name: [str(one) for one in changed[name]] for name in words or {} if name in changed}
    emit(SettingsChanged(what=what, fields=sorted(changed), changes=quoted), by=by, subject=row)
    return changed
