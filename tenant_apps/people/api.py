"""Students and trainers by API."""

from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from shared_apps.accounts.api import users
from shared_apps.accounts.models import User
from shared_apps.accounts.serializers import UserSerializer
from shared_apps.accounts.signed_in import signed_in
from shared_apps.api.endpoints import ViewSet
from shared_apps.api.strict import Filters
from shared_apps.core.permissions import can
from shared_apps.core.search import AnyRows, by_name
from shared_apps.events.idempotency import idempotent
from shared_apps.web.page_cache import cached_page
from tenant_apps.people.access import rename, set_access
from tenant_apps.people.finding import find_students, find_trainers
from tenant_apps.people.models import Student, StudentQuerySet, Trainer, TrainerQuerySet
from tenant_apps.people.serializers import StudentSerializer, TrainerSerializer
from tenant_apps.people.services import add_student, save_trainer, set_trainer_active, update_student


class StudentFilters(Filters):
    q = filters.CharFilter(method="search", label="Part of a name, an email address or a phone number", max_length=100)
    active = filters.BooleanFilter("person__active")
    email = filters.CharFilter("person__email", lookup_expr="iexact")

    def search(self, rows: StudentQuerySet, name: str, text: str) -> AnyRows:
        return find_students(rows, text).annotate(best=by_name("person__name"))


class StudentViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ViewSet):
    permission = "account.use"
    write_permission = "students.manage"
    serializer_class = StudentSerializer
    filterset_class = StudentFilters
    searched_ordering, page_ordering = ("best",), ("-pk",)
    orderings = {"name": "person_name", "createdAt": "pk"}

    def get_queryset(self) -> QuerySet[Student]:
        return (
            Student.objects.visible_to(self.request.user)
            .select_related("person")
            .annotate(person_name=F("person__name"))
        )

    @extend_schema(summary="List students", description="The office sees all; a student, themselves.")
    def list(self, request: Request, *args: object, **kwargs: object) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Get a student")
    def retrieve(self, request: Request, *args: object, **kwargs: object) -> Response:
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Add a student",
        description="409 `person_exists` when somebody has this email address already.",
        responses={201: StudentSerializer},
        examples=[
            OpenApiExample(
                "A student",
                {"name": "Grace Hopper", "email": "grace@example.com", "phone": "0117 496 0000"},
                request_only=True,
            )
        ],
    )
    @idempotent
    def create(self, request: Request) -> Response:
        details = self.body(StudentSerializer)
        person = details.pop("person")
        student = add_student(
            name=person["name"], email=person.get("email", ""), phone=person.get("phone", ""),
            notes=details.get("notes", ""), by=signed_in(request),
        )  # fmt: skip
        return Response(self.get_serializer(student).data, status=201)

    @extend_schema(
        summary="Change a student",
        description="PUT does the same: what is not sent stays as it is. 409 `person_exists`.",
        request=StudentSerializer(partial=True),
        responses=StudentSerializer,
    )
    def partial_update(self, request: Request, pk: UUID) -> Response:
        student = self.get_object()
        details = self.body(StudentSerializer, student, partial=True)
        update_student(student, by=signed_in(request), notes=details.get("notes"), **details.get("person", {}))
        return Response(self.get_serializer(student).data)


