"""The same in a bucket, at a server that speaks as S3 does."""

import boto3
import pytest
from django.core.exceptions import SuspiciousOperation
from django.core.files.base import ContentFile

from shared_apps.files.models import File
from shared_apps.files.pictures import clean_photo
from shared_apps.tenants.context import tenant_context

pytestmark = pytest.mark.django_db


@pytest.fixture
def bucket(settings):
    """Our storage, and what is in its bucket."""
    from moto.server import ThreadedMotoServer

    from shared_apps.files.bucket import TenantBucket

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    settings.BUCKET_NAME, settings.BUCKET_REGION, url = "muster-files", "us-east-1", f"http://{host}:{port}"
    settings.BUCKET_URL, settings.BUCKET_KEY, settings.BUCKET_SECRET = url, "who", "secret"
    keys = {"aws_access_key_id": "who", "aws_secret_access_key": "secret"}
    client = boto3.client("s3", endpoint_url=url, region_name="us-east-1", **keys)
    client.create_bucket(Bucket="muster-files")
    yield TenantBucket(), lambda: [one["Key"] for one in client.list_objects_v2(Bucket="muster-files")["Contents"]]
    server.stop()


def test_each_tenant_has_a_folder_in_the_bucket_and_sees_no_other(alpha, beta, bucket, photo):
    storage, keys = bucket
    with tenant_context(alpha):
        path = storage.save("courses/x-w1600.webp", clean_photo(photo()))
        storage.save("private/a.txt", ContentFile(b"alpha's"))
        assert File.objects.count() == 2
    with tenant_context(beta):
        assert not storage.exists("private/a.txt")
        storage.save("private/a.txt", ContentFile(b"beta's"))
        with pytest.raises(SuspiciousOperation):
            storage.open(f"../{alpha.schema_name}/private/a.txt").read()
    with tenant_context(alpha):
        with storage.open("private/a.txt") as file:
            assert file.read() == b"alpha's"
        assert storage.save("private/a.txt", ContentFile(b"another")) != "private/a.txt"
        storage.delete(path)
        assert not File.objects.filter(path=path).exists()
    assert not [key for key in keys() if "courses/" in key]
    assert f"{beta.schema_name}/private/a.txt" in keys()
