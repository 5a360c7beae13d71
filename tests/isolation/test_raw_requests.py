"""What no browser would send, written to gunicorn byte by byte: whose page it is still follows from the host alone."""

import re
import socket
from urllib.parse import urlsplit

import pytest

from shared_apps.tenants.context import tenant_context
from tenant_apps.branding.models import Brand
from tenant_apps.messaging.models import Message
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
ALPHA, BETA = b"CANARYALPHA", b"CANARYBETA"


@pytest.fixture
def web(two_web_processes, alpha, beta):
    """Sends bytes to a real server and returns all that it answers."""
    for tenant, canary in ((alpha, ALPHA), (beta, BETA)):
        with tenant_context(tenant):
            Brand.objects.load()
            Brand.objects.update(about=canary.decode())
    where = urlsplit(two_web_processes)

    def send(*lines: str) -> bytes:
        with socket.create_connection((where.hostname, where.port), timeout=20) as line:
            line.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1"))
            answer = b""
            while part := line.recv(65536):
                answer += part
        return answer

    return send


def status(answer):
    found = re.match(rb"HTTP/1\.[01] (\d+)", answer)
    return int(found[1]) if found else 0


def test_a_host_says_whose_page_it_is_whatever_else_is_said(web):
    get = "GET /about/ HTTP/1.1"
    known = web(get, "Host: alpha.localhost")
    assert status(known) == 200
    assert ALPHA in known

    at_beta = ["Host: beta.localhost"]
    for lie in (
        "X-Forwarded-Host: alpha.localhost", "X-Host: alpha.localhost", "Forwarded: host=alpha.localhost",
        "X-Original-URL: /alpha/about/", "X-Rewrite-URL: /alpha/about/", "X-Forwarded-Prefix: /alpha",
        "SCRIPT_NAME: /alpha", "PATH_INFO: /alpha/about/", "X_FORWARDED_HOST: alpha.localhost",
        "X-Forwarded-Server: alpha.localhost", "X-HTTP-Host-Override: alpha.localhost",
    ):  # fmt: skip
        answer = web(get, *at_beta, lie)
        assert ALPHA not in answer, lie
        assert BETA in answer or status(answer) >= 400, lie


BAD_HOSTS = [
    ["Host: beta.localhost", "Host: alpha.localhost"],
    ["Host: beta.localhost,alpha.localhost"],
    ["Host: beta.localhost\r\n alpha.localhost"],
    ["Host: beta.localhost\x0balpha.localhost"],
    ["Host : alpha.localhost"],
    ["Host: alpha.localhost@beta.localhost"],
    ["Host: alpha.localhost:80@beta.localhost"],
    ["Host: alpha.localhost#"],
    ["Host: alpha.localhost/"],
    ["Host: alpha.localhost\\"],
    ["Host: a lpha.localhost"],
    ["Host: alpha.localhost.evil.test"],
    ["Host: \xe1lpha.localhost"],
    ["Host: evil.test"],
    ["Host:"],
    [],
]


ADDRESSES = [
    "http://alpha.localhost/about/",
    "//alpha.localhost/about/",
    "/beta/../alpha/about/",
    "/%2e%2e/alpha/about/",
    "/about/%0d%0aHost:%20alpha.localhost",
    "alpha.localhost:443",
    "*",
]


def test_a_host_said_twice_or_badly_is_refused_or_nobodys(web):
    for hosts in BAD_HOSTS:
        answer = web("GET /about/ HTTP/1.1", *hosts)
        assert status(answer) in (0, 400, 404), hosts
        assert ALPHA not in answer, hosts
        assert b"evil.test" not in answer.partition(b"\r\n\r\n")[0], hosts
    for address in ADDRESSES:
        answer = web(f"GET {address} HTTP/1.1", "Host: beta.localhost")
        assert ALPHA not in answer, address
        assert b"//alpha.localhost" not in answer.partition(b"\r\n\r\n")[0], address


@pytest.mark.parametrize("ask", ["GET /courses/?q=a%20b HTTP/1.1", "POST /api/auth/login HTTP/1.1"])
def test_text_in_another_encoding_than_utf_8_is_refused(web, ask):
    def answer(charset):
        kind = f"Content-Type: application/json{charset}"
        return status(web(ask, "Host: alpha.localhost", kind, "Content-Length: 2\r\nConnection: close\r\n\r\n{}"))

    read = answer("")
    assert read in (200, 400)
    for charset in ("UTF-8", '"utf-8"', "utf8", "us-ascii"):
        assert answer(f"; charset={charset}") == read
    for charset in ("hex", "rot13", "base64", "zlib", "idna", "punycode", "undefined", "utf-16", "nonsense", '"hex"'):
        assert answer(f"; charset={charset}") == 415, charset


LIES = [
    ["Host: alpha.localhost:1337"],
    ["Host: ALPHA.localhost."],
    ["Host: alpha.localhost", "X-Forwarded-Host: evil.test"],
    ["Host: alpha.localhost", "X-Forwarded-Port: 1337", "X-Forwarded-Proto: gopher"],
]


def test_a_reset_mail_links_to_the_address_in_the_database(web, alpha):
    with tenant_context(alpha):
        users = [make.user() for _ in LIES]
    for user, lies in zip(users, LIES, strict=True):
        body = f'{{"email": "{user.email}"}}'
        length = f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}"
        answer = web("POST /api/auth/forgot-password HTTP/1.1", *lies, "Content-Type: application/json", length)
        assert status(answer) == 202, lies
        with tenant_context(alpha):
            text = Message.objects.get(to=user.email).text
        links = {urlsplit(link).netloc for link in re.findall(r"https?://\S+", text)}
        assert len(links) == 1
        assert links.isdisjoint({"evil.test", "alpha.localhost:1337"}), lies
