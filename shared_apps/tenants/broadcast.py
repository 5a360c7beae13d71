"""A broadcast: what one process has changed, told to all others at once over Redis, so that no cache is out of date.

Fire and forget. Whoever caches keeps a time limit as well, because a message may be lost.
"""

import json
import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from functools import cache

import redis
import structlog
from django.conf import settings
from django.db import transaction
from redis.backoff import NoBackoff
from redis.retry import Retry

from shared_apps.core.types import JsonObject
from shared_apps.resilience.circuit_breaker import circuit

Payload = JsonObject
Callback = Callable[[Payload | None], object]

CHANNEL = "muster:broadcast"
PATIENCE = 0.1  # seconds to connect, and again to send
BEAT = 5.0  # seconds of silence after which the listener asks whether the line is dead
LONGEST_BACK_OFF = 5.0  # seconds between two tries to connect

log = structlog.get_logger()
breaker = circuit("broadcast", pause=2)  # writers must not all wait for a Redis that does not answer
listening = threading.Event()  # set while this process hears what others publish

_callbacks: dict[str, list[Callback]] = defaultdict(list)
_listener_of = 0  # the process whose listener runs; after a fork it is another one's
_starting = threading.Lock()


def subscribe(topic: str, callback: Callback) -> None:
    """Call `callback(payload)` in this process whenever anybody publishes on `topic`.

    `callback(None)` means that messages may have been missed: forget everything. It is called in another
    thread, perhaps twice for one change; it must be quick and must not touch the database.
    """
    if callback not in _callbacks[topic]:
        _callbacks[topic].append(callback)


def publish(topic: str, payload: Payload) -> None:
    """Tell this process now, and every process once the present transaction is committed.

    `payload` must fit into JSON. Nothing is raised when Redis is away, and nobody waits long for it.
    """
    _tell(topic, payload)

    def send() -> None:
        _tell(topic, payload)  # again: a neighbouring thread may have read the old rows meanwhile
        _send(json.dumps([topic, payload]))

    transaction.on_commit(send)


def listen() -> None:
    """Begin to hear what other processes publish, unless this one does already. Returns at once."""
    global _listener_of
    if _listener_of == os.getpid():
        return
    with _starting:
        if _listener_of != os.getpid():
            _listener_of = os.getpid()
            listening.clear()
            threading.Thread(target=_listen_for_ever, name="broadcast", daemon=True).start()


def _send(text: str) -> None:
    if not breaker.allows():
        return
    try:
        _line().publish(CHANNEL, text)
    except redis.RedisError as error:
        breaker.failed()
        log.warning("broadcast not sent", error=str(error))
    else:
        breaker.succeeded()


@cache
def _line() -> redis.Redis:
    # One more try on a line that Redis has closed since it was last used; none when it does not answer.
    retry = Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,))
    options: dict[str, object] = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE, "retry": retry}
    return redis.Redis.from_url(settings.REDIS_URL, **options)


def _listen_for_ever() -> None:
    wait = 0.1
    while True:
        try:
            _listen()
        except Exception as error:
            wait = 0.1 if listening.is_set() else min(wait * 2, LONGEST_BACK_OFF)
            listening.clear()
            log.warning("broadcast not heard", error=str(error))
        time.sleep(wait)


def _listen() -> None:
    options: dict[str, object] = {"socket_timeout": 2, "socket_connect_timeout": 2, "retry": Retry(NoBackoff(), 0)}
    with redis.Redis.from_url(settings.REDIS_URL, **options) as line, line.pubsub() as channel:
        channel.subscribe(CHANNEL)
        asked = False
        while True:
            message = channel.get_message(timeout=BEAT)
            if message is None:
                if asked:
                    raise redis.ConnectionError("Redis is silent.")
                channel.ping()
            elif message["type"] == "subscribe":
                _tell_all_that_news_were_missed()
                listening.set()
            elif message["type"] == "message":
                topic, payload = json.loads(message["data"])
                _tell(topic, payload)
            asked = message is None


def _tell_all_that_news_were_missed() -> None:
    for topic in list(_callbacks):
        _tell(topic, None)


def _tell(topic: str, payload: Payload | None) -> None:
    for callback in _callbacks.get(topic, []):
        try:
            callback(payload)
        except Exception:
            log.exception("broadcast not understood", topic=topic)
