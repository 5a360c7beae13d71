"""Who is at a session besides its trainer: co-trainers and an assessor, and what each of them may do there.

When they are taken up by it is claimed by triggers (see `TeamDay`), so nobody is in two places, whichever role they
have in either. Whoever writes their time locks it first, in one order: two who move sessions past each other would
else wait for one another, since the database waits for a time that is about to become free.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from shared_apps.accounts.models import Visitor
from shared_apps.core.db import lock_words
from tenant_apps.catalogue.models import Course
from tenant_apps.people.models import Trainer
from tenant_apps.scheduling.errors import TeachesNoMore, TwiceOnSession
from tenant_apps.scheduling.models import Session, SessionDay, TeamMember, TeamRole


@dataclass(frozen=True)
class Team:
    """Who leads a session, who teaches it with them, and who assesses."""

    lead: Trainer | None = None
    co_trainers: Sequence[Trainer] = ()
    assessor: Trainer | None = None

    @classmethod
    def of(cls, session: Session) -> "Team":
        """The team that `session` has."""
        return cls(session.trainer, session.co_trainers, session.assessor)

    @property
    def people(self) -> list[Trainer]:
        """All of them, the one who leads first."""
        return [one for one in (self.lead, *self.co_trainers, self.assessor) if one]

    @property
    def members(self) -> dict[UUID, TeamRole]:
        """The role of each but the one who leads, by their key."""
        found = {one.pk: TeamRole.CO_TRAINER for one in self.co_trainers}
        return found | ({self.assessor.pk: TeamRole.ASSESSOR} if self.assessor else {})

    def roles(self) -> dict[str, list[Trainer]]:
        """Who is there, by the field of a session that says so."""
        found = {"trainer": [self.lead], "co_trainers": self.co_trainers, "assessor": [self.assessor]}
        return {field: [one for one in people if one] for field, people in found.items()}

    def keep_apart(self) -> None:
        """Raise `TwiceOnSession` when somebody is on it twice."""
        seen: set[UUID] = set()
        for field, people in self.roles().items():
            for one in people:
                if one.pk in seen:
                    raise TwiceOnSession(field, str(one))
                seen.add(one.pk)

    @property
    def gone(self) -> list[Trainer]:
        """Those of them who do not teach here any more."""
        return [one for one in self.people if not one.teaches]

    def who_teach(self) -> "Team":
        """The same team without those: what is made anew has nobody who left."""
        gone = {one.pk for one in self.gone}
        lead, assessor = (one if one and one.pk not in gone else None for one in (self.lead, self.assessor))
        return Team(lead, [one for one in self.co_trainers if one.pk not in gone], assessor)

    def refuse_gone(self, *, former: "Team | None" = None) -> None:
        """Raise `TeachesNoMore` for who does not teach here any more, but for who is on the `former` team already."""
        there = {one.pk for one in former.people} if former else set()
        gone = {
            field: [str(one) for one in people if one.pk not in there and not one.teaches]
            for field, people in self.roles().items()
        }
        if any(gone.values()):
            raise TeachesNoMore({field: names for field, names in gone.items() if names})


def lead_of(course: Course) -> Trainer | None:
    """Who leads a new session of `course` unless somebody else is chosen."""
    return Team(course.lead_trainer).who_teach().lead


def said(people: Iterable[Trainer]) -> str:
    """Their names, as the history says them."""
    return ", ".join(sorted((str(one) for one in people), key=str.casefold))


def lock_time_of(session: Session, days: Iterable[SessionDay], team: Team) -> None:
    """Keep the time of everybody and everything that `session` has on `days`, or is to have, for this transaction.

    Its room and its vehicle, too. `team` is the one that it is to have.
    """
    words = {f"trainer {key}" for key in session.team.values_list("trainer", flat=True)}
    words |= {f"trainer {one.pk}" for one in team.people}
    rows: list[Session | SessionDay] = [session, *days]
    for row in rows:
        pairs = (("trainer", row.trainer_id), ("room", row.room_id), ("vehicle", row.vehicle_id))
        words |= {f"{what} {key}" for what, key in pairs if key}
    lock_words(words)


def dismiss(session: Session, team: Team) -> None:
    """Take those off `session` who are not on `team` any more, or do something else there."""
    wanted = team.members
    gone = [row.pk for row in session.team.all() if wanted.get(row.trainer_id) != row.role]
    if gone:
        session.team.filter(pk__in=gone).delete()


def call_in(session: Session, team: Team) -> None:
    """Put those on `session` who are on `team` and not there yet."""
    wanted = team.members
    known = set(session.team.values_list("trainer", flat=True)) if wanted else set()
    TeamMember.objects.bulk_create(
        TeamMember(session=session, trainer_id=key, role=role)
        for key, role in sorted(wanted.items())
        if key not in known
    )


def may(user: Visitor, session: Session, roles: Collection[TeamRole]) -> bool:
    """Whether `user` does one of `roles` at `session`, or is of the office. Permissions are asked besides."""
    return Session.objects.in_hands_of(user, roles).filter(pk=session.pk).exists()


def keep_to(roles: Collection[TeamRole], session: Session, user: Visitor) -> None:
    """Raise `PermissionDenied` for who is on the team of `session`, and not to do this."""
    if not may(user, session, roles):
        raise PermissionDenied(_("This is for others of the session's team."))
