"""Whether two records are one person, and who else sees what is booked for somebody."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from shared_apps.web.office import form_page, refusals_on, say_with_undo, uuid_of
from tenant_apps.people.finding import find_people
from tenant_apps.people.guardians import add_guardian, remove_access
from tenant_apps.people.merging import alike, merge_people, split_person
from tenant_apps.people.models import AccessKind, Merge, Person, Student
from tenant_apps.people.office.account_forms import GuardianForm

MOST_FOUND = 10


@require_http_methods(["GET", "POST"])
@allow("students.manage")
def person_merge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Join a student with another record of the same person: GET finds it by `q`; POST `other` joins."""
    person = _person(request, pk)
    if request.method == "POST":
        known = Person.objects.visible_to(request.user)
        other = get_object_or_404(known, pk=uuid_of(request.POST.get("other", "")))
        merge = merge_people(kept=person, absorbed=other, by=signed_in(request))
        text = _("The two records of %s are one now.") % merge.kept
        say_with_undo(request, text, _split_url(merge))
        return redirect("office:student", merge.kept_id)
    q = request.GET.get("q", "").strip()
    others = Person.objects.visible_to(request.user).filter(student__isnull=False).exclude(pk=pk)
    rows = find_people(others, q).select_related("user").order_by("match", "name")
    found = list(rows[:MOST_FOUND]) if q else alike(person)
    context = {"nav": "students", "person": person, "found": found, "q": q}
    return render(request, "people/merge.html", context)


@require_POST
@allow("students.manage")
def person_split(request: HttpRequest, pk: UUID, merge: UUID) -> HttpResponse:
    """Take back that a record was joined with a student's."""
    person = _person(request, pk)
    restored = split_person(get_object_or_404(person.merges.standing(), pk=merge), by=signed_in(request))
    messages.success(request, _("%s has a record of their own again, with what was theirs.") % restored)
    return redirect("office:student", person.pk)


@require_http_methods(["GET", "POST"])
@allow("students.manage")
def person_guardians(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Whose accounts see what is booked for somebody. POST `email` adds a guardian; `remove`, a key, ends an access."""
    person = _person(request, pk)
    others = person.access.exclude(kind=AccessKind.SELF).select_related("user", "person").order_by("created_at")
    if key := request.POST.get("remove", ""):
        access = get_object_or_404(others, pk=uuid_of(key))
        remove_access(access, by=signed_in(request))
        messages.success(request, _("%s sees nothing of theirs any more.") % access.user)
        return redirect("office:person_guardians", pk)
    form = GuardianForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            access = add_guardian(person, email=form.cleaned_data["email"], by=signed_in(request))
            messages.success(request, _("%s sees and pays what is booked for them now.") % access.user)
            return redirect("office:person_guardians", pk)
    context = {"nav": "students", "person": person, "others": others, "form": form}
    return form_page(request, "people/guardians.html", context)


def _person(request: HttpRequest, pk: UUID) -> Person:
    students = Student.objects.visible_to(request.user).select_related("person__user")
    return get_object_or_404(students, pk=pk).person


def _split_url(merge: Merge) -> str:
    return reverse("office:person_split", args=[merge.kept_id, merge.pk])
