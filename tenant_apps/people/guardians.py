"""Which accounts see and act for whom, as the office says it."""

from allauth.account.models import EmailAddress
from django.db import transaction

from shared_apps.accounts.models import User
from shared_apps.events.bus import emit
from tenant_apps.people.errors import IsThemselves, NoSuchAccount
from tenant_apps.people.events import GuardianAdded, GuardianRemoved
from tenant_apps.people.models import Access, AccessKind, Person


@transaction.atomic
def add_guardian(person: Person, *, email: str, by: User | None) -> Access:
    """The account that proved `email` looks after `person`: it sees, pays and cancels what is booked for them.

    Raises `NoSuchAccount`, `IsThemselves`.
    """
    proven = EmailAddress.objects.filter(email=email.strip().lower(), verified=True, user__is_active=True)
    address = proven.select_related("user").first()
    if address is None:
        raise NoSuchAccount
    access = Access.objects.select_for_update().filter(user=address.user, person=person).first()
    if access is not None and access.kind == AccessKind.SELF:
        raise IsThemselves
    if access is None or access.kind != AccessKind.GUARDIAN:
        access = access or Access(user=address.user, person=person)
        access.kind = AccessKind.GUARDIAN
        access.save()
        emit(GuardianAdded(person_id=person.pk, user_id=address.user.pk), by=by, subject=person)
    return access


@transaction.atomic
def remove_access(access: Access, *, by: User | None) -> None:
    """Somebody else's account sees nothing of a person any more. Nobody loses the access to themselves."""
    if access.kind == AccessKind.SELF:
        raise IsThemselves
    person, user = access.person, access.user_id
    access.delete()
    emit(GuardianRemoved(person_id=person.pk, user_id=user), by=by, subject=person)
