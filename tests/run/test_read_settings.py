"""What is wrong with the settings is said in a sentence at the start, or understood."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.support.servers import ROOT

GOOD = {
    "SECRET_KEY": "Kd8-wq2fJz0vYtR5mX1cLhB7nGp4sUeA",
    "SITE_URL": "https://muster.example.org",
    "DATABASE_URL": "postgresql://muster:pw@db.example.org/muster",
    "REDIS_URL": "redis://:pw@cache.example.org:6379/0",
    "EMAIL_HOST": "mail.example.org",
    "DEFAULT_FROM_EMAIL": "bookings@example.org",
}


@pytest.fixture
def read(monkeypatch):
    """`read(SITE_URL="…")`: the settings of a production that has these variables besides good ones."""

    def read(**variables):
        from django.conf import settings

        for name in settings.ENVIRONMENT:
            monkeypatch.delenv(name, raising=False)
        for name, value in {**GOOD, **variables}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "config" / "settings.py"))

    return read


WRONG = [
    ({"SECRET_KEY": ""}, "SECRET_KEY is not set. Make one with"),
    ({"SECRET_KEY": "x"}, "SECRET_KEY can be guessed"),
    ({"SECRET_KEY": "ab" * 30}, "SECRET_KEY can be guessed"),
    ({"SECRET_KEY": "development-only-" * 4}, "SECRET_KEY is one that everybody knows"),
    ({"SECRET_KEY_FALLBACKS": "x"}, "SECRET_KEY_FALLBACKS can be guessed"),
    ({"SITE_URL": ""}, "SITE_URL is not set"),
    ({"SITE_URL": "muster.example.org"}, "SITE_URL must be a whole address"),
    ({"SITE_URL": "https://"}, "SITE_URL must be a whole address"),
    ({"SITE_URL": "ftp://muster.example.org"}, "SITE_URL must be a whole address"),
    ({"SITE_URL": "https://muster.example.org/app"}, "SITE_URL must end after the host"),
    ({"SITE_URL": "https://muster.example.org?a=b"}, "SITE_URL must be an address without"),
    ({"SITE_URL": "https://muster.example.org:port"}, "SITE_URL is no address"),
    ({"SITE_URL": "http://muster.example.org"}, "SITE_URL must begin with https://"),
    ({"MAIN_HOSTS": "https://muster.example.org"}, "MAIN_HOSTS must hold names of hosts only"),
    ({"MAIN_HOSTS": "muster.example.org:8000"}, "MAIN_HOSTS must hold names of hosts only"),
    ({"DATABASE_URL": ""}, "DATABASE_URL is not set"),
    ({"DATABASE_URL": "db.example.org/muster"}, "DATABASE_URL must begin with postgresql://"),
    ({"DATABASE_URL": "mysql://db.example.org/muster"}, "DATABASE_URL must begin with postgresql://"),
    ({"DATABASE_URL": "postgresql://db.example.org"}, "DATABASE_URL names no database"),
    ({"DATABASE_URL": "postgresql://db.example.org:x/muster"}, "DATABASE_URL is no address"),
    ({"REDIS_URL": ""}, "REDIS_URL is not set"),
    ({"REDIS_URL": "cache.example.org:6379"}, "REDIS_URL must begin with redis://"),
    ({"TRUSTED_PROXIES": "0"}, "TRUSTED_PROXIES must be 1 or more"),
    ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES must be a whole number from 0 to 10, not '-1'"),
    ({"DB_POOL_SIZE": "0"}, "DB_POOL_SIZE must be a whole number from 1 to 200"),
    ({"PERIODIC_SECONDS": "15"}, "PERIODIC_SECONDS has no use any more: take it away."),
    ({"PAGE_CACHE_SECONDS": "1.5"}, "PAGE_CACHE_SECONDS must be a whole number"),
    ({"FRESH_SECONDS": "0"}, "FRESH_SECONDS is called PAGE_CACHE_SECONDS now."),
    ({"KEPT_MEGABYTES": "0"}, "KEPT_MEGABYTES is called PAGE_CACHE_MEGABYTES now."),
    ({"SWEEP_SECONDS": "5"}, "SWEEP_SECONDS has no use any more: take it away."),
    ({"PORT": "99999"}, "PORT must be a whole number"),
    ({"LOG_LEVEL": "verbose"}, "LOG_LEVEL must be one of DEBUG, INFO"),
    ({"DB_POOL": "perhaps"}, "DB_POOL must be true or false"),
    ({"EMAIL_HOST": ""}, "EMAIL_HOST is not set"),
    ({"EMAIL_BACKEND": "shared_apps.sandbox.mailbox.MailboxBackend"}, "EMAIL_BACKEND is the stand-in's mailbox"),
    ({"EMAIL_PORT": "465", "EMAIL_USE_TLS": "1"}, "EMAIL_USE_TLS begins TLS on a line"),
    ({"EMAIL_HOST_PASSWORD": "pw"}, "EMAIL_USE_TLS must be set"),
    ({"DEFAULT_FROM_EMAIL": ""}, "DEFAULT_FROM_EMAIL is not set"),
    ({"DEFAULT_FROM_EMAIL": "bookings"}, "DEFAULT_FROM_EMAIL must be an email address"),
    ({"DEBUG": "1"}, "DEBUG shows the inside"),
    ({"MUSTER_DEMO": "1"}, "of MUSTER_DEMO are well known"),
    ({"MUSTER_SANDBOX": "1"}, "MUSTER_SANDBOX needs MUSTER_DEMO or DEBUG"),
    ({"RATE_LIMITS": "0"}, "RATE_LIMITS may be off"),
    ({"STRIPE_SECRET_KEY": "pk_live_1", "STRIPE_WEBHOOK_SECRET": "whsec_1"}, "STRIPE_SECRET_KEY must be a secret key"),
    ({"STRIPE_SECRET_KEY": "sk_live_1"}, "STRIPE_WEBHOOK_SECRET must be set too"),
    (
        {"STRIPE_SECRET_KEY": "sk_1", "STRIPE_WEBHOOK_SECRET": "whsec_1", "STRIPE_API_BASE": "https://a.example.org"},
        "STRIPE_API_BASE is for stand-ins",
    ),
    ({"TWILIO_API_BASE": "https://a.example.org"}, "TWILIO_API_BASE is for stand-ins"),
    ({"TELEGRAM_API_BASE": "https://a.example.org"}, "TELEGRAM_API_BASE is for stand-ins"),
    ({"VAPID_PRIVATE_KEY": "secret", "CONTACT_EMAIL": "a@example.org"}, "VAPID_PRIVATE_KEY is no key"),
    ({"VAPID_PRIVATE_KEY": "A" * 43, "CONTACT_EMAIL": "a@example.org"}, "VAPID_PRIVATE_KEY is no key"),
    (
        {"VAPID_PRIVATE_KEY": "y5xHDXXpel3gWjolvFOyZizyfLLkENz618PxJyNI8aI", "CONTACT_EMAIL": "a@example.org"},
        "VAPID_PRIVATE_KEY is one that everybody knows",
    ),
    ({"VAPID_PRIVATE_KEY": "B" * 43}, "CONTACT_EMAIL must be set too"),
]


@pytest.mark.parametrize(("variables", "sentence"), WRONG, ids=[re.sub(r"\W+", "-", str(v)) for v, _ in WRONG])
def test_a_wrong_setting_is_one_sentence_and_an_end(read, variables, sentence):
    with pytest.raises(ImproperlyConfigured) as refused:
        read(**variables)
    [line] = str(refused.value).splitlines()
    assert line.startswith(sentence) or sentence in line
    assert line.endswith((".", 'token_urlsafe(50))"'))


def test_good_settings_are_taken(read):
    settings = read()
    assert (settings["HTTPS"], settings["TRUSTED_PROXIES"], settings["PG_DUMP"]) == (True, 1, "pg_dump")
    assert settings["BASE_DOMAIN"] == "muster.example.org"
    assert settings["MAIN_HOSTS"] == ["muster.example.org", "localhost", "127.0.0.1", "[::1]"]


def test_what_is_meant_well_is_understood(read):
    settings = read(
        SITE_URL=" HTTPS://Muster.Example.org/ ", MAIN_HOSTS="Other.example.org", LOG_LEVEL="warning",
        DEFAULT_FROM_EMAIL="Muster <bookings@example.org>", EMAIL_PORT="587", EMAIL_HOST_PASSWORD="pw",
        DB_POOL_SIZE="", SECRET_KEY_FALLBACKS=f"{'Zz9-former' * 4}, {'Yy8-oldest' * 4}",
    )  # fmt: skip
    assert settings["SITE_URL"] == "https://muster.example.org"
    assert settings["HTTPS"]
    assert settings["MAIN_HOSTS"] == ["muster.example.org", "other.example.org"]
    assert settings["LOG_LEVEL"] == "WARNING"
    assert settings["DEFAULT_FROM_EMAIL"] == "bookings@example.org"
    assert (settings["EMAIL_USE_TLS"], settings["EMAIL_USE_SSL"]) == (True, False)
    assert settings["POOL"]["max_size"] == 8
    assert settings["SECRET_KEY_FALLBACKS"] == ["Zz9-former" * 4, "Yy8-oldest" * 4]


def test_a_production_on_this_machine_may_do_without_https(read):
    assert read(SITE_URL="http://localhost:8000")["TRUSTED_PROXIES"] == 0
    assert read(SITE_URL="http://[::1]:8000")["MAIN_HOSTS"][0] == "[::1]"


def test_no_sentence_repeats_a_password(read):
    with pytest.raises(ImproperlyConfigured) as refused:
        read(
            SITE_URL="https://me:hidden@muster.example.org", DATABASE_URL="mysql://me:hidden@db.example.org/x",
            REDIS_URL="http://:hidden@cache.example.org", SECRET_KEY="hidden", SANDBOX_URL="x://me:hidden@h",
        )  # fmt: skip
    assert len(str(refused.value).splitlines()) == 5
    assert "hidden" not in str(refused.value)


def start(program, **variables):
    """How a program of ours ends that has these variables besides good ones."""
    environment = {"PATH": "/usr/bin:/bin", **GOOD, **variables}
    return subprocess.run(
        [sys.executable, *program.split()], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )


GUNICORN = "-m gunicorn --config=python:config.gunicorn config.wsgi"


@pytest.mark.slow
@pytest.mark.parametrize("program", ["manage.py check", "-m celery --app=config.celery worker", GUNICORN])
def test_every_program_says_all_that_is_wrong_and_ends(program):
    done = start(program, SITE_URL="muster", SECRET_KEY="x", LOG_LEVEL="verbose")
    assert done.returncode == 4
    assert "Muster can't start:\nSECRET_KEY can be guessed" in done.stderr
    assert "\nSITE_URL must be a whole address" in done.stderr
    assert "\nLOG_LEVEL must be one of DEBUG, INFO" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("level", ["", "info"])
def test_the_web_understands_a_log_level_as_every_program_does(level):
    done = start(f"{GUNICORN} --check-config", LOG_LEVEL=level)
    assert done.returncode == 0, done.stderr


def test_every_variable_is_described_and_nothing_else():
    from django.conf import settings

    page = (ROOT / "docs" / "settings.md").read_text()
    described = re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE)
    assert len(described) == len(set(described))
    assert set(described) == settings.ENVIRONMENT


def test_what_a_wrong_value_says_is_what_the_page_says():
    """Each beginning of a sentence in the last column is in the code that says it."""
    code = "".join((ROOT / path).read_text() for path in ("config/settings.py", "config/env.py"))
    code += "".join(path.read_text() for path in Path(ROOT / "shared_apps").rglob("*.py"))
    plain = re.sub(r"\{name\}|\{[^}]*\}", "", re.sub(r'"\s*\n\s*f?"', "", code))
    looked_for = 0
    for line in (ROOT / "docs" / "settings.md").read_text().splitlines():
        if match := re.match(r"\| `([A-Z_]+)` \|.*\| ([^|]*) \|$", line):
            for said in re.findall(r"`([^`]+)`", match[2]):
                words = said.replace(match[1], "").replace("…", "").strip()
                words = re.sub(r" (from )?\d.*", "", words)
                assert words in plain, (match[1], said)
                looked_for += 1
    assert looked_for > 40
