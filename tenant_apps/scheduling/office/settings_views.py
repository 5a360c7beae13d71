"""What people hear before and after a session, and when: the provider's settings, and those of one course."""

from typing import Unpack
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from shared_apps.core.types import Words
from shared_apps.web.editing import EditForm
from shared_apps.web.forms import FormOptions, Sent
from shared_apps.web.office import form_page, found_to_edit, refusals_on, say_saved
from shared_apps.web.whole_numbers import with_whole_numbers
from tenant_apps.branding.registry import sections
from tenant_apps.catalogue.models import Course
from tenant_apps.scheduling.models import CourseNotices, NoticeTimes, SessionNotices
from tenant_apps.scheduling.models.notices import TIMES
from tenant_apps.scheduling.noticing import change_course_notices, change_notices, notices_of


class NoticesForm(EditForm, forms.ModelForm):
    """When joining instructions, reminders and the request for feedback go out."""

    class Meta:
        model = SessionNotices
        formfield_callback = with_whole_numbers
        fields = TIMES
        labels = {
            "joining_days": _("Joining instructions"), "reminder_days": _("First reminder"),
            "reminder_hours": _("Second reminder"), "feedback_hours": _("Request for feedback"),
        }  # fmt: skip
        help_texts = {
            "joining_days": _("Place and map, link to join, what to bring. From 1 to 60 days before."),
            "reminder_days": _("From 1 to 60 days before."),
            "reminder_hours": _("From 1 to 72 hours before."),
            "feedback_hours": _("After the last day, to whoever's booking is completed. From 1 to 72 hours after."),
        }


@require_http_methods(["GET", "POST"])
@allow("settings.manage")
@transaction.atomic
def session_notices(request: HttpRequest) -> HttpResponse:
    """When people are written to around a session."""
    row = SessionNotices.objects.locked() if request.method == "POST" else SessionNotices.objects.load()
    form = NoticesForm(request.POST or None, instance=row)
    if form.is_valid():
        with refusals_on(form):
            change_notices(form.changes, by=signed_in(request))
            say_saved(request, form)
            return redirect("office:settings_sessions")
    return form_page(request, "scheduling/settings.html", {"nav": "settings", "sections": sections(), "form": form})


class CourseNoticesForm(EditForm, forms.ModelForm):
    """The same of one course, if it has times of its own."""

    own = forms.BooleanField(
        label=_("This course has times of its own"), required=False,
        help_text=_("Otherwise those in your settings hold."),
    )  # fmt: skip

    class Meta:
        model = CourseNotices
        formfield_callback = with_whole_numbers
        fields, labels, help_texts = TIMES, NoticesForm.Meta.labels, NoticesForm.Meta.help_texts

    field_order = ["own", *TIMES]

    def __init__(self, data: Sent = None, *, instance: CourseNotices, **options: Unpack[FormOptions]):
        super().__init__(data, instance=instance, **options)
        self.initial.setdefault("own", not instance._state.adding)

    @property
    def times(self) -> dict[str, int | None] | None:
        """What `change_course_notices` takes."""
        data = self.cleaned_data
        return {name: data[name] for name in TIMES} if data["own"] else None


@require_http_methods(["GET", "POST"])
@allow("courses.manage")
@transaction.atomic
def course_notices(request: HttpRequest, pk: UUID) -> HttpResponse:
    """When people are written to around a session of one course."""
    course = found_to_edit(request, Course.objects.in_office_of(request.user), pk)
    usual = notices_of(course.pk)
    own = usual if isinstance(usual, CourseNotices) else None
    row = own or CourseNotices(course=course, **{name: getattr(usual, name) for name in TIMES})
    form = CourseNoticesForm(request.POST or None, instance=row)
    if form.is_valid():
        with refusals_on(form):
            if change_course_notices(course, form.times, by=signed_in(request)):
                say_saved(request, form)
            else:
                messages.info(request, gettext("Nothing was changed."))
            return redirect("office:course_notices", pk)
    context = {"nav": "courses", "course": course, "form": form, "usual": _said(SessionNotices.objects.load())}
    return form_page(request, "scheduling/course_notices.html", context)


def _said(times: NoticeTimes) -> list[tuple[Words, str]]:
    """What each message is called, and when it goes out."""
    labels = NoticesForm.Meta.labels
    days_before = ngettext_lazy("%d day before", "%d days before")
    hours_before = ngettext_lazy("%d hour before", "%d hours before")
    hours_after = ngettext_lazy("%d hour after", "%d hours after")
    said = {
        "joining_days": days_before, "reminder_days": days_before, "reminder_hours": hours_before,
        "feedback_hours": hours_after,
    }  # fmt: skip
    found = [(name, getattr(times, name)) for name in TIMES]
    return [(labels[name], said[name] % n if n else gettext("not sent")) for name, n in found]
