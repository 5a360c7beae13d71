"""Whom certificates tell what. Every notice has a key, so that nothing is told twice."""

from dataclasses import dataclass
from uuid import UUID

from shared_apps.accounts.models import User
from shared_apps.events.bus import on
from shared_apps.tenants.urls import tenant_url
from tenant_apps.bookings.models import Booking
from tenant_apps.catalogue.models import Course
from tenant_apps.certificates.events import CertificateExpiring, CertificateIssued, CertificateRevoked
from tenant_apps.certificates.models import Certificate
from tenant_apps.certificates.selectors import holder_link, link_to_booking, rule_of, seat_of
from tenant_apps.messaging.services import notify
from tenant_apps.people.models import Person

RELATED = ("person__user", "course", "booking__buyer__user", "session")


@dataclass(frozen=True)
class Reader:
    """Who is told of a certificate, and where. `stranger`: nobody has proven that the address is theirs."""

    to: str = ""
    user: User | None = None
    person: Person | None = None
    stranger: bool = False


def reader_of(certificate: Certificate) -> Reader | None:
    """Who holds it, where they are reached; None where only whoever booked for them is."""
    person, booking = certificate.person, certificate.booking
    if person.user:
        return Reader(user=person.user, person=person)
    if person.email and (booking is None or booking.buyer_id == person.pk):
        return Reader(to=person.email, person=person, stranger=booking is None)
    seat = seat_of(certificate)
    if seat and seat.email:
        return Reader(to=seat.email, stranger=True)
    return Reader(to=person.email, person=person, stranger=True) if person.email else None


@on(CertificateIssued, name="certificates.tell", when=lambda event: not event.quietly)
def tell_of_it(event: CertificateIssued) -> None:
    """The link to it, to who holds it; one email to whoever booked for people that we can't reach."""
    certificate = _found(event.certificate_id)
    if certificate.revoked_at or certificate.is_erased:
        return
    reader = reader_of(certificate)
    if reader:
        _tell("certificates/issued", certificate, reader, url=holder_link(certificate))
    elif certificate.booking:
        _tell_buyer(certificate, certificate.booking)


@on(CertificateExpiring, name="certificates.tell_that_it_expires")
def tell_that_it_expires(event: CertificateExpiring) -> None:
    """Whoever holds it, or else who booked for them, some weeks before, with where it is renewed.

    If another one took its place since, of that: it is as good as reminded of.
    """
    certificate = _found(event.certificate_id)
    while later := Certificate.objects.filter(replaces=certificate).first():
        certificate = _found(later.pk)
    reader = reader_of(certificate) or _buyer_of(certificate)
    if certificate.revoked_at or certificate.is_erased or reader is None:
        return
    course = rule_of(certificate.course).renewed_by or certificate.course
    renews = course if course.published and course.active else None
    url = tenant_url("course", course.slug) if renews else holder_link(certificate)
    _tell("certificates/expiring", certificate, reader, url=url, renews=renews)


@on(CertificateRevoked, name="certificates.tell_that_it_is_revoked", when=lambda event: not event.replaced)
def tell_that_it_is_revoked(event: CertificateRevoked) -> None:
    """Whoever holds it, or else who booked for them; not where another one took its place, of which they hear."""
    certificate = _found(event.certificate_id)
    reader = reader_of(certificate) or _buyer_of(certificate)
    if reader and not certificate.is_erased:
        _tell("certificates/revoked", certificate, reader, url=holder_link(certificate))


def _found(pk: UUID) -> Certificate:
    return Certificate.objects.select_related(*RELATED).get(pk=pk)


def _buyer_of(certificate: Certificate) -> Reader | None:
    buyer = certificate.booking.buyer if certificate.booking else None
    if buyer is None or not buyer.email:
        return None
    return Reader(to="" if buyer.user else buyer.email, user=buyer.user, person=buyer)


def _tell(kind: str, certificate: Certificate, reader: Reader, *, url: str, renews: Course | None = None) -> None:
    notify(
        kind, to=reader.to, user=reader.user, person=reader.person,
        context={"certificate": certificate, "url": url, "renews": renews, "proven": not reader.stranger},
        about=certificate, once=f"{kind}:{certificate.pk}", to_stranger=reader.stranger, group="certificates",
    )  # fmt: skip


def _tell_buyer(certificate: Certificate, booking: Booking) -> None:
    """Once for all that come within minutes of each other; once more for those of another day."""
    buyer = booking.buyer
    if not buyer.email and not buyer.user:
        return
    notify(
        "certificates/for_yours", user=buyer.user, person=buyer,
        context={"certificate": certificate, "url": link_to_booking(booking)},
        about=booking, once=f"certificates/for_yours:{booking.pk}:{certificate.created_at:%Y%m%d}",
    )  # fmt: skip
