"""In which order what was found is shown, where the best match does not stand alone."""

from django.db.models import BigIntegerField, Case, CharField, DecimalField, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat, Extract, Lower

from shared_apps.core.search.finding import SIMILAR

AGES = Value(10**16, output_field=BigIntegerField())  # microseconds: more than lie between any two rows


def similar_last() -> Case:
    """What to order the rows of a search by first, where another order than that of the best match follows."""
    return Case(When(match=SIMILAR, then=1), default=0, output_field=BigIntegerField())


def by_name(name: str, pk: str = "pk") -> Concat:
    """A key to page by that puts the best `match` first, then goes by `name`."""
    text = CharField()
    return Concat(Cast("match", text), Lower(name), Value(" "), Cast(pk, text), output_field=TextField())


def by_time(moment: str) -> Combinable:
    """A key to page by that puts the best `match` first, then the newest."""
    return Cast("match", BigIntegerField()) * AGES - _microseconds(moment)


def by_date(moment: str) -> Combinable:
    """A key to page by that puts what comes first first, but what is only similar last."""
    return similar_last() * AGES + _microseconds(moment)


def _microseconds(moment: str) -> Cast:
    return Cast(Extract(moment, "epoch", output_field=DecimalField()) * 1_000_000, BigIntegerField())
