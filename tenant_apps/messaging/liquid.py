"""Texts that a provider writes itself, in Liquid: only `{{ variables }}` and conditions.

They are made with limits and of plain texts alone, so nobody reaches into our objects or keeps a worker busy. There
are no loops: a text has nothing to go through.
"""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from liquid import BoundTemplate, Environment, FalsyStrictUndefined
from liquid.exceptions import LiquidError, ResourceLimitError, UnknownFilterError

from shared_apps.core.lines import one_line

TAGS = {"if", "unless", "case", "comment", "content", "output", "illegal"}
FILTERS = {"upcase", "downcase", "capitalize", "default", "strip", "truncate", "truncatewords"}
LONGEST = 5_000  # letters of a text as it is written
MOST_BRACES = 400  # what reads it takes long over thousands of them
MOST_WORDS = 800  # between them: filters, and conditions joined by and, or
INSIDE = re.compile(r"\{[{%](.*?)[}%]\}", re.DOTALL)
UNSEEN = re.compile(r"[\s\u200b-\u200f\u2060-\u2064\ufeff\u00ad]+")


class _Texts(Environment):
    context_depth_limit = 5
    loop_iteration_limit = 2_000
    local_namespace_limit = 20_000
    output_stream_limit = 100_000


def _environment() -> _Texts:
    made = _Texts(undefined=FalsyStrictUndefined, autoescape=False)
    made.tags = {name: tag for name, tag in made.tags.items() if name in TAGS}
    made.filters = {name: one for name, one in made.filters.items() if name in FILTERS}
    return made


_texts = _environment()


@lru_cache(maxsize=500)
def _template(source: str) -> BoundTemplate:
    return _texts.from_string(source)


def fill(source: str, values: Mapping[str, str]) -> str:
    """`source` with its variables in. Plain text: whoever shows it as HTML escapes it. Raises `LiquidError`."""
    return _template(source).render(**values)


def says_nothing(text: str) -> bool:
    """Whether nothing of `text` is seen."""
    return not UNSEEN.sub("", text)


def check(source: str, *, sample: Mapping[str, str], also: Collection[str] = ()) -> None:
    """Raise ValidationError, with a sentence, for a text that can't be used: `sample` has all it may say.

    `also` are names that stand for something else than a text, such as `details`.
    """
    if len(source) > LONGEST or source.count("{") > MOST_BRACES:
        raise ValidationError(_("This is longer than %d letters, or has too many braces.") % LONGEST)
    if any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in source):
        raise ValidationError(_("This holds a letter that can't be stored."))
    if sum(len(part.split()) for part in INSIDE.findall(source)) > MOST_WORDS:
        raise ValidationError(_("This has too many conditions or filters."))
    known = [*sample, *also]
    try:
        template = _texts.from_string(source)
        for name, places in template.analyze().globals.items():
            if name not in known:
                raise ValidationError(
                    _("There is no “%(name)s” here. There are: %(known)s.")
                    % {"name": name, "known": ", ".join(sorted(known))}
                )
            if any(len(place.segments) > 1 for place in places):
                raise ValidationError(_("“%s” is a text, which has no parts.") % name)
        said = template.render(**dict.fromkeys(also, "x"), **sample)
        template.render(**dict.fromkeys(known, ""))
        if says_nothing(said):
            raise ValidationError(_("Nothing would be left of this text when it is sent. Write some words."))
    except ResourceLimitError:
        raise ValidationError(_("This makes too much text, or goes round too often.")) from None
    except UnknownFilterError as error:
        raise ValidationError(
            _("%(what)s. There are: %(known)s.") % {"what": _said(error), "known": ", ".join(sorted(FILTERS))}
        ) from None
    except (LiquidError, RecursionError) as error:
        raise ValidationError(_("This can't be read: %s.") % _said(error)) from None


def _said(error: Exception) -> str:
    """What the parser said, without the picture that it draws of the place."""
    return one_line(str(error.args[0]) if error.args else str(error))[:200]
