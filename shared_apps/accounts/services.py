"""Making users, their email addresses, and ending their sessions."""

from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed, email_removed
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.db.models import F
from django.dispatch import receiver

from shared_apps.accounts.errors import EmailTaken
from shared_apps.accounts.models import User, Visitor
from shared_apps.accounts.roles import STUDENT
from shared_apps.core.hooks import Hook
from shared_apps.tenants.context import tenant_or_none

# What the apps above hear, which a tenant has and the platform has not. Each is called with `user` and `email`.
email_verified = Hook()  # an address was proven
primary_email_changed = Hook()  # another proven address is the first one now, to which mails go
access_ended = Hook()  # called with the user and whether the account is closed, `for_good`
address_removed = Hook()  # an address was taken off the account


@transaction.atomic
def create_user(
    *, email: str, password: str | None = None, name: str = "", phone: str = "", roles: list[str] | None = None,
    verified: bool = False,
) -> User:  # fmt: skip
    """A user who can sign in once their address is verified. Without a password they set one by a reset link.

    `phone` is what they gave; who hears that the address was proven may keep it.

    Raises `EmailTaken`.
    """
    user = User(email=email.lower(), name=name, phone=phone, roles=roles or [STUDENT])
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()
    # After the password was hashed, which takes long: nobody should learn from the time whether an address is known.
    if EmailAddress.objects.filter(email=user.email, verified=True).exists():
        raise EmailTaken  # as somebody's second address
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise EmailTaken from error
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=verified)
    if verified:
        note_verified_email(user, email=user.email)
    return user


@transaction.atomic
def prove_email(address: EmailAddress) -> bool:
    """Somebody showed that they read this address's mail. False when another user proved it earlier."""
    if not address.verified:
        if not address.set_verified(commit=False):
            return False
        address.set_as_primary(conditional=True)
        try:
            with transaction.atomic():
                address.save()
        except IntegrityError:  # another user proved it at the same moment
            return False
        note_verified_email(address.user, email=address.email)
    return True


def account_of(email: str) -> User | None:
    """The account that is open under this address: its main one, or another that it has proven."""
    active = User.objects.filter(is_active=True)
    further = EmailAddress.objects.filter(email__iexact=email, verified=True).values("user")
    return active.filter(email__iexact=email).first() or active.filter(pk__in=further).first()


def is_of_sign_up(address: EmailAddress) -> bool:
    """Whether an account that has proven nothing yet was made with this address."""
    account = address.user
    proven = EmailAddress.objects.filter(user=account, verified=True)
    return address.email.lower() == account.email.lower() and not proven.exists()


@transaction.atomic
def add_proven_address(user: User, *, email: str) -> None:
    """`user`, signed in, followed a link that was sent to `email`. Raises `EmailTaken` when it is somebody else's."""
    address = EmailAddress.objects.get_or_create(user=user, email=email.lower())[0]
    if not prove_email(address):
        raise EmailTaken


@transaction.atomic
def make_primary(user: User, *, email: str) -> None:
    """The proven address `email` becomes the one that `user` is written to."""
    EmailAddress.objects.get(user=user, email=email.lower(), verified=True).set_as_primary()
    user.email = email.lower()
    note_primary_email(user, email=user.email)


@transaction.atomic
def reset_password(user: User, *, password: str, email: str) -> None:
    """A new password for one who followed the link that went to `email`, which proves that address too.

    Every session and token of before ends with the old password.
    """
    user.set_password(password)
    user.save(update_fields=["password"])
    address = EmailAddress.objects.filter(user=user, email__iexact=email).first()
    if address:
        prove_email(address)


@transaction.atomic
def rename_user(user: User, *, name: str) -> User:
    """Change what a user is called."""
    user.name = name
    user.save(update_fields=["name"])
    return user


@transaction.atomic
def set_active(user: User, *, active: bool) -> None:
    """Let somebody sign in no longer, or again. Every session and token of theirs ends, for good."""
    user.is_active = active
    User.objects.filter(pk=user.pk).update(is_active=active, sessions_ended=F("sessions_ended") + 1)
    user.refresh_from_db(fields=["sessions_ended"])
    known = UserSession.objects.filter(user=user)
    Session.objects.filter(session_key__in=list(known.values_list("session_key", flat=True))).delete()
    known.delete()
    if tenant_or_none():
        access_ended(user=user, for_good=not active)


def note_verified_email(user: User, *, email: str) -> None:
    """Tell the apps above that `user` proved `email` to be theirs."""
    if tenant_or_none():
        email_verified(user=user, email=email)


def note_primary_email(user: User, *, email: str) -> None:
    """Tell the apps above that `user` is written to at `email` now."""
    if tenant_or_none():
        primary_email_changed(user=user, email=email)


@receiver(email_changed)
def _hear_of_a_change(user: User, to_email_address: EmailAddress, **_more: object) -> None:
    if to_email_address.verified:
        note_primary_email(user, email=to_email_address.email)


@receiver(email_removed)
def _hear_of_a_removal(user: User, email_address: EmailAddress, **_more: object) -> None:
    if tenant_or_none():
        address_removed(user=user, email=email_address.email)


@transaction.atomic
def prove_only_address(user: User) -> None:
    """Whoever opened a link that was sent to their only address has that address."""
    addresses = list(EmailAddress.objects.filter(user=user))
    if len(addresses) == 1:
        prove_email(addresses[0])


def is_proven(user: User, email: str) -> bool:
    """Whether `user` has proven the address `email`."""
    return EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists()


def owns_email(user: Visitor | None, email: str) -> bool:
    """Whether `user` (None: a visitor) has proven that `email` is theirs."""
    if user is None or not user.is_authenticated or not email:
        return False
    return EmailAddress.objects.filter(user_id=user.pk, email__iexact=email, verified=True).exists()


def has_verified_email(user: User) -> bool:
    """Whether the user's own address is proven."""
    return is_proven(user, user.email)
