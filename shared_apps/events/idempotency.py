"""`Idempotency-Key` on requests that move money or seats: asked twice, done once, answered alike."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ValidationError

from shared_apps.core.errors import DomainError
from shared_apps.events.models import AnsweredRequest

Action = Callable[..., Response]


class KeyReused(DomainError):
    code = "idempotency_key_reused"
    message = "This Idempotency-Key was used for another request. Use a new key."


def idempotent(action: Action) -> Action:
    """Make a DRF action honour `Idempotency-Key`, bound to method, path, body and user.

    The key's row is inserted first, in the transaction of the work itself: a second request with the
    same key waits at the unique index, then finds the stored answer. Refused or failed requests roll
    back together with their key, so that they may be tried again.
    """

    @wraps(action)
    def wrapper(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key")
        if not key:
            return action(view, request, *args, **kwargs)
        if len(key) > 255:
            raise ValidationError({"Idempotency-Key": ["At most 255 characters."]})
        fingerprint = _fingerprint(request)
        with transaction.atomic():
            mine = AnsweredRequest(key=key, user_id=getattr(request.user, "pk", None), fingerprint=fingerprint)
            AnsweredRequest.objects.bulk_create([mine], ignore_conflicts=True)
            stored = AnsweredRequest.objects.get(key=key, user_id=mine.user_id)
            if stored.fingerprint != fingerprint:
                raise KeyReused
            if stored.status is not None:
                return Response(stored.body, status=stored.status, headers={"Idempotent-Replayed": "true"})
            response = action(view, request, *args, **kwargs)
            stored.status, stored.body = response.status_code, _plain(response.data)
            stored.save(update_fields=["status", "body"])
            return response

    return wrapper


def _fingerprint(request: Request) -> str:
    parts = [request.method or "", request._request.path_info, request._request.body.decode(errors="replace")]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _plain(data: Any) -> Any:
    import json

    from rest_framework.utils.encoders import JSONEncoder

    return json.loads(json.dumps(data, cls=JSONEncoder))
