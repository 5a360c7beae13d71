"""What the API says of how things stand."""

from rest_framework import serializers

from shared_apps.core.strict import Serializer
from tenant_apps.scheduling.serializers import SessionSerializer


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


class DashboardSerializer(Serializer):
    """Counts of what the reader may see; those of bookings are null for who sees none, and `figures` for all but the
    office.
    """

    currency = serializers.CharField()
    courses = serializers.IntegerField()
    upcoming_sessions = serializers.IntegerField()
    pending_bookings = serializers.IntegerField(allow_null=True)
    confirmed_bookings = serializers.IntegerField(allow_null=True)
    students = serializers.IntegerField()
    figures = FiguresSerializer(allow_null=True)
    next_sessions = SessionSerializer(many=True)
