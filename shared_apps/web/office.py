"""What the office's pages share: sorted pages of a list, the way back to it, refusals on a form, undo, CSV."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Expression, F, Model, QuerySet
from django.forms import BaseForm, BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.html import format_html, format_html_join
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from shared_apps.core.errors import DomainError
from shared_apps.core.lines import PHONE
from shared_apps.core.time import midnight
from shared_apps.web.editing import EditForm

T = TypeVar("T")
M = TypeVar("M", bound=Model)
Rows = TypeVar("Rows", bound=QuerySet[Any])
ROWS = 30
RECENT = 6  # records that are remembered
RANKS = ("-relevance", "match")  # what searches say of each row, see `core.search`
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def sorted_rows(request: HttpRequest, rows: Rows, keys: Mapping[str, str | Expression | F], *, usual: str) -> Rows:
    """`rows` ordered as `?sort=key` or `?sort=-key` asks, else by `usual`. `keys` maps names to fields or expressions.

    Rows that have nothing in that column come last either way; the newest first where they are equal. Of a search the
    best match comes first, unless another order is asked for.
    """
    asked = request.GET.get("sort", "")
    chosen = asked.removeprefix("-") in keys
    key = asked if chosen else usual
    field = keys[key.removeprefix("-")]
    expression = F(field) if isinstance(field, str) else field
    order = expression.desc(nulls_last=True) if key.startswith("-") else expression.asc(nulls_last=True)
    best = [] if chosen else [rank for rank in RANKS if rank.removeprefix("-") in rows.query.annotations]
    return rows.order_by(*best, order, "-pk")


def page_of(request: HttpRequest, rows: QuerySet[Model, T] | Sequence[T], *, size: int = ROWS) -> Page[T]:
    """The page of `rows` that `?page=` asks for; the nearest one there is."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def remember_list(request: HttpRequest, name: str) -> None:
    """Keep the filters of the list `office:<name>`, for the way back from a record."""
    lists = request.session.get("lists", {})
    query = request.GET.urlencode()
    if lists.get(name, "") != query:
        request.session["lists"] = {**lists, name: query}


def remember_record(request: HttpRequest, name: str, pk: UUID) -> None:
    """Keep which records, by the names of their pages, were looked at last, for the search box; the latest first."""
    before = recent_records(request)
    now = [(name, str(pk)), *(one for one in before if one != (name, str(pk)))][:RECENT]
    if now != before:
        request.session["recent"] = now


def recent_records(request: HttpRequest) -> list[tuple[str, str]]:
    """The names of the pages of records that were looked at last, with their keys; the latest first."""
    return [(name, pk) for name, pk in request.session.get("recent", [])]


def back_to(request: HttpRequest, name: str) -> str:
    """The list `office:<name>` with the filters it had when it was last seen."""
    query = request.session.get("lists", {}).get(name, "")
    return reverse(f"office:{name}") + (f"?{query}" if query else "")


def where_one_was(request: HttpRequest, otherwise: str) -> str:
    """The page of the office where a button was pressed, with its filters; `otherwise` where the browser says none."""
    said = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(said, {request.get_host()}, request.is_secure())
    parts = urlsplit(said) if ours else None
    if parts is None or not parts.path.startswith(reverse("office:dashboard")):
        return otherwise
    return parts.path + (f"?{parts.query}" if parts.query else "")


@contextmanager
def refusals_on(form: BaseForm, **rows: BaseFormSet) -> Iterator[None]:
    """A `DomainError` inside becomes an error of `form`, at its field where it names one; nothing typed is lost.

    `rows` are formsets beside the form, by the names that refusals have for them.
    """
    try:
        yield
    except DomainError as error:
        known = {name: texts for name, texts in error.fields.items() if name in form.fields or name in rows}
        for name, texts in known.items():
            if name in rows:
                rows[name].non_form_errors().extend(texts)
                continue
            for text in texts:
                form.add_error(name, text)
        if not known:
            form.add_error(None, error.message)


def found_to_edit(request: HttpRequest, rows: QuerySet[M], pk: UUID, *, lock: Sequence[str] = ("self",)) -> M:
    """The row of `rows` with this key, or a 404. When a form was sent it is locked until the view's transaction ends.

    So what the form compares with is what it will change, whoever else saves at the same moment.
    """
    if request.method == "POST":
        rows.select_for_update(of=lock).filter(pk=pk).first()  # read below: see `lock_row`
    return get_object_or_404(rows, pk=pk)


def say_saved(request: HttpRequest, *edited: EditForm) -> None:
    """A toast after a form was saved; it names what somebody else changed meanwhile and what was kept of it."""
    others = [label for form in edited for label in form.others_changed]
    if others:
        fields = ", ".join(others)
        messages.success(request, _("Saved. Somebody else changed this meanwhile, and it stays: %s.") % fields)
    else:
        messages.success(request, _("Saved."))


def form_page(request: HttpRequest, template: str, context: Mapping[str, object]) -> HttpResponse:
    """A page with a form: 422 when what was sent can't be used, so that it is not mistaken for success."""
    refused = request.method == "POST"
    return render(request, template, context, status=422 if refused else 200)


def say_with_undo(request: HttpRequest, text: str, url: str, **fields: str | Sequence[str]) -> None:
    """A toast with a button that posts `fields` to `url`, which takes back what was just done."""
    sent = [("csrfmiddlewaretoken", get_token(request))]
    for name, value in fields.items():
        sent += [(name, value)] if isinstance(value, str) else [(name, one) for one in value]
    hidden = format_html_join("", '<input type="hidden" name="{}" value="{}">', sent)
    messages.success(
        request,
        format_html(
            '{} <form method="post" action="{}" class="toast-act">{}<button>{}</button></form>',
            text,
            url,
            hidden,
            _("Undo"),
        ),
    )


def uuid_in(request: HttpRequest, name: str) -> UUID | None:
    """The id in the query string under `name`; None if there is none, or something else."""
    return uuid_of(request.GET.get(name, ""))


def uuid_of(text: str) -> UUID | None:
    """The id that `text` is; None if it is something else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def moment_in(request: HttpRequest, name: str, *, end: bool = False) -> datetime | None:
    """When the day under `name` in the query string begins (or ends) in the provider's zone; None if it is no day."""
    try:
        day = parse_date(request.GET.get(name, ""))
    except ValueError:
        return None
    if day is None:
        return None
    return midnight(day, after=True) - timedelta(microseconds=1) if end else midnight(day)


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A CSV download of `rows`. No spreadsheet will take a cell for a formula."""
    # Not streamed: a streamed answer is made after the request has left the tenant.
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.write("\ufeff")  # without it a spreadsheet reads UTF-8 as something else
    csv.writer(response).writerows([neutral(cell) for cell in row] for row in [head, *rows])
    return response


def neutral(value: object) -> str:
    """`value` as text that is data in a spreadsheet, never a formula. Numbers stay numbers, whatever else is text.

    A telephone number with its country stays as it is: it computes nothing, and other systems read it.
    """
    text = "" if value is None else str(value)
    if isinstance(value, int | float | Decimal):
        return text
    if text.startswith("+") and PHONE.fullmatch(text):
        return text
    return f"'{text}" if text.lstrip().startswith(FORMULA) or text.startswith(("\t", "\r", "\n")) else text
