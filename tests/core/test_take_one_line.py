"""A name is a name: what people type into one line carries no line break and no link."""

import re

import pytest
from django.core.exceptions import ValidationError

from shared_apps.core.lines import (
    one_line,
    phone_in,
    sentence,
    validate_line,
    validate_name,
    validate_no_link,
    validate_phone,
    without_marks,
)
from tests.support.sources import sources


@pytest.mark.parametrize(
    "name",
    ["Ada Byron", "Jo", "J.R.R. Tolkien", "J.R.R.Tolkien", "Dr.Smith", "Mr.Li", "María-José Ñuñez", "李小龙", "O'Brien",
     "Ann & Ben", "Ada\u200dX", "Anne-Marie d'Arc, PhD", "Dr. O'Neill", "St. John", "St.John", "A.Müller",
     "Prof.Dr.Weber", "Dr.J.R.Smith", "Jane Doe M.Sc.", "Dipl.-Ing. Weber", "Muthu s/o Raman", "Ahmad a/l Ali",
     "Sammy Davis, Jr.", "Lt.Col. Bob", "Fr.Joseph", "Sgt.Pepper", "Ma.Elena Cruz", "Sta.Maria", "Wm.Smith",
     "Mgr.Novák", "Bc.Jan Nový", "Ph.D. Ann", "李.小龙"],
)  # fmt: skip
def test_people_may_be_called_what_they_are_called(name):
    validate_name(name)


@pytest.mark.parametrize(
    "name",
    ["Sir,\n\nyour card was refused", "Ada\rByron", "Ada\u2028Byron", "Ada\x00", "Ada \u202emoc.live", "A", "x" * 101,
     "sign in at http://evil.example", "see www.evil.example", "go to evil.com", "go to Evil.Com/pay", "evil\uff0ecom",
     "evil。com", "mailto:x", "ask eve@evil.example", "hxxps://evil", "   ",
     "Dr.evil.com", "St.evil.com", "jr.example.com", "Mag.news.co", "Mr.Dr.evil.com", "Dr.evil.com/win? You won",
     "x.com", "t.co/win", "J.evil.com", "evil。example。com", "Dr．evil．com", "Dr.Com", "evil com/pay", "evil/s",
     "You won?", "t.me", "x.ru", "a.b.c.tk", "Dr.ai", "md.tv", "Dr.st.tv", "Ann evil\u2060.com", "Ann evil\xad.com",
     "Ann evil\ufe0f.com",
     "Ann evil\u2215x", "Ann evil\u2044x", "Won £900", "€ 5", "$$$", "You won？"],
)  # fmt: skip
def test_a_message_is_no_name(name):
    with pytest.raises(ValidationError):
        validate_name(name)


def test_a_company_may_have_a_dot_and_a_single_letter_but_no_link():
    for company in ("Booking.com Ltd", "X", "A/S Example"):
        validate_line(company)
        validate_no_link(company)
    with pytest.raises(ValidationError):
        validate_no_link("Sign in at https://evil.example")


def test_what_was_stored_before_is_put_on_one_line():
    assert one_line("Ada\r\nBcc: eve@example.com\u2028now\x00 ") == "Ada Bcc: eve@example.com now"


@pytest.mark.parametrize(
    ("typed", "said"),
    [("The workshop is flooded", "The workshop is flooded."), ("I am ill. ", "I am ill."), ("Why?", "Why?"),
     ("They said “no!”", "They said “no!”"), ("Ill\nagain", "Ill again."), ("", "")],
)  # fmt: skip
def test_a_reason_that_somebody_typed_ends_as_a_sentence_does(typed, said):
    assert sentence(typed) == said


@pytest.mark.parametrize(
    ("copied", "number"),
    [("\u202a07700 900123\u202c", "07700 900123"), ("07700\u00a0900123", "07700 900123"), ("tel:+447700", "+447700"),
     ("\u206807700 900123\u2069", "07700 900123"), ("\ufeff07700 900123\u200b", "07700 900123"),
     ("+44\u202f7700 900123", "+44 7700 900123"), ("\u200eTEL: 07700 900123 ", "07700 900123")],
)  # fmt: skip
def test_a_number_that_was_copied_is_the_number_that_one_sees(copied, number):
    assert phone_in(copied) == number
    validate_phone(phone_in(copied))


def test_marks_that_nobody_sees_are_taken_out_of_names_but_not_those_that_join_letters():
    assert without_marks("Zo\u200be\u00a0\u202eHarding\u202c") == "Zoe Harding"
    assert without_marks("evil\u2060.com") == "evil.com"
    assert without_marks("Ada\u200dX") == "AdaX"
    for unseen in "\ufe0f\u034f\u17b5\u180b\u3164\U000e0100":
        assert without_marks(f"A{unseen}da{unseen}") == "Ada"
    assert without_marks("می\u200c") == "می"  # it joins nothing
    for name in ("می\u200cخواهم", "क्\u200dष"):
        assert without_marks(name) == name


def test_names_and_addresses_are_judged_without_such_marks_wherever_they_come_from():
    """By the fields of `people_fields` in forms and of `api.strict` in serializers, and by no other."""
    other = re.compile(r"(?:forms|serializers)\.EmailField\(|validators=\[validate_(?:name|phone)\]")
    own = ("web/people_fields.py", "api/strict.py", "web/styleguide/", "sandbox/")
    assert [path for path, text in sources() if other.search(text) and not any(one in path for one in own)] == []
