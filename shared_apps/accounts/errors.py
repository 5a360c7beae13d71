from shared_apps.core.errors import DomainError


class EmailTaken(DomainError):
    code = "email_taken"
    message = "There is an account with this email address already."


class WrongCredentials(DomainError):
    status = 401
    code = "wrong_credentials"
    message = "The email address or the password is not right."


class CodeRequired(DomainError):
    status = 401
    code = "mfa_required"
    message = "Send the code of your authenticator app as well."


class WrongCode(DomainError):
    status = 401
    code = "mfa_code_wrong"
    message = "This code is not right, or too old. Take the next one."


class InvalidRefreshToken(DomainError):
    status = 401
    code = "invalid_refresh_token"
    message = "This refresh token can't be used any more. Sign in again."


class InvalidKey(DomainError):
    status = 400
    code = "invalid_key"
    message = "This link was used already or is too old. Ask for a new one."


class SignInToConfirm(DomainError):
    status = 401
    code = "sign_in_to_confirm"
    message = "Send this signed in as the account that has this address: only that account may confirm it."


class EmailNotVerified(DomainError):
    code = "email_not_verified"
    message = "Confirm your email address first: the link is in the email we sent when you registered."
