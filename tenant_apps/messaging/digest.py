"""The daily summary: one email with what may wait, for whoever asked for it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from shared_apps.core.db import lock_word
from shared_apps.core.time import now
from shared_apps.tenants.urls import tenant_url
from shared_apps.timers.due import DueRows
from shared_apps.timers.retention import forget
from tenant_apps.messaging.models import ChatLink, Notice
from tenant_apps.messaging.sending import SUMMARY
from tenant_apps.messaging.services import notify


def _waiting() -> "QuerySet[Notice, UUID]":
    return Notice.objects.filter(digest_at__isnull=False, digested_at=None).values_list("pk", flat=True)


@transaction.atomic
def sum_up(pk: UUID) -> bool:
    """Write the summary in which this notice goes, with all of the same person that are due; False if it is written.

    What was read in the inbox meanwhile is left out.
    """
    first = Notice.objects.filter(pk=pk, digested_at=None).select_related("user").first()
    if first is None or first.user is None or first.digest_at is None:
        return False
    lock_word(f"summary {first.user.pk}")  # one worker at a time for one person
    due = Notice.objects.select_for_update().filter(user=first.user, digested_at=None, digest_at__lte=now())
    notices = list(due.order_by("created_at"))
    due.filter(pk__in=[notice.pk for notice in notices]).update(digested_at=now())
    theirs = set(Notice.objects.visible_to(first.user).values_list("pk", flat=True))
    unread = [notice for notice in notices if notice.read_at is None and notice.pk in theirs]
    if unread and first.user.is_active:
        context = {"notices": unread, "count": len(unread), "inbox_url": tenant_url("notices")}
        # The key is of what is in it: what is written while a summary goes out has one of its own.
        notify(SUMMARY, user=first.user, context=context, once=f"digest:{unread[0].pk}")
    return True


sum_up_due = DueRows("messaging.digest", _waiting, "digest_at", sum_up)


@forget("notices")
def old_notices(before: datetime) -> "QuerySet[Notice]":
    """Everything in inboxes that is so old, read or not. Its messages go with it, but for those that never went."""
    return Notice.objects.filter(created_at__lt=before)


@forget("links to a chat")
def old_links(before: datetime) -> "QuerySet[ChatLink]":
    """Those that nobody used."""
    return ChatLink.objects.filter(ends_at__lt=before)
