"""Whether a request comes from Twilio."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from django.http import QueryDict


def is_signed(signature: str, url: str, params: Mapping[str, str] | QueryDict, token: str) -> bool:
    """Whether `signature` (X-Twilio-Signature) is that of the form `params`, sent to `url`, by the owner of `token`.

    Twilio signs the address that it was given, with or without the port that its scheme has anyway.
    """
    if not token or not signature:
        return False
    given = signature.encode()
    same = [hmac.compare_digest(signature_of(one, params, token).encode(), given) for one in _addresses(url)]
    return any(same)


def signature_of(url: str, params: Mapping[str, str] | QueryDict, token: str) -> str:
    """What Twilio writes into X-Twilio-Signature."""
    signed = url + "".join(f"{name}{value}" for name, value in _pairs(params))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def _pairs(params: Mapping[str, str] | QueryDict) -> list[tuple[str, str]]:
    if isinstance(params, QueryDict):
        return sorted({(name, str(value)) for name, values in params.lists() for value in values})
    return sorted(params.items())


def _addresses(url: str) -> list[str]:
    parts = urlsplit(url)
    usual = {"https": ":443", "http": ":80"}.get(parts.scheme, "")
    if not usual:
        return [url]
    bare = parts.netloc.removesuffix(usual)
    if ":" in bare.rpartition("]")[2]:
        return [url]
    return [urlunsplit(parts._replace(netloc=netloc)) for netloc in (bare, bare + usual)]
