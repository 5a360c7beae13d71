from shared_apps.core.errors import DomainError


class EmailTaken(DomainError):
    code = "email_taken"
    message = "There is an account with this email address already."
