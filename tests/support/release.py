"""A made-up next release: one more migration of one app, in a folder of its own."""

import sys
from importlib import import_module, invalidate_caches
from itertools import count
from pathlib import Path
from textwrap import indent

numbers = count(1)
MIGRATION = """
import uuid
import shared_apps.core.ids
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models
from django.db.models import F, Q, Value
from django.db.models.functions import Lower, Now

def forwards(apps, schema_editor):
{forwards}

class Migration(migrations.Migration):
    dependencies = [({app!r}, {after!r})]
    atomic = {atomic}
    operations = [
{operations}
    ]
"""


def write(folder: Path, *, app: str, operations: str, forwards: str = "    pass", atomic: bool = True) -> str:
    """Write the migration `0999_next` of `app` below `folder`; returns the module to put into MIGRATION_MODULES."""
    real = import_module(f"tenant_apps.{app}.migrations")
    own = Path(next(iter(real.__path__)))
    after = max(path.stem for path in own.glob("0*.py"))
    name = f"next_release_{next(numbers)}"
    package = folder / name
    package.mkdir()
    (package / "__init__.py").write_text(f"__path__ += [{str(own)!r}]\n")
    (package / "0999_next.py").write_text(
        MIGRATION.format(app=app, after=after, atomic=atomic, forwards=forwards, operations=indent(operations, " " * 8))
    )
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    invalidate_caches()
    return name


def write_settings(folder: Path, modules: dict[str, str]) -> dict[str, str]:
    """Settings with these MIGRATION_MODULES, as environment variables for a process of its own.

    Its connections are called "next release".
    """
    text = f"from config.settings import *\nMIGRATION_MODULES = {modules!r}\n"
    text += "DATABASES['default']['OPTIONS']['application_name'] = 'next release'\n"
    (folder / "next_settings.py").write_text(text)
    return {"DJANGO_SETTINGS_MODULE": "next_settings", "PYTHONPATH": str(folder)}
