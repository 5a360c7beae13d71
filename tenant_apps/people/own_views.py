"""What somebody does about themselves: proving the address that the office gave them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shared_apps.core.permissions import allow
from tenant_apps.people.identity import prove_own_email, waiting_for


@require_http_methods(["GET", "HEAD", "POST"])
@allow("account.use")
def own_email(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks whether the address is theirs; POST proves it. Only the account itself can, signed in."""
    person = waiting_for(token)
    if request.method == "POST":
        assert request.user.is_authenticated
        email = prove_own_email(token, user=request.user)
        messages.success(request, _("We write to %s from now on.") % email)
        return redirect("account_email")
    theirs = person.user_id == request.user.pk
    context = {"email": person.pending_email, "theirs": theirs, "nav": "my_bookings"}
    return render(request, "people/own_email.html", context, status=200 if theirs else 404)
