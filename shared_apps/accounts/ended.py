"""Sign-ins that have ended are forgotten: nothing else would ever delete their rows."""

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from shared_apps.timers.retention import forget


@forget("sign-ins that ended")
def ended_sessions(before: datetime) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lt=before)


@forget("sign-ins that ended")
def devices_of_ended_sessions(before: datetime) -> QuerySet[UserSession]:
    # A sign-in of this moment may have noted its device before its session was saved.
    old = UserSession.objects.filter(last_seen_at__lt=before - timedelta(hours=1))
    return old.exclude(session_key__in=Session.objects.values("session_key"))
