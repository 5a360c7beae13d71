"""Text messages are paid for by parts: none goes in more than four, link and all."""

from math import ceil

import pytest

from tenant_apps.messaging.channels import channel_named
from tenant_apps.messaging.channels.twilio.parts import parts_of
from tenant_apps.messaging.models import Notice
from tenant_apps.messaging.services import short_message

LINK = "https://alpha.example/b/" + "x" * 180


def text_of(text, *, channel="sms", link=LINK):
    return short_message(Notice(title="T", text=text, link=link), channel_named(channel))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 612, 4), ("a" * 613, 5),
        ("£" * 160, 1), ("€" * 80, 1), ("€" * 81, 2), ("€" * 304, 4), ("€" * 305, 5),  # two letters each, never parted
        ("a" * 69 + "–", 1), ("a" * 70 + "–", 2), ("a" * 267 + "ł", 4), ("a" * 268 + "ł", 5),
        ("😀" * 35, 1), ("😀" * 36, 2), ("😀" * 132, 4), ("😀" * 133, 5),
    ],
)  # fmt: skip
def test_the_parts_of_a_text_are_counted_as_networks_count_them(text, parts):
    assert parts_of(text) == parts


@pytest.mark.parametrize("letters", ["a", "€", "ł", "😀", "a" * 40 + "’", "[a]"])
@pytest.mark.parametrize("link", ["", LINK])
def test_a_long_text_goes_in_four_parts_and_as_much_of_it_as_there_is_room(letters, link):
    whole = (letters * 1000)[:2000]
    text = text_of(whole, link=link)
    assert parts_of(text) == 4
    assert text.endswith(f"... {link}".strip())
    kept = text.removesuffix(link).strip().removesuffix("...")
    assert whole.startswith(kept)
    assert parts_of(f"{whole[: len(kept) + 1]}... {link}".strip()) == 5


def test_a_text_that_fits_is_not_cut():
    for letter, most in (("a", 612), ("ł", 268)):
        fits = letter * (most - len(LINK) - 1)
        assert text_of(fits) == f"{fits} {LINK}"
        assert "..." in text_of(fits + letter)


def test_a_text_is_cut_before_an_odd_letter_that_would_make_every_part_shorter():
    text = text_of("a" * 350 + "ł" + "a" * 100)
    assert text == f"{'a' * 350}... {LINK}"
    assert ceil(len(text) / 153) == 4


@pytest.mark.parametrize("channel", ["whatsapp", "telegram", "push"])
def test_others_are_cut_by_their_letters(channel):
    way = channel_named(channel)
    text = text_of("a" * 10_000, channel=channel)
    assert len(text.removesuffix(f" {LINK}")) == way.longest - len(LINK) - 1
    assert "…" in text


def test_a_link_that_leaves_no_room_goes_alone():
    link = "https://alpha.example/" + "x" * 900
    assert text_of("Hello there " * 100, link=link) == f"... {link}"
