from shared_apps.core.errors import DomainError


class SlugTaken(DomainError):
    code = "slug_taken"
    message = "This address is taken. Choose another one."


class SlugReserved(DomainError):
    code = "slug_reserved"
    message = "This address is kept for the platform. Choose another one."


class SchemaInTheWay(DomainError):
    code = "schema_in_the_way"
    message = "There is a schema of this name that belongs to no tenant. An operator has to look what it is."
