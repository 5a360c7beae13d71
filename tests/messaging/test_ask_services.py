"""The line to Twilio, Telegram and push services, when these are slow, absent, broken or somebody else."""

import logging
import threading
import time
import traceback
from base64 import urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared_apps.resilience import circuit_breaker
from tenant_apps.messaging.channels.errors import ChannelAway, ChannelDisconnected, ChannelRefused
from tenant_apps.messaging.channels.http import Answer, breaker
from tenant_apps.messaging.channels.push.client import Subscription, raise_refusal, send_push
from tenant_apps.messaging.channels.telegram import client as telegram
from tenant_apps.messaging.channels.twilio import client as twilio

TOKEN = "7000000001:AAhidden-hidden-hidden-hidden-hidden"
OTHERS = "7000000002:AAhidden-hidden-hidden-hidden-hidden"
ACCOUNT = twilio.TwilioAccount("AC" + "1" * 32, "hidden-token", "+447700900100")


class Service:
    """A server that answers what a test tells it to. `asked` are the paths that were asked for."""

    def __init__(self):
        self.asked, self.forms = [], []
        self.answer = lambda handler: plain(handler, 200, b'{"ok": true, "result": {"message_id": 5}}')
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                service.asked.append(self.path)
                service.forms.append(self.rfile.read(int(self.headers["Content-Length"])).decode(errors="replace"))
                try:
                    service.answer(self)
                except OSError:
                    pass  # it hung up, as it should

            def do_GET(self):
                service.asked.append(self.path)
                plain(self, 200, b'{"ok": true, "result": {"message_id": 5}}')

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()


def plain(handler, status, body, **headers):
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture
def service(settings):
    circuit_breaker.close_all()
    found = Service()
    settings.TELEGRAM_API_BASE = settings.TWILIO_API_BASE = found.url
    settings.CHANNEL_TIMEOUT = 0.4
    yield found
    found.server.shutdown()
    found.server.server_close()
    circuit_breaker.close_all()


def send(token=TOKEN):
    return telegram.send_message(token, chat_id=1, text="Hello")


def test_a_message_goes_and_has_a_number(service):
    assert send() == 5
    assert service.asked == [f"/bot{TOKEN}/sendMessage"]


def answers(status, body, **headers):
    return lambda handler: plain(handler, status, body, **headers)


def never(handler):
    time.sleep(1.5)


def drips(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "400")
    handler.end_headers()
    for _ in range(400):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("answer", "unsure"),
    [
        (never, True),
        (drips, True),
        (answers(503, b"<html>"), True),
        (answers(200, b'{"ok": true, "result": {"message_id": 5}, "x": "%s"}' % (b"x" * 300_000)), True),
        (answers(200, b'{"ok": tr'), True),
        (answers(200, b"[]"), True),
        (answers(302, b"", Location="/elsewhere"), False),
        (answers(200, b'{"ok": true}', Content_Length="500"), True),
        (answers(200, b"\x1f\x8bnonsense", Content_Encoding="gzip"), True),
    ],
    ids=["never", "drips", "503", "huge", "half", "a list", "redirect", "cut", "no gzip"],
)
def test_a_service_that_is_not_itself_is_away_and_holds_nobody_up(service, answer, unsure):
    service.answer = answer
    began = time.monotonic()
    with pytest.raises(ChannelAway) as away:
        send()
    assert time.monotonic() - began < 1.4
    assert away.value.unsure is unsure
    assert len(service.asked) == 1  # neither repeated nor led elsewhere


def test_after_one_long_wait_nobody_else_waits_for_that_service(service):
    service.answer = never
    for token in (TOKEN, OTHERS, TOKEN):
        with pytest.raises(ChannelAway):
            send(token)
    assert len(service.asked) == 1
    service.answer = answers(201, b'{"sid": "SM%s", "status": "queued"}' % (b"0" * 32))
    assert twilio.send(ACCOUNT, to="+447700900123", body="Hello").status == "queued"  # others are asked all the same


def test_what_one_account_meets_does_not_close_the_service_for_others(service):
    service.answer = answers(429, b'{"ok": false, "error_code": 429, "parameters": {"retry_after": 17}}')
    for _ in range(5):
        with pytest.raises(ChannelAway) as away:
            send()
        assert away.value.retry_after == 17
    asked = len(service.asked)
    with pytest.raises(ChannelAway) as away:
        send()
    assert (len(service.asked), away.value.retry_after) == (asked, 10)
    service.answer = answers(200, b'{"ok": true, "result": {"message_id": 6}}')
    assert send(OTHERS) == 6
    assert breaker("telegram", "7000000001").is_open


