"""One thing that waits for somebody."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse


@dataclass(frozen=True)
class Task:
    """Something a person should look at: `page` is the URL's name, `pk` the record's (None: `page` is a list)."""

    tone: str
    icon: str
    title: str
    detail: str
    page: str = ""
    pk: UUID | None = None
    query: str = ""

    @property
    def url(self) -> str:
        if not self.page:
            return ""
        page = reverse(self.page, args=[self.pk] if self.pk else [])
        return f"{page}{'?' if self.query else ''}{self.query}"
