"""What `make lint` says when an app says `Any` more often than it did."""

import pytest

from config.run import untyped

CODE = '''
"""Any text."""
from typing import Any

def f(x: dict[str, Any]) -> Any:
    return x.y  # type: ignore[attr-defined]
'''


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.setattr(untyped, "ROOT", tmp_path)
    monkeypatch.setattr(untyped, "TABLE", tmp_path / "untyped.txt")
    app = tmp_path / "shared_apps" / "one"
    app.mkdir(parents=True)
    (app / "__init__.py").write_text(CODE)
    assert untyped.main(["--write"]) == 0
    return app


def test_types_and_ignores_count_and_words_do_not(app):
    assert untyped.count(app) == 3
    assert untyped.main([]) == 0


def test_more_than_before_is_refused_and_told(app, capsys):
    (app / "more.py").write_text("from typing import Any\n\nx: Any = 1\n")
    assert untyped.main([]) == 1
    assert "shared_apps/one" in capsys.readouterr().out


def test_less_than_before_is_welcome(app):
    (app / "__init__.py").write_text("")
    assert untyped.main([]) == 0
