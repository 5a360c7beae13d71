from shared_apps.core.errors import DomainError


class SlugTaken(DomainError):
    code = "slug_taken"
    message = "This address is taken. Choose another one."


class SlugReserved(DomainError):
    code = "slug_reserved"
    message = "This address is kept for the platform. Choose another one."
