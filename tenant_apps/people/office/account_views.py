"""The accounts of those who don't work here, as the office sees to them."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shared_apps.accounts.models import User
from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from shared_apps.web.office import form_page, found_to_edit, refusals_on, say_saved, say_with_undo
from tenant_apps.people.access import set_access
from tenant_apps.people.identity import send_proof_link
from tenant_apps.people.models import Person, Student
from tenant_apps.people.office.account_forms import AccountRolesForm
from tenant_apps.people.team import change_own_roles


@require_http_methods(["GET", "POST"])
@allow("users.manage")
@transaction.atomic
def student_account(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How a student's account stands. POST `active` as `1` or `0` opens or closes it; else it is what they are here."""
    student = get_object_or_404(Student.objects.visible_to(request.user).select_related("person"), pk=pk)
    if student.person.user_id is None:
        if request.method == "POST":
            raise Http404
        return render(request, "people/student_account.html", {"nav": "students", "student": student, "account": None})
    user = found_to_edit(request, User.objects.all(), student.person.user_id)
    if "active" in request.POST:
        active = request.POST["active"] == "1"
        set_access(user, active=active, by=signed_in(request))
        text = _("%s may sign in again.") if active else _("%s can no longer sign in. Their bookings stay.")
        say_with_undo(request, text % student, request.path, active="0" if active else "1")
        return redirect("office:student_account", pk)
    form = AccountRolesForm(request.POST or None, user=user)
    if form.is_valid():
        with refusals_on(form):
            change_own_roles(user, roles=form.cleaned_data["roles"], by=signed_in(request))
            say_saved(request, form)
            return redirect("office:student", pk)
    context = {"nav": "students", "student": student, "account": user, "form": form}
    return form_page(request, "people/student_account.html", context)


@require_POST
@allow("students.manage")
def proof_link(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send the link once more with which somebody proves the address that the office gave them."""
    person = get_object_or_404(Person.objects.visible_to(request.user).exclude(pending_email=""), pk=pk)
    send_proof_link(person, by=signed_in(request))
    messages.success(request, _("A link is on its way to %s.") % person.pending_email)
    back = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return redirect(back if safe else "office:students")
