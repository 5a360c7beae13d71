"""Making and changing courses."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.db.models.fields.files import FieldFile
from django.utils.text import slugify

from shared_apps.events.bus import emit
from tenant_apps.catalogue.errors import SlugTaken, WeightsOff
from tenant_apps.catalogue.events import CourseChanged
from tenant_apps.catalogue.models import Audience, Category, Course, Module


@transaction.atomic
def save_course(
    course: Course, *, by: Any, modules: Sequence[dict[str, Any]] | None = None, new_category: str = "",
    new_audience: str = "", **changes: Any,
) -> Course:  # fmt: skip
    """Make or change a course. `modules` in order as `{title, summary, weight}` replace its syllabus.

    A new course gets a free slug from its title; `new_category` and `new_audience` put it under those names, which
    are added to the provider's lists where they are new. Raises `WeightsOff`, `SlugTaken`.
    """
    if new_category:
        changes["category"] = _named(Category, new_category)
    if new_audience:
        changes["audience"] = _named(Audience, new_audience)
    before = Course.objects.filter(pk=course.pk).values(*changes).first() or {}
    for field, value in changes.items():
        setattr(course, field, value)
    if not course.slug:
        course.slug = _free_slug(course.title)
    elif Course.objects.filter(slug=course.slug).exclude(pk=course.pk).exists():
        raise SlugTaken
    course.save()
    fields = [field for field in changes if before.get(field) != _plain(getattr(course, field))]
    if modules is not None and _replace_modules(course, modules):
        fields.append("modules")
    if fields:
        emit(CourseChanged(course_id=course.pk, fields=sorted(fields)), by=by, subject=course)
    return course


def _plain(value: Any) -> Any:
    """A field's value as a query would say it."""
    if isinstance(value, Model):
        return value.pk
    return str(value) if isinstance(value, FieldFile) else value


def _replace_modules(course: Course, modules: Sequence[dict[str, Any]]) -> bool:
    """Write the syllabus anew; whether it is another one now."""
    total = sum(module["weight"] for module in modules)
    if modules and total != 100:
        raise WeightsOff(total)
    told = [{"title": "", "summary": "", "weight": 0} | module for module in modules]
    if told == list(course.modules.values("title", "summary", "weight")):
        return False
    course.modules.all().delete()
    Module.objects.bulk_create([Module(course=course, position=n, **module) for n, module in enumerate(modules, 1)])
    return True


def _named(kind: type[Category] | type[Audience], name: str) -> Category | Audience:
    found = kind.objects.filter(name__iexact=name).first()
    return found or kind.objects.get_or_create(slug=slugify(name)[:60] or "other", defaults={"name": name})[0]


def _free_slug(title: str) -> str:
    base = slugify(title)[:150] or "course"
    taken = set(Course.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := base if n == 1 else f"{base}-{n}") not in taken)
