"""Who works here and what they may do. Nobody gives or takes what they don't have themselves."""

from collections.abc import Iterable
from typing import Unpack

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Model, Q, QuerySet

from shared_apps.accounts.letters import send_invitation
from shared_apps.accounts.models import User
from shared_apps.accounts.roles import ADMIN, CONTACT, OWNER, SALES, STUDENT, TRAINER
from shared_apps.accounts.services import create_user, has_verified_email
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from tenant_apps.people.access import leave_an_owner, reachable, set_access, within
from tenant_apps.people.errors import NowhereToInvite, RoleAboveOwn, SignsInAlready, WorksHereAlready
from tenant_apps.people.events import AccountRolesChanged, ColleagueInvited, RolesChanged
from tenant_apps.people.identity import find_person
from tenant_apps.people.models import Person, Trainer
from tenant_apps.people.services import TrainerDetails, save_trainer, set_trainer_active

TEAM = (OWNER, ADMIN, SALES, TRAINER)
CUSTOMERS = (STUDENT, CONTACT)


def team() -> QuerySet[User]:
    """Everybody who may enter the office, or might once they are let in again."""
    return User.objects.filter(roles__overlap=list(TEAM)).order_by("-is_active", "name", "email")


def grantable(by: User | None) -> list[str]:
    """The roles of the office that `by` may give to others: those that allow nothing `by` may not do."""
    return [role for role in TEAM if within(by, [role])]


@transaction.atomic
def invite_colleague(*, name: str, email: str, roles: Iterable[str], by: User | None) -> User:
    """Ask somebody to work here and email them a link. Who has an account here already keeps it and gets the roles.

    A trainer can be chosen for sessions from now on. Raises `RoleAboveOwn`, `WorksHereAlready`.
    """
    roles = _known(roles)
    if not within(by, roles):
        raise RoleAboveOwn
    user = _with_address(email.strip())
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
    if TRAINER in roles:
        ensure_trainer(user, name=name, by=by)
    send_invitation(user, by=by)
    return user


def _with_address(email: str) -> User | None:
    """The user who has `email`, locked; as one that they have proven, too."""
    users = User.objects.select_for_update(of=("self",))
    proven = EmailAddress.objects.filter(email=email.lower(), verified=True).values("user")
    return users.filter(pk__in=proven).first() or users.filter(email__iexact=email).first()


@transaction.atomic
def invite_again(user: User, *, by: User | None) -> None:
    """Send the link once more to somebody who has not come in yet. Raises `SignsInAlready`, `RoleAboveOwn`."""
    user = reachable(user, by)
    if user.has_usable_password() or not user.is_active:
        raise SignsInAlready
    emit(ColleagueInvited(user_id=user.pk, roles=[role for role in user.roles if role in TEAM]), by=by, subject=user)
    send_invitation(user, by=by)


@transaction.atomic
def change_roles(user: User, *, roles: Iterable[str], by: User | None) -> User:
    """Give somebody these roles of the office, instead of those they have. What they are besides, they stay.

    Raises `OwnRoles`, `RoleAboveOwn`, `LastOwner`.
    """
    user, roles = reachable(user, by), _known(roles)
    if not within(by, roles):
        raise RoleAboveOwn
    after = [*(role for role in user.roles if role not in TEAM), *roles]
    if after == user.roles:
        return user
    if OWNER in user.roles and OWNER not in roles:
        leave_an_owner(user)
    before, user.roles = user.roles, after
    user.save(update_fields=["roles"])
    emit(RolesChanged(user_id=user.pk, before=before, after=after), by=by, subject=user)
    if TRAINER in after and TRAINER not in before:
        ensure_trainer(user, name=str(user), by=by)
    return user


