"""What answers an error before or outside a view: problem details to the API, a page to everybody else."""

import sys

from django.http import HttpRequest, HttpResponse

from shared_apps.api.problems import problem
from shared_apps.core.db import did_not_answer
from shared_apps.web.views import come_back, error_page, error_view


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    if "/api/" in request.path:
        return problem(status, request=request)
    return error_page(request, status)


bad_request = error_view(_answer, 400)
forbidden = error_view(_answer, 403)
not_found = error_view(_answer, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A bug of ours is a 500; a database that does not answer, a 503."""
    if not did_not_answer(sys.exc_info()[1]):
        return _answer(request, 500)
    return come_back(_answer(request, 503))
