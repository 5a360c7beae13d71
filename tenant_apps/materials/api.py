"""Materials by API: of a session, of a course, one of them, and its file."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response

from shared_apps.accounts.models import User
from shared_apps.accounts.signed_in import signed_in
from shared_apps.api.endpoints import View, ViewSet
from shared_apps.api.parsers import JSONParser, MultiPartParser
from shared_apps.events.idempotency import idempotent
from shared_apps.files.views import private_file
from tenant_apps.catalogue.models import Course
from tenant_apps.materials.models import Kind, Material, MaterialQuerySet
from tenant_apps.materials.selectors import material_for, shown_to
from tenant_apps.materials.serializers import MaterialDetails, MaterialSerializer, NewFile, NewMaterial
from tenant_apps.materials.services import Owner, add_file, add_link, change_material, remove_material
from tenant_apps.scheduling.models import TEACHING, Session
from tenant_apps.scheduling.team import keep_to

ADDING = (
    "A link as JSON, or a file as `multipart/form-data` with `file` (PDF, Office documents without macros, pictures, "
    "text; 25 MB). 400 `not_acceptable`, `wrong_times`. 409 `too_many_materials`, `no_room_left`. A large file can't "
    "be sent with an `Idempotency-Key`."
)
LINK = OpenApiExample(
    "Exercises, from three days before on",
    {"kind": "link", "title": "Exercises", "url": "https://example.org/ex", "opens": "before", "opensDays": 3},
    request_only=True, media_type="application/json",
)  # fmt: skip
TAKES = {"application/json": NewMaterial, "multipart/form-data": NewFile}


def _user(request: Request) -> User:
    user = signed_in(request)
    assert user is not None  # each of these needs a permission that visitors have not
    return user


class Materials(mixins.ListModelMixin, ViewSet):
    """Those of one owner."""

    serializer_class = MaterialSerializer
    parser_classes = [JSONParser, MultiPartParser]
    page_ordering = ("position", "pk")

    def add_to(self, owner: Owner) -> Response:
        by = _user(self.request)
        if self.request.content_type.startswith("multipart/"):
            given = self.body(NewFile)
            material = add_file(owner, given.pop("file"), by=by, **given)
        else:
            given = self.body(NewMaterial)
            material = add_link(owner, by=by, **{"kind": Kind.LINK, **given})
        return Response(self.get_serializer(material).data, status=201)


class SessionMaterials(Materials):
    permission = "account.use"
    write_permission = "materials.manage"

    def get_queryset(self) -> MaterialQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return Material.objects.none()
        session = get_object_or_404(Session, pk=self.kwargs["session_id"])
        found = shown_to(_user(self.request), session)
        if found is None:
            raise Http404
        return Material.objects.filter(pk__in=[row.pk for row in found])

    @extend_schema(
        summary="List a session's materials",
        description="With those of its course. Whoever works with it sees all; those booked what is open to them now.",
    )
    def list(self, request: Request, session_id: UUID) -> Response:
        return super().list(request)

    @extend_schema(
        summary="Add to a session's materials", description=ADDING, request=TAKES,
        responses={201: MaterialSerializer}, examples=[LINK],
    )  # fmt: skip
    @idempotent
    def create(self, request: Request, session_id: UUID) -> Response:
        session = get_object_or_404(Session.objects.visible_to(request.user), pk=session_id)
        keep_to(TEACHING, session, request.user)
        return self.add_to(session)


class CourseMaterials(Materials):
    permission = write_permission = "courses.manage"

    def get_queryset(self) -> MaterialQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return Material.objects.none()
        return Material.objects.there().filter(course=self._course(self.kwargs["course_id"]))

    @extend_schema(
        summary="List a course's materials", description="What those booked on any of its sessions get, besides theirs."
    )
    def list(self, request: Request, course_id: UUID) -> Response:
        return super().list(request)

    @extend_schema(
        summary="Add to a course's materials", description=ADDING, request=TAKES,
        responses={201: MaterialSerializer}, examples=[LINK],
    )  # fmt: skip
    @idempotent
    def create(self, request: Request, course_id: UUID) -> Response:
        return self.add_to(self._course(course_id))

    def _course(self, pk: UUID) -> Course:
        found: Course = get_object_or_404(Course.objects.visible_to(self.request.user), pk=pk)
        return found


class MaterialViewSet(ViewSet):
    permission = "account.use"
    write_permission = "materials.manage"
    serializer_class = MaterialSerializer

    def get_queryset(self) -> MaterialQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return Material.objects.none()
        return Material.objects.there().changeable_by(self.request.user)

    @extend_schema(summary="Get a material")
    def retrieve(self, request: Request, pk: UUID) -> Response:
        return Response(self.get_serializer(_seen(request, pk)).data)

    @extend_schema(
        summary="Change a material",
        description="400 `not_acceptable`, `wrong_times`.",
        request=MaterialDetails(partial=True),
        responses=MaterialSerializer,
        examples=[OpenApiExample("Until 30 days after", {"closes": "after", "closesDays": 30}, request_only=True)],
    )
    def partial_update(self, request: Request, pk: UUID) -> Response:
        material = self.get_object()
        changed = change_material(material, by=_user(request), **self.body(MaterialDetails, partial=True))
        return Response(self.get_serializer(changed).data)

    @extend_schema(
        summary="Remove a material", description="Nobody gets it any more.", request=None, responses={204: None}
    )
    def destroy(self, request: Request, pk: UUID) -> Response:
        material = self.get_object()
        self.body()
        remove_material(material, by=_user(request))
        return Response(status=204)


class MaterialFile(View):
    permission = "account.use"

    @extend_schema(
        operation_id="getMaterialFile",
        summary="Get the file of a material",
        description="For whoever works with its session, and those booked while it is open to them.",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        material = _seen(request, pk)
        if not material.file:
            raise Http404
        return private_file(material.path, name=material.file_name)


def _seen(request: Request, pk: UUID) -> Material:
    found = material_for(_user(request), pk)
    if found is None:
        raise Http404
    return found
