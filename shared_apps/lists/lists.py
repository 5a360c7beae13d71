"""A list of the office: its columns, its views, and what a request sees of it.

    BOOKINGS = OfficeList("bookings", columns=[Column("ref", _("Reference"), sort="reference"), …], usual="-booked",
                          rows=rows_asked_for, views=[("money=due", _("Money due"))], acts=[SEND_AGAIN])

A view asks `seen = BOOKINGS.seen(request, rows)` and hands it to its template as `list`, where `<c-table :list="list">`
draws heads, choosing and pages, and `{% if list.cells.ref %}<td class="{{ list.cells.ref }}">` each cell.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, TypeAlias
from uuid import UUID

from django.core.paginator import Page
from django.db.models import Expression, F, Model, QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import get_script_prefix, resolve, reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import can
from shared_apps.core.types import Words
from shared_apps.lists.acts import Act
from shared_apps.lists.columns import Column, Head, shown
from shared_apps.lists.models import LOOKS_AFTER, SIZES, Density, SavedView
from shared_apps.lists.words import ListPage
from shared_apps.web.office import page_of, sorted_rows, uuid_in

# Rows of some model, with whatever was worked out for each.
AnyRows: TypeAlias = "QuerySet[Any]"
RowsFor = Callable[[HttpRequest], AnyRows]
_lists: dict[str, "OfficeList"] = {}


class OfficeList:
    """A list by its `name`, which is also that of its page, `office:<name>`. Whoever may do `permission` sees it.

    `rows` are those that a request asks for; `everything` is what an address asks to leave none out. `views` are
    filters with a title that everybody has. `money`: who may see columns `for_money`, and have the list as a file.
    `page`: what it is called, where `lists/page.html` draws it.
    """

    def __init__(
        self, name: str, *, columns: Sequence[Column], usual: str, rows: RowsFor, permission: str,
        views: Sequence[tuple[str, Words]] = (), acts: Sequence[Act] = (), export: str = "",
        money: str = "bookings.manage", everything: str = "", page: ListPage | None = None,
    ) -> None:  # fmt: skip
        self.name, self.columns, self.usual, self.rows, self.permission = name, columns, usual, rows, permission
        self.views, self.acts, self.export, self.money = views, acts, export, money
        self.everything, self.page = everything, page
        _lists[name] = self

    @property
    def has_all(self) -> bool:
        """Whether its own views say what is seen without filters."""
        return any(not query for query, _title in self.views)

    @property
    def sorts(self) -> dict[str, str | Expression | F]:
        """What `?sort=` may ask for."""
        return {column.name: column.sort for column in self.columns if column.sort is not None}

    @cached_property
    def filters(self) -> frozenset[str]:
        """The names of the filters that its page knows."""
        url = reverse(f"office:{self.name}")
        page = resolve("/" + url.removeprefix(get_script_prefix())).func
        known: frozenset[str] = vars(page)["filters"]
        return known

    def filters_in(self, asked: QueryDict) -> str:
        """Filters and order in a query string, without what was searched for or what its page does not know."""
        kept = {name: str(asked[name]) for name in asked if name in self.filters and asked[name]}
        return urlencode(kept)

    def sorted(self, request: HttpRequest, rows: AnyRows) -> AnyRows:
        """`rows` in the order that was asked for."""
        return sorted_rows(request, rows, self.sorts, usual=self.usual)

    def seen(self, request: HttpRequest, rows: AnyRows, *, without: Iterable[str] = ()) -> "Seen":
        """What this request sees: a page of `rows`, which are sorted already, without the columns `without`."""
        return Seen(self, request, rows, without=without)


MONEY = "money="  # filters by what only `OfficeList.money` sees: they would show everything


def list_of(name: str) -> OfficeList | None:
    """The list of this name."""
    return _lists.get(name)


@dataclass(frozen=True)
class Tab:
    """A view as a tab."""

    title: Words
    url: str
    on: bool = False
    shared: bool = False


class Seen:
    """A list as one request sees it; all views and choices are read by one query."""

    def __init__(self, of: OfficeList, request: HttpRequest, rows: AnyRows, *, without: Iterable[str] = ()) -> None:
        self.of, self.name, self.request = of, of.name, request
        self.own_page = request.path == reverse(f"office:{of.name}")
        user = request.user
        hidden = set(without)
        if not can(user, of.money):
            hidden |= {column.name for column in of.columns if column.for_money}
        self.there = [column for column in of.columns if column.name not in hidden]
        named = SavedView.objects.visible_to(user).filter(list_name=of.name).order_by("name", "pk")
        self.kept = list(named)
        self.columns = shown(self.there, self.display.columns if self.display else ())
        self.page: Page[Model] = page_of(request, rows, size=self.size)

    @property
    def words(self) -> ListPage:
        """What its page is called."""
        assert self.of.page is not None
        return self.of.page

    @property
    def url(self) -> str:
        """Its page without any filter."""
        return reverse(f"office:{self.name}")

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What its search sends along: the filters that have no field on the page, the order, and the view."""
        asked = self.request.GET
        kept = [(name, str(asked[name])) for name in asked if name in self.of.filters and asked[name]]
        view = [("view", str(self.view.pk))] if self.view else []
        return [(name, value) for name, value in kept if name not in self.words.fields] + view

    # --- Views

    @cached_property
    def view(self) -> SavedView | None:
        """The saved view that the address names."""
        pk = uuid_in(self.request, "view")
        return next((view for view in self.kept if view.pk == pk and view.name), None)

    @cached_property
    def display(self) -> SavedView | None:
        """Where columns, room and size come from: the view, or how this user likes the list."""
        user = signed_in(self.request)
        mine = [view for view in self.kept if not view.name and user and view.owner_id == user.pk]
        return self.view or (mine[0] if mine else None)

    @property
    def may_change_view(self) -> bool:
        """Whether the view that is open is this user's own."""
        user = signed_in(self.request)
        return bool(self.view and user and self.view.owner_id == user.pk)

    @property
    def may_remove_view(self) -> bool:
        """Whether the view that is open was left behind by somebody, and this user looks after such views."""
        return bool(self.view and self.view.left_behind and can(self.request.user, LOOKS_AFTER))

    @property
    def asked(self) -> str:
        """The query string of the address, with its question mark."""
        return f"?{self.request.GET.urlencode()}" if self.request.GET else ""

    @cached_property
    def filters(self) -> str:
        """The filters and the order that are in the address."""
        return self.of.filters_in(self.request.GET)

    @property
    def may_save(self) -> bool:
        """Whether there is something to save as a view that is none yet."""
        given = {same(query) for query, _title in self.of.views}
        return self.own_page and bool(self.filters) and not self.view and same(self.filters) not in given

    @property
    def has_changed(self) -> bool:
        """Whether the address asks for something else than the view that is open."""
        return self.view is not None and same(self.view.query) != same(self.filters)

    @property
    def tabs(self) -> list[Tab]:
        """Everything, what everybody has, one's own and shared views."""
        now = same(self.filters)
        base = self.request.path
        money = can(self.request.user, self.of.money)
        given = self.of.views if self.of.has_all else [("", _("All")), *self.of.views]
        given = [(query, title) for query, title in given if money or MONEY not in query]
        found = [
            Tab(title, f"{base}?{query}" if query else base, on=not self.view and now == same(query))
            for query, title in given
        ]
        for view in filter(lambda each: each.name and (money or MONEY not in each.query), self.kept):
            url = f"{base}?{view.query}&view={view.pk}" if view.query else f"{base}?view={view.pk}"
            found.append(Tab(view.name, url, on=view == self.view, shared=view.shared))
        return found

    # --- How it looks

    @property
    def chosen(self) -> bool:
        """Whether somebody chose the columns; then none goes, and the table scrolls instead."""
        return bool(self.display and self.display.columns)

    @property
    def tight(self) -> bool:
        return bool(self.display and self.display.density == Density.TIGHT)

    @property
    def size(self) -> int:
        """Rows on a page."""
        return self.display.size if self.display else SIZES[0]

    @property
    def sizes(self) -> Sequence[int]:
        return SIZES

    @property
    def densities(self) -> list[tuple[str, str]]:
        return [(value, str(capfirst(title))) for value, title in Density.choices]

    @cached_property
    def cells(self) -> dict[str, str]:
        """The classes of each shown column's cells, by its name."""
        return {column.name: column.css(stays=self.chosen) for column in self.columns}

    @cached_property
    def heads(self) -> list[Head]:
        """The heads of the shown columns."""
        return [
            Head(column.name, column.title, column.name if column.sort is not None else "",
                 " ".join(filter(None, [self.cells[column.name], f"wide-{column.wide}" if column.wide else ""])))
            for column in self.columns
        ]  # fmt: skip

    @property
    def choices(self) -> list[tuple[Column, bool]]:
        """Each column that may be chosen, and whether it is shown."""
        return [(column, column in self.columns) for column in self.there]

    # --- What is done with many

    @cached_property
    def acts(self) -> list[Act]:
        """What this user may do with rows that they choose."""
        return [act for act in self.of.acts if can(self.request.user, act.permission)]

    @property
    def picks(self) -> bool:
        """Whether rows can be chosen."""
        return self.own_page and bool(self.acts or self.exports)

    @property
    def exports(self) -> bool:
        """Whether those chosen can be had as a file."""
        return bool(self.of.export) and can(self.request.user, self.of.money)

    form_id = "many"  # of the form that the boxes of chosen rows belong to

    @property
    def export_url(self) -> str:
        return reverse(self.of.export) + self.asked if self.of.export else ""

    @property
    def many_url(self) -> str:
        return reverse("office:many", args=[self.name]) + self.asked

    @property
    def display_url(self) -> str:
        return reverse("office:list_display", args=[self.name]) + self.asked

    @property
    def new_view_url(self) -> str:
        return f"{reverse('office:view_new', args=[self.name])}?{self.filters}"

    @property
    def width(self) -> int:
        """How many columns a row has."""
        return len(self.columns) + self.picks


def same(query: str) -> frozenset[tuple[str, str]]:
    """A query string so that two can be compared."""
    return frozenset((name, value) for name, values in QueryDict(query).lists() for value in map(str, values))


def keys_of(rows: AnyRows, picked: Sequence[str], *, everything: bool) -> list[UUID]:
    """The keys of those of `rows` that were chosen, in their order."""
    if not everything:
        rows = rows.filter(pk__in=picked)
    # Whole rows, as the list asks for them: with fewer columns, a list that counts something would have other groups.
    return [row.pk for row in rows.prefetch_related(None)]


def digest_of(keys: Sequence[UUID]) -> str:
    """What says that rows are still the same ones, in whatever order."""
    return sha256(b"".join(key.bytes for key in sorted(keys))).hexdigest()
