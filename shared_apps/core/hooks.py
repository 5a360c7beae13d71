"""The one way in which a lower app calls upwards without knowing whom."""

from collections.abc import Callable
from typing import TypeVar

F = TypeVar("F", bound=Callable[..., object])


class Hook:
    """A list of functions, called in the order they were added, in the caller's transaction."""

    def __init__(self) -> None:
        self._functions: list[Callable[..., object]] = []

    def add(self, function: F) -> F:
        """Register `function`; usable as a decorator. Registering twice changes nothing."""
        if function not in self._functions:
            self._functions.append(function)
        return function

    def __call__(self, **details: object) -> None:
        for function in self._functions:
            function(**details)

    def __bool__(self) -> bool:
        return bool(self._functions)
