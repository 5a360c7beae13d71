"""Who asks for the head of a page is sent its head alone; gunicorn would say of each body that it was not needed."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def heads_alone(application: "WSGIApplication") -> "WSGIApplication":
    """`application`, whose answers to HEAD have the headers of those to GET, and no body."""

    def headed(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        body = application(environ, start_response)
        if environ["REQUEST_METHOD"] != "HEAD":
            return body
        if hasattr(body, "close"):
            body.close()
        return []

    return headed
