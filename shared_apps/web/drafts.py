"""A form that is left for a moment, to add what is missing in its lists, and found again as it was typed."""

from django.http import HttpRequest, QueryDict

KEPT = "draft"


def keep_draft(request: HttpRequest) -> None:
    """Remember what was typed on this page: one form at a time, the one left last."""
    request.session[KEPT] = {"path": request.get_full_path(), "typed": request.POST.urlencode()}


def draft_of(request: HttpRequest) -> QueryDict | None:
    """What was typed on this page before it was left; told once."""
    kept = request.session.get(KEPT)
    if request.method != "GET" or not kept or kept["path"] != request.get_full_path():
        return None
    del request.session[KEPT]
    return QueryDict(kept["typed"])


def way_back(request: HttpRequest, **chosen: str) -> str:
    """The address of the page that was left, or ""; its form will have `chosen` in these fields."""
    kept = request.session.get(KEPT)
    if not kept:
        return ""
    typed = QueryDict(kept["typed"], mutable=True)
    for field, value in chosen.items():
        typed[field] = value
    request.session[KEPT] = {**kept, "typed": typed.urlencode()}
    path: str = kept["path"]
    return path
