"""The settings page about what people hear before and after a session."""

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow
from shared_apps.web.editing import EditForm
from shared_apps.web.office import form_page, refusals_on, say_saved
from tenant_apps.branding.registry import sections
from tenant_apps.scheduling.models import SessionNotices
from tenant_apps.scheduling.noticing import change_notices


class NoticesForm(EditForm, forms.ModelForm):
    """When joining instructions, reminders and the request for feedback go out."""

    class Meta:
        model = SessionNotices
        fields = ["joining_days", "reminder_days", "reminder_hours", "feedback_hours"]
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
