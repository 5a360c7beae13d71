"""Signatures on a register: lines as a finger drew them, or a name that was typed. We draw the picture that is kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.base import ContentFile

from shared_apps.core.errors import DomainError

WIDTH, HEIGHT = 600, 200  # of the field in which it is drawn, whatever the screen's size is
MOST_LINES, MOST_POINTS = 200, 6_000


class NoSignature(DomainError):
    """What was sent is no signature."""

    code = "no_signature"
    message = "This is no signature: draw it again, or type the name."


@dataclass(frozen=True)
class Signature:
    """Lines of points, each from (0, 0) to (WIDTH, HEIGHT), or else the `name` of who signs."""

    lines: Sequence[Sequence[tuple[int, int]]] = ()
    name: str = ""

    @classmethod
    def parse(cls, sent: object) -> "Signature":
        """From what a page sent: `{"name": …}` or `{"lines": [[x, y, x, y, …], …]}`. Raises `NoSignature`."""
        if not isinstance(sent, dict):
            raise NoSignature
        name = sent.get("name", "")
        if isinstance(name, str) and 2 <= len(name.strip()) <= 100 and name.strip().isprintable():
            return cls(name=name.strip())
        lines = sent.get("lines")
        if not isinstance(lines, list) or not 0 < len(lines) <= MOST_LINES:
            raise NoSignature
        drawn = [_points(line) for line in lines]
        if sum(map(len, drawn)) > MOST_POINTS:
            raise NoSignature
        return cls(lines=drawn)

    def picture(self) -> ContentFile:
        """The drawing as SVG: our own lines, made of numbers alone."""
        paths = "".join(
            f'<path d="M{" ".join(f"{x},{y}" for x, y in line)}"/>'
            if len(line) > 1
            else f'<circle cx="{line[0][0]}" cy="{line[0][1]}" r="1.5" fill="#16202e"/>'
            for line in self.lines
        )
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
            '<g fill="none" stroke="#16202e" stroke-width="3" stroke-linecap="round" stroke-linejoin="round">'
            f"{paths}</g></svg>"
        )
        return ContentFile(svg.encode())


def _points(line: object) -> list[tuple[int, int]]:
    if not isinstance(line, list) or not line or len(line) % 2:
        raise NoSignature
    if not all(isinstance(one, int) and not isinstance(one, bool) for one in line):
        raise NoSignature
    pairs = [(min(max(x, 0), WIDTH), min(max(y, 0), HEIGHT)) for x, y in zip(line[::2], line[1::2], strict=True)]
    return [pair for n, pair in enumerate(pairs) if n == 0 or pair != pairs[n - 1]]
