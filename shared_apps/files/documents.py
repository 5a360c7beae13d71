"""Documents that people send us: PDFs, and photographs or scans of paper. What they are is told by their content."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from shared_apps.core.ids import reference
from shared_apps.core.types import Words
from shared_apps.files.pictures import NO_PICTURE, clean_still

MOST_DOCUMENT_BYTES = 8 * 1024 * 1024
DOCUMENTS = "application/pdf,image/png,image/jpeg,image/webp"  # what a browser offers to choose
BEGINS, ENDS, END_WITHIN = b"%PDF-", b"%%EOF", 2048
# What acts when it is opened, or brings another file along. A part that is packed is not looked into, so a document is
# only ever handed over as a file, never shown on our pages.
ACTS = re.compile(rb"/(?:JavaScript|JS|Launch|RichMedia|EmbeddedFiles?)(?![A-Za-z0-9])")
ESCAPED = re.compile(rb"#([0-9a-fA-F]{2})")  # a letter of a name in a PDF in another writing


def clean_document(upload: UploadedFile) -> "ContentFile[bytes]":
    """The document in `upload` under a name of ours: a PDF as it came, a picture made anew.

    Raises ValidationError for what is too big, neither of both, or a PDF that acts by itself.
    """
    if (upload.size or 0) > MOST_DOCUMENT_BYTES:
        text = _("The file is larger than %d MB. Choose a smaller one.")
        raise ValidationError(text % (MOST_DOCUMENT_BYTES // (1024 * 1024)))
    upload.seek(0)
    if upload.read(len(BEGINS)) != BEGINS:
        return _still(upload)
    upload.seek(0)
    content = upload.read()
    if ENDS not in content[-END_WITHIN:]:
        raise ValidationError(_("This is not a PDF that we can read. Export it again, then try once more."))
    if ACTS.search(ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)):
        raise ValidationError(
            _("This PDF has something in it that acts or is attached. Print it into a new PDF, then upload that.")
        )
    return ContentFile(content, name=f"{reference(16).lower()}.pdf")


def _still(upload: UploadedFile) -> "ContentFile[bytes]":
    try:
        return clean_still(upload)
    except ValidationError as error:
        if error.code != NO_PICTURE:
            raise
        text = _("This is neither a PDF nor a picture we can read. Use PDF, PNG, JPEG or WebP.")
        raise ValidationError(text, code=NO_PICTURE) from None


class DocumentField(forms.FileField):
    """A document that somebody chooses. `kept` is what is kept of the upload that it gave."""

    def __init__(
        self, *, label: Words = "", help_text: Words = "", required: bool = True,
        error_messages: dict[str, Words] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(
            label=label, help_text=help_text, required=required, error_messages=error_messages, max_length=200,
            widget=forms.FileInput({"accept": DOCUMENTS, "hx-preserve": "true"}),
        )  # fmt: skip

    def clean(self, data: object, initial: object = None) -> object:
        upload: object = super().clean(data, initial)
        if isinstance(upload, UploadedFile) and upload is not initial:
            vars(upload)["document"] = clean_document(upload)
        return upload

    @staticmethod
    def kept(upload: UploadedFile) -> "ContentFile[bytes]":
        """The document that was made of `upload` when the form was read."""
        document = vars(upload)["document"]
        assert isinstance(document, ContentFile)
        return document
