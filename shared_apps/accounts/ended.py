"""Sign-ins that have ended are forgotten: nothing else would ever delete their rows."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from shared_apps.core.time import now
from shared_apps.tenants.periodic import hourly


@hourly
def forget_ended_sign_ins() -> None:
    """Delete sessions that have expired, and what was noted of the devices they were on."""
    Session.objects.filter(expire_date__lt=now()).delete()
    # A sign-in of this moment may have noted its device before its session was saved.
    old = UserSession.objects.filter(last_seen_at__lt=now() - timedelta(hours=1))
    old.exclude(session_key__in=Session.objects.values("session_key")).delete()
