"""People who can sign in: a tenant's in its own schema, operators in public."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from shared_apps.accounts.roles import PERMISSIONS, ROLES
from shared_apps.core.access import can
from shared_apps.core.lines import NameField
from shared_apps.core.models import Row


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def visible_to(self, user: Any) -> "models.QuerySet[User]":
        """The office sees all users; everybody else, themselves."""
        if can(user, "users.manage"):
            return self.all()
        return self.filter(pk=user.pk)


class User(Row, AbstractBaseUser):
    """One person's way in, at one tenant. What they may do follows from their roles."""

    email = models.EmailField()
    name = NameField(blank=True)
    phone = models.CharField(
        max_length=40, blank=True, default="", db_default="", help_text="As given when they registered"
    )
    roles = ArrayField(models.CharField(max_length=20, choices=ROLES.items()), default=list, blank=True)
    is_active = models.BooleanField(default=True)

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

    def can(self, permission: str) -> bool:
        """Whether any of this person's roles allows `permission`."""
        return self.is_active and any(permission in PERMISSIONS.get(role, ()) for role in self.roles)

    @property
    def is_staff(self) -> bool:
        """Whether this person works for the tenant in its office."""
        return self.can("office.enter")

    @property
    def sees_all(self) -> bool:
        """Whether lists show everything, not only what is this person's own."""
        return self.can("everything.view")

    def get_full_name(self) -> str:
        return str(self)
