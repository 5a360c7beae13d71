"""Files that people hand out: PDFs, Office documents, pictures and texts. Each is what its content says, or refused.

They are only ever handed over as files, never shown on our origin; what is refused here could harm whoever opens it.
"""

import codecs
import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import PurePath
from typing import IO

import structlog
from django.core.exceptions import ValidationError
from django.core.files.base import File as Content
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from shared_apps.core.lines import one_line, without_marks
from shared_apps.core.types import Words
from shared_apps.files import office_parts, pdf_apart
from shared_apps.files.apart import read_apart
from shared_apps.files.pictures import clean_still

MOST_BYTES = 25 * 1024 * 1024
MOST_PARTS = 5_000  # of a document: the files inside its ZIP
MOST_UNPACKED = 500 * 1024 * 1024  # bytes, all parts together
MOST_DIRECTORY = 2 * 1024 * 1024  # bytes of the list of parts, which is read at once
LONGEST_NAME = 120  # letters, as `Material.file_name` has
PIECE = 256 * 1024  # bytes that are looked at in one go
OFFICE = {
    "docx": "wordprocessingml.document.main+xml",
    "xlsx": "spreadsheetml.sheet.main+xml",
    "pptx": "presentationml.presentation.main+xml",
}
OPEN = {
    "odt": b"application/vnd.oasis.opendocument.text",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
    "odp": b"application/vnd.oasis.opendocument.presentation",
}
PICTURES = ("png", "jpg", "jpeg", "webp")
TEXTS = ("txt", "csv", "md")
KINDS = ("pdf", *OFFICE, *OPEN, *PICTURES, *TEXTS)
CHOOSES = ",".join(f".{kind}" for kind in KINDS)  # what a browser offers to choose
MACROS = ("macroenabled", "vbaproject", "vbadata", "activex", "oleobject", "ms-office.vba", "controlproperties")
CODE = re.compile(
    r"(?:^|/)(?:vbaproject\.bin|vbadata\.xml|activex/|basic/|scripts/|object ?\d*/oleobject)", re.IGNORECASE
)
log = structlog.get_logger()
END_OF_ZIP, END_OF_ZIP64 = b"PK\x05\x06", b"PK\x06\x07"
LONGEST_END = 22 + 65_535  # bytes of the last record of a ZIP with its comment


