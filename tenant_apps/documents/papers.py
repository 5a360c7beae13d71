"""PDFs that are kept: drawn ahead by a worker, and drawn anew when what they show has changed.

An app says once how a kind looks, as HTML made of rows as they are now:

    RECEIPT = paper("receipt", html=receipt_html)

Whoever changes what it shows calls `draw_soon`, or `draw_all_anew` where that is how all of them look; whoever hands
it out calls `pdf_of`, which draws it at once where no worker has yet, and writes nothing. So nobody waits for a worker
that is away, and nobody is given what is no longer so. A worker that needs it now calls `pdf_to_keep`.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import structlog
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, QuerySet

from shared_apps.core.db import lock_word
from shared_apps.core.personal import ERASING
from shared_apps.core.time import now
from shared_apps.files.errors import NoRoomLeft
from shared_apps.timers.due import DueRows
from shared_apps.timers.soon import work_on_commit
from shared_apps.web.pdf import render_pdf
from tenant_apps.documents.models import Paper

log = structlog.get_logger()
MOST_ATTEMPTS = 5
Html = Callable[[UUID], str | None]


@dataclass(frozen=True)
class PaperKind:
    """A kind of PDF. `html` gives what the one of a subject shows now; None where there is none any more."""

    name: str
    html: Html


_kinds: dict[str, PaperKind] = {}


def paper(name: str, *, html: Html) -> PaperKind:
    """Declare a kind of PDF that is kept."""
    if name in _kinds and _kinds[name].html is not html:
        raise ValueError(f"Two kinds of papers are called {name}")
    _kinds[name] = PaperKind(name, html)
    return _kinds[name]


def draw_soon(kind: PaperKind, *, subject: UUID, about: UUID) -> None:
    """Have a worker draw it, or look whether it is still right; part of the caller's transaction."""
    moment = now()
    Paper.objects.bulk_create(
        [Paper(kind=kind.name, subject_id=subject, about_id=about, wanted_at=moment)],
        update_conflicts=True, unique_fields=["kind", "subject_id"], update_fields=["wanted_at"],
    )  # fmt: skip
    work_on_commit()


def draw_all_anew(kind: PaperKind | None = None) -> None:
    """Have a worker look whether those that are kept, of one kind or of all, are still right."""
    rows = Paper.objects.exclude(file="")
    (rows.filter(kind=kind.name) if kind else rows).update(wanted_at=now(), attempts=0)
    work_on_commit()


def pdf_of(kind: PaperKind, *, subject: UUID, before_drawing: Callable[[], None] = lambda: None) -> bytes | None:
    """The PDF as things are now, for whoever looks at it; None where there is none. Nothing is written.

    One that is not kept so yet is drawn; `before_drawing` may refuse to: that costs fifty milliseconds. Raises
    `PdfUnavailable`, and what that raises.
    """
    html = kind.html(subject)
    if html is None:
        return None
    if kept := _kept(kind, subject, _digest(html)):
        return kept
    before_drawing()
    return render_pdf(html)


def pdf_to_keep(kind: PaperKind, *, subject: UUID, about: UUID) -> bytes | None:
    """The same for a worker, which keeps what it has drawn. Raises `PdfUnavailable`."""
    html = kind.html(subject)
    if html is None:
        return None
    digest = _digest(html)
    if kept := _kept(kind, subject, digest):
        return kept
    Paper.objects.get_or_create(kind=kind.name, subject_id=subject, defaults={"about_id": about})
    pdf = render_pdf(html)
    try:
        _keep(kind, subject, digest, pdf)
    except NoRoomLeft:  # whoever asks for it can do nothing about that
        log.warning("a PDF is not kept: the provider's files take all the room they may")
    return pdf


def _kept(kind: PaperKind, subject: UUID, digest: str) -> bytes | None:
    """What is kept of it, if it shows what has this `digest`."""
    kept = Paper.objects.filter(kind=kind.name, subject_id=subject, digest=digest).first()
    if kept is None:
        return None
    try:
        with kept.file.open("rb") as file:
            return bytes(file.read())
    except (OSError, ValueError):  # the folder was put back from an older copy than the database
        log.warning("a kept PDF is gone, it is drawn again", paper=str(kept.pk))
        return None


def draw(pk: UUID) -> bool:
    """Draw what is wanted of one paper, unless it shows that already; False if somebody else has done it."""
    row = Paper.objects.filter(pk=pk).exclude(wanted_at=None).first()
    if row is None:
        return False
    kind = _kinds.get(row.kind)
    html = kind.html(row.subject_id) if kind else None
    if kind is None or html is None:
        Paper.objects.filter(pk=pk).update(wanted_at=None)
        return True
    digest = _digest(html)
    if digest == row.digest:
        Paper.objects.filter(pk=pk, wanted_at=row.wanted_at).update(wanted_at=None, attempts=0, error="")
        return True
    try:
        _keep(kind, row.subject_id, digest, render_pdf(html))
    except Exception as error:
        log.warning("a PDF could not be drawn", paper=str(pk), error=str(error))
        last = row.attempts + 1 >= MOST_ATTEMPTS  # whoever wants it draws it then, and is told what is wrong
        Paper.objects.filter(pk=pk).update(
            attempts=F("attempts") + 1, error=str(error)[:300], **({"wanted_at": None} if last else {}),
        )  # fmt: skip
        return False
    return True


@transaction.atomic
def _keep(kind: PaperKind, subject: UUID, digest: str, pdf: bytes) -> None:
    """Keep `pdf` in the place of what was kept; the former file is nobody's then, and goes.

    Nothing is kept of what has changed while it was drawn, nor of whom was erased meanwhile: their row is gone, or
    what it shows is another thing. An erasure that is under way is waited for.
    """
    lock_word(ERASING)
    row = Paper.objects.select_for_update().filter(kind=kind.name, subject_id=subject).first()
    if row is None or row.digest == digest:
        return
    html = kind.html(subject)
    if html is None or _digest(html) != digest:
        return
    row.file.save(f"{kind.name}-{subject}.pdf", ContentFile(pdf), save=False)
    row.digest, row.wanted_at, row.attempts, row.error = digest, None, 0, ""
    row.save()


def _digest(html: str) -> str:
    return hashlib.sha256(html.encode()).hexdigest()


def _wanted() -> "QuerySet[Paper, UUID]":
    return Paper.objects.filter(wanted_at__isnull=False).values_list("pk", flat=True)


draw_due = DueRows("documents.draw", _wanted, "wanted_at", draw, stop_when_refused=True, minds_trouble=False)
