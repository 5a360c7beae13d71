"""Names of files in the storage: what is private, and where the sizes of a picture are."""

import re
from posixpath import normpath

PRIVATE = "private/"  # below this nothing is served without a signed link
SIZES = (320, 640, 1280)  # pixels wide: a card on a telephone, a card, half a page on a sharp screen
WIDE = re.compile(r"-w([1-9][0-9]{0,4})\.webp$")


def picture_name(stem: str, width: int) -> str:
    """The name of a picture that is `width` pixels wide, and kept in `sizes_of` that name, too."""
    return f"{stem}-w{width}.webp"


def sizes_of(path: str) -> dict[int, str]:
    """Where a picture is kept, by how many pixels it is wide, the smallest first; nothing for any other file."""
    if not (found := WIDE.search(path)):
        return {}
    width = int(found[1])
    return {size: WIDE.sub(f"-w{width}.{size}.webp", path) for size in SIZES if size < width} | {width: path}


def all_paths(path: str) -> list[str]:
    """Every name under which the storage keeps what is at `path`."""
    return list(sizes_of(path).values()) or [path]


def is_private(path: str) -> bool:
    """Whether nobody may have what is at `path` without a signed link; also of a path that goes astray."""
    return path.startswith(PRIVATE) or normpath(path) != path
