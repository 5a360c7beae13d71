"""Under which address an answer of the page cache is kept: what makes a difference to it, in one spelling.

A browser, a crawler and somebody who means harm can each write the same question in a thousand ways: other parameters,
in another order, with other headers, of a host in capitals. It is one answer, or it is not kept.
"""

from collections.abc import Collection
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.http.request import split_domain_port

LONGEST_QUERY = 300  # characters
JSON_AS_IT_IS = {"*/*", "application/*", "application/json"}


def asks_as_anybody(request: HttpRequest) -> bool:
    """Whether who asks is nobody in particular, and the question is not too long to be one of many people's."""
    return (
        request.method in ("GET", "HEAD")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "Authorization" not in request.headers
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
    )


def takes_what_is_kept(request: HttpRequest) -> bool:
    """Whether `Accept` allows the one form in which answers of the API are kept. Pages have but one form."""
    accept = request.headers.get("Accept", "*/*")
    if not request.path.startswith("/api/") or accept in JSON_AS_IT_IS:
        return True
    wanted = [each.partition(";") for each in accept[:LONGEST_QUERY].split(",")]
    return any(
        kind.strip() in JSON_AS_IT_IS and (not more or more.strip().startswith("q=")) for kind, _, more in wanted
    )


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page, and not for all of it to go back to."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"


def only(names: Collection[str], query: QueryDict) -> QueryDict:
    """Of a query the parameters with these names that say something, in the order of their names."""
    kept = QueryDict(mutable=True)
    for name in sorted(names):
        if any(query.getlist(name)):
            kept.setlist(name, query.getlist(name))
    return kept


def in_order(query: QueryDict) -> tuple[tuple[str, str], ...]:
    """All parameters by name; those of one name stay in the order they came in, which may matter."""
    return tuple((name, str(value)) for name in sorted(query) for value in query.getlist(name))


def is_spelt_as_usual(request: HttpRequest) -> bool:
    """Whether the host is written as in our own links: in small letters, and with no port that nobody listens on."""
    host = request.get_host()
    name, port = split_domain_port(host)
    ports = {"", str(urlsplit(settings.SITE_URL).port or ""), request.META.get("SERVER_PORT", "")}
    return port in ports and host == (f"{name}:{port}" if port else name)
