"""Links about interest in a course: the one that proves an address and registers it, and the one to leave."""

from dataclasses import asdict, dataclass
from uuid import UUID

from shared_apps.accounts.models import Visitor
from shared_apps.core.signing import BadSignature, sign, unsign
from shared_apps.tenants.urls import tenant_url
from tenant_apps.interest.models import Interest
from tenant_apps.people.models import persons_of

CONFIRM, OWN = "interest_confirm", "interest_own"
CONFIRM_SECONDS = 3 * 86_400


@dataclass(frozen=True)
class Asked:
    """What a visitor typed who wants to hear of dates. Nothing is noted before their address is proven."""

    course_id: str
    name: str
    email: str
    seats: int


def confirm_link(asked: Asked) -> str:
    """The link that registers the interest of whoever reads the mail of the typed address."""
    return tenant_url("interest_confirm", sign(CONFIRM, asdict(asked)))


def asked_by(token: str) -> Asked | None:
    """What `token` asks for; None for one that is forged or too old."""
    try:
        return Asked(**unsign(CONFIRM, token, max_age=CONFIRM_SECONDS))
    except (BadSignature, TypeError):
        return None


def own_token(interest: Interest) -> str:
    """What opens the page of one's own interest; only whoever reads the mail of the present address has it."""
    return sign(OWN, [str(interest.pk), interest.person.email.lower()])


def own_link(interest: Interest) -> str:
    """The page of one's own interest, where it ends."""
    return tenant_url("interest_own", own_token(interest))


def interest_of(token: str) -> Interest | None:
    """What `token` opens; None for one that is forged, or of an address they no longer have."""
    try:
        pk, email = unsign(OWN, token)
    except (BadSignature, ValueError):
        return None
    rows = Interest.objects.filter(pk=UUID(pk), person__email__iexact=email)
    return rows.select_related("person", "course").first()


def own_interest(*, user: Visitor, context: dict[str, object]) -> None:
    """On the page of somebody's own bookings: of which courses they wait for a date."""
    rows = Interest.objects.waiting().filter(person__in=persons_of(user)).select_related("person", "course")
    context["interest"] = [(row, own_token(row)) for row in rows]
