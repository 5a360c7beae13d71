"""The line to a service: short time limits, no redirects, small answers, circuit breakers before it."""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, ReadTimeoutError

from shared_apps.core.digits import whole_number
from shared_apps.core.types import JsonObject
from shared_apps.resilience.circuit_breaker import Circuit, circuit
from tenant_apps.messaging.channels.errors import ChannelAway

if TYPE_CHECKING:
    from requests.auth import AuthBase

MOST_BYTES = 256 * 1024
LONGEST_WAIT = 24 * 3600  # seconds; a service that says more is asked again after a day


class _Here(threading.local):
    """What a thread keeps for itself."""

    session: requests.Session | None = None


_here = _Here()


@dataclass(frozen=True)
class Answer:
    """What a service said."""

    status: int
    body: bytes

    def json(self) -> JsonObject:
        """The answer as an object; empty when it is none."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


def call(
    method: str, url: str, *, service: str, account: str = "", speaks_json: bool = True,
    data: Mapping[str, str] | bytes | None = None, body: JsonObject | None = None,
    headers: Mapping[str, str] | None = None, auth: "tuple[str, str] | AuthBase | None" = None,
) -> Answer:  # fmt: skip
    """Ask `service` for `account`. Raises `ChannelAway` for everything but an answer that says yes or no.

    `service` and `account` name breakers and are logged, so neither may be secret. Nor is an address repeated in an
    error: some hold a token.
    """
    everybody, one = breaker(service), breaker(service, account)
    if not one.allows() or (account and not everybody.allows()):
        raise ChannelAway(f"{service} did not answer a moment ago, and is not asked yet", retry_after=_pause())
    try:
        answer, retry_after = _ask(method, url, data=data, body=body, headers=headers, auth=auth)
    except requests.ConnectTimeout:
        everybody.failed(at_once=True)
        raise ChannelAway(f"{service} can't be reached in time") from None
    except (requests.Timeout, ReadTimeoutError):
        everybody.failed(at_once=True)
        raise ChannelAway(f"{service} did not answer in time", unsure=True) from None
    except (requests.RequestException, HTTPError, OSError) as error:
        everybody.failed()
        raise ChannelAway(f"{service} can't be reached: {type(error).__name__}", unsure=True) from None
    if speaks_json and answer.status < 500 and not answer.json():
        everybody.failed()  # something answered in its place
        raise ChannelAway(f"{service} answered {answer.status} without sense", unsure=answer.status < 300)
    if account:
        everybody.succeeded()
    if answer.status == 429 or answer.status >= 500:
        one.failed()
        wait = retry_after or _told_wait(answer)
        raise ChannelAway(f"{service} answered {answer.status}", retry_after=wait, unsure=answer.status >= 500)
    one.succeeded()
    return answer


def breaker(service: str, account: str = "") -> Circuit:
    """This process's breaker for all of a service or, with an account, for that one alone."""
    return circuit(f"{service} {account}".strip(), failures=5, pause=settings.CHANNEL_PAUSE)


def _ask(
    method: str, url: str, *, data: Mapping[str, str] | bytes | None, body: JsonObject | None,
    headers: Mapping[str, str] | None, auth: "tuple[str, str] | AuthBase | None",
) -> tuple[Answer, int | None]:  # fmt: skip
    until = time.monotonic() + 2 * settings.CHANNEL_TIMEOUT
    with _line().request(
        method, url, data=data, json=body, headers=headers, auth=auth, timeout=settings.CHANNEL_TIMEOUT,
        allow_redirects=False, stream=True,
    ) as answer:  # fmt: skip
        found = bytearray()
        while part := answer.raw.read1(16_384, decode_content=True):
            found += part
            if len(found) > MOST_BYTES:
                raise requests.exceptions.ContentDecodingError("too large an answer")
            if time.monotonic() > until:
                raise requests.Timeout("too slow an answer")
        return Answer(answer.status_code, bytes(found)), _seconds(answer.headers.get("Retry-After", ""))


def _line() -> requests.Session:
    """This thread's session: it keeps connections, but neither cookies nor what the machine's settings say."""
    if _here.session is None:
        session = requests.Session()
        session.trust_env = False
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        session.headers["User-Agent"] = "Muster"
        for scheme in ("https://", "http://"):
            session.mount(scheme, HTTPAdapter(pool_connections=8, pool_maxsize=1))
        _here.session = session
    return _here.session


def _seconds(told: str) -> int | None:
    if (seconds := whole_number(told[:18], 0, 10**18)) is not None:  # of more digits the first ones are long enough
        return min(seconds, LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(told).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0, min(round(at - time.time()), LONGEST_WAIT))


def _told_wait(answer: Answer) -> int | None:
    """Telegram says it in the answer itself."""
    details = answer.json().get("parameters")
    told = details.get("retry_after") if isinstance(details, dict) else None
    return min(told, LONGEST_WAIT) if isinstance(told, int) and told > 0 else None


def _pause() -> int:
    return int(settings.CHANNEL_PAUSE) or 1
