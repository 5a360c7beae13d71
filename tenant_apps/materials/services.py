"""Adding materials, changing and ordering them, removing them and bringing them back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypedDict, Unpack
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from shared_apps.accounts.models import User
from shared_apps.core.ids import reference
from shared_apps.core.locking import lock_row
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from shared_apps.files.handouts import clean_handout, name_for
from shared_apps.timers.due import DueRows
from tenant_apps.catalogue.models import Course
from tenant_apps.materials.errors import GoneForGood, NotAcceptable, RemovedMeanwhile, TooMany, WrongTimes
from tenant_apps.materials.events import MaterialAdded, MaterialBroughtBack, MaterialChanged, MaterialRemoved
from tenant_apps.materials.links import plain_url, validate_url
from tenant_apps.materials.models import LONGEST_TITLE, MOST_OF_ONE, Closes, Kind, Material, MaterialQuerySet, Opens
from tenant_apps.materials.news import note_news
from tenant_apps.scheduling.models import Session

Owner = Course | Session
KEPT = timedelta(minutes=30)  # in which what was removed can be brought back; its file takes room until then


class Details(TypedDict, total=False):
    """A material's own fields, as whoever adds or changes one gives them."""

    title: str
    note: str
    audience: str
    opens: str
    opens_days: int | None
    opens_at: datetime | None
    closes: str
    closes_days: int | None
    closes_at: datetime | None


class Changes(Details, total=False):
    """The same with what only some can have changed: a file stays a file."""

    url: str
    kind: str


DETAILS = (*Details.__annotations__, *Changes.__annotations__)


def add_file(owner: Owner, upload: UploadedFile, *, by: User | None, **details: Unpack[Details]) -> Material:
    """Keep `upload` for those who come; its title is the file's name unless `details` have one.

    Raises `NotAcceptable` for what is no file that we hand out, `WrongTimes`, `TooMany`, and `NoRoomLeft`.
    """
    try:
        content, extension = clean_handout(upload)  # before the transaction: a picture takes a while
    except ValidationError as error:
        raise NotAcceptable(" ".join(error.messages), field="file") from None
    name = name_for(upload.name or "", extension)
    details["title"] = details.get("title") or name.rpartition(".")[0][:LONGEST_TITLE]
    with transaction.atomic():
        material = _new(owner, kind=Kind.FILE, **details)
        material.file_name, material.size = name, content.size
        material.file.save(f"{reference(20).lower()}.{extension}", content, save=False)
        return _added(material, owner, by)


@transaction.atomic
def add_link(owner: Owner, *, url: str, kind: str = Kind.LINK, by: User | None, **details: Unpack[Details]) -> Material:
    """Add the address of a page or of a recording. Raises `NotAcceptable`, `WrongTimes`, `TooMany`."""
    if not details.get("title"):
        raise NotAcceptable(_("Say what it is."), field="title")
    if kind == Kind.FILE:
        raise NotAcceptable(_("A file is uploaded."), field="kind")
    return _added(_new(owner, kind=kind, url=_checked(url), **details), owner, by)


@transaction.atomic
def change_material(material: Material, *, by: User | None, **details: Unpack[Changes]) -> Material:
    """Change what is given. Raises `NotAcceptable`, `WrongTimes`, `RemovedMeanwhile`."""
    material = _locked(material)
    if material.gone_at:
        raise RemovedMeanwhile
    if "url" in details and material.kind != Kind.FILE:
        details["url"] = _checked(details["url"])
    elif details.keys() & {"url"} or (material.kind == Kind.FILE) != (details.get("kind", material.kind) == Kind.FILE):
        raise NotAcceptable(_("A file stays a file. Add the link as another one."), field="url")
    given: dict[str, object] = dict(details)
    changed = [name for name in DETAILS if name in given and given[name] != getattr(material, name)]
    for name in changed:
        setattr(material, name, given[name])
    changed += [name for name in _settle_times(material) if name not in changed]
    if changed:
        material.save(update_fields=changed)
        event = MaterialChanged(material_id=material.pk, title=material.title, fields=sorted(changed))
        emit(event, by=by, subject=material.course or material.session)
    return material


@transaction.atomic
def move_material(material: Material, *, down: bool) -> None:
    """Put it one place further up or down among those of its course or session; nothing happens at the end."""
    owner = _owner(material)
    rows = list(_beside(owner, lock=True))
    at = next((n for n, row in enumerate(rows) if row.pk == material.pk), None)
    to = None if at is None else at + (1 if down else -1)
    if at is None or to is None or not 0 <= to < len(rows):
        return
    rows.insert(to, rows.pop(at))
    for position, row in enumerate(rows, 1):
        row.position = position
    Material.objects.bulk_update(rows, ["position"])


