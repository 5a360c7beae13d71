"""Whenever the demo is loaded: nothing lies ahead that has happened, and all that is worth looking at is there."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Count, F, Max
from django.utils import timezone

from shared_apps.core.time import local
from shared_apps.events.models import Event
from tenant_apps.bookings.models import STANDING, Answer, Attendee, Booking, WaitingListEntry
from tenant_apps.certificates.models import Certificate
from tenant_apps.materials.models import Material, Opens
from tenant_apps.messaging.models import Message
from tenant_apps.payments.models import Payment, Refund
from tenant_apps.reviews.models import Review
from tenant_apps.scheduling.attendance import attendance_of
from tenant_apps.scheduling.models import Attendance, Offer, Session, SessionDay, SessionSeries, SessionStatus
from tenant_apps.scheduling.models.hours import Holiday

# Keys made while the clock stands still run ahead of it, so that they are in order: 4096 are a millisecond.
KEYS = timedelta(milliseconds=10)
# What these say is to come, or may be. Every other instant of a row says when something happened.
AHEAD = {
    "answer_by", "balance_due_at", "closes_at", "decide_by", "digest_at", "due_at", "ends_at", "expire_date",
    "expires_at", "hold_expires_at", "next_check_at", "next_try_at", "opens_at", "remind_at", "starts_at", "tell_at",
    "tell_move_at", "until",
}  # fmt: skip


def happened() -> Iterator[tuple[type[models.Model], str]]:
    """Each column of a provider's tables that says when something was."""
    for model in apps.get_models():
        if model._meta.app_config.name in settings.TENANT_APPS and model._meta.managed and not model._meta.proxy:
            for field in model._meta.concrete_fields:
                if isinstance(field, models.DateTimeField) and field.name not in AHEAD:
                    yield model, field.name


def test_nothing_lies_ahead_that_has_happened(provider: Any, moment: datetime):
    columns = list(happened())
    for model, name in ((Event, "created_at"), (Booking, "confirmed_at"), (Payment, "completed_at"),
                        (Certificate, "issued_at"), (Review, "created_at"), (Message, "sent_at")):  # fmt: skip
        assert (model, name) in columns
        assert model._base_manager.exclude(**{name: None}).exists(), (model, name)
    until, wrong = moment + KEYS, {}
    for model, name in columns:
        if latest := model._base_manager.filter(**{f"{name}__gt": until}).aggregate(latest=Max(name))["latest"]:
            wrong[f"{model._meta.label}.{name}"] = str(latest)
    assert not wrong, f"after {moment}"


def test_nothing_happened_before_it_could(provider: Any):
    assert not Booking.objects.filter(created_at__gt=F("session__starts_at")).exists()
    assert not Booking.objects.filter(created_at__lt=F("session__created_at")).exists()
    assert not Booking.objects.filter(created_at__lt=F("buyer__created_at")).exists()
    assert not Booking.objects.filter(confirmed_at__lt=F("created_at")).exists()
    assert not Booking.objects.filter(cancelled_at__lt=F("created_at")).exists()
    assert not Booking.objects.filter(cancelled_at__lt=F("confirmed_at")).exists()
    assert not Payment.objects.filter(completed_at__lt=F("initiated_at")).exists()
    assert not Refund.objects.filter(completed_at__lt=F("payment__completed_at")).exists()
    for row in Attendance.objects.select_related("day"):  # from the midnight before on
        assert local(row.marked_at).date() >= local(row.day.starts_at).date(), row
    assert not Review.objects.filter(created_at__lt=F("session__ends_at")).exists()
    assert not Review.objects.filter(answered_at__lt=F("created_at")).exists()
    assert not Review.objects.filter(hidden_at__lt=F("created_at")).exists()
    assert not Certificate.objects.filter(session__isnull=False, issued_at__lt=F("session__ends_at")).exists()
    assert not Certificate.objects.filter(revoked_at__lt=F("issued_at")).exists()
    assert not Answer.objects.filter(answered_at__lt=F("attendee__booking__created_at")).exists()
    afterwards = Material.objects.filter(session__isnull=False, opens=Opens.ENDED)
    assert not afterwards.filter(created_at__lt=F("session__ends_at")).exists()


