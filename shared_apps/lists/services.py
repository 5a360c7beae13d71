"""Saving views and how a list looks."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import User
from shared_apps.core.errors import DomainError
from shared_apps.lists.models import LONGEST_QUERY, SavedView


class ViewNameTaken(DomainError):
    """One already has a view of that name in this list."""

    code = "view_name_taken"
    message = _("You have a view of that name already.")


class FiltersTooLong(DomainError):
    """More than a view keeps."""

    code = "filters_too_long"
    message = _("These filters are too long to keep. Take some of them off first.")


@transaction.atomic
def save_view(
    *, list_name: str, name: str, query: str, shared: bool, like: SavedView | None = None, by: User
) -> SavedView:
    """Keep `query` under a name, with the columns of `like`. Raises `ViewNameTaken`, `FiltersTooLong`."""
    _refuse_long(query)
    _refuse_taken(list_name, name, by=by)
    look = {"columns": like.columns, "density": like.density, "size": like.size} if like else {}
    return SavedView.objects.create(list_name=list_name, owner=by, name=name, query=query, shared=shared, **look)


@transaction.atomic
def change_view(view: SavedView, *, name: str | None = None, shared: bool | None = None, query: str | None = None,
                by: User) -> SavedView:  # fmt: skip
    """Another name, another audience, or other filters. Raises `ViewNameTaken`, `FiltersTooLong`."""
    _refuse_long(query or "")
    view = SavedView.objects.select_for_update().get(pk=view.pk)
    if name is not None and name != view.name:
        _refuse_taken(view.list_name, name, by=by)
        view.name = name
    view.shared = view.shared if shared is None else shared
    view.query = view.query if query is None else query
    view.save()
    return view


def delete_view(view: SavedView) -> None:
    """Take it away, from colleagues too."""
    view.delete()


def set_display(
    *, list_name: str, view: SavedView | None, columns: Sequence[str], density: str, size: int, by: User
) -> SavedView:
    """The columns, the room and the rows of `view`, or of the list as `by` likes it."""
    look = {"columns": list(columns), "density": density, "size": size}
    if view is not None:
        SavedView.objects.filter(pk=view.pk).update(**look)
        return view
    kept, _made = SavedView.objects.update_or_create(list_name=list_name, owner=by, name="", defaults=look)
    return kept


def _refuse_taken(list_name: str, name: str, *, by: User) -> None:
    if SavedView.objects.filter(owner=by, list_name=list_name, name__iexact=name).exists():
        raise ViewNameTaken(fields={"name": [str(ViewNameTaken.message)]})


def _refuse_long(query: str) -> None:
    if len(query) > LONGEST_QUERY:
        raise FiltersTooLong
