"""Making, finding, listing and showing the stand-in's objects."""

import secrets
import string
import time
from dataclasses import dataclass, field
from typing import Literal

from django.db.models import QuerySet

from shared_apps.core.types import JsonObject
from shared_apps.sandbox.models import StripeObject
from shared_apps.sandbox.stripe_api.errors import StripeError, missing_object

LETTERS = string.ascii_letters + string.digits
PREFIXES = {
    "account": "acct",
    "charge": "ch",
    "checkout.session": "cs_test",
    "customer": "cus",
    "dispute": "du",
    "event": "evt",
    "payment_intent": "pi",
    "payment_method": "pm",
    "refund": "re",
}
# Fields whose id can be shown as the whole object.
EXPANDABLE = {
    "charge": "charge",
    "customer": "customer",
    "latest_charge": "charge",
    "payment_intent": "payment_intent",
    "payment_method": "payment_method",
}


@dataclass
class Call:
    """One request to the API, checked."""

    method: str
    path: str
    request_id: str
    account: str = ""
    idempotency_key: str | None = None
    params: JsonObject = field(default_factory=dict)


def new_id(kind: str) -> str:
    """An id of Stripe's shape, e.g. `pi_` and 24 characters."""
    length = {"account": 16, "checkout.session": 58, "customer": 14}.get(kind, 24)
    return f"{PREFIXES[kind]}_{''.join(secrets.choice(LETTERS) for _ in range(length))}"


def unix_now() -> int:
    return int(time.time())


def make(kind: str, account: str, data: JsonObject, *, id: str | None = None, **columns: object) -> StripeObject:
    """A stored object of `account`; `id`, `object` and `created` are added to `data`."""
    key = id or new_id(kind)
    whole = {"id": key, "object": kind, "created": unix_now(), **data}
    return StripeObject.objects.create(id=key, kind=kind, account=account, data=whole, **columns)


def find(kind: str, id: str, account: str, *, param: str = "", lock: bool = False) -> StripeObject:
    """The object, seen from `account`; another account's is as missing as none.

    `param` names the parameter that carried the id. With `lock` the row is held until the transaction ends.
    """
    rows = StripeObject.objects.select_for_update() if lock else StripeObject.objects.all()
    row = rows.filter(pk=id, kind=kind, account=account).first()
    if row is None:
        raise missing_object(kind, id, param or "id", 400 if param else 404)
    return row


def listing(call: Call, kind: str, **filters: object) -> JsonObject:
    """One page, newest first, as Stripe pages: `limit`, `starting_after`, `ending_before`, `created`.

    `filters` are fields of the object; those that are None do not narrow.
    """
    rows = StripeObject.objects.filter(kind=kind, account=call.account)
    for name, value in filters.items():
        if value is not None:
            rows = rows.filter(**{f"data__{name}": value})
    created = call.params.get("created")
    if isinstance(created, int):
        rows = rows.filter(data__created=created)
    for word, bound in (created if isinstance(created, dict) else {}).items():
        rows = rows.filter(**{f"data__created__{word}": bound})
    return _page(call, kind, rows)


def _page(call: Call, kind: str, rows: QuerySet[StripeObject]) -> JsonObject:
    limit = call.params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise StripeError(
            f"This value must be {'less than or equal to 100' if limit > 100 else 'greater than or equal to 1'}.",
            code="parameter_invalid_integer",
            param="limit",
        )
    before = call.params.get("ending_before")
    after = call.params.get("starting_after")
    if before and after:
        raise StripeError("You can only pass one of ending_before and starting_after.", param="ending_before")
    if before:
        mark = find(kind, before, call.account, param="ending_before").made_at
        found = list(rows.filter(made_at__gte=mark).exclude(pk=before).order_by("made_at", "pk")[: limit + 1])
        shown = found[:limit][::-1]
    else:
        if after:
            rows = rows.filter(made_at__lte=find(kind, after, call.account, param="starting_after").made_at).exclude(
                pk=after
            )
        found = list(rows.order_by("-made_at", "-pk")[: limit + 1])
        shown = found[:limit]
    return {
        "object": "list",
        "url": f"/v1/{call.path}",
        "has_more": len(found) > limit,
        "data": [row.data for row in shown],
    }


def expand(body: JsonObject, paths: list[str], account: str) -> JsonObject:
    """`body` with the named ids replaced by their objects, e.g. `payment_intent.latest_charge`."""
    for path in paths:
        parts = path.split(".")
        if body.get("object") == "list":
            if parts[0] != "data":
                raise _not_expandable(path)
            for item in body["data"]:
                _expand(item, parts[1:], account, path)
        else:
            _expand(body, parts, account, path)
    return body


def _expand(body: JsonObject, parts: list[str], account: str, path: str) -> None:
    if not parts:
        return
    name = parts[0]
    if name == "line_items" and body.get("object") == "checkout.session":
        session = StripeObject.objects.get(pk=body["id"])
        body[name] = {
            "object": "list",
            "url": f"/v1/checkout/sessions/{session.pk}/line_items",
            "has_more": False,
            "data": session.inner["line_items"],
        }
        return
    if name not in EXPANDABLE or name not in body:
        raise _not_expandable(path)
    if isinstance(body[name], str):
        row = StripeObject.objects.filter(pk=body[name], account=account).first()
        if row is None:
            return
        body[name] = dict(row.data)
    if isinstance(body[name], dict):
        _expand(body[name], parts[1:], account, path)


def _not_expandable(path: str) -> StripeError:
    return StripeError(
        f"This property cannot be expanded ({path}). You may want to try expanding other properties.",
        code="property_cannot_be_expanded",
        param="expand",
    )


def merge_metadata(old: dict[str, str], changes: dict[str, str] | Literal[""] | None) -> dict[str, str]:
    """Stripe's rule: named keys are set, those given as empty go, `""` empties all."""
    if changes is None:
        return old
    if changes == "":
        return {}
    return {key: value for key, value in {**old, **changes}.items() if value != ""}
