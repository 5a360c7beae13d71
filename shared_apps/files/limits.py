"""How much one request may upload. Nothing of a larger one is read, or written to the disk."""

from typing import IO

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

MOST_SENT = 28 * 1024 * 1024  # bytes of a whole request: the largest file that anything takes, and its form


class Bounded(FileUploadHandler):
    """The first of our upload handlers: it refuses by the length that a request says of itself, and keeps nothing."""

    def handle_raw_input(
        self, input_data: IO[bytes], META: dict[str, str], content_length: int, boundary: str,
        encoding: str | None = None,
    ) -> tuple[QueryDict, MultiValueDict[str, UploadedFile]] | None:  # fmt: skip
        if content_length > MOST_SENT:
            raise RequestDataTooBig("More is sent than anything takes.")
        return None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
