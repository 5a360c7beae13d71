"""The row of tiles above every email: a provider's colours as table cells, so that it shows with images off."""

from dataclasses import dataclass
from random import Random

CORNERS = ("0", "100% 0 0 0", "0 100% 0 0", "0 0 100% 0", "0 0 0 100%", "50%", "50% 50% 0 0", "0 0 50% 50%")
PAIRS = (
    ("primary_soft", "primary"), ("primary", "primary_soft"), ("deep", "accent"), ("accent", "deep"),
    ("primary", "accent"), ("deep", "primary"),
)  # fmt: skip
MANY = 8


@dataclass(frozen=True)
class Tile:
    """One square: the colours of its ground and of the figure on it, and how the figure's corners are rounded."""

    ground: str
    figure: str
    corners: str


def tiles(seed: str, colours: dict[str, str]) -> list[Tile]:
    """A row that is always the same for one `seed`; `colours` are those of `palette.email_colours`."""
    dice = Random(f"email:{seed}")  # noqa: S311  (a drawing)
    drawn: list[Tile] = []
    for _ in range(MANY):
        ground, figure = dice.choice([pair for pair in PAIRS if not drawn or colours[pair[0]] != drawn[-1].ground])
        drawn.append(Tile(colours[ground], colours[figure], dice.choice(CORNERS)))
    return drawn


def initials(name: str) -> str:
    """One or two letters that stand for a provider without a logo."""
    words = [word for word in name.split() if word[:1].isalpha()] or ["M"]
    return "".join(word[0] for word in words[:2]).upper()
