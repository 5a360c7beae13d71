"""The same in a bucket, at a server that speaks as S3 does."""

import pytest
from botocore.client import BaseClient
from botocore.exceptions import EndpointConnectionError
from django.core.exceptions import SuspiciousOperation
from django.core.files.base import ContentFile
from django.core.management import call_command

from shared_apps.files.models import File
from shared_apps.files.pictures import clean_photo
from shared_apps.tenants.archive import schemas_with_files
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.services import delete_tenant, suspend_tenant

pytestmark = pytest.mark.django_db


def test_each_tenant_has_a_folder_in_the_bucket_and_sees_no_other(alpha, beta, bucket, photo, committed):
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
        with committed():
            storage.delete(path)
        assert not File.objects.filter(path=path).exists()
    assert not [key for key in keys() if "courses/" in key]
    assert f"{beta.schema_name}/private/a.txt" in keys()


def test_a_tenant_that_is_deleted_takes_its_files_along_and_nobody_else_s(transactional_db, alpha, beta, bucket):
    storage, keys = bucket
    for tenant in (alpha, beta):
        with tenant_context(tenant):
            storage.save("private/jobs/x.csv", ContentFile(b"all customers"))
    with public_context():
        suspend_tenant(tenant=alpha, by="op", reason="They left")
        delete_tenant(tenant=alpha, by="op")
    assert keys() == [f"{beta.schema_name}/private/jobs/x.csv"]
    assert schemas_with_files() == {beta.schema_name}


def is_away(*_asked):
    raise EndpointConnectionError(endpoint_url="the bucket")


def test_a_tenant_is_deleted_though_the_bucket_is_away_and_its_folder_is_told(
    transactional_db, alpha, bucket, capsys, monkeypatch
):
    storage, keys = bucket
    with tenant_context(alpha):
        storage.save("private/jobs/x.csv", ContentFile(b"all customers"))
    with monkeypatch.context() as away, public_context():
        away.setattr(BaseClient, "_make_api_call", is_away)
        suspend_tenant(tenant=alpha, by="op", reason="They left")
        delete_tenant(tenant=alpha, by="op")
    call_command("check_files")
    assert f"--remove {alpha.schema_name}" in capsys.readouterr().out
    call_command("check_files", remove=alpha.schema_name)
    assert not keys()


WAYS = """
private/jobs/0a1b.csv private%5Cjobs%5C0a1b.csv x/..%5C..%5Cprivate%5Cjobs/0a1b.csv PRIVATE/jobs/0a1b.csv
private%00/jobs/0a1b.csv %EF%BD%90rivate/jobs/0a1b.csv a%00b ..%5C..%5Cx %ff%fe x%0a
"""


@pytest.mark.parametrize("path", [*WAYS.split(), "a" * 1500, "\u00e9" * 600])
def test_no_other_way_of_writing_its_path_opens_a_private_file(alpha, bucket, client_of, path):
    storage, keys = bucket
    with tenant_context(alpha):
        storage.save("private/jobs/0a1b.csv", ContentFile(b"all customers"))
    assert keys() == [f"{alpha.schema_name}/private/jobs/0a1b.csv"]
    assert client_of(alpha).get(f"/media/{path}").status_code == 404
