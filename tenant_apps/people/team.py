"""Who works here and what they may do. Nobody gives or takes what they don't have themselves."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from shared_apps.accounts.letters import send_invitation
from shared_apps.accounts.models import User
from shared_apps.accounts.roles import ADMIN, OWNER, PERMISSIONS, SALES, TRAINER
from shared_apps.accounts.services import create_user, has_verified_email
from shared_apps.events.bus import emit
from tenant_apps.people.errors import LastOwner, OwnRoles, RoleAboveOwn, SignsInAlready, WorksHereAlready
from tenant_apps.people.events import AccessChanged, ColleagueInvited, RolesChanged

TEAM = (OWNER, ADMIN, SALES, TRAINER)


def team() -> QuerySet[User]:
    """Everybody who may enter the office, or might once they are let in again."""
    return User.objects.filter(roles__overlap=list(TEAM)).order_by("-is_active", "name", "email")


def grantable(by: Any) -> list[str]:
    """The roles of the office that `by` may give to others: those that allow nothing `by` may not do."""
    return [role for role in TEAM if _within(by, [role])]


@transaction.atomic
def invite_colleague(*, name: str, email: str, roles: Iterable[str], by: Any) -> User:
    """Ask somebody to work here and email them a link. Who has an account here already keeps it and gets the roles.

    Raises `RoleAboveOwn`, `WorksHereAlready`.
    """
    roles = _known(roles)
    if not _within(by, roles):
        raise RoleAboveOwn
    user = User.objects.select_for_update().filter(email__iexact=email.strip()).first()
    if user is None:
        user = create_user(email=email.strip(), name=name, roles=roles)
    elif set(user.roles) & set(TEAM) or not user.is_active:
        raise WorksHereAlready
    else:
        if not has_verified_email(user):  # whoever made this account never showed that the address is theirs
            user.set_unusable_password()
        user.roles = [*user.roles, *roles]
        user.save(update_fields=["roles", "password"])
    emit(ColleagueInvited(user_id=user.pk, roles=roles), by=by, subject=user)
    send_invitation(user, by=by)
    return user


@transaction.atomic
def invite_again(user: User, *, by: Any) -> None:
    """Send the link once more to somebody who has not come in yet. Raises `SignsInAlready`, `RoleAboveOwn`."""
    user = _reachable(user, by)
    if user.has_usable_password() or not user.is_active:
        raise SignsInAlready
    emit(ColleagueInvited(user_id=user.pk, roles=[role for role in user.roles if role in TEAM]), by=by, subject=user)
    send_invitation(user, by=by)


@transaction.atomic
def change_roles(user: User, *, roles: Iterable[str], by: Any) -> User:
    """Give somebody these roles of the office, instead of those they have. What they are besides, they stay.

    Raises `OwnRoles`, `RoleAboveOwn`, `LastOwner`.
    """
    user, roles = _reachable(user, by), _known(roles)
    if not _within(by, roles):
        raise RoleAboveOwn
    after = [*(role for role in user.roles if role not in TEAM), *roles]
    if after == user.roles:
        return user
    if OWNER in user.roles and OWNER not in roles:
        _leave_an_owner(user)
    before, user.roles = user.roles, after
    user.save(update_fields=["roles"])
    emit(RolesChanged(user_id=user.pk, before=before, after=after), by=by, subject=user)
    return user


@transaction.atomic
def set_access(user: User, *, active: bool, by: Any) -> User:
    """Let somebody sign in no longer, or again. Raises `OwnRoles`, `RoleAboveOwn`, `LastOwner`."""
    user = _reachable(user, by)
    if user.is_active == active:
        return user
    if not active and OWNER in user.roles:
        _leave_an_owner(user)
    user.is_active = active
    user.save(update_fields=["is_active"])
    emit(AccessChanged(user_id=user.pk, active=active), by=by, subject=user)
    return user


def waits_for(user: User) -> bool:
    """Whether `user` was invited and has not set a password yet."""
    return user.is_active and not user.has_usable_password()


def _reachable(user: User, by: Any) -> User:
    """`user`, locked. Raises `OwnRoles`, `RoleAboveOwn`."""
    if user.pk == by.pk:
        raise OwnRoles
    user = User.objects.select_for_update().get(pk=user.pk)
    if not _within(by, user.roles):
        raise RoleAboveOwn
    return user


def _within(by: Any, roles: Iterable[str]) -> bool:
    own = set().union(*(PERMISSIONS.get(role, set()) for role in by.roles))
    # Booking for oneself is everybody's, also of those whose role does not say so.
    return all(PERMISSIONS.get(role, set()) - {"bookings.book"} <= own for role in roles)


def _known(roles: Iterable[str]) -> list[str]:
    wanted = set(roles)
    return [role for role in TEAM if role in wanted]


def _leave_an_owner(user: User) -> None:
    others = User.objects.select_for_update().filter(roles__contains=[OWNER], is_active=True).exclude(pk=user.pk)
    if not list(others):
        raise LastOwner