def test_a_push_service_that_fails_is_left_alone_and_asked_again_after_a_while(service, settings):
    settings.SANDBOX_URL, settings.CHANNEL_PAUSE = service.url, 10
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    browser = Subscription(
        f"{service.url}/push/abcdefghijklmnopqrst",
        urlsafe_b64encode(point).decode(),
        urlsafe_b64encode(b"0" * 16).decode(),
    )
    service.answer = answers(503, b"")
    for _ in range(6):
        with pytest.raises(ChannelAway):
            send_push(browser, b"hello", ttl=60, urgent=False)
    assert len(service.asked) == 5
    service.answer = answers(201, b"")
    breaker("push stand-in")._next_try = 0.0  # its pause is over
    send_push(browser, b"hello", ttl=60, urgent=False)
    send_push(browser, b"hello", ttl=60, urgent=False)


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7), ("soon", None), ("-5", None), ("9" * 30, 86_400), ("", None), ("٣", None)]
)
def test_the_wait_is_as_long_as_the_service_says_within_reason(service, header, seconds):
    service.answer = answers(503, b"{}", Retry_After=header.encode("utf-8").decode("latin-1"))
    with pytest.raises(ChannelAway) as away:
        send()
    assert away.value.retry_after == seconds


SAID = [
    (401, b'{"ok": false, "description": "Unauthorized"}', ChannelDisconnected),
    (404, b'{"ok": false, "description": "Not Found"}', ChannelDisconnected),
    (403, b'{"ok": false, "description": "Forbidden: bot was blocked by the user"}', ChannelRefused),
    (400, b'{"ok": false, "description": "Bad Request: chat not found"}', ChannelRefused),
    (503, b"", ChannelAway),
]


@pytest.mark.parametrize(("status", "body", "error"), SAID)
@pytest.mark.parametrize("level", [logging.DEBUG, logging.WARNING])
def test_no_error_and_no_line_of_the_log_has_a_token(service, caplog, status, body, error, level):
    service.answer = answers(status, body)
    caplog.set_level(level)
    with pytest.raises(error) as raised:
        send()
    told = "".join(traceback.format_exception(raised.value)) + caplog.text
    assert "hidden-hidden" not in told


def test_a_service_that_is_gone_is_told_without_the_token(service, settings, caplog):
    settings.TELEGRAM_API_BASE = "http://127.0.0.1:9"
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ChannelAway) as raised:
        send()
    assert "hidden-hidden" not in "".join(traceback.format_exception(raised.value)) + caplog.text


@pytest.mark.parametrize("token", ["", "x", "1:short", f"{TOKEN}/../x", f"{TOKEN}?", TOKEN + "\n", f"../{TOKEN}"])
def test_what_is_no_token_never_becomes_a_part_of_an_address(service, token):
    with pytest.raises(ChannelDisconnected):
        send(token)
    assert service.asked == []


def test_what_stands_as_it_should_already_is_no_trouble(service):
    service.answer = answers(400, b'{"ok": false, "description": "Bad Request: message is not modified"}')
    telegram.edit_reply_markup(TOKEN, chat_id=1, message_id=2)
    telegram.edit_text(TOKEN, chat_id=1, message_id=2, text="x")


@pytest.mark.parametrize(
    "to", ["", "07700900123", "+44 7700 900123", "+0123456789", "+447700900123\n", "whatsapp:+4477009"]
)
def test_what_is_no_number_is_not_asked_for(service, to):
    with pytest.raises(ChannelRefused) as refused:
        twilio.send(ACCOUNT, to=to, body="Hello")
    assert refused.value.gone
    assert service.asked == []


def test_whatsapp_and_messaging_services_are_named_as_twilio_asks(service):
    service.answer = answers(201, b'{"sid": "SM%s", "status": "queued"}' % (b"0" * 32))
    twilio.send(ACCOUNT, to="+447700900123", body="x", whatsapp=True, content_sid="HX1", content_variables={"1": "é"})
    pool = twilio.TwilioAccount(ACCOUNT.sid, ACCOUNT.token, "MG" + "2" * 32)
    twilio.send(pool, to="+447700900123", body="Hello", callback="https://x.test/cb")
    first, second = service.forms
    assert "From=whatsapp%3A%2B447700900100" in first
    assert "To=whatsapp%3A%2B447700900123" in first
    assert "Body" not in first
    assert "MessagingServiceSid=MG" in second
    assert "From" not in second
    assert "StatusCallback=https%3A%2F%2Fx.test%2Fcb" in second


@pytest.mark.parametrize(
    ("status", "body", "error", "gone"),
    [
        (410, b"", ChannelRefused, True), (404, b"", ChannelRefused, True), (413, b"", ChannelRefused, False),
        (400, b'{"reason":"VapidPkHashMismatch"}', ChannelRefused, True), (400, b"", ChannelRefused, False),
        (403, b'{"reason":"BadJwtToken"}', ChannelRefused, False), (401, b"", ChannelRefused, False),
        (302, b"", ChannelRefused, False),
    ],
)  # fmt: skip
def test_what_a_push_service_says_is_about_one_browser_alone(status, body, error, gone):
    with pytest.raises(error) as raised:
        raise_refusal(Answer(status, body), "web.push.apple.com")
    if gone is not None:
        assert raised.value.gone is gone
