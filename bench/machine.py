"""How fast this machine is, against one on which limits in milliseconds were set. Of use to a test of timing."""

import json
import re
import time
from functools import cache
from typing import Any

# What `unit` took there. It was not measured then: the code of that day (d87517b) was measured again elsewhere, where
# `unit` takes 10.4. Its cold course page took 2.4 times as long there, and all other figures more than that.
REFERENCE = 4.4
WORDS = [f"{n:05d} word-{n % 97} Ünïcode & <markup>" for n in range(2000)]
TAG = re.compile(r"<(\w+)>")


def unit() -> float:
    """CPU milliseconds of a fixed piece of work, of what pages are made of; the best of 60."""
    return min(_work() for _ in range(60))


@cache
def times_slower() -> float:
    """How many times slower than there; 1 at least, so that a fast machine forgives nothing."""
    return max(1.0, unit() / REFERENCE)


def _work() -> float:
    began = time.process_time()
    rows: list[dict[str, Any]] = [
        {"id": n, "text": TAG.sub(r"[\1]", word).upper(), "parts": word.split()} for n, word in enumerate(WORDS)
    ]
    rows.sort(key=lambda row: (len(row["parts"]), row["text"]))
    json.loads(json.dumps(rows))
    return (time.process_time() - began) * 1000
