"""Views of lists, how lists look, and what is done with many rows."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from shared_apps.accounts.models import User
from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.errors import DomainError
from shared_apps.core.permissions import allow, can
from shared_apps.lists.acts import AT_ONCE, Act
from shared_apps.lists.forms import DisplayForm, ViewForm
from shared_apps.lists.lists import OfficeList, digest_of, keys_of, list_of
from shared_apps.lists.models import SavedView
from shared_apps.lists.services import change_view, delete_view, save_view, set_display
from shared_apps.web.office import form_page, refusals_on, say_with_undo, uuid_in

NAMED = 3  # refused rows that the message names


@require_http_methods(["GET", "POST"])
@allow("office.enter")
def view_new(request: HttpRequest, name: str) -> HttpResponse:
    """Keep the filters in the address under a name."""
    of, user = _list(request, name), _user(request)
    form = ViewForm(request.POST or None)
    query = of.filters_in(request.GET)
    if form.is_valid():
        with refusals_on(form):
            like = SavedView.objects.of(user).filter(list_name=name, name="").first()
            made = save_view(list_name=name, query=query, like=like, by=user, **form.cleaned_data)
            messages.success(request, _("The view is saved."))
            return redirect(_url(of, made))
    return form_page(request, "lists/view.html", {"form": form, "of": of, "back": _back(of, query), "nav": name})


@require_http_methods(["GET", "POST"])
@allow("office.enter")
def view_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Another name for a view, or for whom it is; `filters` puts those of the address in its place."""
    user = _user(request)
    view = get_object_or_404(SavedView.objects.of(user).exclude(name=""), pk=pk)
    of = _list(request, view.list_name)
    if "filters" in request.POST:
        try:
            view = change_view(view, query=of.filters_in(QueryDict(request.POST["filters"])), by=user)
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("The view is saved."))
        return redirect(_url(of, view))
    form = ViewForm(request.POST or None, initial={"name": view.name, "shared": view.shared})
    if form.is_valid():
        with refusals_on(form):
            view = change_view(view, by=user, **form.cleaned_data)
            messages.success(request, _("The view is saved."))
            return redirect(_url(of, view))
    context = {"form": form, "of": of, "view": view, "back": _url(of, view), "nav": view.list_name}
    return form_page(request, "lists/view.html", context)


@require_POST
@allow("office.enter")
def view_delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a view away, with a way back: one's own, or what somebody who has left had shared."""
    view = get_object_or_404(SavedView.objects.removable_by(_user(request)), pk=pk)
    of = _list(request, view.list_name)
    again = f"{reverse('office:view_new', args=[view.list_name])}?{view.query}"
    shared = {"shared": "on"} if view.shared else {}
    delete_view(view)
    say_with_undo(request, _("The view “%s” is gone.") % view.name, again, name=view.name, **shared)
    return redirect(_back(of, view.query))


@require_POST
@allow("office.enter")
def display(request: HttpRequest, name: str) -> HttpResponse:
    """Which columns a list shows, how close its rows are and how many stand on a page; `usual` forgets the columns."""
    of, user = _list(request, name), _user(request)
    form = DisplayForm(request.POST, of=of)
    pk = uuid_in(request, "view")
    view = SavedView.objects.of(user).filter(pk=pk, list_name=name).first() if pk else None
    if form.is_valid():
        chosen = form.cleaned_data
        usual = {column.name for column in of.columns if not column.off}
        plain = "usual" in request.POST or set(chosen["columns"]) == usual
        set_display(
            list_name=name, view=view, columns=[] if plain else chosen["columns"], density=chosen["density"],
            size=chosen["size"], by=user,
        )  # fmt: skip
    kept = request.GET.copy()
    kept.pop("page", None)
    return redirect(_back(of, kept.urlencode()))


@require_POST
@allow("office.enter")
def many(request: HttpRequest, name: str) -> HttpResponse:
    """Do something with the rows that were chosen, or with all that match: a few now, many by a job."""
    of, user = _list(request, name), _user(request)
    # What undoes an act finds its rows whatever was filtered, and goes back to the filters.
    seen = QueryDict(request.POST["back"]) if "back" in request.POST else request.GET
    back, asked = _back(of, seen.urlencode()), request.POST.get("act", "")
    if not asked:
        messages.error(request, _("Choose what to do with them."))
        return redirect(back)
    act = next((one for one in of.acts if one.name == asked and can(user, one.permission)), None)
    if act is None:
        raise Http404
    everything, picked = "all" in request.POST, request.POST.getlist("pick")
    keys = keys_of(of.rows(request), _ids(picked), everything=everything)
    if not keys:
        messages.error(request, _("Choose some rows first."))
        return redirect(back)
    if act.asks and request.POST.get("sure") != digest_of(keys):
        context = {
            "act": act, "sure": digest_of(keys), "picked": [] if everything else keys, "everything": everything,
            "back": back, "nav": name, "asks": act.asks % len(keys),
        }  # fmt: skip
        return render(request, "lists/many.html", context)
    if len(keys) > AT_ONCE:
        kept = _back(of, of.filters_in(seen))  # a search may name somebody
        return redirect("office:job", act.begin(keys, by=user, back=kept).pk)
    _tell(request, of, act, keys, user)
    return redirect(back)


def _tell(request: HttpRequest, of: OfficeList, act: Act, keys: list[UUID], user: User) -> None:
    refused = act.run(keys, by=user)
    done = len(keys) - len(refused)
    if done:
        text = f"{act.done or act.title}: {done}"
        if act.back and not refused:
            url = (
                f"{reverse('office:many', args=[of.name])}?{of.everything}"  # what it was filtered by may have changed
            )
            here = request.GET.urlencode()
            say_with_undo(request, text, url, act=act.back, pick=[str(key) for key in keys], back=here)
        else:
            messages.success(request, text)
    if refused:
        named = "; ".join(f"{one.what}: {one.why}" for one in refused[:NAMED])
        more = len(refused) - NAMED
        rest = ngettext(" and %d more", " and %d more", more) % more if more > 0 else ""
        messages.error(request, _("Not with %(n)d of them. %(named)s") % {"n": len(refused), "named": named + rest})


def _user(request: HttpRequest) -> User:
    user = signed_in(request)
    assert user is not None  # `allow` saw to it
    return user


def _list(request: HttpRequest, name: str) -> OfficeList:
    of = list_of(name)
    if of is None or not can(request.user, of.permission):
        raise Http404
    return of


def _back(of: OfficeList, query: str) -> str:
    return reverse(f"office:{of.name}") + (f"?{query}" if query else "")


def _url(of: OfficeList, view: SavedView) -> str:
    return _back(of, f"{view.query}&view={view.pk}" if view.query else f"view={view.pk}")


def _ids(texts: list[str]) -> list[str]:
    found = []
    for text in texts:
        try:
            found.append(str(UUID(text)))
        except ValueError:
            continue
    return found
