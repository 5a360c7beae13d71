"""A database or Redis that must not be served from is refused at the start, and its password never told."""

import json
import logging

import psycopg
import pytest
import redis
from django.core.management import CommandError, call_command
from django.db import connection

from config.commands import Commands
from config.start import refuse_unsafe
from shared_apps.core.logs import hide_secrets
from shared_apps.resilience import checks, health
from shared_apps.resilience.cache import ResilientCache, circuit_of
from tests.conftest import servers

WRONG = "not-the-right-one"


@pytest.fixture
def database_in_c():
    """This process's connections go to a database whose LC_CTYPE is C."""
    servers.postgres.execute("DROP DATABASE IF EXISTS in_c")
    servers.postgres.execute("CREATE DATABASE in_c TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'")
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = "in_c"
    yield
    connection.close()
    connection.settings_dict["NAME"] = own
    servers.postgres.execute("DROP DATABASE in_c")


@pytest.fixture
def to(monkeypatch):
    """`to(NAME="nowhere")`: what this process's connections go to from now on."""

    def go(**where):
        connection.close()
        for name, value in where.items():
            monkeypatch.setitem(connection.settings_dict, name, value)

    yield go
    connection.close()


@pytest.fixture
def away(to, tmp_path):
    """Where Postgres should be there is nobody."""
    to(HOST=str(tmp_path))


@pytest.fixture
def wrong_password(settings):
    """REDIS_URL names a user whose password is another."""
    with redis.Redis(unix_socket_path=str(servers.redis.socket)) as line:
        line.execute_command("ACL", "SETUSER", "guest", "on", ">right", "~*", "+@all")
    settings.REDIS_URL = f"unix://guest@{servers.redis.socket}?password={WRONG}"


def test_a_database_that_does_not_know_its_letters_stops_the_start_and_says_how_to_make_one(database_in_c, capsys):
    with pytest.raises(SystemExit):
        refuse_unsafe()
    said = capsys.readouterr().err
    assert "The database in_c takes É and é for different letters" in said
    assert "CREATE DATABASE muster TEMPLATE template0" in said


@pytest.mark.django_db(databases=[])
def test_a_process_with_such_a_database_is_not_ready(database_in_c):
    with psycopg.connect(**health.own_params()) as line:
        assert not checks.knows_letters(line)
    assert "letters" in health.readiness().needs
    assert not health.readiness().ready


REFUSED = [
    ({"NAME": "nowhere"}, 'database "nowhere" does not exist'),
    ({"USER": "nobody"}, 'role "nobody" does not exist'),
    ({"USER": "barred"}, 'role "barred" is not permitted to log in'),
]


@pytest.mark.parametrize(("where", "said"), REFUSED)
def test_a_postgres_that_turns_us_away_stops_the_start_and_is_named_by_check_deploy(to, capsys, where, said):
    servers.postgres.execute("DROP ROLE IF EXISTS barred; CREATE ROLE barred NOLOGIN")
    to(**where)
    with pytest.raises(SystemExit):
        refuse_unsafe()
    assert f"Postgres does not let us in: {said}. Look at user, password" in capsys.readouterr().err
    with pytest.raises(CommandError, match=rf"muster\.E001.*{said}"):
        call_command("check", "--deploy", "--tag", "security")


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        ('FATAL:  password authentication failed for user "muster"', True),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.1", user "muster", database "muster", no encryption', True),
        ("fe_sendauth: no password supplied", True),
        ("FATAL:  no such database: muster", True),  # PgBouncer's
        ("FATAL:  the database system is starting up", False),
        ("FATAL:  sorry, too many clients already", False),
        ('could not translate host name "db" to address: Temporary failure in name resolution', False),
    ],
)
def test_only_what_stays_as_it_is_counts_as_turned_away(words, refused):
    error = psycopg.OperationalError(f'connection failed: connection to server at "db", port 5432 failed: {words}')
    assert checks.postgres_refuses(error) == refused


