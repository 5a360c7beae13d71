"""Making and changing courses."""

import unicodedata
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.db.models.fields.files import FieldFile
from django.utils.text import slugify

from shared_apps.accounts.models import User
from shared_apps.events.bus import emit
from shared_apps.events.trail import quote
from tenant_apps.catalogue.errors import NameTaken, SlugTaken, WeightsOff
from tenant_apps.catalogue.events import CourseChanged
from tenant_apps.catalogue.models import Audience, Category, Course, FormerAddress, Module, SyllabusRow
from tenant_apps.catalogue.vat import usual_vat_rate


@transaction.atomic
def save_course(
    course: Course, *, by: User | None, modules: Sequence[SyllabusRow] | None = None, new_category: str = "",
    new_audience: str = "", **changes: object,
) -> Course:  # fmt: skip
    """Make or change a course. `modules` in order as `{title, summary, weight}` replace its syllabus.

    A new course gets a free slug from its title; one that it had leads to it ever after. `new_category` and
    `new_audience` put it under those names, which are added to the provider's lists. Without a `vat_rate` it has the
    usual one.
    Raises `WeightsOff`, `SlugTaken`, `NameTaken`.
    """
    if new_category:
        changes["category"] = _added(Category, new_category, field="new_category")
    if new_audience:
        changes["audience"] = _added(Audience, new_audience, field="new_audience")
    new = course._state.adding
    if new:
        changes.setdefault("vat_rate", usual_vat_rate())
    old = None if new else Course.objects.select_for_update(of=("self",)).get(pk=course.pk)
    for field, value in changes.items():
        setattr(course, field, value)
    if not course.slug:
        course.slug = _free_slug(Course, course.title, most=156)
    elif Course.objects.at(course.slug).exclude(pk=course.pk).exists():
        raise SlugTaken()
    fields = [
        field for field in changes if old is None or _plain(getattr(old, field)) != _plain(getattr(course, field))
    ]
    if old is None:
        course.save()
    elif fields or modules is not None:
        course.save(update_fields=[*fields, "updated_at"])
    if old and old.slug != course.slug:
        course.former_addresses.filter(slug=course.slug).delete()
        FormerAddress.objects.create(course=course, slug=old.slug)
    quoted = {field: (getattr(old, field), getattr(course, field)) for field in fields} if old else {}
    if modules is not None and _replace_modules(course, modules):
        fields.append("modules")
    if fields:
        event = CourseChanged(
            course_id=course.pk, fields=sorted(fields), changes=quote(quoted), made=old is None
        )  # fmt: skip
        emit(event, by=by, subject=course)
    return course


def _plain(value: object) -> object:
    """A field's value as a query would say it."""
    if isinstance(value, Model):
        return value.pk
    return str(value) if isinstance(value, FieldFile) else value


def _replace_modules(course: Course, modules: Sequence[SyllabusRow]) -> bool:
    """Write the syllabus anew; whether it is another one now."""
    total = sum(module["weight"] for module in modules)
    if modules and total != 100:
        raise WeightsOff(total)
    told = [{"title": "", "summary": "", "weight": 0, **module} for module in modules]
    if told == list(course.modules.values("title", "summary", "weight")):
        return False
    course.modules.all().delete()
    Module.objects.bulk_create([Module(course=course, position=n, **module) for n, module in enumerate(modules, 1)])
    return True


def _added(kind: type[Category] | type[Audience], name: str, *, field: str) -> Category | Audience:
    """A new row of the provider's list `kind`. Raises `NameTaken` at the form's `field` where the name is there."""
    name = unicodedata.normalize("NFKC", name).strip()
    names = [known for known in kind.objects.values_list("name", flat=True) if known.casefold() == name.casefold()]
    if names:
        raise NameTaken(names[0], field=field)
    slug = _free_slug(kind, name.replace("+", " plus ").replace("#", " sharp "), most=60)
    try:
        with transaction.atomic():
            return kind.objects.create(name=name, slug=slug)
    except IntegrityError:  # somebody adds it at this moment
        raise NameTaken(name, field=field) from None


def _free_slug(kind: type[Course] | type[Category] | type[Audience], name: str, *, most: int) -> str:
    """An address of at most `most` characters that no row has or had. Names without Latin letters are numbered."""
    base = slugify(name)[: most - 6].strip("-") or kind._meta.model_name or "other"
    taken = set(kind.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    if kind is Course:
        taken |= set(FormerAddress.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := base if n == 1 else f"{base}-{n}") not in taken)
