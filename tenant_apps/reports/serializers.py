"""What the API says of how things stand."""

from datetime import date, timedelta

from django.utils.translation import gettext as _
from rest_framework import serializers

from shared_apps.api.strict import Serializer
from shared_apps.core.time import FIRST_DAY, LAST_DAY, countable, local_today
from tenant_apps.scheduling.serializers import SessionSerializer

USUAL = timedelta(weeks=12)
LONGEST = timedelta(days=5 * 366)
BOUNDS = {"first": FIRST_DAY, "last": LAST_DAY}


class WeekSerializer(Serializer):
    """One week: money that arrived less what went back, and bookings that were confirmed."""

    starts = serializers.DateField()
    revenue = serializers.DecimalField(max_digits=14, decimal_places=2)
    bookings = serializers.IntegerField()


class FiguresSerializer(Serializer):
    """The provider's figures. `seats`, `seatsTaken` and `filled` (per cent) are of the next four weeks."""

    weeks = WeekSerializer(many=True)
    seats = serializers.IntegerField()
    seats_taken = serializers.IntegerField()
    filled = serializers.IntegerField(allow_null=True)
    outstanding = serializers.DecimalField(max_digits=14, decimal_places=2)
    overdue = serializers.DecimalField(max_digits=14, decimal_places=2)


class PeriodQuery(Serializer):
    """The days that the figures of a period are of, both included."""

    date_from = serializers.DateField(required=False, help_text="Twelve weeks before `dateTo` where it is left out")
    date_to = serializers.DateField(required=False, help_text="Today where it is left out")

    def validate_date_from(self, day: date) -> date:
        if day != countable(day):
            raise serializers.ValidationError(_("Send a day from %(first)s to %(last)s.") % BOUNDS)
        return day

    validate_date_to = validate_date_from

    def validate(self, attrs: dict[str, date]) -> dict[str, date]:
        last = attrs.get("date_to") or local_today()
        first = attrs.get("date_from") or last - USUAL
        if first > last:
            raise serializers.ValidationError({"date_to": [_("This is before the first day.")]})
        if last - first > LONGEST:
            raise serializers.ValidationError({"date_from": [_("At most five years.")]})
        return {"first": first, "last": last}


class PeriodFigures(Serializer):
    """`revenue` is what arrived less what went back, and so many `bookings` were confirmed in the period.

    `completionRate` is in per cent: of the bookings whose session ended in the period, those that were completed and
    not cancelled; null where none ended.
    """

    revenue = serializers.DecimalField(max_digits=14, decimal_places=2)
    bookings = serializers.IntegerField()
    completion_rate = serializers.IntegerField(allow_null=True)


class CourseFigures(PeriodFigures):
    course_id = serializers.UUIDField(source="course.pk")
    title = serializers.CharField(source="course.title")


class PeriodSerializer(Serializer):
    """What the days from `dateFrom` to `dateTo` brought, and each course's share of it."""

    date_from = serializers.DateField(source="first")
    date_to = serializers.DateField(source="last")
    total = PeriodFigures()
    courses = CourseFigures(many=True)


class DashboardSerializer(Serializer):
    """Counts of what the reader may see; those of bookings are null for who sees none, and `figures` and `period` for
    all but the office.
    """

    currency = serializers.CharField()
    courses = serializers.IntegerField()
    upcoming_sessions = serializers.IntegerField()
    pending_bookings = serializers.IntegerField(allow_null=True)
    confirmed_bookings = serializers.IntegerField(allow_null=True)
    students = serializers.IntegerField()
    figures = FiguresSerializer(allow_null=True)
    period = PeriodSerializer(allow_null=True)
    next_sessions = SessionSerializer(many=True)
