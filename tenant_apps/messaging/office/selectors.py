"""The log of messages, for the office: what was sent to whom."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from shared_apps.core.search import AnyRows, Word, found, similar_last
from tenant_apps.messaging.models import UNDER_WAY, Message, MessageStatus
from tenant_apps.messaging.models.notices import FOR_OFFICE

# What failed or was withheld is no trouble where another message carried the same notice.
CARRIED = Exists(Message.objects.filter(notice=OuterRef("notice"), status__in=UNDER_WAY))
STUCK = (Q(status__in=(MessageStatus.FAILED, MessageStatus.WITHHELD)) & ~CARRIED) | Q(
    status=MessageStatus.QUEUED, attempts__gte=3
)
ACCOUNT = "account/"
FOR_OTHERS = Q(kind__contains="/attending")  # whoever has a seat that somebody else booked


def find_messages(text: str) -> AnyRows:
    """Those whose address or subject has every word of `text`, newest first, without their contents.

    What only resembles it comes last.
    """
    rows = found(
        Message.objects.defer("text", "html", "attachments").select_related("person"),
        text,
        Word.is_in,
        spelt_in=[Message.objects.all()],
    )
    return rows.order_by(similar_last(), "-created_at", "-pk")


def messages_about(pk: UUID) -> QuerySet[Message]:
    """What people were sent about the row `pk`, newest first: not what the office itself was told of it."""
    return find_messages("").filter(about_id=pk).exclude(FOR_OFFICE)


def messages_for(email: str, *, about: Iterable[object]) -> QuerySet[Message]:
    """What went to `email`, and what its owner was sent, at whichever address, about the rows whose keys are `about`.

    Newest first.
    """
    theirs = Q(about_id__in=about) & ~FOR_OFFICE & ~FOR_OTHERS
    return find_messages("").filter(Q(to__iexact=email) & ~Q(to="") | theirs)


def may_be_read(message: Message) -> bool:
    """Whether the office may read it. Links into somebody's account are for that person's eyes alone."""
    return not message.kind.startswith(ACCOUNT)