@transaction.atomic
def change_own_roles(user: User, *, roles: Iterable[str], by: User | None) -> User:
    """Say what somebody is besides working here: a student, a company's contact, or both.

    Raises `OwnRoles`, `RoleAboveOwn`.
    """
    user, wanted = reachable(user, by), set(roles)
    after = [*(role for role in user.roles if role not in CUSTOMERS), *(role for role in CUSTOMERS if role in wanted)]
    if after != user.roles:
        before, user.roles = user.roles, after
        user.save(update_fields=["roles"])
        person = Person.objects.filter(user=user).first()
        event = AccountRolesChanged(person_id=person.pk if person else None, before=before, after=after)
        emit(event, by=by, subject=person or user)
    return user


def trainer_of(user: User) -> Trainer | None:
    """What a colleague is as a trainer: by their account, or by their address until they have proven it."""
    own = Trainer.objects.filter(person__user=user).select_related("person").first()
    if own is not None:
        return own
    person = find_person(user.email)
    if person is None or person.user_id not in (None, user.pk):
        return None
    return Trainer.objects.filter(person=person).select_related("person").first()


def to_teach(trainer: Trainer | None) -> list[Model]:
    """The sessions that `trainer` has still to teach, to assist or to assess, the next first."""
    if trainer is None:
        return []
    sessions = Trainer.sessions.rel.related_model.objects  # type: ignore[attr-defined]
    mine = sessions.filter(Q(trainer=trainer) | Q(pk__in=trainer.assists.values("session")))
    ahead = mine.filter(status__in=["tentative", "scheduled", "in_progress"], ends_at__gt=now())
    return list(ahead.select_related("course").order_by("starts_at"))


@transaction.atomic
def add_teacher(
    *, name: str, email: str = "", invite: bool, by: User | None, **details: Unpack[TrainerDetails]
) -> Trainer:
    """Add somebody who teaches, and `invite` them to sign in as one.

    Raises what `save_trainer` and `invite_colleague` raise.
    """
    trainer = save_trainer(None, by=by, name=name, email=email, **details)
    if invite:
        invite_colleague(name=name, email=email, roles=[TRAINER], by=by)
    return trainer


@transaction.atomic
def invite_trainer(trainer: Trainer, *, by: User | None) -> User:
    """Ask a trainer to sign in, once more if they have not come yet.

    Raises `NowhereToInvite`, `RoleAboveOwn`, `WorksHereAlready`.
    """
    if not trainer.person.email:
        raise NowhereToInvite
    user = _with_address(trainer.person.email)
    if user is not None and waits_for(user) and user.roles_of_office:
        invite_again(user, by=by)
        return user
    return invite_colleague(name=trainer.person.name, email=trainer.person.email, roles=[TRAINER], by=by)


def ensure_trainer(user: User, *, name: str, by: User | None) -> Trainer:
    """See to it that sessions can be given to `user`, who is shown on the site as `name`."""
    trainer = trainer_of(user)
    if trainer is None:
        return save_trainer(None, by=by, name=name, email=user.email)
    return set_trainer_active(trainer, active=True, by=by)


@transaction.atomic
def let_go(user: User, *, by: User | None) -> User:
    """A trainer who leaves: they can't sign in, are not shown on the site and can't be chosen. Their sessions stay.

    Raises what `set_access` raises.
    """
    set_access(user, active=False, by=by)
    if (trainer := trainer_of(user)) is not None:
        set_trainer_active(trainer, active=False, by=by)
    return user


@transaction.atomic
def take_back(user: User, *, by: User | None) -> User:
    """A trainer who left is here again: signs in, is shown and can be chosen. Raises what `set_access` raises."""
    set_access(user, active=True, by=by)
    if (trainer := trainer_of(user)) is not None:
        set_trainer_active(trainer, active=True, by=by)
    return user


def waits_for(user: User) -> bool:
    """Whether `user` was invited and has not set a password yet."""
    return user.is_active and not user.has_usable_password()


def _known(roles: Iterable[str]) -> list[str]:
    wanted = set(roles)
    return [role for role in TEAM if role in wanted]
