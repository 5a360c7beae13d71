"""Clients that cost the measured processes nothing: threads with open connections."""

import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from statistics import quantiles
from typing import Any


@dataclass(frozen=True)
class Ask:
    """One request to send."""

    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None


@dataclass
class Answers:
    """What came back: statuses and seconds, one of each per request."""

    statuses: list[int]
    seconds: list[float]

    def all_are(self, status: int) -> "Answers":
        """Itself, if every answer was `status`: a figure of refusals would say nothing."""
        wrong = [one for one in self.statuses if one != status]
        if wrong:
            raise RuntimeError(f"{len(wrong)} of {len(self.statuses)} answers were not {status}: {sorted(set(wrong))}")
        return self

    @property
    def median(self) -> float:
        return quantiles(self.seconds, n=2)[0]


def send(port: int, asks: Sequence[Ask], *, concurrency: int = 1) -> Answers:
    """Send them all, `concurrency` at a time, each thread on its own connection."""
    answers = Answers([0] * len(asks), [0.0] * len(asks))
    turn = count()

    def work(_: int) -> None:
        line = HTTPConnection("127.0.0.1", port, timeout=60)
        while (index := next(turn)) < len(asks):
            ask = asks[index]
            body = None if ask.body is None else json.dumps(ask.body).encode()
            headers = {"Host": f"localhost:{port}", **({"Content-Type": "application/json"} if body else {})}
            began = time.perf_counter()
            answers.statuses[index] = _exchange(line, ask, body, {**headers, **ask.headers})
            answers.seconds[index] = time.perf_counter() - began
        line.close()

    with ThreadPoolExecutor(concurrency) as threads:
        list(threads.map(work, range(concurrency)))
    return answers


def _exchange(line: HTTPConnection, ask: Ask, body: bytes | None, headers: dict[str, str]) -> int:
    for attempt in range(2):
        try:
            line.request(ask.method, ask.path, body, headers)
            response = line.getresponse()
            response.read()
            return response.status
        except (HTTPException, ConnectionError):
            line.close()  # the server hung up on an idle connection
            if attempt:
                raise
    raise AssertionError
