"""Typed readers of the environment. What is wrong is said in one sentence each, all of them at once."""

import re
from base64 import urlsafe_b64decode
from collections.abc import Collection, Mapping
from email.utils import parseaddr
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.validators import validate_email

LEAST_SECRET = 32  # letters
KNOWN_SECRETS = ("development-only", "django-insecure", "changeme", "secret", "password")
HOW_TO_MAKE_ONE = 'python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
CURVE_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
HOST = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*|\[[0-9a-f:.]+\]"
)


class Environment:
    """Reads variables by name and type. An empty variable counts as not set.

    A reader that meets something wrong notes a sentence and returns a harmless value, so that `finish`
    can say everything at once: whoever mends settings one by one starts a program many times.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self.troubles: list[str] = []
        self.names: set[str] = set()  # of all variables that were asked for

    def refuse(self, sentence: str) -> None:
        """Note something wrong."""
        self.troubles.append(sentence)

    def refuse_former(self, **names: str) -> None:
        """Variables by the names they had, and the names they have now: a former one would be ignored in silence."""
        for former, name in names.items():
            if self._variables.get(former, "").strip():
                self.refuse(f"{former} is called {name} now.")

    def refuse_gone(self, *names: str, why: str) -> None:
        """Variables that do nothing any more, and `why`."""
        for name in names:
            if self._variables.get(name, "").strip():
                self.refuse(f"{name} has no use any more: take it away. {why}")

    def finish(self) -> None:
        """Raise ImproperlyConfigured with every sentence that was noted."""
        if self.troubles:
            raise ImproperlyConfigured("\n".join(self.troubles))

    def given(self, name: str) -> str:
        """The variable as it is, without spaces around it; "" when it is not set."""
        self.names.add(name)
        return self._variables.get(name, "").strip()

    def text(self, name: str, default: str | None = None) -> str:
        """The variable as text; without a default it must be set."""
        value = self.given(name)
        if not value and default is None:
            self.refuse(f"{name} is not set.")
        return value or default or ""

    def flag(self, name: str, default: bool = False) -> bool:
        """`1`, `true`, `yes`, `on` are true; `0`, `false`, `no`, `off` are false."""
        value = self.given(name).lower()
        if value in {"1", "true", "yes", "on"}:
            return True
        if value in {"0", "false", "no", "off"}:
            return False
        if value:
            self.refuse(f"{name} must be true or false, not {value!r}.")
        return default

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        """A whole number from `least` to `most`."""
        value = self.given(name)
        if not value:
            return default
        if not re.fullmatch(r"-?[0-9]{1,12}", value) or not least <= int(value) <= most:
            self.refuse(f"{name} must be a whole number from {least} to {most}, not {value!r}.")
            return default
        return int(value)

    def choice(self, name: str, default: str, among: Collection[str]) -> str:
        """One of some words in capitals; small letters will do."""
        value = self.given(name).upper() or default
        if value not in among:
            self.refuse(f"{name} must be one of {', '.join(among)}, not {value!r}.")
            return default
        return value

    def hosts(self, name: str, default: str) -> list[str]:
        """Names of hosts, parted by commas, in small letters."""
        value = self.given(name) or default
        hosts = [part.strip().lower() for part in value.split(",") if part.strip()]
        for host in hosts:
            if not HOST.fullmatch(host):
                self.refuse(f"{name} must hold names of hosts only, without scheme, port or path, not {host!r}.")
        return hosts

    def url(self, name: str, default: str | None, *, schemes: Collection[str] = ("https", "http")) -> str:
        """An address on the web without a slash at its end; scheme and host in small letters."""
        value = self.text(name, default)
        if not value:
            return ""
        parts = self._parts(name, value)
        if parts is None:
            return ""
        example = f"for example {next(iter(schemes))}://example.org"
        if parts.scheme not in schemes or not parts.hostname or not HOST.fullmatch(_bracketed(parts.hostname)):
            self.refuse(f"{name} must be a whole address, {example}, not {_shown(value)!r}.")
            return ""
        if parts.username is not None or parts.query or parts.fragment:
            self.refuse(f"{name} must be an address without a password, `?` or `#`, {example}.")
            return ""
        return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"

    def site(self, name: str, default: str | None) -> str:
        """The address of a whole site: a scheme and a host, perhaps a port, and no path."""
        value = self.url(name, default)
        if urlsplit(value).path:
            self.refuse(f"{name} must end after the host, without a path, not {value!r}.")
            return ""
        return value

    def secret(self, name: str, default: str | None = None) -> str:
        """A value that nobody can guess; required unless there is a `default`."""
        value = self.given(name)
        if value:
            self._strong(name, value)
        elif default is None:
            self.refuse(f"{name} is not set. Make one with: {HOW_TO_MAKE_ONE}")
        return value or default or ""

    def secrets(self, name: str) -> list[str]:
        """Values like `secret`, parted by commas or spaces."""
        values = self.given(name).replace(",", " ").split()
        for value in values:
            self._strong(name, value)
        return values

    def curve_key(self, name: str, default: str) -> str:
        """A private key of the curve P-256: 32 bytes in base64url, 43 letters."""
        value = self.text(name, default).rstrip("=")
        if value and not (re.fullmatch(r"[A-Za-z0-9_-]{43}", value) and 0 < _number(value) < CURVE_ORDER):
            self.refuse(f"{name} is no key: take it away, then make one with `python manage.py make_vapid_key`.")
            return ""
        return value

    def mailbox(self, name: str, default: str | None = None) -> str:
        """An email address. Of `Name <a@example.org>` the address is taken."""
        value = self.text(name, default)
        address = parseaddr(value)[1]
        try:
            validate_email(address)
        except Exception:
            if value:
                self.refuse(f"{name} must be an email address, not {value!r}.")
            return ""
        return address

    def redis(self, name: str, default: str | None) -> str:
        """The address of a Redis server."""
        value = self.text(name, default)
        if not value:
            return ""
        parts = self._parts(name, value)
        if parts is None:
            return ""
        if parts.scheme not in {"redis", "rediss", "unix"} or not (parts.hostname or parts.scheme == "unix"):
            self.refuse(f"{name} must begin with redis://, rediss:// or unix://, for example redis://localhost:6379/0.")
            return ""
        return value

    def database(self, name: str, default: str | None) -> dict[str, object]:
        """Django's NAME, USER, PASSWORD, HOST and PORT of a `postgresql://` address.

        A socket folder goes in the query: `postgresql://postgres@/muster?host=/run/pg`.
        Other query parameters become libpq options.
        """
        value = self.text(name, default)
        parts = self._parts(name, value)
        if parts is None or not value:
            return {}
        options = dict(parse_qsl(parts.query))
        database = unquote(parts.path.lstrip("/"))
        if parts.scheme not in {"postgres", "postgresql"}:
            self.refuse(f"{name} must begin with postgresql://, for example postgresql://muster@localhost/muster.")
        elif not database:
            self.refuse(f"{name} names no database: put it after the host, as in postgresql://muster@localhost/muster.")
        return {
            "NAME": database or "muster",
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": options.pop("host", parts.hostname or ""),
            "PORT": str(options.pop("port", parts.port or "")),
            "OPTIONS": options,
        }

    def _parts(self, name: str, value: str) -> SplitResult | None:
        try:
            parts = urlsplit(value)
            _ = parts.port
        except ValueError:
            self.refuse(f"{name} is no address: its port or its brackets are wrong.")
            return None
        return parts

    def _strong(self, name: str, value: str) -> None:
        if value.lower().startswith(KNOWN_SECRETS):
            self.refuse(f"{name} is one that everybody knows. Make another with: {HOW_TO_MAKE_ONE}")
        elif len(value) < LEAST_SECRET or len(set(value)) < 8:
            self.refuse(
                f"{name} can be guessed: it needs {LEAST_SECRET} letters or more. Make one with: {HOW_TO_MAKE_ONE}"
            )


def _number(key: str) -> int:
    return int.from_bytes(urlsafe_b64decode(f"{key}="))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _shown(value: str) -> str:
    """An address without what may be a password in it."""
    return re.sub(r"//[^@/]*@", "//…@", value)
