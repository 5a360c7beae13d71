"""Whether the servers that the settings name are fit to be served from. Asked at the start and by `check --deploy`."""

from typing import Any

import psycopg
import redis
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from shared_apps.core.health import own_params, probe
from shared_apps.core.pooler import UnsafePooler, require_safe_pooler

PATIENCE = 2  # seconds to connect, and for each answer
NEW_DATABASE = (
    "CREATE DATABASE muster TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8';"
    " then restore a dump of the old one into it"
)


def unsafe_servers() -> list[str]:
    """A sentence for each server that answers and must not be used. One that does not answer is not mentioned."""
    return [sentence for ask in (_database, _redis) if (sentence := ask())]


@probe("letters")
def knows_letters(line: "psycopg.Connection[Any]") -> bool:
    """Whether the database knows that É and é are one letter; without that "MÜLLER" does not find "Müller"."""
    return line.execute("SELECT lower('É') = 'é'").fetchone() == (True,)


def redis_refuses(error: BaseException) -> bool:
    """Whether Redis is there and does not let us in: a wrong password, user or number of a database."""
    return isinstance(error, redis.AuthenticationError) or (
        isinstance(error, redis.ResponseError) and not isinstance(error, (redis.OutOfMemoryError, redis.ReadOnlyError))
    )


def _database() -> str:
    try:
        params = own_params()
        require_safe_pooler(params)
        with psycopg.connect(**params) as line:
            if not knows_letters(line):
                return (
                    f"The database {line.info.dbname} takes É and é for different letters (its LC_CTYPE is C), so that "
                    f"searches miss names. Make another: {NEW_DATABASE}."
                )
    except UnsafePooler as error:
        return str(error)
    except psycopg.Error:
        pass
    return ""


def _redis() -> str:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE)
    try:
        client.ping()
    except redis.RedisError as error:
        if redis_refuses(error):
            return f"Redis does not let us in: {error}. Look at the password in REDIS_URL."
    finally:
        client.close()
    return ""


@checks.register(checks.Tags.security, deploy=True)
def servers_are_safe(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """`check --deploy` asks the servers as well."""
    return [checks.Error(sentence, id="muster.E001") for sentence in unsafe_servers()]


@checks.register(checks.Tags.compatibility)
def mail_can_be_sent(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """EMAIL_BACKEND must be there."""
    try:
        import_string(settings.EMAIL_BACKEND)
    except (ImportError, ImproperlyConfigured) as error:
        return [checks.Error(f"EMAIL_BACKEND can't be loaded: {error}.", id="muster.E002")]
    return []
