"""What the provider says about itself, and what it teaches."""

import re

from tenant_apps.branding.models import Brand
from tenant_apps.catalogue.models import Audience, Category, Course
from tenant_apps.catalogue.services import save_course
from tenant_apps.demo.builders.pictures import logo
from tenant_apps.demo.stage import Stage
from tenant_apps.payments.models import PaymentSettings
from tenant_apps.scheduling.models import Place, Room
from tenant_apps.terms.models import BookingTerms

PROSE = {"introduction", "about", "privacy"}


def unwrapped(text: str) -> str:
    """Markdown as somebody types it in the office: a paragraph is one line."""
    return re.sub(r"(?<!\n)\n(?![\n#*-]|\d+\.)", " ", text.strip())


def build_brand(stage: Stage) -> None:
    """Face, texts and choices."""
    brand: Brand = Brand.objects.load()
    for name, value in stage.data.brand.items():
        if name == "terms":
            continue  # they are published in versions
        setattr(brand, name, unwrapped(value) if name in PROSE else value)
    brand.logo = logo(stage.data)
    brand.save()
    stage.terms, money = BookingTerms.objects.load(), PaymentSettings.objects.load()
    for name, value in stage.data.settings.items():
        setattr(stage.terms if hasattr(stage.terms, name) else money, name, value)
    for row in (stage.terms, money):
        row.full_clean()
        row.save()


def build_places(stage: Stage) -> None:
    """Places and their rooms."""
    for data in stage.data.places:
        place = Place.objects.create(
            name=data.name,
            address=data.address,
            travel=data.travel,
            directions=data.directions,
            map_url=data.map_url,
        )
        for name, seats in data.rooms:
            stage.rooms[name] = Room.objects.create(place=place, name=name, capacity=seats)


def build_courses(stage: Stage) -> None:
    """Categories, audiences and courses with their syllabus."""
    data = stage.data
    Category.objects.all().delete()  # it has lists of its own
    Audience.objects.all().delete()
    categories = {
        row.slug: Category.objects.create(slug=row.slug, name=row.name, motif=row.motif, icon=row.icon, position=n)
        for n, row in enumerate(data.categories)
    }
    audiences = {
        slug: Audience.objects.create(slug=slug, name=name, position=n) for n, (slug, name) in enumerate(data.audiences)
    }
    for number, course in enumerate(data.courses):
        stage.courses[course.slug] = save_course(
            Course(id=stage.dice.key(stage.days_ago(200 - number)), slug=course.slug),
            by=stage.owner,
            modules=[{"title": m.title, "summary": m.summary, "weight": m.weight} for m in course.modules],
            title=course.title,
            category=categories[course.category],
            audience=audiences[course.audience],
            summary=course.summary,
            description=unwrapped(course.description),
            outcomes="\n".join(course.outcomes),
            requirements="\n".join(course.requirements),
            what_to_bring="\n".join(course.what_to_bring),
            duration_minutes=course.minutes,
            price=course.price,
            vat_rate=course.vat_rate,
            default_capacity=course.capacity,
            deposit_percent=course.deposit_percent,
            lead_trainer=stage.trainers[course.trainer],
            minimum_age=course.minimum_age,
            asks_age=course.asks_age,
            published=True,
        )
