"""`Idempotency-Key`: a call that is repeated is answered again, not carried out again."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from shared_apps.core.types import JsonObject
from shared_apps.sandbox.models import IdempotentCall
from shared_apps.sandbox.stripe_api.errors import StripeError
from shared_apps.sandbox.stripe_api.objects import Call

Answer = tuple[int, JsonObject, dict[str, str]]
KEPT_FOR = timedelta(hours=24)
ABANDONED_AFTER = timedelta(seconds=60)


def fingerprint(call: Call, tree: JsonObject) -> str:
    """What must be the same for a call to count as the same."""
    return hashlib.sha256(json.dumps([call.method, call.path, tree], sort_keys=True).encode()).hexdigest()


def once(call: Call, tree: JsonObject, work: Callable[[], Answer]) -> Answer:
    """The answer of `work()`, or the one it gave when this key was first used.

    The answer is stored in the transaction that did the work. A refusal is stored too; a crash is not.
    """
    if not call.idempotency_key:
        with transaction.atomic():
            return work()
    row = _claim(call, fingerprint(call, tree))
    if row.status is not None:
        return row.status, json.loads(row.body), {"Idempotent-Replayed": "true", "Original-Request": row.request_id}
    try:
        with transaction.atomic():
            answer = work()
            _store(row, answer)
    except StripeError as refusal:
        _store(row, (refusal.status, {"error": refusal.error}, refusal.headers))
        raise
    except BaseException:
        IdempotentCall.objects.filter(pk=row.pk, status=None).delete()
        raise
    return answer


def _claim(call: Call, print: str) -> IdempotentCall:
    key = call.idempotency_key or ""
    if len(key) > 255:
        raise StripeError("Idempotency keys can have up to 255 characters.", type="idempotency_error")
    IdempotentCall.objects.filter(key=key, account=call.account, started_at__lt=timezone.now() - KEPT_FOR).delete()
    mine = IdempotentCall(key=key, account=call.account, fingerprint=print, request_id=call.request_id)
    try:
        with transaction.atomic():
            mine.save(force_insert=True)
        return mine
    except IntegrityError:
        row = IdempotentCall.objects.filter(key=key, account=call.account).first()
    if row is None:
        raise _in_use(key)
    if row.fingerprint != print:
        raise StripeError(
            "Keys for idempotent requests can only be used with the same parameters they were first used with. "
            f"Try using a key other than '{key}' if you meant to execute a different request.",
            type="idempotency_error",
        )
    if row.status is None:
        _take_over(row, key)
    return row


def _take_over(row: IdempotentCall, key: str) -> None:
    """Claim a call whose process died; refuse while it may still be running."""
    now = timezone.now()
    old = IdempotentCall.objects.filter(pk=row.pk, status=None, started_at__lt=now - ABANDONED_AFTER)
    if not old.update(started_at=now):
        raise _in_use(key)


def _in_use(key: str) -> StripeError:
    return StripeError(
        "There is currently another in-progress request using this Idempotent Key (that probably means you submitted "
        f"twice, and the other request is still going through): {key}. Please try again later.",
        status=409,
        type="idempotency_error",
        code="idempotency_key_in_use",
    )


def _store(row: IdempotentCall, answer: Answer) -> None:
    status, body, _ = answer
    IdempotentCall.objects.filter(pk=row.pk).update(status=status, body=json.dumps(body))
