"""Categories have colours of their own in the office, beside their names."""

import re

import pytest

from tenant_apps.catalogue.colours import COLOURS, give_colours
from tenant_apps.catalogue.models import Category
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def coloured():
    categories = list(Category.objects.order_by("pk"))
    give_colours(categories)
    return {category.name: category.colour for category in categories}


def test_seven_categories_differ_and_a_new_one_changes_no_other():
    for n in range(COLOURS):
        Category.objects.create(name=f"Field {n}", slug=f"field-{n}", position=9 - n)
    before = coloured()
    assert len(set(before.values())) == COLOURS
    Category.objects.create(name="A first one by its name", slug="a-first-one")
    after = coloured()
    assert {name: after[name] for name in before} == before
    assert set(after.values()) <= set(range(1, COLOURS + 1))


@pytest.mark.parametrize("url", ["/admin/sessions/", "/admin/courses/"])
def test_lists_name_the_category_beside_its_colour(desk, url):
    make.session(in_days=1)
    page = desk("owner").get(url).content.decode()
    assert 'class="cat cat-1' in page
    assert re.search(r">Gas:?</span", page)


def test_a_trainer_s_day_names_the_category_beside_its_colour(client_of, tenant):
    user = make.user("trainer")
    make.session(in_days=1, trainer=make.trainer(user=user))
    trainer = client_of(tenant)
    trainer.sign_in(user)
    page = trainer.get("/admin/").content.decode()
    assert 'class="cat cat-1' in page
