"""Every template compiles, and none needs what our content security policy forbids."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

ROOT = Path(__file__).parents[2] / "templates"
TEMPLATES = sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*.html"))
# Drawn to a PDF, or in a frame of its own, and never a page.
PRINTED = {
    "payments/receipt.html", "scheduling/registers/sheet.html",
    *(name for name in TEMPLATES if name.startswith("certificates/designs/")),
}  # fmt: skip
PAGES = [name for name in TEMPLATES if "messages/" not in name and name not in PRINTED]
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\b(?:src=|type=\"application/(?:ld\+)?json\"))", re.IGNORECASE)
INLINE_STYLE = re.compile(r"<style|\sstyle=[\"']", re.IGNORECASE)
EVENTS = "click|change|submit|input|load|error|focus|blur|key|mouse|pointer"
HANDLER = re.compile(rf"<[a-z][^>]*\s(?:on(?:{EVENTS})\w*|hx-on[:-][\w:-]+)=[\"']", re.IGNORECASE)
FOREIGN = re.compile(r"(?:src|srcset|<link[^>]*href)=[\"'](?:https?:)?//", re.IGNORECASE)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_compiles(name):
    get_template(name)


@pytest.mark.parametrize("pattern", [INLINE_SCRIPT, INLINE_STYLE, HANDLER, FOREIGN])
def test_no_page_holds_inline_scripts_or_styles_or_asks_other_sites(pattern):
    assert [name for name in PAGES if pattern.search((ROOT / name).read_text())] == []
