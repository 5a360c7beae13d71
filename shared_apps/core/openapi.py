"""How our endpoints describe themselves."""

from drf_spectacular.openapi import AutoSchema


class Schema(AutoSchema):
    """Tags by resource, and problem details as the answer to anything refused."""

    def get_tags(self) -> list[str]:
        return [self.view.__module__.split(".")[-2]]
