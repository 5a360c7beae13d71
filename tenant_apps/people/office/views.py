"""Forms of students, and trainers, in the office."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shared_apps.accounts.models import User
from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from shared_apps.lists.acts import Act
from shared_apps.lists.columns import Column
from shared_apps.lists.lists import AnyRows, OfficeList
from shared_apps.lists.words import ListPage
from shared_apps.web.filtering import known_filters, sort_keys
from shared_apps.web.office import (
    back_to,
    form_page,
    found_to_edit,
    refusals_on,
    remember_list,
    say_saved,
    say_with_undo,
)
from tenant_apps.people.finding import find_trainers
from tenant_apps.people.identity import find_person
from tenant_apps.people.models import Student, Trainer
from tenant_apps.people.office.forms import StudentForm, TrainerForm
from tenant_apps.people.services import (
    activate_person,
    add_student,
    deactivate_person,
    save_trainer,
    set_trainer_active,
    update_student,
)
from tenant_apps.people.team import add_teacher, invite_trainer


@require_http_methods(["GET", "POST"])
@allow("students.manage")
def student_new(request: HttpRequest) -> HttpResponse:
    """Add somebody new."""
    form = StudentForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            student = add_student(by=signed_in(request), **form.cleaned_data)
            messages.success(request, _("%s added.") % student)
            return redirect("office:student", student.pk)
    return form_page(request, "people/student_form.html", {"nav": "students", "form": form, "student": None})


@require_http_methods(["GET", "POST"])
@allow("students.manage")
@transaction.atomic
def student_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change what is recorded of a student."""
    rows = Student.objects.visible_to(request.user).select_related("person")
    student = found_to_edit(request, rows, pk, lock=("self", "person"))
    form = StudentForm(request.POST or None, student=student)
    if form.is_valid():
        with refusals_on(form):
            update_student(student, by=signed_in(request), **form.changes)
            say_saved(request, form)
            return redirect("office:student", pk)
    return form_page(request, "people/student_form.html", {"nav": "students", "form": form, "student": student})