def clean_handout(upload: UploadedFile) -> tuple[Content, str]:
    """What is kept of `upload`, and its extension. A picture is made anew, without where it was taken.

    Read in pieces, never whole. Raises ValidationError with a sentence for whoever uploaded it.
    """
    if not upload.size:
        raise ValidationError(_("The file is empty."))
    if upload.size > MOST_BYTES:
        text = _("The file is larger than %d MB. Choose a smaller one, or put it somewhere and add a link.")
        raise ValidationError(text % (MOST_BYTES // 1024 // 1024))
    kind = PurePath(upload.name or "").suffix.removeprefix(".").lower()
    if kind not in KINDS:
        raise ValidationError(_refusal_of(kind))
    if kind in PICTURES:
        return clean_still(upload), "webp"
    if kind == "pdf":
        check_pdf(upload)
    elif kind in TEXTS:
        _check_text(upload)
    else:
        _check_document(upload, kind)
    upload.seek(0)
    return upload, kind


def name_for(upload_name: str, kind: str) -> str:
    """The name under which people get a file that was called `upload_name`: one line, no folders, a true extension."""
    stem = PurePath(one_line(without_marks(upload_name)).replace("\\", "/")).name
    stem = re.sub(r'[<>:"|?*/]', "", PurePath(stem).stem).strip(" .")
    return f"{stem[: LONGEST_NAME - len(kind) - 1].strip(' .') or 'file'}.{kind}"


def _refusal_of(kind: str) -> Words:
    if kind in ("doc", "xls", "ppt", "rtf", "docm", "xlsm", "pptm", "dotm", "xlsb"):
        return _("This kind of document may hold macros. Save it as PDF, .docx, .xlsx or .pptx.")
    if kind in ("zip", "rar", "7z", "gz", "tar"):
        return _("What is inside an archive can't be checked. Upload the files one by one.")
    if kind in ("mp4", "mov", "avi", "mkv", "webm", "mp3", "m4a", "wav"):
        return _("Put a recording where videos are played, and add a link to it.")
    return _("Upload a PDF, a Word, Excel, PowerPoint or OpenDocument file, a picture (PNG, JPEG, WebP) or a text.")


def _pieces(upload: IO[bytes]) -> Iterator[bytes]:
    upload.seek(0)
    while piece := upload.read(PIECE):
        yield piece


def _ending(upload: UploadedFile, size: int) -> bytes:
    upload.seek(max(0, (upload.size or 0) - size))
    return bytes(upload.read(size))


def check_pdf(upload: UploadedFile) -> None:
    """Raise ValidationError for what is no PDF, is something else besides, or acts when it is opened."""
    upload.seek(0)
    ending = _ending(upload, LONGEST_END)
    upload.seek(0)
    refused = _("This is not a PDF that we can read. Export it again, then try once more.")
    if not upload.read(5).startswith(b"%PDF-") or b"%%EOF" not in ending[-2048:] or END_OF_ZIP in ending:
        raise ValidationError(refused)
    done = read_apart("pdf_apart.py", content=upload)
    if done.code == 0:
        return
    log.info("PDF refused", code=done.code, error=done.said[-200:])
    raise ValidationError(
        {
            pdf_apart.NO_PDF: refused,
            pdf_apart.LOCKED: _("This PDF is locked with a password. Save it without one, then upload that."),
            pdf_apart.ACTS: _(
                "This PDF has something in it that acts or is attached. Print it into a new PDF, then upload that."
            ),
        }.get(
            done.code or 1, _("This PDF has too many parts to be checked. Print it into a new PDF, then upload that.")
        )
    )


def _check_text(upload: UploadedFile) -> None:
    """UTF-8, without signs that no text has, and no page, drawing or program that was renamed."""
    refused = ValidationError(_("This is not a plain text. Save it as text in UTF-8, or upload it as a PDF."))
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    first = True
    try:
        for piece in _pieces(upload):
            text = decoder.decode(piece)
            if any(letter < " " and letter not in "\t\n\r\f" for letter in set(text)):
                raise refused
            if first and text.lstrip().startswith(("<", "#!", "%PDF", "%!PS", "{\\rtf", "MZ")):
                raise refused
            first = False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise refused from None


def _check_document(upload: UploadedFile, kind: str) -> None:
    """A document of the kind that it says it is, with nothing in it that runs."""
    refused = ValidationError(_("This is not a document that we can read. Save it again, or upload it as a PDF."))
    _refuse_odd_zip(upload, refused)
    try:
        with zipfile.ZipFile(upload) as parts:
            infos = parts.infolist()
            names = [info.filename for info in infos]
            unpacked = sum(info.file_size for info in infos)
            locked = any(info.flag_bits & 1 for info in infos)
            if len(infos) > MOST_PARTS or unpacked > MOST_UNPACKED or locked or len(set(names)) != len(names):
                raise refused
            if any(map(CODE.search, names)):
                raise _has_macros()
            types = _types_of_office(parts) if kind in OFFICE else {_type_of_open(parts)}
            wanted = OFFICE.get(kind) or OPEN[kind].decode()
            if not any(one == wanted or one.endswith(f".{wanted}") for one in types):
                raise refused
            if any(word in one for one in types for word in MACROS):
                raise _has_macros()
            fetches = office_parts.loads_elsewhere(parts) if kind in OFFICE else office_parts.acts_or_fetches(parts)
            if fetches or (kind == "docx" and office_parts.has_fetching_fields(parts)):
                raise ValidationError(
                    _("This document loads or starts something from elsewhere. Save it as a PDF, then upload that.")
                )
    except ValidationError:
        raise
    except Exception:  # whatever is wrong inside: BadZipFile, zlib.error, NotImplementedError, ExpatError, KeyError …
        raise refused from None


def _has_macros() -> ValidationError:
    return ValidationError(_("This document has macros or controls in it. Save it without them, or as a PDF."))


def _refuse_odd_zip(upload: UploadedFile, refused: ValidationError) -> None:
    """Raise unless the ZIP begins where the file does, ends where it does, and says that it has few parts.

    So a page or a program before or behind it is found, and the list of its parts can be read without much memory.
    """
    upload.seek(0)
    begins = upload.read(4)
    ending = _ending(upload, LONGEST_END)
    at = ending.rfind(END_OF_ZIP)
    if begins != b"PK\x03\x04" or at < 0 or len(ending) < at + 22 or ending[at - 20 : at - 16] == END_OF_ZIP64:
        raise refused
    count, size, offset, comment = struct.unpack("<10xHIIH", ending[at : at + 22])
    ends = at + 22 + comment == len(ending)
    whole = offset + size + len(ending) - at == upload.size
    if not ends or not whole or count > MOST_PARTS or size > MOST_DIRECTORY:
        raise refused


def _types_of_office(parts: zipfile.ZipFile) -> set[str]:
    """The content types of all parts of a document of Office."""
    types = set()
    for element in office_parts.elements_of(parts, "[Content_Types].xml"):
        kind, name = element.get("ContentType").lower(), element.get("PartName") or f".{element.get('Extension')}"
        if kind.endswith("+xml") and not name.lower().endswith((".xml", ".rels", ".vml")):
            raise ValueError("a part that nobody would take for XML")
        types.add(kind)
    return types


def _type_of_open(parts: zipfile.ZipFile) -> str:
    first = parts.infolist()[0]
    if first.filename != "mimetype" or first.file_size > 200:
        raise ValueError("not an OpenDocument")
    return parts.read(first).decode("ascii")
