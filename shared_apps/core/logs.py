"""What a line of the log must not repeat: whoever reads it should learn what happened, and nothing they could use."""

import re

# A signed link, a reset or confirmation key, but not the id of a row, which opens nothing.
LONG_SEGMENT = r"(?<=/)(?![0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w:.-]))[\w:.-]{30,}"
JWT = r"\beyJ[\w-]{8,}(?:\.[\w-]+)+"
KEY = r"\b(?:sk|rk|whsec)_\w+"
USER_INFO = r"(?<=://)[^\s/]+(?=@)|(?<=[?&]password=)[^&\s]+"  # user and password in an address
EMAIL = r"[\w.+'%-]+@(?=[\w-]+\.\w)"
SECRETS = re.compile("|".join((USER_INFO, LONG_SEGMENT, JWT, KEY)))
ADDRESSES = re.compile(EMAIL)


def hide_secrets(_logger: object, _method: str, line: dict[str, object]) -> dict[str, object]:
    """A structlog processor: links, tokens and keys become `…`, of email addresses the domain remains."""
    return {name: _hidden(value) for name, value in line.items()}


def _hidden(value: object) -> object:
    if isinstance(value, str):
        return ADDRESSES.sub("…@", SECRETS.sub("…", value))
    if isinstance(value, dict):
        return {name: _hidden(each) for name, each in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_hidden(each) for each in value]
    return value
