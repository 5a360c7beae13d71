"""Which addresses we push to. They come from a browser: whoever sends one chooses where our servers would call."""

import re

from django.conf import settings

LONGEST = 2000
# Written so that nothing is left to how a library reads an address: no user, no other port, no odd letters.
ADDRESS = re.compile(r"https://([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::443)?(/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]+)")
SERVICES = {"fcm.googleapis.com"}
FAMILIES = (".push.services.mozilla.com", ".push.apple.com", ".notify.windows.com")
STAND_IN = re.compile(r"[A-Za-z0-9_-]{16,64}")


def is_push_endpoint(url: str) -> bool:
    """Whether `url` is an address at a known push service, or the stand-in's while there is one."""
    return bool(service_of(url))


def service_of(url: str) -> str:
    """The host of the push service at `url`; empty when it is none that we know."""
    if len(url) > LONGEST:
        return ""
    if settings.SANDBOX and STAND_IN.fullmatch(url.removeprefix(stand_in())) and url.startswith(stand_in()):
        return "stand-in"
    match = ADDRESS.fullmatch(url)
    if match and (match[1] in SERVICES or match[1].endswith(FAMILIES)):
        return match[1]
    return ""


def stand_in() -> str:
    """Where the sandbox takes pushes."""
    return f"{settings.SANDBOX_URL}/push/"
