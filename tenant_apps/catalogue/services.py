"""Making and changing courses."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from shared_apps.events.bus import emit
from tenant_apps.catalogue.errors import SlugTaken, WeightsOff
from tenant_apps.catalogue.events import CourseChanged
from tenant_apps.catalogue.models import Category, Course, Module


@transaction.atomic
def save_course(
    course: Course, *, by: Any, modules: Sequence[dict[str, Any]] | None = None, new_category: str = "", **changes: Any
) -> Course:
    """Make or change a course. `modules` in order as `{title, summary, weight}` replace its syllabus.

    A new course gets a free slug from its title; `new_category` puts it in a category of that name, made if there
    is none. Raises `WeightsOff`, `SlugTaken`.
    """
    if new_category:
        changes["category"] = _category_named(new_category)
    for field, value in changes.items():
        setattr(course, field, value)
    if not course.slug:
        course.slug = _free_slug(course.title)
    elif Course.objects.filter(slug=course.slug).exclude(pk=course.pk).exists():
        raise SlugTaken
    course.save()
    if modules is not None:
        _replace_modules(course, modules)
    fields = sorted([*changes, *(["modules"] if modules is not None else [])])
    emit(CourseChanged(course_id=course.pk, fields=fields), by=by, subject=course)
    return course


def _replace_modules(course: Course, modules: Sequence[dict[str, Any]]) -> None:
    total = sum(module["weight"] for module in modules)
    if modules and total != 100:
        raise WeightsOff(total)
    course.modules.all().delete()
    Module.objects.bulk_create([Module(course=course, position=n, **module) for n, module in enumerate(modules, 1)])


def _category_named(name: str) -> Category:
    found = Category.objects.filter(name__iexact=name).first()
    return found or Category.objects.get_or_create(slug=slugify(name)[:60] or "other", defaults={"name": name})[0]


def _free_slug(title: str) -> str:
    base = slugify(title)[:150] or "course"
    taken = set(Course.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := base if n == 1 else f"{base}-{n}") not in taken)
