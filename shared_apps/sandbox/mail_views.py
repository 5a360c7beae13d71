"""Pages of the mailbox."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from shared_apps.sandbox.guard import sandbox_only
from shared_apps.sandbox.mailbox import attachments, content, parse
from shared_apps.sandbox.models import Mail
from shared_apps.tenants.models import Tenant


@require_GET
@sandbox_only
def mail_list(request: HttpRequest) -> HttpResponse:
    """Newest first, narrowed by `tenant`, by a part of a recipient (`to`) and of the subject (`subject`)."""
    tenant, to, subject = (request.GET.get(name, "").strip() for name in ("tenant", "to", "subject"))
    mails = Mail.objects.defer("raw", "html", "text", "headers").order_by("-created_at", "-pk")
    if tenant:
        mails = mails.filter(tenant=tenant)
    if to:
        mails = mails.filter(recipients__icontains=to)
    if subject:
        mails = mails.filter(subject__icontains=subject)
    page = Paginator(mails, 50).get_page(request.GET.get("page"))
    names = _names()
    senders = Mail.objects.order_by("tenant").values_list("tenant", flat=True).distinct()
    tenants = sorted(((schema, names.get(schema, schema)) for schema in senders), key=lambda pair: pair[1])
    rows = [(row, names.get(row.tenant, row.tenant)) for row in page]
    context = {"page": page, "rows": rows, "tenants": tenants, "tenant": tenant, "to": to, "subject": subject}
    return render(request, "sandbox/mail_list.html", context)


@require_GET
@sandbox_only
def mail(request: HttpRequest, mail_id: str) -> HttpResponse:
    """One message: HTML in a frame, text, headers, attachments."""
    row = get_object_or_404(Mail, pk=mail_id)
    provider = _names().get(row.tenant, row.tenant)
    context = {"mail": row, "provider": provider, "files": list(enumerate(row.attachments))}
    return render(request, "sandbox/mail.html", context)


@require_GET
@xframe_options_sameorigin
@sandbox_only
def mail_html(request: HttpRequest, mail_id: str) -> HttpResponse:
    """The HTML part alone, for the frame. Inline styles are allowed here, scripts and forms never."""
    row = get_object_or_404(Mail, pk=mail_id)
    names = {part.get("Content-ID", "").strip("<>"): index for index, part in enumerate(attachments(parse(row.raw)))}

    def picture(match: re.Match[str]) -> str:
        index = names.get(match[1])
        return match[0] if index is None else reverse("sandbox:mail_file", args=[row.pk, index]) + "?inline"

    html = re.sub(r"cid:([^\"'\s)>]+)", picture, row.html)
    response = HttpResponse('<base target="_blank">' + html)
    site = urlsplit(settings.SITE_URL)
    port = f":{site.port}" if site.port else ""
    ours = f"{site.scheme}://{site.netloc} {site.scheme}://*.{settings.BASE_DOMAIN}{port}"
    response["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: {ours}; "
        "form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
    )
    return response


@require_GET
@sandbox_only
def mail_raw(request: HttpRequest, mail_id: str) -> HttpResponse:
    """The message as it would have gone over the wire."""
    return _download(bytes(get_object_or_404(Mail, pk=mail_id).raw), "message.eml", "message/rfc822")


@require_GET
@sandbox_only
def mail_file(request: HttpRequest, mail_id: str, index: int) -> HttpResponse:
    """One attachment, always as a download, except a picture that the HTML part shows (`?inline`)."""
    parts = attachments(parse(get_object_or_404(Mail, pk=mail_id).raw))
    if index >= len(parts):
        raise Http404
    part = parts[index]
    kind = part.get_content_type()
    inline = "inline" in request.GET and kind in {"image/png", "image/jpeg", "image/gif", "image/webp"}
    return _download(content(part), part.get_filename() or "unnamed", kind, as_attachment=not inline)


def _names() -> dict[str, str]:
    """Who sends mail from which schema. One that was deleted has no name any more."""
    return {"public": "Muster", **dict(Tenant.objects.values_list("schema_name", "name"))}


def _download(data: bytes, name: str, content_type: str, *, as_attachment: bool = True) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
