"""What only the public pages say."""

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from shared_apps.tenants.urls import tenant_url
from shared_apps.web.icons import NoSuchIcon
from shared_apps.web.templatetags.muster import icon
from tenant_apps.bookings.terms import why_not_payable
from tenant_apps.branding import art
from tenant_apps.branding.models import Brand
from tenant_apps.catalogue.models import Category, Course
from tenant_apps.people.models import Trainer
from tenant_apps.reviews.selectors import Average, average_of
from tenant_apps.scheduling.models import Place, Session
from tenant_apps.website import wording
from tenant_apps.website.in_common import in_common

register = template.Library()
register.filter(in_common)


@register.filter
def when(session: Session | None) -> wording.When:
    """`{{ session|when }}`, or its `.days` and `.times`."""
    return wording.when(session) if session else wording.When("", "", 0)


@register.filter
def can_be_booked(session: Session) -> bool:
    """Whether a visitor can book it here now."""
    return bool(session.seats_left) and session.is_bookable and not why_not_payable(session)


@register.filter
def can_be_waited_for(session: Session) -> bool:
    """Whether it is full, and a visitor can stand in line for it."""
    return not session.seats_left and session.is_bookable and not why_not_payable(session)


@register.filter
def lasting(course: Course, session: Session | None = None) -> str:
    """How long a course takes, in days where a session with `day_count` shows that it does."""
    return wording.duration(course.duration_minutes, getattr(session, "day_count", 0))


@register.filter
def rated(what: Course | Trainer) -> Average | None:
    """The average of what people who came say of a course or trainer; None while nobody has said anything."""
    return average_of(what)


@register.filter
def lines(text: str) -> list[str]:
    """The filled lines of a text."""
    return [line.strip() for line in text.splitlines() if line.strip()]


@register.filter
def places(dates: list[Session]) -> list[Place]:
    """Where these dates are, each place once."""
    return list(dict.fromkeys(date.place for date in dates if date.place))


@register.simple_tag
def zone() -> str:
    """The tenant's time zone, for people."""
    return wording.zone_name()


@register.simple_tag(takes_context=True)
def picture(context: Context, course: Course) -> str:
    """The URL of a course's picture: its own, else the one drawn for it."""
    if course.image:
        return reverse("media", args=[course.image.name])
    return f"{reverse('course_art', args=[course.slug])}?v={drawing_version(context, course)}"


@register.simple_tag(takes_context=True)
def drawing_version(context: Context, course: Course) -> str:
    """Another one whenever what is drawn for a course may look different."""
    brand = context["site"]["brand"]
    return f"{brand.version if brand else 0}-{int(course.updated_at.timestamp())}"


@register.simple_tag
def absolute(name: str, *args: object) -> str:
    """The canonical absolute URL of a page."""
    return tenant_url(name, *args)


@register.simple_tag
def subject_icon(subject: Category, size: int = 20) -> SafeString:
    """The icon of a subject; a plain one for a name that is not known."""
    try:
        return icon(subject.icon, size)
    except NoSuchIcon:
        return icon("graduation-cap", size)


@register.simple_tag(takes_context=True)
def monogram(context: Context, name: str) -> SafeString:
    """Initials on tiles in the provider's colours, for somebody without a photograph."""
    brand = context["site"]["brand"]
    return mark_safe(art.monogram(name, (brand or Brand()).colours))  # noqa: S308  (drawn by us, its text escaped)
