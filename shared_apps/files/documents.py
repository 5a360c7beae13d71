"""Documents that people send us: PDFs, and photographs or scans of paper. What they are is told by their content."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from shared_apps.core.ids import reference
from shared_apps.core.types import Words
from shared_apps.files.handouts import check_pdf
from shared_apps.files.pictures import NO_PICTURE, clean_still

MOST_DOCUMENT_BYTES = 8 * 1024 * 1024
DOCUMENTS = "application/pdf,image/png,image/jpeg,image/webp"  # what a browser offers to choose
BEGINS = b"%PDF-"


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
    check_pdf(upload)
    upload.seek(0)
    return ContentFile(upload.read(), name=f"{reference(16).lower()}.pdf")


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
