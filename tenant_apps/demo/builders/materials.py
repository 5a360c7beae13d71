"""What those who come get: small files that are made here, links and recordings, of two courses and of some dates."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from xml.sax.saxutils import escape

from django.core.files.base import ContentFile

from tenant_apps.catalogue.models import Course
from tenant_apps.demo.stage import Stage
from tenant_apps.materials.models import Audience, Closes, Kind, Material, Opens
from tenant_apps.scheduling.models import Session, SessionStatus

MOST_COURSES = 2  # with materials of their own
MOST_SESSIONS = 3  # of those to come, and of those over, with materials of their own
LINE, TOP, LEFT = 20, 780, 60  # points on a page
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
Maker = Callable[[str, Sequence[str]], bytes]


def pdf(title: str, lines: Sequence[str]) -> bytes:
    """A PDF of one page: a title, and a line for each of `lines`."""
    shown = [_shown(title, 18, TOP), *(_shown(line, 11, TOP - LINE * n) for n, line in enumerate(lines, 2))]
    content = "\n".join(shown).encode("cp1252", "replace")
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%b\nendstream" % (len(content), content),
        font,
    ]
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, one in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, one))
    begins = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, begins))
    return out.getvalue()


def _shown(text: str, size: int, height: int) -> str:
    plain = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /F1 {size} Tf {LEFT} {height} Td ({plain}) Tj ET"


def docx(title: str, lines: Sequence[str]) -> bytes:
    """A document of Word: a title, and a paragraph for each of `lines`."""
    body = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in (title, *lines))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", TYPES)
        parts.writestr("_rels/.rels", RELATIONS)
        parts.writestr("word/document.xml", f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>')
    return out.getvalue()


def text(title: str, lines: Sequence[str]) -> bytes:
    """A plain text."""
    return "\n".join((title, "", *lines, "")).encode()


def add_materials(stage: Stage) -> None:
    """A course's before, on and after the day; a date's own: the seating plan, the recording, notes of the trainer."""
    courses = list(stage.courses.values())[:MOST_COURSES]
    for course in courses:
        _of_course(stage, course)
    sessions = [row for row in stage.rows.get(Session, []) if row.seats_confirmed and row.course in courses]
    ahead = sorted((row for row in sessions if row.starts_at > stage.now), key=lambda row: row.starts_at)
    over = sorted((row for row in sessions if row.status == SessionStatus.COMPLETED), key=lambda row: row.ends_at)
    for session in ahead[:MOST_SESSIONS]:
        _of_one_to_come(stage, session)
    for session in over[-MOST_SESSIONS:]:
        _of_one_that_is_over(stage, session)


def _of_course(stage: Stage, course: Course) -> None:
    at, name = stage.days_ago(120), course.title
    lines = [
        "Read this before the day. It takes twenty minutes.",
        "Bring a pen, and this page if you like to write on it.",
        "If anything is not clear, ask us in the morning.",
    ]
    _file(
        stage, at, pdf, "before-the-day.pdf", "Before the day", lines, note="Twenty minutes of reading.", course=course
    )
    _link(stage, at, "Exercises", "https://example.org/exercises", course=course, opens=Opens.BEFORE, opens_days=7)
    summary = [f"What you learned on {name}, on one page.", "Keep it where you work."]
    _file(
        stage, at, docx, "summary.docx", "Summary", summary, course=course, opens=Opens.ENDED, closes=Closes.AFTER,
        closes_days=365,
    )  # fmt: skip
    plan = ["09:00 Welcome", "09:30 First part", "13:00 Practice in pairs", "16:00 Questions"]
    _file(stage, at, text, "teaching-plan.txt", "Teaching plan", plan, course=course, audience=Audience.TRAINER)


def _of_one_to_come(stage: Stage, session: Session) -> None:
    at = stage.days_ago(2)
    plan = ["Tables of four. You find your name on one of them."]
    _file(stage, at, pdf, "seating.pdf", "Where you sit", plan, session=session, opens=Opens.BEFORE, opens_days=1)


def _of_one_that_is_over(stage: Stage, session: Session) -> None:
    at = min(session.ends_at + timedelta(hours=5), stage.now)
    _link(
        stage, at, "Recording of the day", f"https://videos.example.org/{session.starts_at:%Y-%m-%d}",
        kind=Kind.RECORDING, session=session, opens=Opens.ENDED, closes=Closes.AFTER, closes_days=730,
    )  # fmt: skip
    answers = ["The questions that you asked, and what we found out about them."]
    _file(stage, at, pdf, "questions.pdf", "Your questions", answers, session=session, opens=Opens.ENDED)


def _file(
    stage: Stage, at: datetime, maker: Maker, name: str, title: str, lines: Sequence[str], **fields: object
) -> None:  # fmt: skip
    content = maker(title, lines)
    row = _row(stage, at, title, kind=Kind.FILE, file_name=name, size=len(content), **fields)
    row.file.save(f"{row.pk.hex}.{name.rpartition('.')[2]}", ContentFile(content), save=False)


def _link(stage: Stage, at: datetime, title: str, url: str, *, kind: str = Kind.LINK, **fields: object) -> None:
    _row(stage, at, title, kind=kind, url=url, **fields)


def _row(stage: Stage, at: datetime, title: str, **fields: object) -> Material:
    before = stage.rows.get(Material, [])
    owners = ("course", "session")
    position = 1 + sum(all(getattr(row, name) == fields.get(name) for name in owners) for row in before)
    row = Material(
        id=stage.dice.key(at), created_at=at, title=title, position=position, added_by=stage.office, **fields
    )
    return stage.add(row)
