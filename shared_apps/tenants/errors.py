from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from shared_apps.core.errors import DomainError

if TYPE_CHECKING:
    from shared_apps.tenants.models import Tenant


class SlugTaken(DomainError):
    code = "slug_taken"
    message = "This address is taken. Choose another one."


class SlugReserved(DomainError):
    code = "slug_reserved"
    message = "This address is kept for the platform. Choose another one."


class SchemaInTheWay(DomainError):
    code = "schema_in_the_way"
    message = "There is a schema of this name that belongs to no tenant. An operator has to look what it is."


class AccountTaken(DomainError):
    """`holder` is the tenant that is paid with the account; its name is for operators alone."""

    code = "account_taken"
    message = _("Another provider is paid with this account.")

    def __init__(self, holder: "Tenant"):
        super().__init__()
        self.holder = holder
