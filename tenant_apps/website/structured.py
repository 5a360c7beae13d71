"""What search engines read: schema.org, as JSON-LD. It is data, not script, so the content policy lets it be."""

import json
from collections.abc import Mapping, Sequence

from django.utils.safestring import SafeString, mark_safe

from shared_apps.tenants.context import current_tenant
from shared_apps.tenants.urls import tenant_url
from tenant_apps.branding.models import Brand
from tenant_apps.reviews.models import LEAST, MOST, Review
from tenant_apps.reviews.selectors import Average
from tenant_apps.scheduling.models import Session
from tenant_apps.website.selectors import Offer

MODES = {"in_person": "Onsite", "online": "Online", "hybrid": "Blended"}
ATTENDANCE = {
    "in_person": "OfflineEventAttendanceMode",
    "online": "OnlineEventAttendanceMode",
    "hybrid": "MixedEventAttendanceMode",
}
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
SCHEMA = "https://schema.org"


def as_json(data: Mapping[str, object]) -> SafeString:
    """JSON that cannot end the element it stands in."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(ESCAPES))  # noqa: S308


def provider(brand: Brand | None) -> dict[str, object]:
    """The tenant as an organisation."""
    contact = {
        "email": brand.contact_email,
        "telephone": brand.contact_phone,
        "address": brand.address.replace("\n", ", "),
        "description": brand.tagline,
    } if brand else {}  # fmt: skip
    return {
        "@type": "EducationalOrganization",
        "name": current_tenant().name,
        "url": tenant_url("home"),
        **{name: text for name, text in contact.items() if text},
    }


def course(
    offer: Offer, brand: Brand | None, average: Average | None = None, said: Sequence[Review] = ()
) -> dict[str, object]:  # fmt: skip
    """A course, its dates with their prices, where it stands on the site, and what its page shows of reviews."""
    what = offer.course
    url = tenant_url("course", what.slug)
    described: dict[str, object] = {
        "@type": "Course",
        "@id": url,
        "url": url,
        "name": what.title,
        "description": what.summary,
        "image": tenant_url("course_social", what.slug),
        "provider": provider(brand),
        "audience": {"@type": "Audience", "audienceType": what.audience.name},
        "timeRequired": f"PT{what.duration_minutes}M",
        "hasCourseInstance": [_instance(date, url, offer) for date in offer.dates],
    }
    if offer.lowest is not None:
        described["offers"] = {
            "@type": "Offer",
            "category": "Paid" if offer.lowest else "Free",
            "price": str(offer.lowest),
            "priceCurrency": current_tenant().currency,
            "url": url,
        }
    if average:
        described |= _reviews(average, said)
    trail = [(current_tenant().name, tenant_url("home")), ("Courses", tenant_url("courses")), (what.title, url)]
    crumbs = {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": n, "name": name, "item": link} for n, (name, link) in enumerate(trail, 1)
        ],
    }
    return {"@context": SCHEMA, "@graph": [described, crumbs]}


def _reviews(average: Average, said: Sequence[Review]) -> dict[str, object]:
    scale = {"bestRating": MOST, "worstRating": LEAST}
    return {
        "aggregateRating": {
            "@type": "AggregateRating", "ratingValue": str(average.value), "ratingCount": average.count, **scale,
        },
        "review": [
            {
                "@type": "Review",
                "author": {"@type": "Person", "name": one.name},
                "datePublished": one.created_at.date().isoformat(),
                "reviewBody": one.text,
                "reviewRating": {"@type": "Rating", "ratingValue": one.rating, **scale},
            }
            for one in said
            if one.name and one.text
        ],
    }  # fmt: skip


def _instance(date: Session, url: str, offer: Offer) -> dict[str, object]:
    told: dict[str, object] = {
        "@type": ["CourseInstance", "EducationEvent"],
        "name": offer.course.title,
        "courseMode": MODES[date.delivery],
        "eventAttendanceMode": f"{SCHEMA}/{ATTENDANCE[date.delivery]}",
        "eventStatus": f"{SCHEMA}/EventScheduled",
        "courseWorkload": f"PT{offer.course.duration_minutes}M",
        "startDate": date.starts_at.isoformat(),
        "endDate": date.ends_at.isoformat(),
        "maximumAttendeeCapacity": date.capacity,
        "remainingAttendeeCapacity": date.seats_left,
    }
    places: list[dict[str, str]] = []
    if date.place:
        places.append({"@type": "Place", "name": date.place.name, "address": date.place.address or date.place.name})
    if date.online_url:  # the room itself is for those who booked
        places.append({"@type": "VirtualLocation", "url": url})
    if places:
        told["location"] = places if len(places) > 1 else places[0]
    lead = offer.course.lead_trainer
    teachers = [{"@type": "Person", "name": str(one)} for one in date.teachers or ([lead] if lead else [])]
    if teachers:
        told["instructor"] = teachers if len(teachers) > 1 else teachers[0]
    if date.seat_price is not None:
        told["offers"] = {
            "@type": "Offer",
            "price": str(date.seat_price),
            "priceCurrency": current_tenant().currency,
            "availability": f"{SCHEMA}/{'InStock' if date.seats_left else 'SoldOut'}",
            "url": url,
        }
    return told
