"""What has been done already, so that the next start need not do it again."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# What the tables and the demo data are made from.
DATABASE_SOURCES = [
    "requirements.txt",
    "*_apps/*/migrations/*.py",
    "shared_apps/tenants/**/*.py",
    "**/demo/**/*",
    "**/commands/load_demo.py",
]
STATIC_SOURCES = ["requirements.txt", "static/**/*", "shared_apps/*/static/**/*"]


def of_files(patterns: Iterable[str]) -> str:
    """A hash of all files that match, by name and content."""
    digest = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(_matching(pattern)):
            digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _matching(pattern: str) -> Iterable[Path]:
    if not pattern.startswith("**/"):
        return [path for path in ROOT.glob(pattern) if path.is_file() and path.suffix != ".pyc"]
    # Only our own folders: the virtual environment may lie below the root as well.
    return [
        path
        for top in ("shared_apps", "tenant_apps", "config")
        for path in (ROOT / top).glob(pattern)
        if path.is_file() and path.suffix != ".pyc"
    ]


def prepared(database: Any) -> str:
    """The stamp that lies on a database (an open psycopg connection): it lives and dies with it."""
    row = database.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
    ).fetchone()
    return (row and row[0]) or ""


def mark_prepared(database: Any, stamp: str) -> None:
    """Put the stamp on the database; a role that does not own it may not, and prepares again next time."""
    import psycopg
    from psycopg import sql

    name = database.info.dbname
    try:
        database.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(f"muster {stamp}"))
        )
    except psycopg.errors.InsufficientPrivilege:
        database.rollback()
