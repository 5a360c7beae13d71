"""Text is UTF-8. Any other encoding is refused before Django reads the request, which fails on some of them."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.http import parse_header_parameters
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

UTF_8 = {"utf-8", "utf8", "us-ascii", "ascii"}


def only_utf_8(application: "WSGIApplication") -> "WSGIApplication":
    """`application`, with a 415 for whoever says that what they send is in another encoding.

    Python knows "encodings" that are none of text, such as `hex`, and Django trusts what the header names.
    """

    def checked(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        said = parse_header_parameters(environ.get("CONTENT_TYPE", ""))[1].get("charset", "utf-8")
        if said.lower().replace("_", "-") in UTF_8:
            return application(environ, start_response)
        problem = {
            "type": "urn:muster:problem:unsupported_media_type", "title": _("Unsupported media type"), "status": 415,
            "code": "unsupported_media_type", "detail": _("Send text in UTF-8."),
        }  # fmt: skip
        body = json.dumps(problem).encode()
        headers = [("Content-Type", "application/problem+json"), ("Content-Length", str(len(body)))]
        start_response("415 Unsupported Media Type", headers)
        return [body]

    return checked
