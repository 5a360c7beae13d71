"""Links about a waiting list: the one that proves an address and joins, and the one to one's own place in it."""

from dataclasses import asdict, dataclass
from uuid import UUID

from shared_apps.accounts.models import Visitor
from shared_apps.core.signing import BadSignature, sign, unsign
from shared_apps.tenants.urls import tenant_url
from tenant_apps.bookings.models import WaitingListEntry
from tenant_apps.people.models import persons_of

JOIN, PLACE = "waiting_list_join", "waiting_list_place"
JOIN_SECONDS = 3 * 86_400


@dataclass(frozen=True)
class Asked:
    """What a visitor typed to wait for seats of a session. Nobody is in line before their address is proven."""

    session_id: str
    name: str
    email: str
    phone: str
    seats: int


def join_link(asked: Asked) -> str:
    """The link that puts whoever reads the mail of the typed address in line."""
    return tenant_url("waiting_join", sign(JOIN, asdict(asked)))


def asked_by(token: str) -> Asked | None:
    """What `token` asks for; None for one that is forged or too old."""
    try:
        return Asked(**unsign(JOIN, token, max_age=JOIN_SECONDS))
    except (BadSignature, TypeError):
        return None


def place_token(entry: WaitingListEntry) -> str:
    """What opens the page of one's own place; only whoever reads the mail of the present address has it."""
    return sign(PLACE, [str(entry.pk), entry.person.email.lower()])


def place_link(entry: WaitingListEntry) -> str:
    """The page of one's own place in line."""
    return tenant_url("waiting_place", place_token(entry))


def place_of(token: str) -> WaitingListEntry | None:
    """The place that `token` opens; None for one that is forged, or of an address they no longer have."""
    try:
        pk, email = unsign(PLACE, token)
    except (BadSignature, ValueError):
        return None
    rows = WaitingListEntry.objects.filter(pk=UUID(pk), person__email__iexact=email)
    return rows.select_related("person", "session__course", "session__place", "session__room").first()


def own_places(user: Visitor) -> list[tuple[WaitingListEntry, str]]:
    """Where `user`, or somebody whom they have access to, waits in line, with what opens each place."""
    rows = WaitingListEntry.objects.in_line().filter(person__in=persons_of(user)).with_position()
    rows = rows.select_related("person", "session__course", "session__place").order_by("session__starts_at")
    return [(entry, place_token(entry)) for entry in rows]