@extend_schema_view(
    list=extend_schema(summary="List users", description="The office sees all users; everybody else, themselves."),
    retrieve=extend_schema(summary="Get a user"),
)
class UserViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ViewSet):
    permission = "account.use"
    serializer_class = UserSerializer
    orderings = {"name": "name", "email": "email", "createdAt": "created_at"}

    @property
    def write_permission(self) -> str:
        return "users.manage" if self.action == "destroy" else "account.use"

    def get_queryset(self) -> QuerySet[User]:
        visible = User.objects.visible_to(self.request.user).values("pk")
        return users().filter(pk__in=visible)

    @extend_schema(
        summary="Change a user",
        description="Their `name`; by the office also whether they may sign in, `isActive`. PUT does the same: what is "
        "not sent stays as it is. 409 `own_roles`, `role_above_own`, `last_owner`.",
        request=UserSerializer(partial=True),
        responses=UserSerializer,
    )
    @transaction.atomic
    def partial_update(self, request: Request, pk: UUID) -> Response:
        user = self.get_object()
        given = self.body(UserSerializer, user, partial=True)
        if "is_active" in given and not can(request.user, "users.manage"):
            raise serializers.ValidationError({"is_active": [_("Only the office says this.")]})
        if "name" in given:
            rename(user, name=given["name"], by=signed_in(request))
        if "is_active" in given:
            set_access(user, active=given["is_active"], by=signed_in(request))
        return Response(self.get_serializer(self.get_queryset().get(pk=pk)).data)

    @extend_schema(
        summary="Deactivate a user",
        description="They can no longer sign in. What they did and booked stays, and `isActive` brings them back. "
        "409 `own_roles`, `role_above_own`, `last_owner`.",
        request=None,
        responses={204: None},
    )
    def destroy(self, request: Request, pk: UUID) -> Response:
        self.body()
        set_access(self.get_object(), active=False, by=signed_in(request))
        return Response(status=204)


class TrainerFilters(Filters):
    q = filters.CharFilter(method="search", label="Words of a name, headline or bio", max_length=100)
    specialisation = filters.CharFilter(method="has", max_length=60)

    def search(self, rows: TrainerQuerySet, name: str, text: str) -> AnyRows:
        return find_trainers(rows, text).annotate(best=by_name("person__name"))

    def has(self, rows: TrainerQuerySet, name: str, text: str) -> TrainerQuerySet:
        return rows.filter(specialisations__contains=[text])


@extend_schema_view(list=extend_schema(summary="List trainers"), retrieve=extend_schema(summary="Get a trainer"))
@method_decorator(cached_page(reads=None), name="dispatch")
class TrainerViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ViewSet):
    permission = "public"
    write_permission = "users.manage"
    serializer_class = TrainerSerializer
    filterset_class = TrainerFilters
    searched_ordering, page_ordering = ("best",), ("person_name", "pk")
    orderings = {"name": "person_name", "yearsOfExperience": "years_of_experience"}

    def get_queryset(self) -> QuerySet[Trainer]:
        rows = Trainer.objects.visible_to(self.request.user)
        return (
            rows.with_courses_taught().select_related("person").defer("search").annotate(person_name=F("person__name"))
        )

    @extend_schema(summary="Add a trainer", description="409 `person_exists`.", responses={201: TrainerSerializer})
    @idempotent
    def create(self, request: Request) -> Response:
        given = self.body(TrainerSerializer)
        person, active = given.pop("person"), given.pop("active", True)
        trainer = save_trainer(None, by=signed_in(request), name=person["name"], email=person.get("email", ""), **given)
        set_trainer_active(trainer, active=active, by=signed_in(request))
        return self._answer(trainer, status=201)

    @extend_schema(
        summary="Change a trainer",
        description="PUT does the same: what is not sent stays as it is. 409 `person_exists`.",
        request=TrainerSerializer(partial=True),
        responses=TrainerSerializer,
    )
    @transaction.atomic
    def partial_update(self, request: Request, pk: UUID) -> Response:
        trainer = self.get_object()
        given = self.body(TrainerSerializer, trainer, partial=True)
        person, active = given.pop("person", {}), given.pop("active", trainer.active)
        save_trainer(trainer, by=signed_in(request), **person, **given)
        set_trainer_active(trainer, active=active, by=signed_in(request))
        return self._answer(trainer)

    @extend_schema(
        summary="Deactivate a trainer",
        description="They are no longer shown or chosen. Their sessions stay, and `active` brings them back.",
        request=None,
        responses={204: None},
    )
    def destroy(self, request: Request, pk: UUID) -> Response:
        self.body()
        set_trainer_active(self.get_object(), active=False, by=signed_in(request))
        return Response(status=204)

    def _answer(self, trainer: Trainer, *, status: int = 200) -> Response:
        return Response(self.get_serializer(self.get_queryset().get(pk=trainer.pk)).data, status=status)
