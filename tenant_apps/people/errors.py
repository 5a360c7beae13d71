from shared_apps.core.errors import DomainError


class PersonExists(DomainError):
    code = "person_exists"
    message = "There is somebody with this email address already."


class RoleAboveOwn(DomainError):
    code = "role_above_own"
    message = "That is more than you may do yourself. Ask an owner."


class OwnRoles(DomainError):
    code = "own_roles"
    message = "Somebody else has to change what you may do."


class LastOwner(DomainError):
    code = "last_owner"
    message = "There has to be an owner. Make somebody else one first."


class WorksHereAlready(DomainError):
    code = "works_here_already"
    message = "Somebody with this email address is in the list already."

    def __init__(self) -> None:
        super().__init__(fields={"email": [self.message]})


class SignsInAlready(DomainError):
    code = "signs_in_already"
    message = "They have a password already, or may not sign in."
