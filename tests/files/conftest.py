import io
from functools import partial
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """The tenants' files of this test alone."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """`with committed():` what is to be done after the commit is done at the end."""
    return partial(django_capture_on_commit_callbacks, execute=True)


@pytest.fixture
def photo():
    """`photo()`: a photograph as it is uploaded."""

    def taken(kind="JPEG", *, size=(2400, 1200), mode="RGB", **options):
        out = io.BytesIO()
        Image.new(mode, size, "red").save(out, kind, **options)
        return SimpleUploadedFile("me.jpg", out.getvalue(), "image/jpeg")

    return taken


@pytest.fixture
def bucket(settings):
    """Our storage in a bucket at a server that speaks as S3 does, and what is in it."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    name, url = f"muster-{uuid4()}", f"http://{host}:{port}"  # the server forgets nothing
    settings.BUCKET_NAME, settings.BUCKET_REGION = name, "us-east-1"
    settings.BUCKET_URL, settings.BUCKET_KEY, settings.BUCKET_SECRET = url, "who", "secret"
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "shared_apps.files.bucket.TenantBucket"}}
    keys = {"aws_access_key_id": "who", "aws_secret_access_key": "secret"}
    client = boto3.client("s3", endpoint_url=url, region_name="us-east-1", **keys)
    client.create_bucket(Bucket=name)
    yield (
        default_storage,
        lambda: [one["Key"] for one in client.list_objects_v2(Bucket=name).get("Contents", [])],
    )
    server.stop()
