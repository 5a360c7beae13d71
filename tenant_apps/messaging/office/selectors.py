"""The log of messages, for the office: what was sent to whom."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, When

from shared_apps.core.search import NAMES, AnyRows, Word, found, similar_last
from tenant_apps.messaging.models import UNDER_WAY, Message, MessageStatus, Notice
from tenant_apps.messaging.models.notices import FOR_OFFICE
from tenant_apps.people.models import Person

# What failed or was withheld is no trouble where another message carried the same notice.
CARRIED = Exists(Message.objects.filter(notice=OuterRef("notice"), status__in=UNDER_WAY))
DID_NOT_GO = (MessageStatus.FAILED, MessageStatus.WITHHELD)
STUCK = (Q(status__in=DID_NOT_GO) & ~CARRIED) | Q(status=MessageStatus.QUEUED, attempts__gte=3)
ACCOUNT = "account/"
FOR_OTHERS = Q(kind__contains="/attending")  # whoever has a seat that somebody else booked


def find_messages(text: str) -> AnyRows:
    """Those whose address, subject or person's name has every word of `text`, newest first, without their contents.

    What only resembles it comes last. `instead` is the channel that carried the same notice where one did not go out.
    """
    rows = found(
        Message.objects.defer("text", "html", "attachments").select_related("person", "notice__user"),
        text,
        _has,
        spelt_in=[Message.objects.all(), Person.objects.all()],
    )
    other = Message.objects.filter(notice=OuterRef("notice"), status__in=UNDER_WAY)
    instead = Case(When(status__in=DID_NOT_GO, then=Subquery(other.values("channel")[:1])), output_field=CharField())
    rows = rows.annotate(instead=instead)
    return rows.order_by(similar_last(), "-created_at", "-pk")


def _has(word: Word) -> Q:
    named = Person.objects.filter(word.is_in(upto=NAMES)).values("pk")
    return word.is_in() | Q(person__in=named)


def waiting_for_summaries() -> QuerySet[Notice]:
    """What people were told that goes out with a summary, which has not gone yet; the first to go comes first."""
    rows = Notice.objects.filter(digest_at__isnull=False, digested_at=None, read_at=None)
    return rows.select_related("user").order_by("digest_at", "created_at")


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
