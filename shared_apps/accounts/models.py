"""People who can sign in: a tenant's in its own schema, operators in public."""

from typing import ClassVar, TypeAlias

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext

from shared_apps.accounts.roles import OPERATOR, PERMISSIONS, ROLES
from shared_apps.core.lines import NameField
from shared_apps.core.models import Row
from shared_apps.core.permissions import can
from shared_apps.core.personal import mark, personal


class UserManager(BaseUserManager["User"]):
    """Makes users, who have an email address instead of a user name."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def visible_to(self, user: "Visitor") -> "models.QuerySet[User]":
        """The office sees all users; everybody else, themselves."""
        if can(user, "users.manage"):
            return self.all()
        return self.filter(pk=user.pk) if user.is_authenticated else self.none()


class User(Row, AbstractBaseUser):
    """One person's way in, at one tenant. What they may do follows from their roles."""

    email = models.EmailField()
    name = NameField(blank=True)
    phone = models.CharField(
        max_length=40, blank=True, default="", db_default="", help_text="As given when they registered"
    )
    roles = ArrayField(models.CharField(max_length=20, choices=ROLES.items()), default=list, blank=True)
    is_active = models.BooleanField(default=True)
    sessions_ended = models.PositiveIntegerField(
        default=0, db_default=0, help_text="How often all of this user's sessions and tokens were ended"
    )

    PERSONAL: ClassVar = personal(users=["pk"], gone=True, shows=["roles", "created_at"], email="", name="", phone="")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_user_per_email"),
            models.CheckConstraint(condition=models.Q(roles__contained_by=list(ROLES)), name="user_roles_are_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def who_may(self, permission: str) -> str:
        """The roles in a tenant that may do `permission`, as one reads them: `owner or office`."""
        names = [ROLES[role] for role, allowed in PERMISSIONS.items() if permission in allowed and role != OPERATOR]
        return gettext(" or ").join(names)

    def can(self, permission: str) -> bool:
        """Whether any of this person's roles allows `permission`."""
        return self.is_active and any(permission in PERMISSIONS.get(role, ()) for role in self.roles)

    @property
    def is_staff(self) -> bool:
        """Whether this person works for the tenant in its office."""
        return self.can("office.enter")

    @property
    def roles_of_office(self) -> list[str]:
        """Those of their roles that let them into the office, were they active."""
        return [role for role in self.roles if "office.enter" in PERMISSIONS[role]]

    @property
    def sees_all(self) -> bool:
        """Whether lists show everything, not only what is this person's own."""
        return self.can("everything.view")

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Sessions and tokens carry this value, so that they end when it changes; with another key as well.
        known: str = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        if not self.sessions_ended:
            return known
        value = f"{known}:{self.sessions_ended}"
        return salted_hmac("muster.sessions", value, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        return str(self)


Visitor: TypeAlias = User | AnonymousUser  # whoever asks: signed in, or not

# What belongs to an account ends with it.
mark("account.EmailAddress", personal(users=["user"], gone=True, shows=["verified", "primary"], email=""))
mark(
    "usersessions.UserSession",
    personal(users=["user"], gone=True, shows=["created_at", "last_seen_at"], ip="", user_agent=""),
)
