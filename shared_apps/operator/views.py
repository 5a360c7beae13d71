"""What Muster is, for providers; and who they are, for operators."""

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from shared_apps.core.permissions import allow
from shared_apps.operator import words
from shared_apps.tenants.accounts import present_accounts
from shared_apps.tenants.health import check_tenant
from shared_apps.tenants.models import Tenant, TenantStatus
from shared_apps.tenants.routing import resolve, tenant_by_slug
from shared_apps.web.filtering import known_filters

SHOWCASE = 12


@allow("public")
@require_safe
@gzip_page
def home(request: HttpRequest) -> HttpResponse:
    """The platform explains itself; a demonstration also shows its providers and its tools."""
    shown = Tenant.objects.active().prefetch_related("domains").order_by("created_at")[:SHOWCASE]
    providers = [_provider(tenant) for tenant in shown] if settings.DEMO else []
    context = {
        "providers": providers,
        "sandbox": settings.SANDBOX,
        "steps": words.STEPS,
        "sides": words.SIDES,
        "promises": words.PROMISES,
        "included": words.INCLUDED,
        "office_nav": words.OFFICE_NAV,
        "contact": settings.CONTACT_EMAIL,
        "preview": words.preview(),
    }
    return render(request, "operator/home.html", context)


@allow("public")
@require_safe
@gzip_page
def start(request: HttpRequest) -> HttpResponse:
    """How a provider gets a site, and whom to write to."""
    letter = "\n".join([str(_("Hello,")), "", *(f"- {line}: " for line in words.NEEDED)])
    context = {
        "contact": settings.CONTACT_EMAIL, "needed": words.NEEDED, "letter": letter,
        "subject": _("A site for our courses"),
    }  # fmt: skip
    return render(request, "operator/start.html", context)


@allow("public")
@require_safe
def find_site(request: HttpRequest) -> HttpResponse:
    """To the sign-in of the provider whose address, host or short name `?provider=` is."""
    asked = request.GET.get("provider", "").strip()[:200]
    found = _site_at(asked) if asked else ""
    if found:
        return redirect(f"{found}accounts/login/")
    context = {"asked": asked, "missed": bool(asked), "example": _example()}
    return render(request, "operator/find.html", context, status=404 if asked else 200)


@allow("public")
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Crawlers may read everything but what belongs to somebody."""
    closed = ["/accounts/", "/operator/", "/api/", "/sandbox/", "/*/accounts/", "/*/admin/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@allow("operator.enter")
@require_safe
def console(request: HttpRequest) -> HttpResponse:
    """The console begins with the providers."""
    return redirect("operator:tenants")


@allow("operator.enter")
@require_safe
@known_filters(status=TenantStatus.values)
def tenants(request: HttpRequest) -> HttpResponse:
    """All tenants, whatever their status; `?q=` by name or slug, `?status=`."""
    query, status = request.GET.get("q", "").strip(), request.GET.get("status", "")
    found = Tenant.objects.prefetch_related("domains").order_by("name")
    if query:
        found = found.filter(Q(name__icontains=query) | Q(slug__icontains=query))
    if status in TenantStatus.values:
        found = found.filter(status=status)
    context = {"nav": "tenants", "tenants": found[:200], "count": found.count(), "q": query, "status": status}
    return render(request, "operator/tenants.html", {**context, "statuses": TenantStatus.choices})


@allow("operator.enter")
@require_safe
def tenant(request: HttpRequest, slug: str) -> HttpResponse:
    """One tenant: what it is, where it answers, whether its schema is whole."""
    found = get_object_or_404(Tenant.objects.with_all(), slug=slug)
    accounts = present_accounts(found)
    context = {
        "nav": "tenants", "tenant": found, "health": check_tenant(found), "accounts": accounts,
        "refusing": [one for one in accounts if one.disconnected_at],
    }  # fmt: skip
    return render(request, "operator/tenant.html", context)


def _site_at(address: str) -> str:
    """The start of the URLs of the active tenant at `address`; "" if there is none."""
    address = address.lower().partition("://")[2] or address.lower()
    host, _slash, path = address.partition("/")
    route = resolve(host, f"/{path}") if path else resolve(host, "/")
    tenant = route.tenant or tenant_by_slug(path.partition("/")[0] or host)
    return f"{tenant.base_url}/" if tenant and tenant.status == TenantStatus.ACTIVE else ""


def _example() -> str:
    return f"{settings.SITE_URL.partition('://')[2].rstrip('/')}/your-provider"


def _provider(tenant: Tenant) -> dict[str, Tenant | str]:
    url = _host_url(tenant)
    return {"tenant": tenant, "host_url": url, "host": url.partition("://")[2].rstrip("/")}


def _host_url(tenant: Tenant) -> str:
    """Where the tenant answers on a host of its own; "" if it has none."""
    domains = sorted(tenant.domains.all(), key=lambda domain: not domain.is_primary)
    proven = next((domain.domain for domain in domains if domain.verified_at), "")
    if not proven:
        return ""
    scheme, _sep, rest = settings.SITE_URL.partition("://")
    port = f":{rest.rsplit(':', 1)[1]}" if ":" in rest else ""
    return f"{scheme}://{proven}{port}/"
