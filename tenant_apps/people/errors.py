from shared_apps.core.errors import DomainError


class PersonExists(DomainError):
    code = "person_exists"
    message = "There is somebody with this email address already."
