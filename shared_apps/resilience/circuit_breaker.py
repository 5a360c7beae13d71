"""Circuit breakers: after failures in a row nobody waits for a service that is away, until a try finds it back."""

import threading
import time

import structlog

log = structlog.get_logger()


class Circuit:
    """One service as this process sees it. Closed: ask. Open: don't, but for one caller every `pause` seconds.

    It opens after so many `failures` in a row and closes with the first success.
    """

    def __init__(self, name: str, *, failures: int = 1, pause: float = 10.0) -> None:
        self.name, self.failures, self.pause = name, failures, pause
        self._lock = threading.Lock()
        self._in_a_row, self._next_try = 0, 0.0

    @property
    def is_open(self) -> bool:
        return self._in_a_row >= self.failures

    def allows(self) -> bool:
        """Whether to ask now. While open, whoever is told True is the one who tries."""
        if not self.is_open:
            return True
        with self._lock:
            if time.monotonic() < self._next_try:
                return False
            self._next_try = time.monotonic() + self.pause
            return True

    def failed(self, *, at_once: bool = False) -> None:
        """It did not answer, or not usefully; with `at_once` that was costly enough to ask no more."""
        with self._lock:
            was_open = self.is_open
            self._in_a_row = max(self._in_a_row + 1, self.failures if at_once else 0)
            self._next_try = time.monotonic() + self.pause
            opened = self.is_open and not was_open
        if opened:
            log.warning("circuit opened", service=self.name)

    def succeeded(self) -> bool:
        """It answered. Whether the circuit was open until now."""
        if not self._in_a_row:
            return False
        with self._lock:
            was_open = self.is_open
            self._in_a_row = 0
        if was_open:
            log.warning("circuit closed", service=self.name)
        return was_open

    def close(self) -> None:
        """Forget all failures."""
        self._in_a_row, self._next_try = 0, 0.0


_circuits: dict[str, Circuit] = {}


def circuit(name: str, *, failures: int = 1, pause: float = 10.0) -> Circuit:
    """This process's circuit called `name`, made when first asked for."""
    return _circuits.setdefault(name, Circuit(name, failures=failures, pause=pause))


def close_all() -> None:
    """Forget what failed, as a process that has just begun."""
    for each in _circuits.values():
        each.close()
