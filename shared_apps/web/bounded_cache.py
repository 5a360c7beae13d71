"""A cache in this process's memory for what is dear to make, which never holds more than it may."""

import hashlib
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from typing import Generic, TypeVar

from django.http import HttpRequest

from shared_apps.web.networks import at_most

Value = TypeVar("Value")
OVERHEAD = 400  # bytes of an entry's place among the others: a test measures it


class BoundedCache(Generic[Value]):
    """Values by key; the one that was not asked for the longest goes first.

    `most_bytes()` bounds the memory that the entries take together and `most` how many there are. A value that would
    take more than `share` of the memory is not kept: it would drive out too much else.
    """

    def __init__(self, most_bytes: Callable[[], float], most: int, *, share: float = 1 / 8) -> None:
        self.bytes = 0
        self._most_bytes, self._most, self._share = most_bytes, most, share
        self._values: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Hashable) -> Value | None:
        """What was put under `key`, if it is still there."""
        with self._lock:
            found = self._values.get(key)
            if found is None:
                return None
            self._values.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, value: Value) -> None:
        """Keep `value` as long as there is room for it."""
        cost = size_of(key) + size_of(value) + OVERHEAD
        with self._lock:
            if old := self._values.pop(key, None):
                self.bytes -= old[1]
            if cost > self._most_bytes() * self._share:
                return
            self._values[key] = value, cost
            self.bytes += cost
            while self._values and (self.bytes > self._most_bytes() or len(self._values) > self._most):
                self.bytes -= self._values.popitem(last=False)[1][1]

    def clear(self) -> None:
        with self._lock:
            self._values.clear()
            self.bytes = 0


def size_of(value: object) -> int:
    """The bytes of memory that a value takes with all that is in it, as if nothing else held any of it."""
    size = sys.getsizeof(value)
    if isinstance(value, tuple | frozenset):
        return size + sum(map(size_of, value))
    if is_dataclass(value):
        return size + sum(size_of(getattr(value, field.name)) for field in fields(value))
    return size


def digest(*facts: object) -> bytes:
    """A short key that stands for all of `facts`, which are told apart by what they look like."""
    return hashlib.blake2b(repr(facts).encode(), digest_size=16).digest()


DRAWINGS_MEGABYTES = 4
_drawings: BoundedCache[bytes] = BoundedCache(lambda: DRAWINGS_MEGABYTES * 1_000_000, most=200)


def drawn(request: HttpRequest, what: str, *facts: object, draw: Callable[[], bytes], rate: int = 30) -> bytes:
    """The document or picture `what`, which shows nothing but `facts`: as it was drawn before, else by `draw`.

    Raises `TooOften` when the network of `request` wants more than `rate` new ones a minute.
    """
    key = digest(what, *facts)
    found = _drawings.get(key)
    if found is None:
        at_most(rate, what, request)
        found = draw()
        _drawings.put(key, found)
    return found
