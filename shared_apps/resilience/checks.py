"""Whether what the settings name is there and fit to be served from. Asked at the start and by `check --deploy`."""

import re
from collections.abc import Sequence

import psycopg
import redis
from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from shared_apps.resilience.health import own_params, probe
from shared_apps.resilience.pooler import UnsafePooler, require_safe_pooler

EXTENSIONS = {"pg_trgm", "unaccent"}
PATIENCE = 2  # seconds to connect, and for each answer
NEW_DATABASE = (
    "CREATE DATABASE muster TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8';"
    " then restore a dump of the old one into it"
)


REFUSALS = re.compile(  # of Postgres and PgBouncer; a failed connection brings no code of its error
    r"authentication failed|no password supplied|no pg_hba\.conf entry|is not permitted to log in|"
    r"permission denied for database|no such (?:database|user)|(?:database|role) \".*\" does not exist"
)


class Away(Exception):
    """A server does not answer now; the message says so. It may be back before anybody asks for it."""


def ask_servers() -> tuple[list[str], list[str]]:
    """A sentence for each server that answers and must not be used, and one for each that does not answer."""
    unsafe, away = [], []
    for ask in (_ask_database, _ask_redis):
        try:
            if sentence := ask():
                unsafe.append(sentence)
        except Away as error:
            away.append(str(error))
    return unsafe, away


def why_no_mail() -> str:
    """Why no email could be sent: EMAIL_BACKEND is not there. Empty if it is."""
    try:
        import_string(settings.EMAIL_BACKEND)
    except (ImportError, ImproperlyConfigured) as error:
        return f"EMAIL_BACKEND can't be loaded: {error}."
    return ""


@probe("letters")
def knows_letters(line: psycopg.Connection) -> bool:
    """Whether the database knows that É and é are one letter; without that "MÜLLER" does not find "Müller"."""
    return line.execute("SELECT lower('É') = 'é'").fetchone() == (True,)


def lacks_extensions(line: psycopg.Connection) -> list[str]:
    """The extensions that searching needs and that the server does not have, not even to be made."""
    known = "SELECT name FROM pg_available_extensions UNION SELECT extname FROM pg_extension"
    return sorted(EXTENSIONS - {name for (name,) in line.execute(known)})


def postgres_refuses(error: BaseException) -> bool:
    """Whether Postgres is there and does not let us in: a wrong password, user or database."""
    return isinstance(error, psycopg.OperationalError) and bool(REFUSALS.search(str(error)))


def no_connection(error: BaseException) -> str:
    """What a failed connection to Postgres means, in a sentence."""
    said = str(error).splitlines()[0].split("FATAL:")[-1].strip().rstrip(".")
    if postgres_refuses(error):
        return f"Postgres does not let us in: {said}. Look at user, password and database in DATABASE_URL."
    return f"Postgres does not answer: {said}."


def redis_refuses(error: BaseException) -> bool:
    """Whether Redis is there and does not let us in: a wrong password, user or number of a database."""
    return isinstance(error, redis.AuthenticationError) or (
        isinstance(error, redis.ResponseError) and not isinstance(error, (redis.OutOfMemoryError, redis.ReadOnlyError))
    )


def _ask_database() -> str:
    try:
        params = own_params()
        require_safe_pooler(params)
        with psycopg.connect(**params) as line:
            if not knows_letters(line):
                return (
                    f"The database {line.info.dbname} takes É and é for different letters (its LC_CTYPE is C), so that "
                    f"searches miss names. Make another: {NEW_DATABASE}."
                )
            if missing := lacks_extensions(line):
                return (
                    f"Postgres lacks the extensions {' and '.join(missing)}, by which people are found. Install its "
                    "contrib package."
                )
    except UnsafePooler as error:
        return str(error)
    except psycopg.Error as error:
        if postgres_refuses(error):
            return no_connection(error)
        raise Away(no_connection(error)) from error
    return ""


def _ask_redis() -> str:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE)
    try:
        client.ping()
    except redis.RedisError as error:
        if redis_refuses(error):
            return f"Redis does not let us in: {str(error).rstrip('.')}. Look at the password in REDIS_URL."
        raise Away(f"Redis does not answer: {str(error).rstrip('.')}.") from error
    finally:
        client.close()
    return ""


@checks.register(checks.Tags.security, deploy=True)
def servers_are_safe(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[checks.CheckMessage]:
    """`check --deploy` asks the servers as well, and names those that do not answer."""
    unsafe, away = ask_servers()
    return [
        *(checks.Error(sentence, id="muster.E001") for sentence in unsafe),
        *(checks.Error(sentence, id="muster.E003") for sentence in away),
    ]


@checks.register(checks.Tags.compatibility)
def mail_can_be_sent(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[checks.CheckMessage]:
    """EMAIL_BACKEND must be there."""
    return [checks.Error(sentence, id="muster.E002")] if (sentence := why_no_mail()) else []
