"""Other names for fields of the API, for clients that were written for them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.serializers import ValidationError

from shared_apps.core.types import JsonObject, Words


def camel(name: object) -> str:
    """`start_date` as JSON spells it: `startDate`."""
    head, *rest = str(name).split("_")
    return head + "".join(word[:1].upper() + word[1:] for word in rest)


@dataclass(frozen=True)
class Alias:
    """Another name for the field `of`: taken in requests, and shown beside it in answers.

    `of` may lead into an inner object (`order.total`) and is then only shown. `take` turns what was sent into the
    field's own value and `show` the other way round, where they differ; `take` raises a `ValidationError`. An alias
    of a field that can't be set is refused, with `refusal` as the sentence if there is one. `schema` describes what
    is shown, where that isn't what the field shows.
    """

    of: str
    take: Callable[[Any], object] | None = None
    show: Callable[[Any], object] | None = None
    shown: bool = True
    refusal: Words = ""
    schema: JsonObject | None = None

    def is_same(self, said: object, value: object, own: object) -> bool:
        """Whether `said` under this name (`value`, as the field takes it) and `own` mean the same."""
        return bool(value == own or (self.show is not None and said == self.show(own)))


Aliases = Mapping[str, Alias]


def taken(
    aliases: Aliases, data: Mapping[str, object], settable: set[str]
) -> tuple[dict[str, object], dict[str, str], JsonObject]:
    """`data` by the fields' own names, which field was said under which name, and what is wrong.

    Two names of one field with different values contradict each other.
    """
    found = {name: data.get(name) for name in data if name not in aliases or name in settable}
    called: dict[str, str] = {}
    wrong: JsonObject = {}
    for name in [name for name in data if name not in found]:
        alias, said = aliases[name], data.get(name)
        if alias.of not in settable:
            wrong[name] = [alias.refusal or _("This can't be set here.")]
            continue
        try:
            value = alias.take(said) if alias.take else said
        except ValidationError as error:
            wrong[name], called[alias.of] = error.detail, name
            continue
        if alias.of in found and not alias.is_same(said, value, found[alias.of]):
            wrong[name] = [_("This differs from %s, which is the same.") % camel(called.get(alias.of, alias.of))]
            continue
        if alias.of not in found:
            found[alias.of] = value
            called[alias.of] = name
    return found, called, wrong


def add_aliases(aliases: Aliases, fields: dict[str, object]) -> None:
    """Put the other names beside the `fields` that are shown."""
    for name, alias in aliases.items():
        if not alias.shown or name in fields:
            continue
        value: object = fields
        for part in alias.of.split("."):
            if not isinstance(value, Mapping) or part not in value:
                break
            value = value[part]
            if value is None:
                fields[name] = None
                break
        else:
            fields[name] = alias.show(value) if alias.show else value
