"""`Idempotency-Key` on requests that move money or seats: asked twice, done once, answered alike."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet
from django.urls import get_script_prefix
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ValidationError
from rest_framework.utils.encoders import JSONEncoder

from shared_apps.core.db import connection, is_away
from shared_apps.core.errors import DomainError, MovedMeanwhile
from shared_apps.core.time import now
from shared_apps.events.models import AnsweredRequest
from shared_apps.timers.retention import forget

if TYPE_CHECKING:
    from rest_framework.views import APIView

Action = Callable[..., Response]
LONGEST_KEY = 255


class KeyReused(DomainError):
    """The key stands for another request."""

    code = "idempotency_key_reused"
    message = "This Idempotency-Key was used for another request. Use a new key."


class KeyInUse(DomainError):
    """The first request with this key is not answered yet."""

    code = "idempotency_key_in_use"
    message = "A request with this Idempotency-Key is still being answered. Ask again in a moment."


def idempotent(action: Action) -> Action:
    """Make a DRF action honour `Idempotency-Key`, bound to user, method, path, query and body.

    The key's row is inserted first, in the transaction of the work itself: a second request with the
    same key waits at the unique index, then finds the stored answer. Refused or failed requests roll
    back together with their key, so that they may be tried again. The action must not call a provider.
    """

    @wraps(action)
    def wrapper(view: "APIView", request: Request, *args: object, **kwargs: object) -> Response:
        mine = _asked(request)
        if mine is None:
            return action(view, request, *args, **kwargs)
        with transaction.atomic():
            if not _claim(mine):
                return _again(AnsweredRequest.objects.get(key=mine.key, user_id=mine.user_id), mine)
            response = action(view, request, *args, **kwargs)
            if response.status_code < 400:
                _answer(mine, response)
                AnsweredRequest.objects.filter(pk=mine.pk).update(status=mine.status, body=mine.body)
            else:
                transaction.set_rollback(True)
            return response

    vars(wrapper)["idempotent"] = True
    return wrapper


def idempotent_always(action: Action) -> Action:
    """As `idempotent`, for an action that would do harm when repeated: a request without a key is refused.

    The view calls `require_key` once it knows that the caller may do this at all.
    """
    wrapper = idempotent(action)
    vars(wrapper)["needs_key"] = True
    return wrapper


def require_key(request: Request) -> None:
    """Raise `ValidationError` for a request without an `Idempotency-Key`."""
    if not _key_of(request):
        raise ValidationError({"Idempotency-Key": [_("Send one, so that a repetition is not carried out twice.")]})


def idempotent_outside(action: Action) -> Action:
    """The same for an action that calls a provider, and so must not run in a transaction.

    A lock that belongs to this connection and not to a transaction lets the second request wait for the
    first. It ends with the connection, so a process that dies frees the key. Its answer is stored after
    the work: should we die between the two, the work is asked for again and must be safe to repeat.
    """

    @wraps(action)
    def wrapper(view: "APIView", request: Request, *args: object, **kwargs: object) -> Response:
        mine = _asked(request)
        if mine is None:
            return action(view, request, *args, **kwargs)
        with _alone_with(mine):
            stored = AnsweredRequest.objects.filter(key=mine.key, user_id=mine.user_id).first()
            if stored is not None:
                return _again(stored, mine)
            response = action(view, request, *args, **kwargs)
            if response.status_code < 400:
                AnsweredRequest.objects.bulk_create([_answer(mine, response)], ignore_conflicts=True)
            return response

    vars(wrapper)["idempotent"] = True
    return wrapper


def locked_answer(key: str, *, user_id: UUID | None) -> AnsweredRequest:
    """What a form was answered that was sent under `key`, its `body` None if it was not yet. Needs a transaction.

    Whoever sends it at the same moment waits until that ends. Raises `MovedMeanwhile` after a while.
    """
    try:
        _claim(AnsweredRequest(key=key, user_id=user_id))
    except KeyInUse:
        raise MovedMeanwhile from None
    return AnsweredRequest.objects.select_for_update().get(key=key, user_id=user_id)


@forget("answers to idempotent requests")
def old_answers(before: datetime) -> QuerySet[AnsweredRequest]:
    return AnsweredRequest.objects.filter(created_at__lt=before)


def _key_of(request: Request) -> str:
    return str(request.headers.get("Idempotency-Key", "")).strip()


def _asked(request: Request) -> AnsweredRequest | None:
    key = _key_of(request)
    if not key:
        if "Idempotency-Key" in request.headers:  # whoever sends one relies on it
            raise ValidationError({"Idempotency-Key": [_("Send a value, or leave it out.")]})
        return None
    if len(key) > LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise ValidationError({"Idempotency-Key": [f"At most {LONGEST_KEY} printable ASCII characters."]})
    return AnsweredRequest(key=key, user_id=request.user.pk, fingerprint=_fingerprint(request))


def _claim(row: AnsweredRequest) -> bool:
    """Insert the row; False if its key is taken. Waits for a transaction that is about to take it."""
    columns = "id, created_at, key, user_id, fingerprint"
    values: list[UUID | datetime | str | None] = [row.pk, now(), row.key, row.user_id, row.fingerprint]
    with connection.cursor() as cursor, _patience():
        cursor.execute(
            f"INSERT INTO {AnsweredRequest._meta.db_table} ({columns}) VALUES (%s, %s, %s, %s, %s) "  # noqa: S608
            "ON CONFLICT DO NOTHING",
            values,
        )
        return bool(cursor.rowcount)


def _fingerprint(request: Request) -> str:
    http = request._request
    path = http.path.removeprefix(get_script_prefix().rstrip("/")).removeprefix("/api")
    parts = [http.method or "", path, http.META.get("QUERY_STRING", "")]
    return hashlib.sha256("\n".join(parts).encode() + b"\n" + http.body).hexdigest()


def _again(stored: AnsweredRequest, asked: AnsweredRequest) -> Response:
    if stored.fingerprint != asked.fingerprint:
        raise KeyReused
    return Response(stored.body, status=stored.status, headers={"Idempotent-Replayed": "true"})


def _answer(row: AnsweredRequest, response: Response) -> AnsweredRequest:
    row.status = response.status_code
    row.body = json.loads(json.dumps(response.data, cls=JSONEncoder))
    return row


@contextmanager
def _patience() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if is_away(error):
            raise
        # The other one holds the key for longer than lock_timeout.
        raise KeyInUse from error


@contextmanager
def _alone_with(row: AnsweredRequest) -> Iterator[None]:
    name = f"{connection.schema_name}:idempotency:{row.user_id}:{row.key}"
    with connection.cursor() as cursor, _patience():
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
    try:
        yield
    finally:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])
        except (OperationalError, InterfaceError):
            connection.close()  # and the lock with it
