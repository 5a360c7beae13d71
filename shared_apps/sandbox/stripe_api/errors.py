"""Errors as Stripe shapes them."""

from shared_apps.core.types import JsonObject


class StripeError(Exception):
    """An answer other than 200. `keep` says that what was written stays, e.g. a declined attempt."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        keep: bool = False,
        headers: dict[str, str] | None = None,
        **more: object,
    ):
        super().__init__(message)
        self.status = status
        self.keep = keep
        self.headers = headers or {}
        self.error: JsonObject = {"type": type, "message": message, **more}
        if code:
            self.error["code"] = code
            self.error["doc_url"] = f"https://docs.stripe.com/error-codes#{code.replace('_', '-')}"
        if param:
            self.error["param"] = param


def missing_object(noun: str, id: str, param: str = "id", status: int = 404) -> StripeError:
    """404 for an id in the path; Stripe says 400 for an id that is a parameter."""
    return StripeError(f"No such {noun}: '{id}'", status=status, code="resource_missing", param=param)


def missing_param(name: str) -> StripeError:
    return StripeError(f"Missing required param: {name}.", code="parameter_missing", param=name)


def not_simulated(name: str) -> StripeError:
    """Stripe knows it, this stand-in does not; better refused than quietly ignored."""
    return StripeError(
        f"{name} exists at Stripe, but this stand-in does not simulate it.", code="sandbox_not_simulated", param=name
    )
