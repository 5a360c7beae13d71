"""Finding people by what one hears on the telephone: a part of a name, an address, a number however it is written."""

from django.db.models import Q

from shared_apps.core.search import NAMES, AnyRows, Word, found, searched
from tenant_apps.people.models import Person, PersonQuerySet, StudentQuerySet, Trainer, TrainerQuerySet

OF_PERSON = "person__found_by"
SAID = Trainer.objects.alias(found_by=searched(known=["headline", "bio"]))  # a few rows: they need no index


def find_people(people: PersonQuerySet, text: str) -> AnyRows:
    """Those in whose name, email or phone every word of `text` occurs."""
    return found(people, text, Word.is_in, spelt_in=[Person.objects.all()])


def find_students(students: StudentQuerySet, text: str) -> AnyRows:
    """Those in whose name, email or phone every word of `text` occurs."""
    return found(students, text, lambda word: word.is_in(OF_PERSON), at=OF_PERSON, spelt_in=[Person.objects.all()])


def find_trainers(trainers: TrainerQuerySet, text: str) -> AnyRows:
    """Those in whose name every word of `text` occurs, or in what the site says of them."""
    people = Person.objects.filter(trainer__isnull=False)
    return found(trainers, text, _has, at=OF_PERSON, spelt_in=[people, SAID])


def _has(word: Word) -> Q:
    special = Q(*(("specialisations__icontains", way) for way in word.ways), _connector=Q.OR)
    return word.is_in(OF_PERSON, upto=NAMES) | Q(pk__in=SAID.filter(word.is_in()).values("pk")) | special
