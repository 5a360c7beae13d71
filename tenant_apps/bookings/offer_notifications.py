"""What those hear who waited for seats: that they are offered some, until when, and where they accept."""

from django.utils.translation import gettext as _

from shared_apps.events.bus import on
from shared_apps.tenants.urls import tenant_url
from tenant_apps.bookings import calendar
from tenant_apps.bookings.offer_links import offer_link
from tenant_apps.bookings.selectors import days_of
from tenant_apps.bookings.waiting_list import LINE
from tenant_apps.messaging.services import notify, tell_office
from tenant_apps.scheduling.events import OfferMade
from tenant_apps.scheduling.models import Offer, Session


@on(OfferMade, name="bookings.tell_of_offer", when=lambda event: event.line == LINE)
def tell_of_offer(event: OfferMade) -> None:
    """The email with the link; the office calls those who have no address."""
    offer = Offer.objects.select_related("person__user").get(pk=event.offer_id)
    if not offer.is_open:
        return
    session = Session.objects.select_related("course", "place", "room").get(pk=offer.subject_id)
    context = {
        "greeting": _("Hello,"), "offer": offer, "session": session, "course": session.course, "days": days_of(session),
        "where": calendar.where_line(session),
    }  # fmt: skip
    once = f"offer:{offer.pk}"
    if offer.person.email:
        context["offer_url"] = offer_link(offer)
        person = offer.person  # nobody is in line whose address is not proven, or the office's word
        notify("bookings/offer", person=person, user=person.user, context=context, about=session, once=once)
    else:
        context["office_url"] = tenant_url("office:session", session.pk)
        tell_office("bookings/office_offer", context=context, about=session, once=once)
