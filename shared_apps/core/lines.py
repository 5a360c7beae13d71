"""What people may type into a field of one line, wherever it is typed.

Such texts end up in the subject of an email, on a register, in a list: a line break would cut them, and a link in a
"name" would make our emails carry somebody else's message.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import partialmethod
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

SHORTEST_NAME, LONGEST_NAME = 2, 100
LONGEST_PHONE = 40
# 5 to 20 digits, perhaps with a plus, spaces, dots, brackets, dashes and an extension.
PHONE = re.compile(r"\+?(?:[ ()/.\u2010-\u2013-]{0,4}[0-9]){5,20}[ )]{0,4}(?:(?:[eE][xX][tT]|[xX]|#)\.? ?[0-9]{1,6})?")
BREAKS = {"Cc", "Zl", "Zp", "Cs"}
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")  # they show the letters after them in another order
# What is drawn as nothing though it is a letter or a mark: fillers, and what chooses among forms of the letter before.
UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
JOINERS = {"\u200c", "\u200d"}  # within words of Persian and Hindi, and between the parts of an emoji
FIRST_JOINED = "\u0600"
LINK = re.compile(r"(?i)[a-z][a-z0-9+.-]{0,20}:/|\bwww\s*[.。]|\b(?:mailto|tel|javascript)\s*:")
# Words with dots between them and no space: what a mail program makes a link of, whatever the last word is.
DOTTED = re.compile(r"[^\W_][\w-]*(?:[.。][^\W_][\w-]*)+")
DOTS = re.compile("[.。]")
# What may stand before a dot in a name, besides an initial.
TITLES = {
    "mr", "mrs", "ms", "mx", "dr", "st", "sta", "sto", "prof", "rev", "sir", "md", "mohd", "ma", "wm", "ing", "dipl",
    "mag", "mgr", "bc", "ph", "jr", "sr", "hon", "fr", "lt", "col", "sgt", "cpl", "capt", "maj", "gen",
}  # fmt: skip
# Ends of web addresses that nobody is called, for "X.com" looks like an initial and a name.
ENDS = {
    "com", "net", "org", "info", "biz", "co", "io", "uk", "eu", "xyz", "app", "online", "site", "shop", "news", "link",
}  # fmt: skip
# A path, a query or a sum; but "s/o" (son of) and the like are parts of names.
NO_NAME = re.compile(r"(?<!\b[a-z])/|/(?![a-z]\b)|[?؟\\\u2044\u2215]", re.IGNORECASE)


def without_marks(value: str) -> str:
    """`value` without marks that nobody sees, and with plain spaces: what comes along when something is copied.

    Marks that join letters stay behind scripts that are written with them, unless nothing follows.
    """
    letters: list[str] = []
    for letter in value:
        joins = letter in JOINERS and letters and letters[-1] >= FIRST_JOINED
        if joins or not _is_unseen(letter):
            letters.append(" " if unicodedata.category(letter) == "Zs" else letter)
    return "".join(letters).rstrip("".join(JOINERS))


def _is_unseen(letter: str) -> bool:
    return unicodedata.category(letter) == "Cf" or UNSEEN.match(letter) is not None


def phone_in(value: str) -> str:
    """The number in `value`, as it was typed or copied: from a list of contacts, or with the `tel:` of a link."""
    return re.sub(r"(?i)^\s*tel:", "", without_marks(value)).strip()


def validate_line(value: str) -> None:
    """Refuse line breaks, other control characters and marks that turn the direction of writing."""
    if TURNS.search(value) or any(unicodedata.category(letter) in BREAKS for letter in value):
        raise ValidationError(_("Use one line of ordinary letters."), code="not_one_line")


def validate_no_link(value: str) -> None:
    """Refuse what says that it is a web address, `https://…` or `www.…`."""
    if LINK.search(unicodedata.normalize("NFKC", value)):
        raise ValidationError(_("Leave web addresses out."), code="link")


def validate_name(value: str) -> None:
    """Refuse what is no person's name: more than one line, a web or email address, one letter, over 100 letters."""
    # The length first: what follows takes long for a text of a megabyte.
    plain = value[: LONGEST_NAME * 10].strip()
    if not SHORTEST_NAME <= len(plain) <= LONGEST_NAME:
        raise ValidationError(
            _("A name has %(least)d to %(most)d letters."),
            code="length",
            params={"least": SHORTEST_NAME, "most": LONGEST_NAME},
        )
    validate_line(value)
    # Without letters that are not seen, such as a soft hyphen beside a dot.
    plain = "".join(one for one in unicodedata.normalize("NFKC", plain) if not _is_unseen(one))
    if "@" in plain or LINK.search(plain) or any(_is_domain(words) for words in DOTTED.findall(plain)):
        raise ValidationError(_("Enter a name, without web or email addresses."), code="link")
    if NO_NAME.search(plain) or any(unicodedata.category(letter) == "Sc" for letter in plain):
        raise ValidationError(_("Enter a name, without signs such as “/”, “?” or “£”."), code="sign")


def _is_domain(dotted: str) -> bool:
    """Whether `dotted` is no name behind initials and titles: "evil.com", "Dr.evil.com", "t.me", not "Dr.J.Smith"."""
    *before, last = DOTS.split(dotted)
    words = [word.lower() for word in before]
    return last.islower() or last.lower() in ENDS or any(len(word) > 1 and word not in TITLES for word in words)


def validate_phone(value: str) -> None:
    """Refuse what nobody can call. The number stays as it was typed."""
    validate_line(value)
    if not PHONE.fullmatch(value):
        raise ValidationError(_("Enter a phone number, like 0117 496 0000 or +44 117 496 0000."), code="phone")


def one_line(value: str) -> str:
    """`value` on one line, without control characters, however it was stored: for subjects and headers."""
    letters = (" " if unicodedata.category(letter) in BREAKS else letter for letter in TURNS.sub("", value))
    return " ".join("".join(letters).split())


def sentence(value: str) -> str:
    """`value` on one line, ended as a sentence is: for what somebody typed and more words follow."""
    line = one_line(value)
    return line if not line or line.rstrip("\"'”’)")[-1:] in {".", "!", "?", "…"} else f"{line}."


class TypedLine(forms.CharField):
    """A line in a form, as it was typed or pasted, without marks that nobody sees."""

    def to_python(self, value: object) -> str:
        return super().to_python(without_marks(str(value or ""))) or ""


class _PlainInMigrations(models.CharField):
    """A `CharField` to the database: rules that no column holds need no migration."""

    def deconstruct(self) -> tuple[str, str, Sequence[object], dict[str, object]]:
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("validators", None)
        return name, "django.db.models.CharField", args, kwargs

    formfield = partialmethod(models.CharField.formfield, form_class=TypedLine)


class LineField(_PlainInMigrations):
    """A text of one line."""

    default_validators = [validate_line]


class NameField(_PlainInMigrations):
    """A person's name, see `validate_name`. The column is a little wider than what is taken now."""

    default_validators = [validate_name]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 120, **kwargs})
