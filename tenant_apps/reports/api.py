"""The dashboard by API."""

from django.db.models import Count, Q
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from shared_apps.accounts.models import User
from shared_apps.api.endpoints import View
from shared_apps.tenants.context import current_tenant
from tenant_apps.bookings.models import Booking
from tenant_apps.catalogue.models import Course
from tenant_apps.people.models import Student
from tenant_apps.reports.periods import period
from tenant_apps.reports.selectors import numbers
from tenant_apps.reports.serializers import DashboardSerializer, PeriodQuery
from tenant_apps.scheduling.api import sessions_for
from tenant_apps.scheduling.models import Session

NEXT = 7


class Dashboard(View):
    permission = "dashboard.view"
    feature = "courses"
    queries = {"get": PeriodQuery}

    @extend_schema(
        summary="How things stand",
        description="A trainer's counts are of their own courses, sessions and bookings. `nextSessions` are under way "
        "or to come, in the order of their next teaching days. `period` is of the days from `dateFrom` to `dateTo`.",
        responses=DashboardSerializer,
    )
    def get(self, request: Request) -> Response:
        user = request.user
        assert user.is_authenticated
        days = self.query()
        bookings = _live_bookings(user) if user.can("bookings.view") else {}
        facts = {
            "currency": current_tenant().currency,
            "courses": Course.objects.in_office_of(user).filter(active=True).count(),
            "upcoming_sessions": Session.objects.visible_to(user).upcoming().count(),
            "pending_bookings": bookings.get("pending"),
            "confirmed_bookings": bookings.get("confirmed"),
            "students": Student.objects.visible_to(user).count(),
            "figures": numbers() if user.can("bookings.manage") else None,
            "period": period(**days) if user.can("bookings.manage") else None,
            "next_sessions": sessions_for(user).ahead()[:NEXT],
        }
        return Response(DashboardSerializer(facts, context={"request": request}).data)


def _live_bookings(user: User) -> dict[str, int]:
    return Booking.objects.visible_to(user).aggregate(
        pending=Count("pk", filter=Q(status="pending")), confirmed=Count("pk", filter=Q(status="confirmed"))
    )
