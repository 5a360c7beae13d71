"""Certificates by API."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from shared_apps.accounts.signed_in import signed_in
from shared_apps.api.endpoints import View, ViewSet
from shared_apps.api.strict import DayFilter, Filters, StatusFilter
from shared_apps.events.idempotency import idempotent
from shared_apps.jobs.api import JobBegun
from shared_apps.web.networks import at_most
from tenant_apps.certificates.bulk import file_name, issue_to_all
from tenant_apps.certificates.models import Certificate, CertificateQuerySet, CertificateStatus
from tenant_apps.certificates.papers import pdf_for
from tenant_apps.certificates.selectors import CHECKED_A_MINUTE, by_code
from tenant_apps.certificates.serializers import CertificateSerializer, Reissue, Revocation, Verified
from tenant_apps.certificates.services import reissue_certificate, revoke_certificate
from tenant_apps.scheduling.models import Session


class CertificateFilters(Filters):
    studentId = filters.UUIDFilter("person_id")
    sessionId = filters.UUIDFilter("session_id")
    courseId = filters.UUIDFilter("course_id")
    status = StatusFilter(choices=CertificateStatus.choices, method="of_status")
    expiresBefore = DayFilter("expires_on", lookup_expr="lte", label="Not valid any more after this day")

    def of_status(self, rows: CertificateQuerySet, name: str, wanted: list[str]) -> CertificateQuerySet:
        found = rows.none()
        for status in wanted:
            found = found | rows.of_status(status)
        return found if wanted else rows


@extend_schema_view(
    list=extend_schema(
        summary="List certificates",
        description="The office sees all, a trainer those of their sessions, everybody else their own and those of "
        "people they booked for. The newest first.",
    ),
    retrieve=extend_schema(summary="Get a certificate"),
)
class CertificateViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ViewSet):
    permission = "account.use"
    write_permission = "certificates.manage"
    serializer_class = CertificateSerializer
    filterset_class = CertificateFilters
    orderings = {"issuedAt": "issued_at", "completedOn": "ends_on"}

    def get_queryset(self) -> CertificateQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return Certificate.objects.none()
        return Certificate.objects.visible_to(self.request.user).defer("found_by")

    @extend_schema(
        summary="Get a certificate as a PDF",
        description="503 `pdf_unavailable` where the machine lacks what it takes.",
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def pdf(self, request: Request, pk: UUID) -> HttpResponse:
        row = self.get_object()
        response = HttpResponse(pdf_for(row, request=request), content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="{file_name(row)}.pdf"'
        return response

    @extend_schema(
        summary="Revoke a certificate",
        description="Its public page says so from then on. 409 `already_revoked`.",
        request=Revocation,
        responses=CertificateSerializer,
    )
    def revoke(self, request: Request, pk: UUID) -> Response:
        row = self.get_object()
        revoke_certificate(row, reason=self.body(Revocation)["reason"], by=signed_in(request))
        return Response(self.get_serializer(self.get_queryset().get(pk=row.pk)).data)

    @extend_schema(
        summary="Issue a certificate anew",
        description="Another one with a number of its own, perhaps with the right `name`; the former one is revoked. "
        "409 `already_revoked`.",
        request=Reissue,
        responses={201: CertificateSerializer},
    )
    @idempotent
    def reissue(self, request: Request, pk: UUID) -> Response:
        given = self.body(Reissue)
        new = reissue_certificate(self.get_object(), by=signed_in(request), **given)
        return Response(self.get_serializer(self.get_queryset().get(pk=new.pk)).data, status=201)


class SessionCertificates(mixins.ListModelMixin, ViewSet):
    permission = "certificates.view"
    write_permission = "certificates.manage"
    serializer_class = CertificateSerializer

    @property
    def session(self) -> Session:
        rows = Session.objects.visible_to(self.request.user).select_related("course", "trainer__person")
        return get_object_or_404(rows, pk=self.kwargs["session_id"])

    def get_queryset(self) -> QuerySet[Certificate]:
        if getattr(self, "swagger_fake_view", False):
            return Certificate.objects.none()
        return Certificate.objects.visible_to(self.request.user).filter(session=self.session).defer("found_by")

    @extend_schema(summary="List a session's certificates")
    def list(self, request: Request, session_id: UUID) -> Response:
        return super().list(request)

    @extend_schema(
        summary="Issue a session's certificates",
        description="To all who have earned one and do not have it yet, by a worker. The job's `resultUrl` is a ZIP of "
        "their PDFs. 409 `nobody_qualifies`.",
        request=None,
        responses={202: JobBegun},
    )
    @idempotent
    def create(self, request: Request, session_id: UUID) -> Response:
        session = self.session
        self.body()
        job = issue_to_all(session, by=signed_in(request))
        return Response(JobBegun({"job_id": job.pk}).data, status=202)


class Verification(View):
    permission = "public"
    authentication_classes: Sequence[type[BaseAuthentication]] = []

    @extend_schema(
        operation_id="verifyCertificate",
        summary="Check a certificate",
        description="By the code in its QR code, by anybody; some thirty times a minute.",
        responses=Verified,
    )
    def get(self, request: Request, code: str) -> Response:
        at_most(CHECKED_A_MINUTE, "certificate", request)
        found = by_code(code)
        if found is None:
            raise Http404
        return Response(Verified(found).data)
