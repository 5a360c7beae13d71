"""Courses by API."""

from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.decorators import method_decorator
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response

from shared_apps.accounts.signed_in import signed_in
from shared_apps.api.endpoints import ViewSet
from shared_apps.api.strict import DayFilter, Filters, PriceFilter, WholeNumberFilter
from shared_apps.core.permissions import can
from shared_apps.core.types import JsonObject
from shared_apps.events.authors import with_authors
from shared_apps.events.idempotency import idempotent
from shared_apps.web.page_cache import cached_page
from tenant_apps.catalogue import search
from tenant_apps.catalogue.models import Audience, Category, Course, CourseQuerySet
from tenant_apps.catalogue.serializers import AudienceSerializer, CategorySerializer, CourseSerializer
from tenant_apps.catalogue.services import save_course


class CourseFilters(Filters):
    q = filters.CharFilter(
        method="search",
        label="Words of the texts, the subject or the trainers; when nothing has them, similar ones. Best first",
        max_length=100,
    )
    category = filters.ModelChoiceFilter(queryset=Category.objects.all(), to_field_name="slug", label="By its slug")
    audience = filters.ModelChoiceFilter(queryset=Audience.objects.all(), to_field_name="slug", label="By its slug")
    trainer = filters.UUIDFilter("lead_trainer_id")
    priceFrom = PriceFilter("price", lookup_expr="gte", min_value=0, max_value=100_000_000)
    priceTo = PriceFilter("price", lookup_expr="lte", min_value=0, max_value=100_000_000)
    published = filters.BooleanFilter()
    active = filters.BooleanFilter()
    dateFrom = DayFilter(method="has_dates", label="Has a date to book on this day or later")
    dateTo = DayFilter(method="has_dates", label="Has a date to book on this day or earlier")
    seats = WholeNumberFilter(
        method="has_dates", label="Has a date with at least so many seats left", min_value=1, max_value=10_000
    )

    def search(self, rows: CourseQuerySet, name: str, text: str) -> QuerySet[Course]:
        found = search.matching(rows, text)
        if not found.exists() and (better := search.guess(self.request, text)):
            found = search.matching(rows, better)
        return found

    def has_dates(self, rows: CourseQuerySet, name: str, given: object) -> CourseQuerySet:
        return rows  # all three ask about one and the same date: see filter_queryset

    def filter_queryset(self, queryset: CourseQuerySet) -> CourseQuerySet:
        asked = self.form.cleaned_data
        day_from, day_to, seats = asked.get("dateFrom"), asked.get("dateTo"), asked.get("seats")
        rows = super().filter_queryset(queryset)
        if not (day_from or day_to or seats):
            return rows
        dates = search.all_dates().public().bookable()
        dates = dates.filter(course=OuterRef("pk"))
        dates = dates.begins_between(day_from, day_to)
        if seats:
            dates = dates.filter(seats_taken__lte=F("capacity") - int(seats))
        return rows.filter(Exists(dates))


@extend_schema_view(
    list=extend_schema(summary="List courses", description="What is public; the office sees the others too."),
    retrieve=extend_schema(summary="Get a course"),
)
@method_decorator(cached_page(reads=None), name="dispatch")
class CourseViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ViewSet):
    permission = "public"
    write_permission = "courses.manage"
    serializer_class = CourseSerializer
    filterset_class = CourseFilters
    searched_ordering, page_ordering = ("-relevance", "pk"), ("title", "pk")
    orderings = {"title": "title", "createdAt": "created_at", "updatedAt": "updated_at"}

    def get_queryset(self) -> CourseQuerySet:
        rows = Course.objects.visible_to(self.request.user).defer("search", "found_by")
        if can(self.request.user, "courses.view"):
            rows = with_authors(rows)
        return rows.select_related("category", "audience", "lead_trainer__person").prefetch_related("modules")

    @extend_schema(
        summary="Make a course",
        description="409 `weights_not_100`, `slug_taken`.",
        examples=[
            OpenApiExample(
                "A course",
                {
                    "title": "Heat pump installation",
                    "categoryId": "01975f3c-5d10-7a0e-8b3c-4e1f7a2d9c60",
                    "audienceId": "01975f3c-5d11-7c4f-9a2b-8d3e6f1a7b50",
                    "summary": "Design, install and commission air-source heat pumps.",
                    "price": 480,
                    "vatRate": 20,
                    "depositPercentage": 0.3,
                    "modules": [
                        {"title": "Heat loss and sizing", "weight": 40},
                        {"title": "Installation and commissioning", "weight": 60},
                    ],
                },
                request_only=True,
            )
        ],
    )
    @idempotent
    def create(self, request: Request) -> Response:
        return self._save(Course(), self.body(CourseSerializer), status=201)

    @extend_schema(
        summary="Change a course",
        description="`modules` replaces the whole syllabus. PUT does the same: what is not sent stays as it is.",
        request=CourseSerializer(partial=True),
        responses=CourseSerializer,
    )
    def partial_update(self, request: Request, pk: UUID) -> Response:
        course = self.get_object()
        return self._save(course, self.body(CourseSerializer, course, partial=True))

    @extend_schema(
        summary="Deactivate a course",
        description="It is no longer found or booked. What was booked stays, and `active` brings it back.",
        request=None,
        responses={204: None},
    )
    def destroy(self, request: Request, pk: UUID) -> Response:
        self.body()
        save_course(self.get_object(), by=signed_in(request), active=False)
        return Response(status=204)

    def _save(self, course: Course, given: JsonObject, *, status: int = 200) -> Response:
        saved = save_course(course, by=signed_in(self.request), **given)
        return Response(self.get_serializer(self.get_queryset().get(pk=saved.pk)).data, status=status)


@extend_schema_view(list=extend_schema(summary="List categories"))
class CategoryViewSet(mixins.ListModelMixin, ViewSet):
    permission = "public"
    serializer_class = CategorySerializer
    queryset = Category.objects.all()
    page_ordering = ("position", "pk")


@extend_schema_view(list=extend_schema(summary="List audiences"))
class AudienceViewSet(mixins.ListModelMixin, ViewSet):
    permission = "public"
    serializer_class = AudienceSerializer
    queryset = Audience.objects.all()
    page_ordering = ("position", "pk")
