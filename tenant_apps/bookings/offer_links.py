"""The link in an email that offers seats: whoever reads that mail may accept or decline."""

from shared_apps.core.signing import BadSignature, sign, unsign
from shared_apps.tenants.urls import tenant_url
from tenant_apps.bookings.waiting_list import LINE
from tenant_apps.scheduling.models import Offer

PURPOSE = "seat_offer"


def offer_token(offer: Offer) -> str:
    """What names `offer` in a link; only whoever reads the mail of its person's present address has it."""
    return sign(PURPOSE, [str(offer.pk), offer.person.email.lower()])


def offer_link(offer: Offer) -> str:
    """The page on which `offer` is answered."""
    return tenant_url("offer", offer_token(offer))


def offer_of(token: str) -> Offer | None:
    """The offer of seats that `token` names; None for one that is forged, or of an address they no longer have."""
    try:
        pk, email = unsign(PURPOSE, token)
    except (BadSignature, ValueError):
        return None
    rows = Offer.objects.filter(line=LINE, person__email__iexact=email).select_related("person")
    return rows.filter(pk=pk).first()
