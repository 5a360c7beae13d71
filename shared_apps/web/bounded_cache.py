"""A cache in this process's memory for what is dear to make, which never holds more than it may."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

from shared_apps.web.networks import at_most

Value = TypeVar("Value")
OVERHEAD = 1_500  # bytes that an entry costs beyond what is in it: its key, its objects, its place in the order


class BoundedCache(Generic[Value]):
    """Values by key; the one that was not asked for the longest goes first.

    `most_bytes()` bounds what the values cost together, as `put` is told, and `most` how many there are.
    """

    def __init__(self, most_bytes: Callable[[], float], most: int) -> None:
        self.bytes = 0
        self._most_bytes, self._most = most_bytes, most
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

    def put(self, key: Hashable, value: Value, cost: int) -> None:
        """Keep `value`, which takes `cost` bytes of memory besides what every entry takes."""
        with self._lock:
            if old := self._values.pop(key, None):
                self.bytes -= old[1]
            self._values[key] = value, cost + OVERHEAD
            self.bytes += cost + OVERHEAD
            while self._values and (self.bytes > self._most_bytes() or len(self._values) > self._most):
                self.bytes -= self._values.popitem(last=False)[1][1]

    def clear(self) -> None:
        with self._lock:
            self._values.clear()
            self.bytes = 0


def digest(*facts: Any) -> bytes:
    """A short key that stands for all of `facts`, which are told apart by what they look like."""
    return hashlib.blake2b(repr(facts).encode(), digest_size=16).digest()


DRAWINGS_MEGABYTES = 4
_drawings: BoundedCache[bytes] = BoundedCache(lambda: DRAWINGS_MEGABYTES * 1_000_000, most=200)


def drawn(request: Any, what: str, *facts: Any, draw: Callable[[], bytes], rate: int = 30) -> bytes:
    """The document or picture `what`, which shows nothing but `facts`: as it was drawn before, else by `draw`.

    Raises `TooOften` when the network of `request` wants more than `rate` new ones a minute.
    """
    key = digest(what, *facts)
    found = _drawings.get(key)
    if found is None:
        at_most(rate, what, request)
        found = draw()
        _drawings.put(key, found, len(found))
    return found
