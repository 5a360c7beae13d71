"""Certificates of a session: who has earned one, results of the assessment, and issuing them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from shared_apps.accounts.signed_in import signed_in
from shared_apps.core.digits import whole_number
from shared_apps.core.errors import DomainError
from shared_apps.core.permissions import allow, can
from shared_apps.jobs.models import Job
from shared_apps.web.office import uuid_of
from tenant_apps.certificates.bulk import issue_to_all, pack_session
from tenant_apps.certificates.models import CertificateSettings, CourseRule, Wants
from tenant_apps.certificates.selectors import Earner, earners_of, rule_of
from tenant_apps.certificates.services import Assessed, enter_results, issue_certificate
from tenant_apps.scheduling.models import ASSESSING, Session
from tenant_apps.scheduling.team import may

PASSED = {"passed": True, "failed": False}
PASSED_AS = {passed: said for said, passed in PASSED.items()}


def _found(request: HttpRequest, pk: UUID) -> Session:
    rows = Session.objects.visible_to(request.user).select_related("course", "trainer__person")
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "POST"])
@allow("certificates.view")
def session_certificates(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everybody who sat there, what they have earned and what lacks; the results, where the course asks for them.

    Those are entered by the trainer, the assessor and the office.
    """
    session = _found(request, pk)
    rule = rule_of(session.course)
    marks = can(request.user, "registers.mark") and may(request.user, session, ASSESSING)
    faults: dict[UUID, str] = {}
    if request.method == "POST" and marks:
        results, faults = _results(request.POST, earners_of(session), rule)
        if not faults:
            changed = enter_results(session=session, results=results, by=signed_in(request))
            said = ngettext("%d result saved.", "%d results saved.", len(changed)) % len(changed)
            messages.success(request, said if changed else _("Nothing was changed."))
            return redirect("office:session_certificates", pk)
    earners = earners_of(session)
    context = {
        "nav": "sessions", "session": session, "rule": rule, "marks": marks and rule.wants != Wants.NOTHING,
        "lines": [(one, _typed(one, request.POST), faults.get(one.seat.attendee_id, "")) for one in earners],
        "waiting": sum(one.waits for one in earners), "issued": sum(one.certificate is not None for one in earners),
        "manages": can(request.user, "certificates.manage"), "job": Job.objects.at_work_on(session),
        "by_itself": CertificateSettings.objects.load().by_itself, "faulty": bool(faults),
    }  # fmt: skip
    status = 422 if faults else 200
    return render(request, "certificates/office/session.html", context, status=status)


@require_POST
@allow("certificates.manage")
def session_issue(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give all who have earned one their certificate; or one person theirs, whether they earned it or not."""
    session, by = _found(request, pk), signed_in(request)
    try:
        if attendee := uuid_of(request.POST.get("attendee", "")):
            made = issue_certificate(session=session, attendee_id=attendee, by=by, by_hand=True)
            messages.success(request, _("Issued as %s.") % made.number)
        else:
            return redirect("office:job", issue_to_all(session, by=by).pk)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("office:session_certificates", pk)


@require_POST
@allow("certificates.manage")
def session_zip(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All certificates of the session as one ZIP, packed by a worker."""
    session = _found(request, pk)
    try:
        return redirect("office:job", pack_session(session, by=signed_in(request)).pk)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("office:session_certificates", pk)


def _typed(earner: Earner, sent: QueryDict) -> str:
    """What stands in the field of somebody's result: what was typed, where that was not saved; else what is known."""
    known, result = "", earner.result
    if result is not None:
        known = str(result.mark) if result.mark is not None else PASSED_AS[bool(result.passed)]
    return str(sent.get(f"result-{earner.seat.attendee_id}", known))


def _results(sent: QueryDict, earners: list[Earner], rule: CourseRule) -> tuple[list[Assessed], dict[UUID, str]]:
    """What was typed for each seat, and what is wrong with it."""
    results, faults = [], {}
    for earner in earners:
        pk = earner.seat.attendee_id
        typed = sent.get(f"result-{pk}")
        if typed is None:
            continue
        typed = typed.strip().removesuffix("%").strip()
        note = earner.result.note if earner.result else ""
        if not typed:
            results.append(Assessed(attendee_id=pk, note=note))
        elif rule.wants == Wants.MARK and (mark := whole_number(typed, 0, 100)) is not None:
            results.append(Assessed(attendee_id=pk, mark=mark, note=note))
        elif rule.wants == Wants.PASS and typed in PASSED:
            results.append(Assessed(attendee_id=pk, passed=PASSED[typed], note=note))
        else:
            faults[pk] = _("Enter a whole number from 0 to 100.")
    return results, faults
