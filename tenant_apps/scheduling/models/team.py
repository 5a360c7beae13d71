"""Who is at a session besides its trainer, and when each of a session's team is taken up by it."""

from collections.abc import Collection

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import User
from shared_apps.core.models import Row
from shared_apps.web.page_cache import watch
from tenant_apps.people.models import Trainer
from tenant_apps.scheduling.models.days import SessionDay, never_in_two_places


class TeamRole(models.TextChoices):
    """What somebody does at a session."""

    LEAD = "lead", _("Trainer")
    CO_TRAINER = "co_trainer", _("Co-trainer")
    ASSESSOR = "assessor", _("Assessor")


WHOLE_TEAM = frozenset(TeamRole)
TEACHING = frozenset({TeamRole.LEAD, TeamRole.CO_TRAINER})  # also who may take its register
ASSESSING = frozenset({TeamRole.LEAD, TeamRole.ASSESSOR})  # who may enter results
LEADING = frozenset({TeamRole.LEAD})  # who may begin and end it


class TeamMember(Row):
    """A co-trainer or the assessor of a session. Who leads it is `Session.trainer`.

    That nobody is twice on one session, as its trainer neither, is kept by `TeamDay`.
    """

    session = models.ForeignKey("scheduling.Session", models.CASCADE, related_name="team")
    trainer = models.ForeignKey("people.Trainer", models.PROTECT, related_name="assists")
    role = models.CharField(
        max_length=10, choices=[one for one in TeamRole.choices if one[0] != TeamRole.LEAD], help_text="What they do"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "trainer"], name="one_role_of_a_person_on_a_session"),
            models.UniqueConstraint(
                fields=["session"], condition=Q(role=TeamRole.ASSESSOR), name="a_session_has_one_assessor_at_most"
            ),
            models.CheckConstraint(
                condition=Q(role__in=[TeamRole.CO_TRAINER, TeamRole.ASSESSOR]), name="a_session_is_led_by_its_trainer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trainer}, {self.get_role_display()}"


class TeamDay(Row):
    """One day of a session in the calendar of one of its team, its trainer's too.

    Written by triggers alone: it follows from the day and from the team, whoever changes either.
    """

    day = models.ForeignKey(SessionDay, models.CASCADE, related_name="team")
    trainer = models.ForeignKey("people.Trainer", models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=TeamRole)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    live = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "trainer"], name="nobody_is_twice_on_one_session"),
            never_in_two_places("trainer"),
        ]

    def __str__(self) -> str:
        return f"{self.role}, {self.starts_at:%-d %b %Y %H:%M}"


def on_team(trainers: models.QuerySet[Trainer], at: str = "", *, roles: Collection[TeamRole] = WHOLE_TEAM) -> Q:
    """Sessions at which one of `trainers` has one of `roles`; with `at`, rows that have such a session there."""
    keys, found = trainers.order_by().values("pk"), Q(pk__in=[])
    if TeamRole.LEAD in roles:
        found |= Q(**{f"{at}__trainer__in" if at else "trainer__in": keys})
    if others := set(roles) - {TeamRole.LEAD}:
        sessions = TeamMember.objects.filter(trainer__in=keys, role__in=others).values("session")
        found |= Q(**{f"{at}__in" if at else "pk__in": sessions})
    return found


def taught_by(user: User, at: str = "", *, roles: Collection[TeamRole] = WHOLE_TEAM) -> Q:
    """The same of whoever signs in as `user`; of nobody who does not teach here any more."""
    return on_team(Trainer.objects.teaching().filter(person__user_id=user.pk), at, roles=roles)


watch(TeamMember, "session_id IN (SELECT id FROM scheduling_session WHERE visibility = 'public')")
