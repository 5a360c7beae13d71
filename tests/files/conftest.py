import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """The tenants' files of this test alone."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def photo():
    """`photo()`: a photograph as it is uploaded."""

    def taken(kind="JPEG", *, size=(2400, 1200), mode="RGB", **options):
        out = io.BytesIO()
        Image.new(mode, size, "red").save(out, kind, **options)
        return SimpleUploadedFile("me.jpg", out.getvalue(), "image/jpeg")

    return taken
