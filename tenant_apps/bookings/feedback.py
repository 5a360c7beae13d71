"""Who is asked how it was, once a session is over: everybody who came, by the link to their own review."""

from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext as _

from shared_apps.core.lines import one_line
from tenant_apps.bookings.came import who_came
from tenant_apps.bookings.models import Attendee, Booking
from tenant_apps.bookings.proof import is_proven
from tenant_apps.bookings.review_links import review_link
from tenant_apps.bookings.selectors import link_to
from tenant_apps.bookings.telling import tell_address, tell_buyer

TO_ONE, TO_ATTENDEE = "feedback", "attending_feedback"


def ask_how_it_was(booking: Booking, *, once: str) -> None:
    """Ask all who came with `booking`, each address once; `once` is the key of the request of this session.

    Who has no address of their own is asked by whoever booked for them. A booking that named nobody is asked as a
    whole, without a link: there is no seat to review.
    """
    named = list(booking.attendees.order_by("position"))
    by_address: dict[str, list[Attendee]] = defaultdict(list)
    for one in who_came(booking, named):
        own = one.email and one.email.lower() != booking.buyer.email.lower()
        by_address[one.email.lower() if own else ""].append(one)
    here = by_address.pop("", [])
    if here or not named:
        links = _links(here, names=is_proven(booking))
        url = links[0][1] if len(links) == 1 else link_to(booking)
        hand_on = len(here) > 1 or any(one.person_id != booking.buyer_id for one in here)
        key = f"{once}:{booking.pk}"
        tell_buyer(booking, TO_ONE, once=key, reviews=links, review_url=url, hand_on=hand_on)
    for seats in by_address.values():
        links = _links(seats, names=False)
        tell_address(
            booking, TO_ATTENDEE, seats[0].email, once=once, reviews=links, review_url=links[0][1],
            hand_on=len(links) > 1,
        )  # fmt: skip


def _links(seats: Sequence[Attendee], *, names: bool) -> list[tuple[str, str]]:
    """What each link to a review is called, and the link. Without `names`, no word that somebody else typed."""
    return [
        (one_line(one.name) if names else _("Seat %d") % number, review_link(one))
        for number, one in enumerate(seats, start=1)
    ]
