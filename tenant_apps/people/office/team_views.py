"""The people who work here: who they are, what they may do, asking new ones in."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shared_apps.accounts.models import User
from shared_apps.accounts.roles import TRAINER
from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from shared_apps.web.office import form_page, found_to_edit, refusals_on, say_saved, say_with_undo
from tenant_apps.people.access import set_access
from tenant_apps.people.office.team_forms import InvitationForm, RolesForm, role_names
from tenant_apps.people.team import (
    TEAM,
    change_roles,
    grantable,
    invite_again,
    invite_colleague,
    let_go,
    take_back,
    team,
    to_teach,
    trainer_of,
    waits_for,
)


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
    form = InvitationForm(request.POST or None, by=signed_in(request))
    if form.is_valid():
        with refusals_on(form):
            user = invite_colleague(by=signed_in(request), **form.cleaned_data)
            messages.success(request, _("An invitation is on its way to %s.") % user.email)
            return redirect("office:team")
    return form_page(request, "people/colleague_new.html", {"nav": "team", "form": form})


_NOW_SHOWN = _lazy("They are on your site as a trainer now. To take them off it, open them under Trainers.")
_STILL_SHOWN = _lazy("They are still on your site as a trainer. To take them off it, open them under Trainers.")


@require_http_methods(["GET", "POST"])
@allow("users.manage")
@transaction.atomic
def colleague(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One of them, and what they may do."""
    user = found_to_edit(request, team(), pk)
    form = RolesForm(request.POST or None, by=signed_in(request), user=user)
    if form.is_valid():
        with refusals_on(form):
            taught = TRAINER in user.roles
            after = change_roles(user, roles=form.cleaned_data["roles"], by=signed_in(request))
            say_saved(request, form)
            if taught != (TRAINER in after.roles):
                messages.info(request, _STILL_SHOWN if taught else _NOW_SHOWN)
            return redirect("office:team")
    context = {
        "nav": "team", "colleague": user, "form": form, "is_self": user.pk == request.user.pk,
        "waits": waits_for(user), "trainer": trainer_of(user), "roles": role_names(user),
        "above": bool(set(user.roles) & set(TEAM) - set(grantable(signed_in(request)))),
    }  # fmt: skip
    return form_page(request, "people/colleague.html", context)


@require_http_methods(["GET", "POST"])
@allow("users.manage")
def colleague_state(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take somebody's access away, or give it again: POST `active` as `1` or `0`.

    With `trainer`, a trainer is also taken off the site and out of choices, or is back there. GET asks about that,
    with the sessions they still have to teach.
    """
    user = _found(pk)
    trainer = trainer_of(user)
    if request.method == "GET":
        context = {"nav": "team", "colleague": user, "trainer": trainer, "sessions": to_teach(trainer)}
        return render(request, "people/colleague_leaves.html", context)
    active, with_trainer = request.POST.get("active") == "1", "trainer" in request.POST and trainer is not None
    change = (take_back if active else let_go) if with_trainer else partial(set_access, active=active)
    change(user, by=signed_in(request))
    texts = {
        (True, True): _("%s may sign in again, and is shown as a trainer."),
        (True, False): _("%s may sign in again."),
        (False, True): _("%s can no longer sign in, and is not shown or chosen as a trainer. What they did stays."),
        (False, False): _("%s can no longer sign in. What they did stays."),
    }
    undo = {"active": "0" if active else "1"} | ({"trainer": "1"} if with_trainer else {})
    say_with_undo(request, texts[active, with_trainer] % user, request.path, **undo)
    return redirect("office:team")


@require_POST
@allow("users.manage")
def colleague_invitation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send the link once more."""
    user = _found(pk)
    invite_again(user, by=signed_in(request))
    messages.success(request, _("An invitation is on its way to %s.") % user.email)
    return redirect("office:team")


def _found(pk: UUID) -> User:
    return get_object_or_404(team(), pk=pk)
