"""What a text will look like to readers, while it is written."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from shared_apps.core.markdown import MOST_CHARACTERS, html_of
from shared_apps.core.permissions import allow


@require_POST
@allow("office.enter")
def rich_text(request: HttpRequest) -> HttpResponse:
    """`text` as HTML, as the site shows it."""
    return HttpResponse(html_of(request.POST.get("text", "")[:MOST_CHARACTERS]))
