"""The link that opens a calendar, and the ways to put it into one's own."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from shared_apps.core.signing import BadSignature, sign_key, unsign_key
from shared_apps.tenants.context import current_tenant
from shared_apps.tenants.urls import tenant_url
from tenant_apps.feeds.models import Feed

LINK = "calendar"  # what the link of a feed is signed for


@dataclass(frozen=True)
class Ways:
    """The secret link of a feed, and links that hand it to a calendar: on this device, at Google, at Microsoft for
    oneself and for one's work."""

    url: str
    device: str
    google: str
    outlook: str
    work: str


def token_of(feed: Feed) -> str:
    """What opens a feed. Whoever has it reads it, until it is ended."""
    return sign_key(LINK, feed.pk)


def key_of(token: str) -> UUID | None:
    """The key of the feed that `token` is signed for; None if it is not ours, or another tenant's."""
    try:
        return unsign_key(LINK, token)
    except BadSignature:
        return None


def ways_of(feed: Feed) -> Ways:
    """The ways into a calendar."""
    url = tenant_url("calendar_feed", token_of(feed))
    device = f"webcal://{url.partition('://')[2]}"
    add = urlencode({"url": url, "name": current_tenant().name})
    return Ways(
        url=url, device=device, google=f"https://calendar.google.com/calendar/render?{urlencode({'cid': device})}",
        outlook=f"https://outlook.live.com/calendar/0/addfromweb?{add}",
        work=f"https://outlook.office.com/calendar/0/addfromweb?{add}",
    )  # fmt: skip
