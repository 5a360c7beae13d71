"""Pictures drawn in the brand's colours. They change only with the brand or the course, so they are kept long."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import condition, require_safe

from shared_apps.core.permissions import allow
from shared_apps.tenants.context import current_tenant
from shared_apps.tenants.features import of_feature
from shared_apps.web.bounded_cache import drawn
from tenant_apps.branding import art
from tenant_apps.branding.views import brand_etag, brand_of, keep, svg
from tenant_apps.catalogue.models import Category, Course


def _course_etag(request: HttpRequest, slug: str) -> str:
    course = Course.objects.public().at(slug).select_related("category").first()
    if course is None:
        raise Http404
    vars(request)["course"] = course
    changed = int(course.updated_at.timestamp())
    return f'{brand_etag(request)[:-1]}-{course.pk.hex}-{changed}-{course.category.motif}"'


def _hero_etag(request: HttpRequest) -> str:
    motifs = Category.objects.filter(courses__published=True, courses__active=True).values_list("motif", flat=True)
    shown = vars(request)["motifs"] = tuple(dict.fromkeys(one for one in motifs if one in art.MOTIFS))[:4]
    return f'{brand_etag(request)[:-1]}-{"-".join(shown)}"'


@of_feature("courses")
@allow("public")
@require_safe
@condition(etag_func=_course_etag)
def course_art(request: HttpRequest, slug: str) -> HttpResponse:
    """The drawing of one course."""
    course: Course = vars(request)["course"]
    motif = course.category.motif
    if motif not in art.MOTIFS or motif == "generic":
        motif = art.motif_for(course.category.name, course.title)
    return svg(art.course_art(course.slug, motif, brand_of(request).colours), request)


@of_feature("courses")
@allow("public")
@require_safe
@condition(etag_func=_course_etag)
def course_social(request: HttpRequest, slug: str) -> HttpResponse:
    """The picture of a course for links shared in chats and networks."""
    course: Course = vars(request)["course"]
    return _png(request, course.title)


@allow("public")
@require_safe
@condition(etag_func=brand_etag)
def social(request: HttpRequest) -> HttpResponse:
    """The picture of the provider for shared links."""
    return _png(request, brand_of(request).tagline or current_tenant().name)


@allow("public")
@require_safe
@condition(etag_func=_hero_etag)
def hero(request: HttpRequest) -> HttpResponse:
    """The mosaic of the home page, with figures of what is taught."""
    motifs: tuple[str, ...] = vars(request)["motifs"]
    return svg(art.hero_art(current_tenant().slug, brand_of(request).colours, motifs), request)


def _png(request: HttpRequest, title: str) -> HttpResponse:
    brand, name = brand_of(request), current_tenant().name
    picture = drawn(
        request, "social-picture", title, name, brand.primary_colour, brand.accent_colour,
        draw=lambda: art.social_image(title, name, brand.colours),
    )  # fmt: skip
    return keep(HttpResponse(picture, content_type="image/png"), request)