def test_nobody_is_twice_on_a_date(provider: Any):
    standing = Booking.objects.filter(status__in=STANDING)
    assert not standing.values("session", "buyer").annotate(n=Count("pk")).filter(n__gt=1).exists()
    seats = Attendee.objects.filter(booking__status__in=STANDING)
    assert not seats.values("booking__session", "person").annotate(n=Count("pk")).filter(n__gt=1).exists()


def test_today_is_taught_and_its_register_is_half_filled(provider: Any):
    today = SessionDay.objects.filter(starts_at__date=timezone.localdate(), live=True)
    lines = [(day, line) for day in today for line in attendance_of(day.session)]
    marked = [day.pk in line.marked for day, line in lines]
    assert True in marked, "somebody is marked"
    assert False in marked, "somebody is not"
    over = Session.objects.filter(status=SessionStatus.COMPLETED, bookings__attendees__isnull=False).distinct()
    for session in over[:5]:
        days = {day.pk for day in session.days.all()}
        assert all(set(line.marked) == days for line in attendance_of(session))


def test_a_full_date_has_a_line_with_an_offer_under_way(provider: Any, moment: datetime):
    offer = Offer.objects.get(status="offered")
    assert offer.until > moment
    line = WaitingListEntry.objects.in_line().filter(session=offer.subject_id)
    assert [entry.status for entry in line] == ["offered", "waiting", "waiting", "waiting"]
    full = Session.objects.get(pk=offer.subject_id)
    assert (full.seats_left, full.starts_at > moment) == (0, True)


def test_a_date_is_tentative_and_has_too_few_bookings_so_far(provider: Any, moment: datetime):
    tentative = Session.objects.get(status=SessionStatus.TENTATIVE)
    assert 0 < tentative.seats_confirmed < tentative.minimum
    assert moment < tentative.decide_by < tentative.starts_at


def test_one_that_was_called_off_had_bookings_and_their_money_went_back(provider: Any):
    for session in Session.objects.filter(status=SessionStatus.CANCELLED):
        ended = session.bookings.all()
        assert {booking.status for booking in ended} <= {"cancelled", "expired"}
        assert session.seats_taken == 0
    bookings = Booking.objects.filter(session__status=SessionStatus.CANCELLED, status="cancelled")
    assert Refund.objects.filter(payment__order__bookings__in=bookings, status="completed").exists()


def test_one_date_was_put_on_another_and_two_bookings_were_moved(provider: Any, moment: datetime):
    moved = Session.objects.filter(status=SessionStatus.RESCHEDULED)
    assert moved.exists()
    for session in moved:
        assert session.rescheduled_to is not None
        assert session.rescheduled_to.starts_at > session.starts_at
        assert not session.bookings.exists()
    elsewhere = Booking.objects.filter(came_at__isnull=False, status="confirmed", session__starts_at__gt=moment)
    assert elsewhere.count() == 2


def test_reviews_are_good_and_bad_some_answered_and_one_hidden(provider: Any):
    shown = Review.objects.filter(hidden_at=None)
    assert shown.filter(rating__gte=4).exclude(text="").exists()
    assert shown.filter(rating__lte=3).exclude(text="").exists()
    assert shown.exclude(answer="").exists()
    assert Review.objects.filter(hidden_at__isnull=False).exclude(hidden_reason="").count() == 1


def test_a_series_leaves_out_a_holiday(provider: Any, moment: datetime):
    series = SessionSeries.objects.get()
    days = {local(starts).date() for starts in series.sessions.values_list("starts_at", flat=True)}
    assert len(days) == series.sessions.count() >= 4
    assert min(days) > local(moment).date()
    holidays = list(Holiday.objects.filter(starts_on__gt=min(days), ends_on__lt=max(days)))
    planned = [one.day for one in series.rule.occurrences()]
    left_out = {day for day in planned for holiday in holidays if holiday.starts_on <= day <= holiday.ends_on}
    assert left_out
    assert not days & left_out
