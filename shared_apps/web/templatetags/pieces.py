"""Small pieces that pages show again and again, each drawn once a process for the values it shows.

A component costs some hundreds of calls of Python each time it is drawn; `{% date_block day %}` costs a look-up.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language

from shared_apps.core.time import local
from shared_apps.web.icons import as_symbol
from shared_apps.web.states import ICONS, Look, look_of
from shared_apps.web.templatetags.muster import locale, tenant_currency

register = template.Library()
MARGIN = re.compile(r"\s*\n\s*")


@register.simple_tag
def date_block(day: datetime | date | None, css: str = "") -> SafeString:
    """A day on its own clock, as a sheet of a calendar."""
    return _piece("date_block", date=local(day).date() if isinstance(day, datetime) else day, css=css)


@register.simple_tag
def seats_left(left: int | None, closed: bool = False, css: str = "") -> SafeString:
    """How many seats are free, in words and tone."""
    return _piece("seats_left", left=left, closed=bool(closed), css=css)


@register.simple_tag
def price(
    amount: Decimal | None,
    currency: str | None = None,
    per: str = "",
    deposit: Decimal | None = None,
    size: str = "",
    css: str = "",
) -> SafeString:
    """What something costs, in the tenant's currency unless another is named; None: on request."""
    shown = {"amount": amount, "per": per, "deposit": deposit, "size": size, "css": css}
    return _piece("price", currency=currency or tenant_currency(), **shown)


@register.simple_tag
def state(
    of: str = "", label: str = "", tone: str = "", icon: str = "", pill: str = "", css: str = "", small: str = ""
) -> SafeString:
    """A status in words, with its drawing. `small`: its drawing is one of `{% table_icons %}`, which stands before."""
    look = look_of(str(of))
    return _piece(
        "state", label=capfirst(str(label or look.label)), tone=tone or look.tone, icon=icon or look.icon,
        pill=bool(pill), css=css, small=bool(small),
    )  # fmt: skip


@register.filter
def squeezed(html: str) -> SafeString:
    """Rows of a table without the margin that templates have for their readers: a third of what is sent."""
    return mark_safe(MARGIN.sub("\n", str(html)))  # noqa: S308  (only space is taken away)


@register.simple_tag(name="look_of")
def state_look(of: str, tone: str = "", icon: str = "") -> Look:
    """How a status looks, with another tone or drawing where one is given."""
    look = look_of(str(of))
    return Look(tone or look.tone, icon or look.icon, look.label)


@register.simple_tag
@cache
def table_icons() -> SafeString:
    """The drawings of states, once for a table: a row then names its own in a few letters."""
    drawings = "".join(as_symbol(name, f"i-{name}") for name in ICONS)
    return mark_safe(f'<svg class="hidden" aria-hidden="true">{drawings}</svg>')  # noqa: S308  (made by us)


def _piece(name: str, **values: object) -> SafeString:
    """The template `pieces/<name>.html` with values that can't change; nothing else may be shown there."""
    draw = _draw.__wrapped__ if settings.DEBUG else _draw
    # A text that is safe and one that is not are equal, and not alike.
    shown = tuple((key, value, isinstance(value, SafeString)) for key, value in values.items())
    return draw(name, get_language(), locale(), shown)


@lru_cache(2048)
def _draw(name: str, language: str | None, locale: str, values: tuple[tuple[str, object, bool], ...]) -> SafeString:
    return render_to_string(f"pieces/{name}.html", {key: value for key, value, _is_safe in values})
