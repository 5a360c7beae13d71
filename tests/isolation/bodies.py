"""Requests that say as much as anybody could want to say."""

import re
import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.make import PASSWORD


def camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)


def plausible() -> dict[str, Any]:
    """Text, times and numbers under every name that a form or an endpoint asks for."""
    day = (timezone.localdate() + timedelta(days=600)).isoformat()
    return {
        "name": "Somebody New", "email": "somebody@new.test", "phone": "0117 496 0000", "password": PASSWORD,
        "password1": "a-new-password-9", "login": "somebody@new.test", "title": "Something new",
        "slug": "something-new", "summary": "About it.",
        "description": "More about it.", "reason": "Because", "contact_name": "Somebody New",
        "special_requests": "None", "internal_notes": "Noted", "notes": "Noted", "key": "nothing", "code": "123456",
        "start_date": day, "end_date": day, "starts_on": day, "start_time": "09:00", "end_time": "17:00",
        "begins": "09:00", "ends": "17:00", "available_spots": 8, "capacity": 8, "default_capacity": 8, "seats": 1,
        "price": "120", "price_kind": "priced", "hours": "6", "vat_rate": "20", "visibility": "public",
        "listing": "public",
        "purpose": "full", "provider": "cash", "amount": "240.00", "refund": "0", "form_key": str(uuid.uuid4()),
        "coming": "on", "accept_terms": "on", "terms_shown": 1, "care1-date_of_birth": "1990-05-17",
        "date_of_birth": "1990-05-17", "active": True, "published": True, "refresh_token": "nothing", "state": "active",
        "modules-TOTAL_FORMS": 0, "modules-INITIAL_FORMS": 0, "policy-TOTAL_FORMS": 0, "policy-INITIAL_FORMS": 0,
    }  # fmt: skip


def about(related: dict[str, Any]) -> dict[str, Any]:
    """`related` ids under all the names they go by: `session`, `session_id`."""
    return {name: str(value) for key, value in related.items() for name in (key, f"{key}_id")}


# What only the house may decide. Sent by students and visitors, it must change nothing.
GREEDY: dict[str, Any] = {
    "roles": ["owner"], "role": "owner", "is_staff": True, "is_superuser": True, "is_active": True, "tenant": "beta",
    "tenant_id": 2, "schema_name": "t_beta", "_tenant": "t_beta", "price": "0", "total": "0", "deposit": "0.01",
    "deposit_percentage": 0, "deposit_percent": 0, "amount": "0.01", "paid": True, "status": "confirmed",
    "capacity": 999, "available_spots": 999, "booked_spots": 0, "confirmed_spots": 0, "seats": 1, "verified": True,
    "email_verified": True, "confirmed_at": "2020-01-01T00:00:00Z", "hold_expires_at": None, "by_office": True,
    "refund": "99999", "order": None, "currency": "KES", "internal_notes": "mine", "permissions": ["owner"],
    "published": False, "active": False, "cancellation_policy": [{"days": 0, "percent": 100}],
}  # fmt: skip


NUMBER = re.compile(r"[0-9]+([.][0-9]+)?")
AMOUNTS = ("price", "vat_rate", "amount", "refund")


def as_json(fields: dict[str, Any]) -> dict[str, Any]:
    """The names and the types that the API knows."""
    numbers = {name: float(fields[name]) for name in AMOUNTS if NUMBER.fullmatch(str(fields.get(name)))}
    return {camel(name): value for name, value in {**fields, **numbers}.items()}


def as_form(fields: dict[str, Any]) -> dict[str, Any]:
    """What a browser can send."""
    return {name: value for name, value in fields.items() if value is not None}
