"""Redis that may be away: pages and sign-ins go on, a little slower; limits then count in each process."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias, cast
from urllib.parse import urlsplit

import redis
import structlog
from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient, RedisSerializer
from redis.backoff import NoBackoff
from redis.retry import Retry

from shared_apps.resilience.circuit_breaker import Circuit, circuit

Question: TypeAlias = (
    tuple[Literal["set"], str, object, int]
    | tuple[Literal["count"], str, int, int]
)  # fmt: skip

log = structlog.get_logger()
AWAY = (redis.ConnectionError, redis.TimeoutError, redis.OutOfMemoryError, redis.ReadOnlyError)
PATIENCE = 0.5  # seconds for an answer, which usually takes a thousandth of that
MOST_KEYS = 10_000
_written_meanwhile: dict[str, set[str]] = {}


def circuit_of(server: str) -> Circuit:
    """This process's circuit breaker of the Redis at `server`. Its name is logged, so it has no password in it."""
    return circuit(f"redis at {where(server)}", pause=5)


def where(server: str) -> str:
    """Host, port and path of an address, without user, password and options."""
    parts = urlsplit(server)
    return f"{parts.netloc.rpartition('@')[2]}{parts.path}"


class OneClient(RedisCacheClient):
    """Django's makes a client for each call, which takes several times as long as the call. Threads may share one."""

    _kept: "redis.Redis | None" = None
    _serializer: RedisSerializer

    def get_client(self, key: str | bytes | memoryview | None = None, *, write: bool = False) -> "redis.Redis":
        if self._kept is None:
            self._kept = super().get_client(key, write=write)
        return self._kept

    def together(self, questions: Sequence[Question]) -> list[int]:
        with self.get_client(write=True).pipeline() as line:
            for question in questions:
                match question:
                    case ("set", key, value, timeout):
                        line.set(key, self._serializer.dumps(value), ex=timeout)
                    case ("count", key, more, timeout):
                        line.set(key, 0, ex=timeout, nx=True)
                        line.incrby(key, more)
            return [answer for answer in line.execute() if type(answer) is int]


class CountingRedis(RedisCache):
    """Django's Redis cache, which counts, and does several things at once."""

    def together(self, *questions: Question, version: int | None = None) -> list[int]:
        """Do all this, in order; nothing of anybody else's comes between. How its counters stand then.

        `("set", key, value, seconds)`; `("count", key, more, seconds)` adds to a counter that begins at 0 and ends so
        many seconds after that.
        """
        keyed = [(verb, self.make_and_validate_key(key, version=version), *rest) for verb, key, *rest in questions]
        return cast("OneClient", self._cache).together(cast("list[Question]", keyed))


class CountingHere(LocMemCache):
    """The same in this process."""

    def together(self, *questions: Question, version: int | None = None) -> list[int]:
        answers = [getattr(self, verb)(key, *rest, version=version) for verb, key, *rest in questions]
        return [answer for answer in answers if answer is not None]

    def count(self, key: str, delta: int, timeout: int, version: int | None = None) -> int:
        self.add(key, 0, timeout, version=version)
        try:
            return int(self.incr(key, delta, version=version))
        except ValueError:  # it ended between two lines
            self.set(key, delta, timeout, version=version)
            return delta


class ResilientCache(CountingRedis):
    """Django's Redis cache, with a small cache of this process in its place while Redis does not answer.

    A limit that counts here is then a limit per process instead of none. When Redis is back, what this
    process kept meanwhile is forgotten, and what it wrote or deleted meanwhile is deleted there too, so
    that nobody reads what was replaced.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = OneClient
        self._options: dict[str, object] = {
            "socket_timeout": PATIENCE,
            "socket_connect_timeout": PATIENCE,
            # A line that Redis has hung up on is opened anew at once; a time-out is not waited for twice.
            "retry": Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
            **params.get("OPTIONS", {}),
        }
        self._circuit = circuit_of(server)
        self._meanwhile = _written_meanwhile.setdefault(server, set())
        self._own = CountingHere(f"instead of {server}", {**params, "OPTIONS": {"MAX_ENTRIES": MOST_KEYS}})

    @property
    def is_away(self) -> bool:
        """Whether Redis did not answer when it was last asked."""
        return self._circuit.is_open

    def _ask(self, verb: str, *args: object, writes: Iterable[str] = (), version: int | None = None) -> Any:
        if self._circuit.allows():
            try:
                answer = getattr(super(), verb)(*args, version=version)
            except AWAY as error:
                self._failed(error)
            else:
                if self._circuit.succeeded():
                    self._is_back()
                return answer
        if len(self._meanwhile) < MOST_KEYS:
            self._meanwhile.update(self.make_key(key, version) for key in writes)
        return getattr(self._own, verb)(*args, version=version)

    def _is_back(self) -> None:
        self._own.clear()
        keys = list(self._meanwhile)
        self._meanwhile.difference_update(keys)
        if keys:
            try:
                self._cache.delete_many(keys)
            except AWAY:
                self._meanwhile.update(keys)

    def add(self, key: str, value: object, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._ask("add", key, value, timeout, version=version))

    def get(self, key: str, default: object = None, version: int | None = None) -> Any:
        return self._ask("get", key, default, version=version)

    def set(self, key: str, value: object, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._ask("set", key, value, timeout, writes=[key], version=version)

    def touch(self, key: str, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._ask("touch", key, timeout, version=version))

    def delete(self, key: str, version: int | None = None) -> bool:
        return bool(self._ask("delete", key, writes=[key], version=version))

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        return dict(self._ask("get_many", list(keys), version=version))

    def has_key(self, key: str, version: int | None = None) -> bool:
        return bool(self._ask("has_key", key, version=version))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        return int(self._ask("incr", key, delta, version=version))

    def together(self, *questions: Question, version: int | None = None) -> list[int]:
        writes = [key for verb, key, *_rest in questions if verb == "set"]
        return list(self._ask("together", *questions, writes=writes, version=version))

    def set_many(
        self, data: Mapping[str, object], timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> list[str]:
        return list(self._ask("set_many", data, timeout, writes=data, version=version))

    def delete_many(self, keys: Iterable[str], version: int | None = None) -> None:
        keys = list(keys)
        self._ask("delete_many", keys, writes=keys, version=version)

    def clear(self) -> None:
        self._own.clear()
        try:
            super().clear()
        except AWAY as error:
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, redis.AuthenticationError) and not self.is_away:
            log.error("redis does not let us in: look at the password in REDIS_URL", error=str(error))
        self._circuit.failed()


def counters() -> ResilientCache:
    """The cache, typed as what it is: one that counts."""
    return cast("ResilientCache", caches["default"])
