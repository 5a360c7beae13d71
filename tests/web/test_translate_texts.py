"""A text in a template is looked up once for each language, and says what Django's own tag says."""

import pytest
from django.template import engines
from django.utils import translation

from shared_apps.web.templatetags.translated import Text


def drawn(template: str, **context: object) -> str:
    return engines["django"].from_string(template).render(context)


def test_a_text_follows_the_language_of_the_moment():
    template = engines["django"].from_string('{% translate "January" %}, {% translate "100% <b>" %}')
    for _ in range(2):
        assert template.render() == "January, 100% <b>"
        with translation.override("de"):
            assert template.render() == "Januar, 100% <b>"


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("{% translate name %}", "&lt;January&gt;"),
        ('{% translate "January"|upper %}', "JANUARY"),
        ('{% translate "January" as month %}[{{ month }}]', "[January]"),
        ('{% translate "May" context "abbrev. month" %}', "May"),
        ('{% translate "It\'s" %}', "It's"),
    ],
)
def test_what_depends_on_more_than_the_language_is_looked_up_each_time(template, shown):
    assert drawn(template, name="<January>") == shown


def test_a_text_that_is_written_in_the_template_is_kept():
    [node] = engines["django"].from_string('{% translate "January" %}').template.nodelist
    assert isinstance(node, Text)
