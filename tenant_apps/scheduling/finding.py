"""Finding sessions by their course, their place and who teaches."""

from django.db.models import Q

from shared_apps.accounts.models import Visitor
from shared_apps.core.search import NAMES, Word, found, searched
from tenant_apps.catalogue.models import Course
from tenant_apps.people.models import Person, Trainer
from tenant_apps.scheduling.models import Place, SessionQuerySet, TeamMember, TeamRole

PLACES = Place.objects.alias(found_by=searched(named=["name"]))  # a few rows: they need no index


def find_sessions(sessions: SessionQuerySet, text: str, *, user: Visitor) -> SessionQuerySet:
    """Those whose course's title, place or trainer's name has every word of `text`, as far as `user` sees trainers."""
    teachers = Person.objects.filter(trainer__in=Trainer.objects.visible_to(user))
    spelt_in = [Course.objects.all(), PLACES, teachers]
    return found(sessions, text, lambda word: _has(word, user), at="course__found_by", spelt_in=spelt_in)


def _has(word: Word, user: Visitor) -> Q:
    courses = Course.objects.filter(word.is_in()).values("pk")
    places = PLACES.filter(word.is_in()).values("pk")
    teachers = Trainer.objects.visible_to(user).filter(word.is_in("person__found_by", upto=NAMES)).values("pk")
    others = TeamMember.objects.filter(trainer__in=teachers, role=TeamRole.CO_TRAINER).values("session")
    return Q(course__in=courses) | Q(place__in=places) | Q(trainer__in=teachers) | Q(pk__in=others)
