"""Who may sign in, and who may say so. Nobody gives or takes what they don't have themselves."""

from collections.abc import Iterable

from django.db import transaction

from shared_apps.accounts.models import User
from shared_apps.accounts.roles import OWNER, PERMISSIONS
from shared_apps.accounts.services import rename_user, set_active
from shared_apps.events.bus import emit
from tenant_apps.people.errors import LastOwner, OwnRoles, RoleAboveOwn
from tenant_apps.people.events import AccessChanged, AccountChanged, AccountRenamed, ColleagueRenamed
from tenant_apps.people.models import Person


@transaction.atomic
def set_access(user: User, *, active: bool, by: User | None) -> User:
    """Let a colleague or a student sign in no longer, or again. Their sessions and tokens end either way.

    Raises `OwnRoles`, `RoleAboveOwn`, `LastOwner`.
    """
    user = reachable(user, by)
    if user.is_active == active:
        return user
    if not active and OWNER in user.roles:
        leave_an_owner(user)
    set_active(user, active=active)
    if user.roles_of_office:
        emit(AccessChanged(user_id=user.pk, active=active), by=by, subject=user)
    else:
        person = Person.objects.filter(user=user).first()
        emit(AccountChanged(person_id=person.pk if person else None, active=active), by=by, subject=person or user)
    return user


@transaction.atomic
def rename(user: User, *, name: str, by: User | None) -> User:
    """Call a user, or oneself, otherwise. Raises `RoleAboveOwn`."""
    if by is None or user.pk != by.pk:
        user = reachable(user, by)
    if user.name == name:
        return user
    rename_user(user, name=name)
    if user.roles_of_office:
        emit(ColleagueRenamed(user_id=user.pk), by=by, subject=user)
    else:
        person = Person.objects.filter(user=user).first()
        emit(AccountRenamed(person_id=person.pk if person else None), by=by, subject=person or user)
    return user


def reachable(user: User, by: User | None) -> User:
    """`user`, locked. Raises `OwnRoles`, `RoleAboveOwn`."""
    if by is not None and user.pk == by.pk:
        raise OwnRoles
    user = User.objects.select_for_update().get(pk=user.pk)
    if not within(by, user.roles):
        raise RoleAboveOwn
    return user


def within(by: User | None, roles: Iterable[str]) -> bool:
    """Whether `roles` allow nothing that `by` may not do; nobody may do nothing."""
    own = set().union(*(PERMISSIONS.get(role, set()) for role in (by.roles if by else ())))
    # Booking for oneself is everybody's, also of those whose role does not say so.
    return all(PERMISSIONS.get(role, set()) - {"bookings.book"} <= own for role in roles)


def leave_an_owner(user: User) -> None:
    """Raises `LastOwner` when nobody else is an owner who may sign in."""
    others = User.objects.select_for_update().filter(roles__contains=[OWNER], is_active=True).exclude(pk=user.pk)
    if not list(others):
        raise LastOwner
