"""Many certificates at once, by a job: issued, drawn and packed into one ZIP."""

from collections.abc import Sequence
from tempfile import TemporaryFile
from uuid import UUID
from zipfile import ZIP_STORED, ZipFile

from django.core.files import File
from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shared_apps.accounts.models import User
from shared_apps.core.types import Words
from shared_apps.jobs.kinds import job
from shared_apps.jobs.models import Job
from shared_apps.jobs.services import begin
from shared_apps.web.pdf import pdf_available
from tenant_apps.bookings.models import Attendee
from tenant_apps.certificates.errors import AlreadyIssued, NobodyQualifies, NoFile
from tenant_apps.certificates.models import Certificate
from tenant_apps.certificates.papers import draw_certificate
from tenant_apps.certificates.selectors import earners_of
from tenant_apps.certificates.services import issue_certificate
from tenant_apps.scheduling.models import Session

MANAGE = "certificates.manage"


def _issue(key: UUID, of: Job) -> None:
    """Give the certificate of a seat, and draw it: a worker that comes back to it finds it issued."""
    assert of.about_id is not None
    session = Session.objects.select_related("course", "trainer__person").get(pk=of.about_id)
    try:
        certificate = issue_certificate(session=session, attendee_id=key, by=of.by)
    except AlreadyIssued:
        certificate = Certificate.objects.standing().get(session=session, attendee_id=key)
    if pdf_available():
        draw_certificate(certificate)


def _draw(key: UUID, of: Job) -> None:
    draw_certificate(Certificate.objects.get(pk=key))


def _pack(of: Job) -> File | None:
    """One ZIP of what the job is about, read from the store one after the other."""
    keys = [UUID(key) for key in of.params["keys"]]
    if of.kind == PACK.name:
        rows = Certificate.objects.filter(pk__in=keys)
    else:
        rows = Certificate.objects.standing().filter(session=of.about_id, attendee_id__in=keys)
    if not pdf_available() or not rows.exists():
        return None
    made = TemporaryFile()  # noqa: SIM115  (whoever keeps it closes it)
    with ZipFile(made, "w", ZIP_STORED) as packed:
        for row in rows.order_by("number").iterator(chunk_size=50):
            packed.writestr(f"{file_name(row)}.pdf", draw_certificate(row))
    made.seek(0)
    return File(made, name="certificates.zip")


def file_name(certificate: Certificate) -> str:
    """What its PDF is called: number and name."""
    return "-".join(filter(None, [certificate.number, slugify(certificate.name)]))


def _sitter(key: UUID) -> str:
    return Attendee.everybody.get(pk=key).name


def _holder(key: UUID) -> str:
    return Certificate.objects.get(pk=key).name


def _of_session(of: Job) -> tuple[Words, str]:
    from django.urls import reverse

    return gettext_lazy("The session's certificates"), reverse("office:session_certificates", args=[of.about_id])


ISSUE = job("certificates.issue", _issue, label=_sitter, permission=MANAGE, leads=_of_session, finish=_pack)
# What is issued because a session is over: nobody began it.
ISSUE_EARNED = job("certificates.issue_earned", _issue, label=_sitter, leads=_of_session)
PACK = job("certificates.pack", _draw, label=_holder, permission=MANAGE, finish=_pack)


def issue_to_all(session: Session, *, by: User | None) -> Job:
    """Give everybody at `session` the certificate that they have earned. Raises `NobodyQualifies`.

    Without `by` it is done because the session is over.
    """
    keys = [earner.seat.attendee_id for earner in earners_of(session) if earner.waits]
    if not keys:
        raise NobodyQualifies
    title = _("Certificates of %s") % session
    if by is None:
        return begin(ISSUE_EARNED, keys, title=title, by=None, about=session)
    return begin(ISSUE, keys, title=title, by=by, about=session, result_name=f"{_file_of(session)}.zip")


def pack(rows: "QuerySet[Certificate]", *, by: User | None, name: str, about: Session | None = None) -> Job:
    """Put these certificates into one ZIP. Raises `NoFile` where there are none."""
    keys: Sequence[UUID] = list(rows.order_by("number").values_list("pk", flat=True))
    if not keys:
        raise NoFile
    title = _("Certificates as a ZIP: %s") % name
    return begin(PACK, keys, title=title, by=by, about=about, result_name=f"{slugify(name)[:80] or 'certificates'}.zip")


def pack_session(session: Session, *, by: User | None) -> Job:
    """The standing certificates of a session, as one ZIP."""
    rows = Certificate.objects.standing().filter(session=session)
    return pack(rows, by=by, name=_file_of(session), about=session)


def _file_of(session: Session) -> str:
    return f"{session.course.slug[:60]}-{session.starts_at:%Y-%m-%d}"
