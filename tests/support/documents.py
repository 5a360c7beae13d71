"""Files as people upload them, and as those do who mean harm."""

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tenant_apps.demo.builders.materials import docx, pdf

MAIN = "application/vnd.openxmlformats-officedocument.{}.main+xml"
KINDS = {
    "docx": "wordprocessingml.document", "xlsx": "spreadsheetml.sheet", "pptx": "presentationml.presentation",
}  # fmt: skip


def sent(name: str, content: bytes, kind: str = "application/octet-stream") -> SimpleUploadedFile:
    """An upload as a browser sends it; what it says of its kind is for nobody."""
    return SimpleUploadedFile(name, content, kind)


def a_pdf(name: str = "handout.pdf") -> SimpleUploadedFile:
    return sent(name, pdf("Handout", ["One line (of two)", "and another one"]))


def office(kind: str = "docx", *, main: str = "", types: str = "", **parts: str) -> bytes:
    """A document of Office: `main` its content type, `types` more of them, `parts` more files with `/` as `__`."""
    if not (main or types or parts) and kind == "docx":
        return docx("Handout", ["One line"])
    content = f'<Types><Override PartName="/x.xml" ContentType="{main or MAIN.format(KINDS[kind])}"/>{types}</Types>'
    return packed(
        {"[Content_Types].xml": content, "x.xml": "<x/>", **{n.replace("__", "/"): t for n, t in parts.items()}}
    )


def packed(files: dict[str, str | bytes], *, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as parts:
        for name, text in files.items():
            parts.writestr(name, text)
    return out.getvalue()


def picture(kind: str = "PNG", *, size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **options)
    return out.getvalue()
