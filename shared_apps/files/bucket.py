"""Files in a bucket at S3, or at whatever speaks as S3 does. Loaded only where settings say so: the client is large."""

from botocore.config import Config
from django.conf import settings
from storages.backends.s3 import S3Storage

from shared_apps.core.db import connection
from shared_apps.files.storage import Recorded

# The library forgets its own way of signing once it is given a `Config`.
CLIENT = Config(
    signature_version="s3v4", s3={"addressing_style": "path"}, connect_timeout=3, read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 2},
)  # fmt: skip


class TenantBucket(Recorded, S3Storage):
    """A folder for each tenant in one bucket that nobody else reads."""

    def __init__(self) -> None:
        super().__init__(
            bucket_name=settings.BUCKET_NAME, endpoint_url=settings.BUCKET_URL or None,
            region_name=settings.BUCKET_REGION,
            access_key=settings.BUCKET_KEY, secret_key=settings.BUCKET_SECRET, client_config=CLIENT,
            file_overwrite=False, default_acl=None,
        )  # fmt: skip

    def schemas(self) -> set[str]:
        """The tenants that have a folder, also those that are gone."""
        pages = self.connection.meta.client.get_paginator("list_objects_v2")
        found = pages.paginate(Bucket=self.bucket_name, Delimiter="/")
        return {one["Prefix"].rstrip("/") for page in found for one in page.get("CommonPrefixes", [])}

    def remove_all_of(self, schema: str) -> None:
        """Remove the folder of a tenant that is deleted. Raises for what can't be removed."""
        for refused in self.bucket.objects.filter(Prefix=f"{schema}/").delete():
            if errors := refused.get("Errors"):
                raise OSError(f"Some files of {schema} are still in the bucket, such as {errors[0]}")

    @property
    def location(self) -> str:
        """The folder of the present tenant."""
        return connection.schema_name

    @location.setter
    def location(self, value: str) -> None:
        """The library sets one for all tenants: it is worked out for each instead."""
