"""All certificates: who holds what until when, as a page, a file and a ZIP."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.permissions import allow, can
from shared_apps.core.time import local_today
from shared_apps.jobs.exports import Export
from shared_apps.lists.columns import Column
from shared_apps.lists.lists import AnyRows, OfficeList
from shared_apps.lists.words import ListPage
from shared_apps.web.filtering import an_id, known_filters, sort_keys
from shared_apps.web.office import remember_list, uuid_in
from tenant_apps.catalogue.models import Course
from tenant_apps.certificates.bulk import pack
from tenant_apps.certificates.finding import find_certificates
from tenant_apps.certificates.models import STATUSES, Certificate, CertificateStatus
from tenant_apps.people.models import Organisation

HEAD = ["Number", "Status", "Name", "Company", "Course", "Completed", "Valid until", "Issued", "Trainer", "Public page"]


def _rows(request: HttpRequest) -> AnyRows:
    return _filtered(request, _chosen(request))


LIST = OfficeList(
    "certificates", permission="certificates.view", export="office:certificates_export", money="certificates.manage",
    usual="-issued", rows=_rows,
    page=ListPage(
        title=_("Certificates"), row="certificates/office/_row.html",
        search=_("Search certificates"), finds=_("Number, name, course, company"),
        no_match=_("No certificate matches"), show_all=_("Show all certificates"),
        fields=("course", "company"),
    ),
    columns=[
        Column("number", _("Number"), sort="number", phone="hide"),
        Column("who", _("Who"), sort="name", wide=2, fixed=True, phone="main"),
        Column("course", _("Course"), sort="course_title", wide=3, phone="wide"),
        Column("company", _("Company"), sort="company", goes=1, phone="hide"),
        Column("completed", _("Completed"), sort="ends_on"),
        Column("expires", _("Valid until"), sort="expires_on"),
        Column("status", _("Status"), phone="top"),
        Column("issued", _("Issued"), sort="issued_at", off=True, phone="hide"),
        Column("trainer", _("Trainer"), sort="trainer_name", off=True, phone="hide"),
    ],
    views=[
        ("status=valid", _("Valid")), ("status=expiring", _("Expire soon")), ("status=expired", _("Expired")),
        ("status=revoked", _("Revoked")),
    ],
)  # fmt: skip
filters = known_filters(status=STATUSES, course=an_id, company=an_id, sort=sort_keys(LIST.sorts))


@require_GET
@allow("certificates.view")
@filters
def certificates(request: HttpRequest) -> HttpResponse:
    """All certificates, or those of a trainer's sessions."""
    remember_list(request, "certificates")
    chosen = _chosen(request)
    seen = LIST.seen(request, LIST.sorted(request, _filtered(request, chosen).defer("words", "found_by")))
    context = {
        "nav": "certificates", "list": seen, "page": seen.page, "chosen": chosen, "filtered": any(chosen.values()),
        "narrowed": bool(chosen["course"] or chosen["company"]),
        "courses": Course.objects.filter(certificates__isnull=False).distinct().order_by("title").only("title"),
        "companies": Organisation.objects.filter(certificates__isnull=False).distinct().order_by("name"),
        "manages": can(request.user, "certificates.manage"),
    }  # fmt: skip
    return render(request, "certificates/office/certificates.html", context)


EXPORT = Export(
    "certificates.export", what="certificates", permission="certificates.manage", head=HEAD,
    rows=lambda request: LIST.sorted(request, _rows(request)),
    line=lambda row: (
        row.number, row.status_label, row.name, row.company, row.course_title, row.ends_on.isoformat(),
        row.expires_on.isoformat() if row.expires_on else "", f"{localtime(row.issued_at):%Y-%m-%d}", row.trainer_name,
        row.public_url,
    ),
)  # fmt: skip


@require_http_methods(["GET", "POST"])
@allow("certificates.manage")
@filters
def certificates_export(request: HttpRequest) -> HttpResponse:
    """The filtered list as CSV, or of it those that were chosen."""
    return EXPORT.answer(request, title=_("Certificates as a file"))


@require_POST
@allow("certificates.manage")
@filters
def certificates_zip(request: HttpRequest) -> HttpResponse:
    """The PDFs of all that the list shows, packed by a worker."""
    rows = Certificate.objects.filter(pk__in=_rows(request).order_by().values("pk"))
    job = pack(rows, by=signed_in(request), name=f"certificates-{local_today():%Y-%m-%d}")
    return redirect("office:job", job.pk)


def _chosen(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "") for name in ("q", "status", "course", "company")}


def _filtered(request: HttpRequest, chosen: dict[str, str]) -> AnyRows:
    rows = Certificate.objects.visible_to(request.user)
    if chosen["status"] in CertificateStatus.values:
        rows = rows.of_status(chosen["status"])
    if course := uuid_in(request, "course"):
        rows = rows.filter(course_id=course)
    if company := uuid_in(request, "company"):
        rows = rows.filter(organisation_id=company)
    return find_certificates(rows, chosen["q"]) if chosen["q"] else rows
