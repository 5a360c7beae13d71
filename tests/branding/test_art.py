"""Pictures are ours, safe, steady and different from each other."""

from io import BytesIO
from xml.etree import ElementTree

import pytest
from PIL import Image

from tenant_apps.branding.art import MOTIFS, course_art, hero_art, logo, motif_for, social_image
from tenant_apps.branding.palette import palette

COLOURS = palette("#0b4f6c", "#f2a541")


@pytest.mark.parametrize("motif", [*MOTIFS, "something else"])
def test_every_kind_of_course_has_a_picture_that_is_whole(motif):
    pictures = [course_art(f"{motif}-{n}", motif, COLOURS) for n in range(24)]
    for picture in pictures:
        ElementTree.fromstring(picture)
        assert "%" not in picture
        assert "<script" not in picture
        assert "style=" not in picture


def test_a_course_keeps_its_picture():
    assert course_art("heat-pumps", "air", COLOURS) == course_art("heat-pumps", "air", COLOURS)


def test_twelve_courses_of_one_category_look_different():
    assert len({course_art(f"gas-{n}", "flame", COLOURS) for n in range(12)}) == 12


@pytest.mark.parametrize(
    ("words", "motif"),
    [
        (("Heat pumps", "Air source design"), "air"),
        (("Gas safety", "Domestic refresher"), "flame"),
        (("Cybersecurity", "Defend a small network"), "security"),
        (("AI", "Prompting at work"), "ai"),
        (("First aid", "Emergency first aid at work"), "firstaid"),
        (("Theory", "Theory test evening"), "theory"),
        (("Pottery", "Throwing on the wheel"), "generic"),
    ],
)
def test_a_category_finds_its_motif(words, motif):
    assert motif_for(*words) == motif


def test_home_pages_and_logos_are_drawn_from_the_name():
    assert hero_art("bristol", COLOURS) == hero_art("bristol", COLOURS) != hero_art("nairobi", COLOURS)
    mark = logo("<Bristol> & Gas", COLOURS)
    ElementTree.fromstring(mark)
    assert ">G</text>" in mark


def test_a_shared_link_has_a_card_of_the_size_networks_expect():
    card = social_image("Emergency first aid at work " * 6, "Clifton · £95 · 3 seats left", COLOURS)
    assert Image.open(BytesIO(card)).size == (1200, 630)
    assert len(card) < 120_000
