"""The WSGI application: threads, never ASGI, where a connection's tenant is not what it seems."""

import gc
import sys
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.template.base import Node
from django.urls import get_resolver

from config.start import read_settings, refuse_unsafe
from shared_apps.web.encodings import only_utf_8
from shared_apps.web.heads import heads_alone

read_settings()
application = heads_alone(only_utf_8(get_wsgi_application()))


def _warm_up() -> None:
    """Load before the fork what every worker needs, and keep the collector off it: workers then share these pages."""
    from django.conf import settings

    from shared_apps.resilience.health import wanted_migrations
    from shared_apps.tenants.schemas import migrations_fingerprint

    # Readiness compares the database with these: a process that is forked later must not read a newer release's files.
    wanted_migrations()
    migrations_fingerprint()
    _load_templates()
    for urls in (settings.PUBLIC_SCHEMA_URLCONF, settings.TENANT_URLCONF, settings.API_URLCONF):
        assert get_resolver(urls).url_patterns
    sys.setswitchinterval(0.02)  # threads give way while they wait for Postgres; more often only costs
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)  # a page makes thousands of objects, and nearly all die with it


def _load_templates() -> None:
    """Compile all templates; else each worker would do so, on the first pages that people ask it for."""
    from django.conf import settings
    from django.template import engines

    folder = settings.BASE_DIR / "templates"
    for file in folder.rglob("*.*"):
        compiled: Any = engines["django"].get_template(file.relative_to(folder).as_posix())
        if not settings.DEBUG:
            _forget_what_was_read(compiled.template)


def _forget_what_was_read(template: Any) -> None:
    """Drop what only the compiler and the page of errors with DEBUG look at: some megabytes."""
    template.source = ""
    for node in template.nodelist.get_nodes_by_type(Node):
        node.token = None
        if hasattr(node, "active_library"):  # a component's copy of all tags and filters
            node.active_library = None


refuse_unsafe()
_warm_up()
