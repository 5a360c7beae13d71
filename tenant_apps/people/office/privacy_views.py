"""What the owner does when somebody asks what is known of them, or to be forgotten."""

from uuid import UUID

from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from shared_apps.core.time import local_today
from shared_apps.web.office import form_page, refusals_on
from tenant_apps.people.models import Person, Student
from tenant_apps.people.office.account_forms import EraseForm
from tenant_apps.people.privacy import erase_person, export_person


@require_http_methods(["GET", "POST"])
@allow("people.erase")
def person_privacy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Their personal data: a file of it, or erasing it. POST `name`, as it stands there, erases."""
    person = _person(request, pk)
    form = EraseForm(request.POST or None, person=person)
    if form.is_valid():
        with refusals_on(form):
            erase_person(person, by=signed_in(request))
            messages.success(request, _("They are erased. Bookings and payments stay, without the name."))
            return redirect("office:student", pk)
    return form_page(request, "people/privacy.html", {"nav": "students", "person": person, "form": form})


@require_POST
@allow("people.export")
def person_export(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything that is known of somebody, as a file."""
    everything = export_person(_person(request, pk), by=signed_in(request))
    response = JsonResponse(everything, encoder=DjangoJSONEncoder, json_dumps_params={"indent": 1})
    response["Content-Disposition"] = f'attachment; filename="person-{local_today():%Y-%m-%d}.json"'
    response["Cache-Control"] = "private, no-store"
    return response


def _person(request: HttpRequest, pk: UUID) -> Person:
    students = Student.objects.visible_to(request.user).select_related("person__user")
    return get_object_or_404(students, pk=pk).person
