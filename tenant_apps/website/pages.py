"""The home page, the provider's own texts, and what crawlers ask for."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shared_apps.core.permissions import allow
from shared_apps.tenants.context import current_tenant
from shared_apps.tenants.urls import tenant_url
from shared_apps.web.page_cache import cached_page
from tenant_apps.branding.texts import standing, standing_terms
from tenant_apps.branding.views import brand_of
from tenant_apps.catalogue.models import Course
from tenant_apps.terms.models import BookingTerms, TermsKind, TermsVersion
from tenant_apps.terms.versions import in_force
from tenant_apps.website import selectors, structured, texts

CLOSED_TO_CRAWLERS = ["accounts/", "admin/", "api/", "bookings/", "my/"]


@allow("public")
@require_safe
@cached_page()
def home(request: HttpRequest) -> HttpResponse:
    """What the provider is and what starts next."""
    has_courses = current_tenant().has("courses")
    data = {"@context": structured.SCHEMA, **structured.provider(brand_of(request))}
    context = {
        "offers": selectors.soonest_courses(6) if has_courses else [],
        "subjects": selectors.categories() if has_courses else [],
        "trainers": selectors.trainers()[:4],
        "data": structured.as_json(data),
    }
    return render(request, "website/home.html", context)


@allow("public")
@require_safe
@cached_page()
def about(request: HttpRequest) -> HttpResponse:
    """Who the provider is, in its own words."""
    brand = brand_of(request)
    text = brand.about or brand.introduction
    context = {"nav": "about", "title": _("About %(name)s") % {"name": current_tenant().name}, "text": text}
    return render(request, "website/about.html", context)


@allow("public")
@require_safe
@cached_page()
def terms(request: HttpRequest) -> HttpResponse:
    """The provider's terms in force, and its cancellation policy as it is applied."""
    usual = BookingTerms.objects.load()
    return _version(request, in_force(), policy=usual.policy.sentences(), standing_terms=standing_terms())


@allow("public")
@require_safe
@cached_page()
def version(request: HttpRequest, number: int, *, kind: str) -> HttpResponse:
    """One version of what people agree to, as it was published; its address stays."""
    return _version(request, get_object_or_404(TermsVersion.objects.published(kind), number=number))


def _version(request: HttpRequest, shown: TermsVersion | None, **more: object) -> HttpResponse:
    kind = shown.kind if shown else TermsKind.BOOKING
    versions = list(TermsVersion.objects.published(kind).defer("text"))
    name = {"name": current_tenant().name}
    context = {
        "title": shown.title if shown else _("Booking terms"), "version": shown, "versions": versions,
        "latest": versions[0] if versions else None, "text": texts.with_anchors(shown.text if shown else ""),
        "lede": _("What counts when you book with %(name)s.") % name if kind == TermsKind.BOOKING
        else _("What parents and guardians agree to at %(name)s.") % name,
        **more,
    }  # fmt: skip
    return render(request, "website/terms.html", context)


@allow("public")
@require_safe
@cached_page()
def privacy(request: HttpRequest) -> HttpResponse:
    """What the provider does with personal data."""
    lede = _("How %(name)s treats personal data.") % {"name": current_tenant().name}
    return _small_print(request, "privacy", _("Privacy"), lede=lede)


def _small_print(request: HttpRequest, name: str, title: str, **more: object) -> HttpResponse:
    brand = brand_of(request)
    context = {
        "title": title,
        "text": texts.with_anchors(getattr(brand, name)),
        "standing": standing(brand, name),
        **more,
    }
    return render(request, "website/small_print.html", context)


@allow("public")
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read; it counts at the root of a host."""
    start = request.META.get("SCRIPT_NAME", "")
    closed = [f"Disallow: {start}/{path}" for path in CLOSED_TO_CRAWLERS]
    lines = ["User-agent: *", *closed, "", f"Sitemap: {tenant_url('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@allow("public")
@require_safe
@cached_page()
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every page worth finding."""
    entries: list[tuple[str, datetime | None]] = [
        (tenant_url("home"), None),
        (tenant_url("about"), None),
        (tenant_url("trainers"), None),
    ]
    if current_tenant().has("courses"):
        courses = Course.objects.public().order_by("slug").values_list("slug", "updated_at")
        entries += [
            (tenant_url("courses"), None),
            (tenant_url("dates"), None),
            *((tenant_url("course", slug), at) for slug, at in courses),
        ]
    people = selectors.shown_trainers().order_by("slug").values_list("slug", flat=True)
    entries += [(tenant_url("trainer", slug), None) for slug in people]
    return render(request, "website/sitemap.xml", {"entries": entries}, content_type="application/xml")
