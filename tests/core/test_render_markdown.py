"""Texts that people write become HTML: quickly, whatever they hold, and never more than formatting."""

import time

import pytest

from shared_apps.core.markdown import MOST_CHARACTERS, MOST_HTML, html_of


@pytest.mark.parametrize("unit", ["[", "![", "*a ", "> ", "`", "<a", "http://a.b/(", "| a "])
def test_no_text_within_the_limit_keeps_a_page_waiting(unit):
    text = (unit * MOST_CHARACTERS)[:MOST_CHARACTERS]
    before = time.process_time()
    html_of(text)
    assert time.process_time() - before < 3  # the old renderer took more than eight


def test_what_people_type_is_formatted():
    html = html_of("## Terms\n\nPay **soon**:\n- by card\n- in ~~gold~~ cash\n\nSee https://example.com/a")
    for part in ("<h2>Terms</h2>", "<strong>soon</strong>", "<li>by card</li>", "<s>gold</s>"):
        assert part in html
    assert 'href="https://example.com/a" rel="nofollow ugc noopener"' in html


def test_a_table_is_a_table():
    assert "<td>£95</td>" in html_of("| Test | Fee |\n|---|---|\n| Theory | £95 |")


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[a](javascript:alert(1))",
        "[a](data:text/html,x)",
        "![tracker](https://example.com/pixel.png)",
        '<a href="#" style="position:fixed">x</a>',
    ],
)
def test_nothing_runs_or_is_fetched(hostile):
    html = html_of(hostile)
    for mark in ("<script", "<img", '<a href="javascript', '<a href="data', "<a style"):
        assert mark not in html


def test_a_text_within_the_limit_makes_no_page_of_megabytes():
    address = f"[a]: {'x' * 9000}\n\n"
    assert len(html_of(address + "[a]" * 3600)) < 100_000


def test_a_table_that_would_be_a_page_of_its_own_is_shown_as_it_was_typed():
    head = "|a" * 300 + "|\n" + "|-" * 300 + "|\n"
    html = html_of(head + "|\n" * ((MOST_CHARACTERS - len(head)) // 2))
    assert len(html) < MOST_HTML
    assert "<td>" not in html
    rows = "".join(f"| {n} | £{n} |\n" for n in range(1000))
    assert html_of(f"| Test | Fee |\n|---|---|\n{rows}").count("<tr>") == 1001