@transaction.atomic
def remove_material(material: Material, *, by: User | None) -> None:
    """Nobody gets it from now on; for `KEPT` it can be brought back. Nothing happens to one that was removed."""
    found = Material.objects.there().select_for_update(of=("self",)).filter(pk=material.pk).first()
    if found is None:
        return
    found.gone_at = now() + KEPT
    found.save(update_fields=["gone_at"])
    emit(MaterialRemoved(material_id=found.pk, title=found.title), by=by, subject=found.course or found.session)


@transaction.atomic
def bring_back(material: Material, *, by: User | None) -> Material:
    """Undo that it was removed. Raises `GoneForGood` when its time is over."""
    found = _locked(material)
    if found.gone_at is None:
        return found
    if found.gone_at <= now():
        raise GoneForGood
    found.gone_at = None
    found.save(update_fields=["gone_at"])
    emit(MaterialBroughtBack(material_id=found.pk, title=found.title), by=by, subject=found.course or found.session)
    return found


@transaction.atomic
def forget_material(material: Material) -> bool:
    """Remove the row and the file of what was removed long enough ago; False if it was brought back."""
    found = Material.objects.select_for_update(of=("self",), skip_locked=True).filter(
        pk=material.pk, gone_at__lte=now()
    )
    row = found.first()
    if row is None:
        return False
    path = row.file.name
    row.delete()
    if path:
        default_storage.delete(path)
    return True


# Room that was taken is free again soon after a file was removed.
forget_removed = DueRows(
    "materials.forget", lambda: Material.objects.filter(gone_at__isnull=False), "gone_at", forget_material
)


def _locked(material: Material) -> Material:
    """Raises `GoneForGood` where the row is there no more."""
    try:
        return lock_row(Material.objects.select_related("course", "session"), material.pk)
    except Material.DoesNotExist:
        raise GoneForGood from None


def _owner(material: Material) -> Owner:
    owner = material.course or material.session
    assert owner is not None
    return owner


def _beside(owner: Owner, *, lock: bool = False) -> MaterialQuerySet:
    """The materials of a course, or those of a session alone. With `lock` whoever orders them waits for each other."""
    rows = Material.objects.there().order_by("position", "created_at")
    rows = rows.filter(course=owner) if isinstance(owner, Course) else rows.filter(session=owner)
    return rows.select_for_update(of=("self",)) if lock else rows


def _new(owner: Owner, *, kind: str, url: str = "", **details: Unpack[Details]) -> Material:
    """A material that is not written yet, as the last one of `owner`."""
    # Two who add something at once come one after the other, so that they are counted and get places of their own.
    type(owner)._base_manager.select_for_update(of=("self",), no_key=True).filter(pk=owner.pk).values_list("pk").first()
    there = list(_beside(owner).values_list("position", flat=True))
    if len(there) >= MOST_OF_ONE:
        raise TooMany
    whose = {"course": owner} if isinstance(owner, Course) else {"session": owner}
    material = Material(**whose, position=max(there, default=0) + 1, kind=kind, url=url, **details)
    _settle_times(material)
    return material


def _added(material: Material, owner: Owner, by: User | None) -> Material:
    material.added_by = by
    material.save(force_insert=True)
    emit(MaterialAdded(material_id=material.pk, title=material.title), by=by, subject=owner)
    note_news(material)
    return material


def _checked(url: str) -> str:
    try:
        validate_url(url)
        return plain_url(url)
    except ValidationError as error:
        raise NotAcceptable(" ".join(error.messages), field="url") from None


def _settle_times(material: Material) -> list[str]:
    """Empty what does not belong to the way it opens and closes; which fields that were. Raises `WrongTimes`."""
    if material.course_id and (material.opens == Opens.DATE or material.closes == Closes.DATE):
        field = "opens" if material.opens == Opens.DATE else "closes"
        raise WrongTimes(_("A course has many dates. Say it in days before or after."), field=field)
    wanted: Mapping[str, tuple[str, str, str]] = {
        "opens_days": ("opens", Opens.BEFORE, _("Say how many days before.")),
        "opens_at": ("opens", Opens.DATE, _("Say from which day.")),
        "closes_days": ("closes", Closes.AFTER, _("Say how many days after.")),
        "closes_at": ("closes", Closes.DATE, _("Say until which day.")),
    }
    emptied = []
    for name, (way, value, text) in wanted.items():
        given: int | datetime | UUID | None = getattr(material, name)
        if getattr(material, way) == value:
            if given is None:
                raise WrongTimes(text, field=name)
        elif given is not None:
            setattr(material, name, None)
            emptied.append(name)
    if material.opens_at and material.closes_at and material.closes_at <= material.opens_at:
        raise WrongTimes(_("It would end before it begins."), field="closes_at")
    return emptied
