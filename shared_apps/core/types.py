"""Names for types that many modules share, so that a signature can say what it takes."""

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    # A text, or one that is translated when it is read.
    from django.utils.functional import _StrOrPromise as Words
else:
    Words = str

__all__ = ["Json", "JsonObject", "Words"]

# A value of which nothing is known but that it can be written as JSON.
Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
# An object as it was read: whoever asks for a key knows what is there, so the parts are of no type of their own.
JsonObject: TypeAlias = dict[str, Any]
