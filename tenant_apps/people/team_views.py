"""The people who work here: who they are, what they may do, asking new ones in."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shared_apps.accounts.models import User
from shared_apps.core.access import allow
from shared_apps.core.office import form_page, found_to_edit, refusals_on, say_saved, say_with_undo
from tenant_apps.people.team import (
    TEAM,
    change_roles,
    grantable,
    invite_again,
    invite_colleague,
    set_access,
    team,
    waits_for,
)
from tenant_apps.people.team_forms import InvitationForm, RolesForm, role_names


@require_GET
@allow("users.manage")
def colleagues(request: HttpRequest) -> HttpResponse:
    """Everybody who works here."""
    people = [(user, role_names(user), waits_for(user)) for user in team()]
    return render(request, "people/team.html", {"nav": "team", "people": people})


@require_http_methods(["GET", "POST"])
@allow("users.manage")
def colleague_new(request: HttpRequest) -> HttpResponse:
    """Ask somebody to work here."""
    form = InvitationForm(request.POST or None, by=request.user)
    if form.is_valid():
        with refusals_on(form):
            user = invite_colleague(by=request.user, **form.cleaned_data)
            messages.success(request, _("An invitation is on its way to %s.") % user.email)
            return redirect("office:team")
    return form_page(request, "people/colleague_new.html", {"nav": "team", "form": form})


@require_http_methods(["GET", "POST"])
@allow("users.manage")
@transaction.atomic
def colleague(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One of them, and what they may do."""
    user = found_to_edit(request, team(), pk)
    form = RolesForm(request.POST or None, by=request.user, user=user)
    if form.is_valid():
        with refusals_on(form):
            change_roles(user, roles=form.cleaned_data["roles"], by=request.user)
            say_saved(request, form)
            return redirect("office:team")
    context = {
        "nav": "team", "colleague": user, "form": form, "is_self": user.pk == request.user.pk,
        "waits": waits_for(user), "roles": role_names(user),
        "above": bool(set(user.roles) & set(TEAM) - set(grantable(request.user))),
    }  # fmt: skip
    return form_page(request, "people/colleague.html", context)


@require_POST
@allow("users.manage")
def colleague_state(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let somebody sign in no longer, or again: `active` as `1` or `0`."""
    active = request.POST.get("active") == "1"
    user = set_access(_found(pk), active=active, by=request.user)
    text = _("%s may sign in again.") if active else _("%s can no longer sign in. What they did stays.")
    say_with_undo(request, text % user, request.path, active="0" if active else "1")
    return redirect("office:team")


@require_POST
@allow("users.manage")
def colleague_invitation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send the link once more."""
    user = _found(pk)
    invite_again(user, by=request.user)
    messages.success(request, _("An invitation is on its way to %s.") % user.email)
    return redirect("office:team")


def _found(pk: UUID) -> User:
    return get_object_or_404(team(), pk=pk)
