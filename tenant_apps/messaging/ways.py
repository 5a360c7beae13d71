"""The end of a way to somebody: of their last chat, or of the last browser that showed them notices."""

from django.db import transaction

from shared_apps.accounts.models import User
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from tenant_apps.messaging.events import WayEnded
from tenant_apps.messaging.models import Preferences, PushSubscription
from tenant_apps.people.models import ContactKind, ContactPoint, Person

CHAT, DEVICE = "telegram", "push"


@transaction.atomic
def note_ended(user: User, way: str) -> None:
    """`way` led to `user` and does no more: what they chose to get by it goes by email from now on."""
    row = Preferences.objects.select_for_update().get_or_create(user=user)[0]
    if way not in row.ended.split():
        row.ended = f"{row.ended} {way}".strip()
        row.save(update_fields=["ended"])


@transaction.atomic
def end_chat(chat_id: str) -> None:
    """Nothing more goes into this chat. Whom no other chat leads to is told so."""
    points = ContactPoint.objects.filter(kind=ContactKind.TELEGRAM, opted_out=False)
    ended = list(points.filter(value=chat_id).select_related("person__user").select_for_update(of=("self",)))
    for point in ended:
        point.opted_out = True
        point.save(update_fields=["opted_out"])
        if not points.filter(person=point.person).exists():
            _tell_soon(CHAT, user=point.person.user, person=point.person)


@transaction.atomic
def end_device(key: str) -> None:
    """This browser shows nothing more. Whom no other one leads to is told so."""
    row = PushSubscription.objects.select_for_update(of=("self",)).select_related("user").filter(pk=key).first()
    if row is None:
        return
    row.delete()
    if not PushSubscription.objects.filter(user=row.user).exists():
        _tell_soon(DEVICE, user=row.user, person=None)


def _tell_soon(way: str, *, user: User | None, person: Person | None) -> None:
    if user is not None:
        note_ended(user, way)
    emit(
        WayEnded(
            way=way, user_id=user.pk if user else None, person_id=person.pk if person else None,
            since=now().isoformat(),
        ),
        by=None,
    )  # fmt: skip
