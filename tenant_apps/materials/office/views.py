"""Materials in the office and for trainers: those of a course, and those of one session."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.digits import whole_number
from shared_apps.core.permissions import allow, can
from shared_apps.files.handouts import MOST_BYTES
from shared_apps.files.views import private_file
from shared_apps.web.office import form_page, found_to_edit, refusals_on, say_saved, say_with_undo
from tenant_apps.catalogue.models import Course
from tenant_apps.materials.models import Kind, Material
from tenant_apps.materials.office.forms import FileForm, LinkForm, MaterialForm
from tenant_apps.materials.selectors import Shown
from tenant_apps.materials.services import (
    Details,
    Owner,
    add_file,
    add_link,
    bring_back,
    change_material,
    move_material,
    remove_material,
)
from tenant_apps.scheduling.models import TEACHING, Session
from tenant_apps.scheduling.team import may

BY_SCRIPT = "X-Upload"  # the header with which upload.js sends a file: it shows the answer itself
MOST_AT_ONCE = 100  # files


@require_http_methods(["GET", "HEAD", "POST"])
@allow("sessions.view")
def session_materials(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What those booked on one session get, its course's included; POST adds a file or a link of its own."""
    rows = Session.objects.visible_to(request.user).select_related("course", "place")
    session = get_object_or_404(rows, pk=pk)
    manages = can(request.user, "materials.manage") and may(request.user, session, TEACHING)
    if request.method == "POST" and not manages:
        raise Http404
    found = list(Material.objects.of_session(session).select_related("session"))
    context = {
        "nav": "sessions", "session": session, "course": session.course, "owner": session, "manages": manages,
        "own": [Shown(row, session) for row in found if row.session_id],
        "of_course": [Shown(row, session) for row in found if row.course_id],
        "back": reverse("office:session", args=[pk]),
    }  # fmt: skip
    return _page(request, session, context)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("courses.manage")
def course_materials(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What those booked on any date of a course get; POST adds a file or a link."""
    course = get_object_or_404(Course.objects.visible_to(request.user), pk=pk)
    rows = Material.objects.there().filter(course=course).order_by("position", "created_at")
    context: dict[str, object] = {
        "nav": "courses", "session": None, "course": course, "owner": course, "manages": True,
        "own": [Shown(row, None) for row in rows], "back": reverse("office:course", args=[pk]),
    }  # fmt: skip
    return _page(request, course, context)


def _page(request: HttpRequest, owner: Owner, context: dict[str, object]) -> HttpResponse:
    sent = request.POST.get("add", "") if request.method == "POST" else ""
    new = Material(course=owner) if isinstance(owner, Course) else Material(session=owner)
    is_file = sent == "file"
    files = request.FILES if is_file else None  # any, and the form would take itself for one that was sent
    file = FileForm(request.POST if is_file else None, files, instance=new, prefix="file")
    link = LinkForm(request.POST if sent == "link" else None, instance=new, prefix="link")
    form: MaterialForm = link if sent == "link" else file
    if form.is_valid():
        with refusals_on(form):
            by = signed_in(request)
            if sent == "link":
                add_link(owner, by=by, **form.details)
            else:
                add_file(owner, form.cleaned_data["file"], by=by, **cast(Details, form.details))
            return _added(request)
    if request.headers.get(BY_SCRIPT):
        said = [str(text) for texts in form.errors.values() for text in texts] or [_("Look at the form again.")]
        return JsonResponse({"error": " ".join(said)}, status=422)
    context |= {"file_form": file, "link_form": link, "refused": form if sent else None, "most_bytes": MOST_BYTES}
    return form_page(request, "materials/office/materials.html", context)


def _added(request: HttpRequest) -> HttpResponse:
    """To the list. A script sends several files one after another, and says with the last one how many those were."""
    by_script = request.headers.get(BY_SCRIPT, "")
    if not by_script:
        messages.success(request, _("It is added."))
        return redirect(request.path)
    if count := whole_number(by_script, 1, MOST_AT_ONCE):
        messages.success(request, ngettext("%d file is added.", "%d files are added.", count) % count)
    return JsonResponse({}, status=201)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("materials.manage")
@transaction.atomic
def material(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Call it otherwise, or let others see it, or at another time."""
    rows = Material.objects.there().changeable_by(request.user).select_related("course", "session__course")
    found = found_to_edit(request, rows, pk)
    kind = MaterialForm if found.kind == Kind.FILE else LinkForm
    form = kind(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            change_material(found, by=signed_in(request), **form.details)
            say_saved(request, form)
            return redirect(_list_of(found))
    shown = rows.get(pk=pk)  # the form has written what was typed into its own
    context = {
        "nav": "sessions" if found.session_id else "courses", "material": shown, "form": form,
        "back": _list_of(found), "shown": Shown(shown, shown.session),
    }  # fmt: skip
    return form_page(request, "materials/office/material.html", context)


@require_GET
@allow("sessions.view")
def material_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file itself, for whoever sees its session or its course here."""
    found = get_object_or_404(Material.objects.there().visible_to(request.user).exclude(file=""), pk=pk)
    return private_file(found.path, name=found.file_name)


@require_POST
@allow("materials.manage")
def material_move(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One place further up, or down."""
    found = _found(request, pk)
    move_material(found, down="down" in request.POST)
    return redirect(f"{_list_of(found)}#material-{found.pk}")


@require_POST
@allow("materials.manage")
def material_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Nobody gets it any more; for a while this can be undone. Pressed twice, it is removed once."""
    found = get_object_or_404(Material.objects.changeable_by(request.user), pk=pk)
    remove_material(found, by=signed_in(request))
    text = _("“%s” is removed. Nobody gets it any more.") % found.title
    say_with_undo(request, text, reverse("office:material_bring_back", args=[pk]))
    return redirect(_list_of(found))


@require_POST
@allow("materials.manage")
def material_bring_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Undo that it was removed."""
    found = get_object_or_404(Material.objects.changeable_by(request.user), pk=pk)
    bring_back(found, by=signed_in(request))
    messages.success(request, _("It is there again."))
    return redirect(_list_of(found))


def _found(request: HttpRequest, pk: UUID) -> Material:
    return get_object_or_404(Material.objects.there().changeable_by(request.user), pk=pk)


def _list_of(material: Material) -> str:
    """The page with all of its course or session."""
    if material.course_id:
        return reverse("office:course_materials", args=[material.course_id])
    return reverse("office:session_materials", args=[material.session_id])
