"""The student area: a signed-in person's own bookings and details."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from tenant_apps.bookings.forms import Profile
from tenant_apps.bookings.selectors import also_mine, own_bookings
from tenant_apps.bookings.waiting_links import own_places
from tenant_apps.checkout.road import private_page
from tenant_apps.people.models import Person
from tenant_apps.people.services import update_own_details


@require_safe
@allow("account.use")
@private_page
def my_bookings(request: HttpRequest) -> HttpResponse:
    """The next booking first, then those to come, then those that are over."""
    context: dict[str, object] = {
        "own": own_bookings(request.user), "waiting": own_places(request.user), "nav": "my_bookings",
    }  # fmt: skip
    also_mine(user=request.user, context=context)
    return render(request, "bookings/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("account.use")
@private_page
def my_profile(request: HttpRequest) -> HttpResponse:
    """Name and phone. The email is the account's, and changed there."""
    user = signed_in(request)
    assert user is not None
    person: Person | None = getattr(user, "person", None)
    initial = {"name": user.name, "phone": person.phone if person else ""}
    form = Profile(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        update_own_details(user, **form.cleaned_data)
        messages.success(request, "Your details are saved.")
        return redirect("my_profile")
    return render(request, "bookings/profile.html", {"form": form, "nav": "my_bookings"})
