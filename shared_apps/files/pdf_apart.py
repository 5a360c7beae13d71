"""Reads one PDF from its standard input and says by its exit code what is in it; run as a process of its own.

    python -I pdf_apart.py < handout.pdf

It may take little time and memory. Its exit code says what is wrong; any other one than 0 and these means that the
PDF takes too much to read.
"""

import resource
import sys
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdf import PdfReader
    from pypdf.generic import DictionaryObject

NO_PDF, ACTS, LOCKED = 11, 12, 13
SECONDS = 10  # of a processor
MEMORY = 512 * 1024 * 1024
DEEPEST = 500  # calls one inside the other: what is in a list in a list …
# What runs, what is packed in, and what fetches from or sends to elsewhere.
ACTING = {
    "/JavaScript", "/Launch", "/RichMedia", "/EmbeddedFile", "/EmbeddedFiles", "/XFA", "/GoToR", "/GoToE",
    "/SubmitForm", "/ImportData", "/Rendition",
}  # fmt: skip
ON_OPENING = {"/GoTo", "/Named"}  # what may be done without anybody's asking


class Refused(Exception):
    """The PDF is refused, with the exit code that says why."""


def main() -> None:
    """Read all objects. Raises `Refused`; whatever else it raises is too much as well."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.setrecursionlimit(DEEPEST)
    import logging

    from pypdf import PasswordType, PdfReader

    logging.disable()  # what is odd about a file is no news
    content = BytesIO(sys.stdin.buffer.read())
    try:
        reader = PdfReader(content)
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise Refused(LOCKED)
        reader.trailer["/Root"].get_object()
        look_through(reader)
    except (Refused, MemoryError):
        raise
    except Exception:  # a reader of what strangers send raises whatever it comes across
        raise Refused(NO_PDF) from None


def look_through(reader: "PdfReader") -> None:
    """Raise `Refused` if one of all objects of the file acts, also one that no page needs."""
    from pypdf.generic import IndirectObject

    refuse_acts([reader.trailer])
    ids = {(number, generation) for generation, numbers in reader.xref.items() for number in numbers}
    for number, generation in sorted(ids | {(number, 0) for number in reader.xref_objStm}):
        refuse_acts([reader.get_object(IndirectObject(number, generation, reader))])


def refuse_acts(left: list[object]) -> None:
    """Raise `Refused` if there is something in these objects that acts. What they refer to has its own turn."""
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject

    while left:
        one = left.pop()
        if isinstance(one, NameObject) and one in ACTING:
            raise Refused(ACTS)
        if isinstance(one, DictionaryObject):
            begun = [one["/OpenAction"]] if "/OpenAction" in one else []
            if isinstance(events := one.get("/AA"), DictionaryObject):
                begun += [events[name] for name in events]
            if any(isinstance(action, DictionaryObject) and is_more_than_a_page(action) for action in begun):
                raise Refused(ACTS)
            left += [*one.keys(), *one.values()]
        elif isinstance(one, ArrayObject):
            left += one


def is_more_than_a_page(action: "DictionaryObject") -> bool:
    """Whether it does more, without anybody's asking, than to show a page of the same file or to print it."""
    return "/S" in action and (str(action["/S"]) not in ON_OPENING or "/Next" in action)


if __name__ == "__main__":
    try:
        main()
    except Refused as refusal:
        sys.exit(refusal.args[0])
    except MemoryError:
        sys.exit(1)