def test_a_postgres_that_is_away_stops_no_start_and_is_named_by_check_deploy(away):
    refuse_unsafe()
    with pytest.raises(CommandError, match=r"muster\.E003.*Postgres does not answer: .*No such file"):
        call_command("check", "--deploy", "--tag", "security")


@pytest.mark.django_db(transaction=True)
def test_a_command_without_a_database_says_so_in_a_line(away, capsys):
    with pytest.raises(SystemExit) as ended:
        Commands(["manage.py", "tenant_health"]).execute()
    assert ended.value.code == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("Postgres does not answer: ")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("command", ["tenant_health", "create_tenant gamma --name G --owner-email g@b.example"])
def test_a_command_on_an_empty_database_says_what_comes_first(to, capsys, command):
    to(NAME="postgres")
    with pytest.raises(SystemExit) as ended:
        Commands(["manage.py", *command.split()]).execute()
    assert ended.value.code == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.endswith("First run: manage.py migrate_tenants")


def test_a_wrong_password_of_redis_stops_the_start(wrong_password, capsys):
    with pytest.raises(SystemExit):
        refuse_unsafe()
    said = capsys.readouterr().err
    assert "Redis does not let us in" in said
    assert ".." not in said
    assert WRONG not in said


@pytest.mark.django_db
def test_a_redis_that_is_away_does_not(settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"
    refuse_unsafe()
    with pytest.raises(CommandError, match=r"muster\.E003.*Redis does not answer"):
        call_command("check", "--deploy", "--tag", "security")


@pytest.mark.django_db
def test_the_servers_of_the_tests_are_safe():
    assert checks.ask_servers() == ([], [])


def test_check_deploy_names_what_is_unsafe(wrong_password):
    with pytest.raises(CommandError, match=r"muster\.E001.*Redis does not let us in"):
        call_command("check", "--deploy", "--tag", "security")


def test_an_email_backend_that_is_not_there_is_named(settings):
    settings.EMAIL_BACKEND = "shared_apps.nothing.Backend"
    with pytest.raises(CommandError, match="EMAIL_BACKEND can't be loaded"):
        call_command("check")


def test_nothing_is_served_that_could_send_no_email(settings, capsys):
    settings.EMAIL_BACKEND = "shared_apps.nothing.Backend"
    with pytest.raises(SystemExit):
        refuse_unsafe()
    assert "EMAIL_BACKEND can't be loaded" in capsys.readouterr().err


def test_a_redis_that_turns_us_away_is_an_error_in_the_log_and_its_password_is_not(wrong_password, settings, caplog):
    with caplog.at_level(logging.INFO):
        assert ResilientCache(settings.REDIS_URL, {}).get("x") is None
    assert any(record.levelname == "ERROR" and "does not let us in" in str(record.msg) for record in caplog.records)
    assert WRONG not in json.dumps([str(record.msg) for record in caplog.records])


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("redis://:hidden@cache:6379/1", "redis at cache:6379/1"),
        ("rediss://me:hidden@cache.example.org", "redis at cache.example.org"),
        ("unix:///run/redis.sock?db=1&password=hidden", "redis at /run/redis.sock"),
    ],
)
def test_what_is_away_is_named_by_host_and_port(address, named):
    assert circuit_of(address).name == named


@pytest.mark.parametrize(
    "text",
    [
        "Error 111 connecting to redis://:hidden@cache:6379/1",
        "postgresql://me:hidden@db/muster is away",
        "amqp://me:hidden@broker and unix:///run/r.sock?password=hidden",
        "https://hidden@errors.example.org/1",
    ],
)
def test_the_password_of_an_address_is_never_in_the_log(text):
    line = hide_secrets(None, "", {"event": text, "servers": [text, {"url": text}]})
    assert "hidden" not in str(line)
    assert "://" in line["event"]


def test_a_server_without_what_searching_needs_is_refused(monkeypatch):
    monkeypatch.setattr(checks, "EXTENSIONS", {"unaccent", "no_such_thing"})
    unsafe, _away = checks.ask_servers()
    assert unsafe == [
        "Postgres lacks the extensions no_such_thing, by which people are found. Install its contrib package."
    ]
