"""Other names for what the API says of courses."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from rest_framework.serializers import ValidationError

from shared_apps.api.aliases import Alias
from shared_apps.api.strict import ID
from tenant_apps.catalogue.models import Audience, Category

WEEK = 5 * 6 * 60  # minutes of teaching: five days of six hours
MOST_WEEKS = 1_000_000  # more than any course may have


def called(kind: type[Category] | type[Audience]) -> Callable[[object], object]:
    """Turns a slug, a name, or an object with one of them or an `id` into the id. Raises `ValidationError`."""

    def take(said: object) -> object:
        if isinstance(said, dict):
            said = said.get("id") or said.get("slug") or said.get("name")
        if not isinstance(said, str) or ID.fullmatch(said):
            return said
        rows = kind.objects.all()
        found = rows.filter(slug__iexact=said).first() or rows.filter(name__iexact=said).first()
        if found is None:
            known = ", ".join(rows.values_list("slug", flat=True)[:20])
            raise ValidationError([f"“{said[:60]}” is none of {known}."])
        return str(found.pk)

    return take


def minutes(weeks: object) -> object:
    """Weeks of teaching as minutes. Raises `ValidationError`."""
    if weeks is None:
        return None
    if not isinstance(weeks, int | float) or isinstance(weeks, bool):
        raise ValidationError([_("Send a number.")])
    return round(min(weeks, MOST_WEEKS) * WEEK)


def modules(said: object) -> object:
    """A syllabus as titles, in a list or one a line, as modules that weigh the same; modules stay as they are."""
    titles = said.splitlines() if isinstance(said, str) else said
    if not isinstance(titles, list) or not all(isinstance(title, str) for title in titles):
        return said
    titles = [title.strip() for title in titles if title.strip()]
    share, rest = divmod(100, len(titles)) if titles else (0, 0)
    return [{"title": title, "weight": share + (n < rest)} for n, title in enumerate(titles)]


COURSE = {
    "category": Alias("category_id", take=called(Category), shown=False),
    "audience": Alias("audience_id", take=called(Audience), shown=False),
    "duration_weeks": Alias(
        "duration_minutes", take=minutes, show=lambda told: round(told / WEEK, 2), schema={"type": "number"}
    ),
    "syllabus": Alias("modules", take=modules),
    "is_active": Alias("active"),
    "is_published": Alias("published"),
}
