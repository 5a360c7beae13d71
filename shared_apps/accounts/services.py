"""Making users and proving their addresses."""

from typing import Any

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from shared_apps.accounts.errors import EmailTaken
from shared_apps.accounts.models import User
from shared_apps.accounts.roles import STUDENT
from shared_apps.core.hooks import Hook
from shared_apps.tenants.context import current_tenant

# Who hears that an address was proven; apps above register, since this one knows none of them.
email_verified = Hook()


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
        address.save()
        note_verified_email(address.user, email=address.email)
    return True


@transaction.atomic
def reset_password(user: User, *, password: str) -> None:
    """A new password for one who followed the link in our email, which proves the address too.

    Every session and token of before ends with the old password.
    """
    user.set_password(password)
    user.save(update_fields=["password"])
    address = EmailAddress.objects.filter(user=user, email__iexact=user.email).first()
    if address:
        prove_email(address)


@transaction.atomic
def rename_user(user: User, *, name: str) -> User:
    """Change what a user is called."""
    user.name = name
    user.save(update_fields=["name"])
    return user


def note_verified_email(user: User, *, email: str) -> None:
    """Tell the apps above, which a tenant has and the platform has not, that `user` proved `email` to be theirs."""
    if current_tenant():
        email_verified(user=user, email=email)


@transaction.atomic
def prove_only_address(user: Any) -> None:
    """Whoever opened a link that was sent to their only address has that address."""
    addresses = list(EmailAddress.objects.filter(user=user))
    if len(addresses) == 1 and not addresses[0].verified:
        addresses[0].verified = True
        addresses[0].save(update_fields=["verified"])
        if current_tenant():
            note_verified_email(user, email=addresses[0].email)


def owns_email(user: Any, email: str) -> bool:
    """Whether `user` (None: a visitor) has proven that `email` is theirs."""
    if getattr(user, "pk", None) is None or not email:
        return False
    return EmailAddress.objects.filter(user_id=user.pk, email__iexact=email, verified=True).exists()


def has_verified_email(user: Any) -> bool:
    """Whether the user's own address is proven."""
    return EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists()
