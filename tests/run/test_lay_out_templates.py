"""What `make lint` and `make format` say of templates that djangofmt does not see."""

import pytest

from config.run import templates


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("{{ a }}{% if b %}, {{ b }}{% endif %}", "{{ a }}\n{% if b %}, {{ b }}{% endif %}", [2]),
        ("{{ a }} {% if b %}{{ b }}{% endif %}", "{{ a }}\n{% if b %}{{ b }}{% endif %}", []),
        ("{% if a %}<p>{{ a }}</p>{% endif %}", "{% if a %}\n  <p>{{ a }}</p>\n{% endif %}", []),
    ],
)
def test_a_space_that_is_new_between_two_tags_is_told(before, after, lines):
    assert list(templates.torn(before, after)) == lines


def test_a_line_that_is_too_long_is_told_with_its_number_but_for_the_style_of_an_email(tmp_path, monkeypatch):
    monkeypatch.setattr(templates, "TEMPLATES", tmp_path)
    (tmp_path / "messages").mkdir()
    page, email = tmp_path / "page.html", tmp_path / "messages/_button.html"
    page.write_text(f"<p>\n{'word ' * 30}\n</p>\n")
    email.write_text(f'<p>\n<b style="{"color: red;" * 20}">{{{{ label }}}}</b>\n{"word " * 30}\n</p>\n')
    assert list(templates.long_lines([page, email])) == [(page, 2), (email, 3)]
