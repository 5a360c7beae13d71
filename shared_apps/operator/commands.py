"""What the operator's commands share: a tenant by its slug, and refusals as sentences."""

from typing import Any, TypeAlias

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from shared_apps.core.errors import DomainError
from shared_apps.tenants.context import public_context
from shared_apps.tenants.models import Tenant

Options: TypeAlias = dict[str, Any]  # what was typed, by the names of the arguments


class OperatorCommand(BaseCommand):
    """A command whose `work` may raise what services raise: the terminal shows a sentence, never a traceback."""

    def handle(self, *args: object, **options: Any) -> None:
        try:
            self.work(options)
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        except ValidationError as error:
            raise CommandError(_sentences(error)) from error

    def work(self, options: Options) -> None:
        """Do what was asked."""
        raise NotImplementedError


def tenant_called(slug: str) -> Tenant:
    """The tenant with this slug. Raises CommandError."""
    with public_context():
        tenant = Tenant.objects.filter(slug=slug).first()
    if tenant is None:
        raise CommandError(f"There is no tenant called {slug}.")
    return tenant


def _sentences(error: ValidationError) -> str:
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    by_field = error.message_dict.items()
    return " ".join(f"{field.replace('_', ' ')}: {' '.join(messages)}" for field, messages in by_field)
