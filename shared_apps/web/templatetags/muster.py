"""What every template may use."""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache

from babel.dates import format_date
from django import template
from django.contrib.auth.models import AnonymousUser
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from shared_apps.core import money as money_lib
from shared_apps.core.db import connection
from shared_apps.core.markdown import html_of
from shared_apps.core.permissions import can as can_do
from shared_apps.core.states import Someone
from shared_apps.core.time import local, local_today, now
from shared_apps.web.icons import draw

register = template.Library()


def locale() -> str:
    """The present tenant's language as babel names it."""
    return getattr(connection.tenant, "locale", "en-gb").replace("-", "_")


def tenant_currency() -> str:
    """The present tenant's currency; on the platform's pages, pounds."""
    return str(getattr(connection.tenant, "currency", "GBP"))


@register.simple_tag
def provider_today() -> str:
    """The day it is on the provider's clock, as 2027-01-31: a browser's own may be another."""
    return local_today().isoformat()


@register.simple_tag
@cache
def icon(name: str, size: int | str = 18, css: str = "", label: str = "") -> SafeString:
    """A drawing of lucide's: decoration only, unless it has a `label`. Pages have dozens; each is drawn once."""
    drawing = mark_safe(draw(name, size=int(size), css=css))  # noqa: S308  (made by us, of lucide's own)
    if label:
        return format_html('<span class="inline-flex" role="img" aria-label="{}">{}</span>', label, drawing)
    return drawing


@register.filter
def money(amount: Decimal | None, currency: str | None = None) -> str:
    """`{{ order.total|money:order.currency }}`; without a currency, the tenant's (on the platform's pages, pounds)."""
    if amount is None:
        return ""
    return money_lib.display(Decimal(amount), currency or tenant_currency(), locale())


@register.filter
def day(value: datetime | date | None, pattern: str = "EEE d MMM y") -> str:
    """The day on its own clock, in the tenant's language, `Mon 3 Aug 2026`. Patterns are CLDR's."""
    if value is None:
        return ""
    return _day(local(value).date() if isinstance(value, datetime) else value, pattern, locale())


@lru_cache(4096)
def _day(value: date, pattern: str, locale: str) -> str:
    return format_date(value, pattern, locale=locale)


@register.filter
def moment(value: datetime | None) -> str:
    """For `<time datetime="…">`: to the second, on its own clock, as programs write it."""
    return local(value).isoformat(timespec="seconds") if value else ""


@register.filter
def clock(value: datetime | None) -> str:
    """`09:00` on its own clock: a session's times in the session's zone, others in the tenant's."""
    return local(value).strftime("%H:%M") if value else ""


@register.filter
def zone(value: datetime | None) -> str:
    """What the clock that `clock` reads is called at that moment: `GMT`, `BST`, `EAT`."""
    return (local(value).tzname() or "") if value else ""


@register.filter
def until(value: datetime | None) -> str:
    """When something ends, as far as a day is needed to say it: `22:22`, `tomorrow 22:22`, `Thu 3 Dec, 22:22`."""
    if value is None:
        return ""
    ends = local(value)
    away = (ends.date() - now().astimezone(ends.tzinfo).date()).days
    if away == 0:
        return clock(value)
    if away == 1:
        return gettext("tomorrow %s") % clock(value)
    return f"{day(value, 'EEE d MMM')}, {clock(value)}"


@register.filter
def tel(phone: str) -> str:
    """The address that calls a number as people write it: `+44 (0)117 496 0000 ext 5` is `tel:+441174960000`."""
    number = re.split(r"[^\W\d_]", phone or "", maxsplit=1)[0].replace("(0)", "" if "+" in phone else "0")
    return "tel:" + re.sub(r"[^\d+*#]", "", number, flags=re.ASCII)


@register.filter
def markdown(text: str) -> SafeString:
    """Providers' texts: Markdown, cleaned to plain formatting."""
    return html_of(text)


@register.filter
def can(user: Someone | AnonymousUser, permission: str) -> bool:
    """`{% if user|can:"bookings.manage" %}`."""
    return can_do(user, permission)


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: object) -> str:
    """The current query string with `changes`; an empty value drops a key, and paging starts anew."""
    params = context["request"].GET.copy()
    if "page" not in changes:
        params.pop("page", None)
    for key, value in changes.items():
        if value in (None, ""):
            params.pop(key, None)
        else:
            params[key] = value
    encoded = params.urlencode()
    return f"?{encoded}" if encoded else "?"
