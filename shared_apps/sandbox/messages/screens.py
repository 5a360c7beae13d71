"""What a telephone shows: its notifications, its conversations, and one of them."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, QuerySet

from shared_apps.sandbox.models import Browser, OptOut, PushNotice, Telephone, TextMessage, Way

SHOWN = 200  # of one conversation
ON_THE_LOCK_SCREEN = 20
MARKS = {"sent": "Sent, no receipt yet", "queued": "Waiting to be sent"}


@dataclass(frozen=True)
class Notification:
    """One notification on the lock screen, as the browser would draw it."""

    site: str
    title: str
    body: str
    link: str
    at: datetime
    urgent: bool
    key: str


@dataclass(frozen=True)
class Conversation:
    """All texts of one way between a telephone and one account."""

    way: str
    account_id: str
    name: str
    sender: str
    last: TextMessage

    @property
    def icon(self) -> str:
        """What its app looks like."""
        return "message-circle" if self.way == Way.WHATSAPP else "message-square"


def telephones() -> QuerySet[Telephone]:
    """All of them, with how much each got; newest first."""
    counted = Telephone.objects.annotate(
        count=Count("texts", distinct=True), pushed=Count("browsers__notices", distinct=True),
        last_text=Max("texts__created_at"), last_push=Max("browsers__notices__created_at"),
    )  # fmt: skip
    return counted.order_by("-made_at")


def notifications(telephone: Telephone, names: dict[str, str]) -> list[Notification]:
    """What waits on the lock screen, newest first. One with the tag of an earlier one takes its place."""
    rows = PushNotice.objects.filter(browser__telephone=telephone, dismissed_at=None).select_related("browser")
    seen: set[tuple[str, str]] = set()
    found = []
    for row in rows.order_by("-created_at")[: 3 * ON_THE_LOCK_SCREEN]:
        told = _told(row)
        tag = (row.browser.slug, told.get("tag", ""))
        if tag[1] and tag in seen:
            continue
        seen.add(tag)
        site = told.get("from") or names.get(row.browser.slug, row.browser.slug)
        found.append(
            Notification(
                site, told.get("title") or "Can't be read", told.get("body", ""), told.get("link", ""), row.created_at,
                row.urgent, str(row.pk),
            )
        )  # fmt: skip
    return found[:ON_THE_LOCK_SCREEN]


def _told(row: PushNotice) -> dict[str, str]:
    try:
        told = json.loads(row.payload)
    except ValueError:
        told = {"title": row.payload} if row.payload else {"body": "The browser could not decrypt this notification."}
    if not isinstance(told, dict):
        return {"title": row.payload}
    return {name: value for name, value in told.items() if isinstance(value, str)}


def conversations(telephone: Telephone) -> list[Conversation]:
    """One for each way and account, the latest first."""
    newest = telephone.texts.order_by("way", "account_id", "-created_at").distinct("way", "account_id")
    found = [
        Conversation(text.way, text.account_id, text.account.name, text.account.sender, text)
        for text in newest.select_related("account")
    ]
    return sorted(found, key=lambda each: each.last.created_at, reverse=True)


def texts(telephone: Telephone, way: str, account_id: str) -> list[TextMessage]:
    """One conversation, oldest first."""
    rows = telephone.texts.filter(way=way, account_id=account_id)
    return list(rows.order_by("-created_at", "-pk")[:SHOWN])[::-1]


def look_of(text: TextMessage) -> tuple[str, str]:
    """How a text is drawn, and a word about it where it did not arrive (yet)."""
    if text.inbound:
        return "mine", ""
    if text.status in ("undelivered", "failed"):
        return "lost", f"Never arrived: {text.error_code}"
    return ("theirs", "") if text.status == "delivered" else ("coming", MARKS.get(text.status, text.status))


def has_opted_out(telephone: Telephone, account_id: str) -> bool:
    """Whether the telephone answered STOP to that account."""
    return OptOut.objects.filter(telephone=telephone, account_id=account_id).exists()


def browsers(telephone: Telephone) -> list[Browser]:
    """Its subscriptions, newest first."""
    return list(telephone.browsers.order_by("-created_at"))
