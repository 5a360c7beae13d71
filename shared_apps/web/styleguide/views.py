"""The pages of the styleguide."""

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template

from shared_apps.core.permissions import allow
from shared_apps.web.styleguide.entries import GROUPS, Entry, group_of
from shared_apps.web.styleguide.samples import SheetForm, frames, samples


@dataclass(frozen=True)
class Shown:
    """An entry with its sample: the template that draws it, and how it is written."""

    entry: Entry

    @property
    def template(self) -> str:
        return f"styleguide/samples/{self.entry.name}.html"

    @property
    def source(self) -> str:
        """The sample as it is written."""
        return str(getattr(get_template(self.template), "template").source).strip()  # noqa: B009


@allow("public")
def styleguide(request: HttpRequest, page: str = "") -> HttpResponse:
    """All components, or a page of them. 404 for everyone but people who may see it, but in a demo and with DEBUG."""
    may = request.user.is_authenticated and request.user.can("styleguide.view")
    if not (settings.DEBUG or settings.DEMO or may):
        raise Http404
    if page == "sheet":
        return render(request, "styleguide/sheet.html", {"form": SheetForm(), "groups": GROUPS})
    group = group_of(page)
    if group is None and page:
        raise Http404
    context: dict[str, object] = {"groups": GROUPS, "group": group}
    if group is not None:
        entries = [Shown(entry) for entry in group.entries]
        context |= {"entries": entries, "frames": frames(office=group.office), **samples()}
    return render(request, "styleguide/page.html", context)