@require_POST
@allow("students.manage")
def student_state(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a student out of lists, or back: `active` as `1` or `0`. Nobody is ever deleted."""
    student = _student(request, pk)
    if request.POST.get("active") == "1":
        activate_person(student.person, by=signed_in(request))
        say_with_undo(request, _("%s is active again.") % student, request.path, active="0")
        return redirect("office:student", pk)
    text = _("%s is inactive now. Bookings and payments stay.") % student
    if ahead := deactivate_person(student.person, by=signed_in(request)):
        text = f"{text} {_('Still to come: %s.') % ', '.join(ahead)}"
    say_with_undo(request, text, request.path, active="1")
    return redirect("office:student", pk)


def _student(request: HttpRequest, pk: UUID) -> Student:
    return get_object_or_404(Student.objects.visible_to(request.user).select_related("person"), pk=pk)


def _trainers(request: HttpRequest) -> AnyRows:
    rows = Trainer.objects.visible_to(request.user).select_related("person")
    return find_trainers(rows, request.GET.get("q", "").strip())


def _set_shown(key: UUID, by: User | None, *, on: bool) -> None:
    set_trainer_active(Trainer.objects.select_related("person").get(pk=key), active=on, by=by)


def _trainer_label(key: UUID) -> str:
    return str(Trainer.objects.select_related("person").get(pk=key))


TRAINERS = OfficeList(
    "trainers", permission="trainers.view", money="users.manage", usual="name", rows=_trainers,
    page=ListPage(
        title=gettext_lazy("Trainers"), row="people/_trainer_row.html",
        search=gettext_lazy("Search trainers"), finds=gettext_lazy("Name or subject"),
        no_match=gettext_lazy("Nobody matches"), show_all=gettext_lazy("Show all trainers"),
    ),
    columns=[
        Column("name", gettext_lazy("Name"), sort="person__name", wide=2, fixed=True, phone="main"),
        Column("teaches", gettext_lazy("Teaches"), wide=3, phone="wide"),
        Column("email", gettext_lazy("Email"), goes=2, phone="hide"),
        Column("years", gettext_lazy("Years"), sort="years_of_experience", num=True, phone="hide"),
        Column("active", gettext_lazy("Status"), sort="active", phone="top"),
    ],
    acts=[
        Act(
            "people.hide_trainers", title=gettext_lazy("Hide"), icon="eye-off", permission="users.manage",
            do=partial(_set_shown, on=False), label=_trainer_label, done=gettext_lazy("No longer shown"),
            back="people.show_trainers",
        ),
        Act(
            "people.show_trainers", title=gettext_lazy("Show"), icon="eye", permission="users.manage",
            do=partial(_set_shown, on=True), label=_trainer_label, done=gettext_lazy("Shown again"),
            back="people.hide_trainers",
        ),
    ],
)  # fmt: skip


@require_GET
@allow("trainers.view")
@known_filters(sort=sort_keys(TRAINERS.sorts))
def trainers(request: HttpRequest) -> HttpResponse:
    """Everybody who teaches."""
    remember_list(request, "trainers")
    seen = TRAINERS.seen(request, TRAINERS.sorted(request, _trainers(request)))
    filtered = bool(request.GET.get("q", "").strip())
    context = {"nav": "trainers", "list": seen, "page": seen.page, "filtered": filtered}
    return render(request, "people/trainers.html", context)


@require_http_methods(["GET", "POST"])
@allow("users.manage")
def trainer_new(request: HttpRequest) -> HttpResponse:
    """Add somebody who teaches."""
    return _edit_trainer(request, None)


@require_http_methods(["GET", "POST"])
@allow("users.manage")
@transaction.atomic
def trainer_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change what the site says of a trainer."""
    rows = Trainer.objects.visible_to(request.user).select_related("person")
    return _edit_trainer(request, found_to_edit(request, rows, pk, lock=("self", "person")))


def _edit_trainer(request: HttpRequest, trainer: Trainer | None) -> HttpResponse:
    title = str(trainer or "")
    form = TrainerForm(request.POST or None, request.FILES or None, instance=trainer)
    if form.is_valid():
        with refusals_on(form):
            if trainer:
                save_trainer(trainer, by=signed_in(request), **form.changes)
                say_saved(request, form)
            else:
                known = find_person(form.cleaned_data["email"])
                added = add_teacher(by=signed_in(request), **form.cleaned_data)
                messages.success(request, _("%s added.") % added)
                if known and known.name != added.person.name:
                    text = _("We knew this email address as “%(before)s”. They are %(name)s everywhere now.")
                    messages.info(request, text % {"before": known.name, "name": added})
            return redirect("office:trainers")
    context = {
        "nav": "trainers", "form": form, "trainer": trainer, "title": title, "back": back_to(request, "trainers"),
    }  # fmt: skip
    return form_page(request, "people/trainer_form.html", context)


@require_POST
@allow("users.manage")
def trainer_state(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a trainer or no longer: `active` as `1` or `0`."""
    active = request.POST.get("active") == "1"
    trainer = _trainer(request, pk)
    set_trainer_active(trainer, active=active, by=signed_in(request))
    text = _("%s is shown again.") if active else _("%s is no longer shown. Their sessions stay.")
    say_with_undo(request, text % trainer, request.path, active="0" if active else "1")
    return redirect("office:trainers")


@require_POST
@allow("users.manage")
def trainer_invitation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Invite a trainer to sign in."""
    user = invite_trainer(_trainer(request, pk), by=signed_in(request))
    messages.success(request, _("An invitation is on its way to %s.") % user.email)
    return redirect("office:trainer_edit", pk)


def _trainer(request: HttpRequest, pk: UUID) -> Trainer:
    return get_object_or_404(Trainer.objects.visible_to(request.user).select_related("person"), pk=pk)
