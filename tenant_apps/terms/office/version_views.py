"""What customers agree to, in the office: the version in force, the draft of the next one, and what was before."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.errors import DomainError
from shared_apps.core.permissions import allow
from shared_apps.web.office import form_page, refusals_on, say_saved
from tenant_apps.branding.registry import sections
from tenant_apps.terms.models import TermsKind, TermsVersion
from tenant_apps.terms.office.forms import DraftForm
from tenant_apps.terms.starters import STARTERS
from tenant_apps.terms.versions import discard_draft, draft_from_starter, in_force, publish_draft, save_draft


@dataclass(frozen=True)
class Held:
    """One kind, with all its versions, the latest first, and the draft of the next one."""

    kind: TermsKind
    versions: list[TermsVersion]
    draft: TermsVersion | None

    @property
    def in_force(self) -> TermsVersion | None:
        return self.versions[0] if self.versions else None


def _kind(kind: str) -> TermsKind:
    if kind not in TermsKind.values:
        raise Http404
    return TermsKind(kind)


@require_GET
@allow("settings.manage")
def terms(request: HttpRequest) -> HttpResponse:
    """What is in force, what comes next, and who published what when."""
    held = [
        Held(
            kind, list(TermsVersion.objects.published(kind).select_related("published_by")),
            TermsVersion.objects.drafts(kind).first(),
        )
        for kind in TermsKind
    ]  # fmt: skip
    context = {"nav": "settings", "sections": sections(), "held": held}
    return render(request, "terms/versions.html", context)


@require_GET
@allow("settings.manage")
def terms_version(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One version as it was published, or the draft as it stands."""
    rows = TermsVersion.objects.select_related("published_by")
    version = get_object_or_404(rows, pk=pk)
    latest = in_force(version.kind)
    context = {
        "nav": "settings", "sections": sections(), "version": version, "is_in_force": latest == version,
        "latest": latest,
    }  # fmt: skip
    return render(request, "terms/version.html", context)


@require_http_methods(["GET", "POST"])
@allow("settings.manage")
def terms_draft(request: HttpRequest, kind: str) -> HttpResponse:
    """The draft of the next version; a new one begins with what is in force."""
    wanted = _kind(kind)
    draft, latest = TermsVersion.objects.drafts(wanted).first(), in_force(wanted)
    usual = latest.title if latest else str(STARTERS[wanted][0])
    initial = {"title": usual, "text": latest.text if latest else ""}
    form = DraftForm(
        request.POST or None, instance=draft or TermsVersion(kind=wanted), initial={} if draft else initial
    )  # fmt: skip
    if form.is_valid():
        with refusals_on(form):
            given = form.cleaned_data
            save_draft(wanted, title=given["title"], text=given["text"], new=draft is None)
            say_saved(request, form)
            return redirect("office:terms_publish" if "look" in request.POST else "office:terms_draft", wanted)
    context = {
        "nav": "settings", "sections": sections(), "form": form, "kind": wanted, "draft": draft, "latest": latest,
    }  # fmt: skip
    return form_page(request, "terms/draft.html", context)


@require_POST
@allow("settings.manage")
def terms_starter(request: HttpRequest, kind: str) -> HttpResponse:
    """Begin with the platform's starter text."""
    wanted = _kind(kind)
    try:
        draft_from_starter(wanted)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect("office:terms_draft", wanted)


@require_http_methods(["GET", "POST"])
@allow("settings.manage")
def terms_publish(request: HttpRequest, kind: str) -> HttpResponse:
    """GET shows the draft as customers will read it; POST publishes it, if that is still what was shown."""
    wanted = _kind(kind)
    draft = TermsVersion.objects.drafts(wanted).first()
    if draft is None:
        return redirect("office:settings_terms")
    if request.method == "POST":
        try:
            seen = parse_datetime(request.POST.get("seen", ""))
        except ValueError:
            seen = None
        try:
            made = publish_draft(wanted, by=signed_in(request), seen=seen)
        except DomainError as refusal:
            messages.error(request, refusal.message)
            return redirect("office:terms_publish", wanted)
        messages.success(request, _("Version %d is in force now.") % made.number)
        return redirect("office:settings_terms")
    context = {
        "nav": "settings", "sections": sections(), "kind": wanted, "draft": draft, "latest": in_force(wanted),
        "seen": draft.changed_at.isoformat(),
    }  # fmt: skip
    return render(request, "terms/publish.html", context)


@require_POST
@allow("settings.manage")
def terms_discard(request: HttpRequest, kind: str) -> HttpResponse:
    """Throw the draft away."""
    if discard_draft(_kind(kind)):
        messages.success(request, _("The draft is gone."))
    return redirect("office:settings_terms")
