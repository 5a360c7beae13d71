"""Files, as browsers fetch them."""

from typing import cast

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.lines import one_line
from shared_apps.core.permissions import allow
from shared_apps.files.links import opened
from shared_apps.files.paths import is_private
from shared_apps.files.storage import mime

HOUR = 3600
# What a browser may show on our origin; anything else is handed over as a file.
SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"}


@allow("public")
@require_safe
def media(request: HttpRequest, path: str) -> HttpResponse:
    """A public file of this tenant. There is no way to another's: the storage begins in the tenant's own folder."""
    if is_private(path):
        raise Http404
    response = _answer(path, name="")
    patch_cache_control(response, public=True, max_age=HOUR)
    return response


@allow("account.use")
@require_safe
def file(request: HttpRequest, token: str) -> HttpResponse:
    """A private file, for whom its link was made."""
    if (found := opened(token, signed_in(request))) is None:
        raise Http404
    return private_file(found[0].path, name=found[1])


def private_file(path: str, *, name: str) -> HttpResponse:
    """What is at `path`, handed over under a `name`: its caller has asked whether they may have it. Raises Http404."""
    response = _answer(path, name=one_line(name) or "file")
    patch_cache_control(response, private=True, no_store=True)
    return response


def _answer(path: str, *, name: str) -> HttpResponse:
    """What is at `path`; shown, or handed over under a `name`. Raises Http404."""
    try:
        content = default_storage.open(path)
        changed = default_storage.get_modified_time(path)
    except (OSError, SuspiciousFileOperation, ValueError):  # not there, a folder, outside, or a name too long for any
        raise Http404 from None
    kind = mime(path)
    response = FileResponse(content, content_type=kind, as_attachment=bool(name) or kind not in SHOWN, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    response["Last-Modified"] = http_date(changed.timestamp())
    return cast("HttpResponse", response)
