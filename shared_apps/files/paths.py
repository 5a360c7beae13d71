"""Names of files in the storage: which are ours, what is private, and where the sizes of a picture are."""

import re

PRIVATE = "private/"  # below this nothing is served without a signed link
SIZES = (320, 640, 1280)  # pixels wide: a card on a telephone, a card, half a page on a sharp screen
LONGEST = 300  # letters, as `File.path` has
OURS = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*", re.ASCII)
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


def is_ours(path: str) -> bool:
    """Whether `path` is written as we write the names of files. A storage may read any other one as another file's."""
    return len(path) <= LONGEST and OURS.fullmatch(path) is not None


def is_private(path: str) -> bool:
    """Whether nobody may have what is at `path` without a signed link; also of one that is not written as ours are."""
    return not is_ours(path) or path.lower().startswith(PRIVATE)  # some disks don't mind capitals
