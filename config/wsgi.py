"""The WSGI application: threads, never ASGI, where a connection's tenant is not what it seems."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
