"""Texts by SMS and WhatsApp: what Twilio takes, what becomes of them, and what a person answers."""

import base64
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db import transaction
from django.utils import timezone

from shared_apps.core.types import JsonObject
from shared_apps.sandbox.messages.accounts import TEMPLATES, twilio_of
from shared_apps.sandbox.models import Fate, OptOut, ServiceAccount, Telephone, TextMessage, Way

NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
MOST_LETTERS = 1600
WINDOW = timedelta(hours=24)  # after somebody wrote, in which WhatsApp takes any text
A_MOMENT = timedelta(seconds=1)  # between sent and delivered
STOP, START = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"}, {"START", "YES", "UNSTOP"}
# Twilio's own numbers for test credentials; and by the last four digits, of numbers that begin with one of `MAGIC`.
TEST_NUMBERS = {
    "+15005550001": 21211, "+15005550002": 21612, "+15005550003": 21408, "+15005550004": 21610, "+15005550009": 21614,
}  # fmt: skip
MAGIC = ("+1500555", "+44770090")
REFUSED_AT_ONCE = {
    "1211": 21211, "1214": 21214, "1408": 21408, "1610": 21610, "1612": 21612, "1614": 21614, "1429": 20429,
    "1401": 20003,
}  # fmt: skip
FAILS_LATER = {
    "3003": 30003, "3004": 30004, "3005": 30005, "3006": 30006, "3007": 30007, "3008": 30008, "6016": 63016,
    "6024": 63024,
}  # fmt: skip
SAID = {
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    21211: (400, "Invalid 'To' Phone Number: {to}"),
    21214: (400, "'To' phone number cannot be reached"),
    21408: (400, "Permission to send an SMS or MMS has not been enabled for the region indicated by the 'To' number"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (400, "The 'From' phone number provided is not a valid, SMS-capable Twilio number for your account."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21612: (400, "The 'To' phone number is not currently reachable using the 'From' phone number"),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21655: (400, "The ContentSid is Invalid"),
    21656: (400, "The Content Variables Parameter is invalid"),
    21705: (400, "The Messaging Service Sid is invalid."),
    21910: (400, "Invalid From and To pair. From and To should be of the same channel"),
    63007: (400, "Twilio could not find a Channel with the specified From address"),
}
Tell = Callable[..., None]


class TwilioError(Exception):
    """An answer other than 201."""

    def __init__(self, code: int, **words: str) -> None:
        super().__init__(code)
        self.code = code
        self.status, text = SAID[code]
        self.message = text.format(**words) if words else text


@transaction.atomic
def take(account: ServiceAccount, form: Mapping[str, str]) -> TextMessage:
    """Take a message for somebody's telephone. Raises `TwilioError`."""
    way, number = _to(form)
    _check_sender(account, way, form)
    body, template = _body(form)
    _refuse_number(number)
    telephone, _ = Telephone.objects.get_or_create(number=number)
    if OptOut.objects.filter(account=account, telephone=telephone).exists():
        raise TwilioError(21610)
    ends_as, error = _end(account, telephone, way, template=template)
    return TextMessage.objects.create(
        sid=f"SM{secrets.token_hex(16)}", account=account, telephone=telephone, way=way, body=body, template=template,
        status="queued", ends_as=ends_as, error_code=error, callback=form.get("StatusCallback", "")[:1000],
        due_at=timezone.now(),
    )  # fmt: skip


def _to(form: Mapping[str, str]) -> tuple[str, str]:
    to = form.get("To", "")
    if not to:
        raise TwilioError(21604)
    way = Way.WHATSAPP if to.startswith("whatsapp:") else Way.SMS
    number = to.removeprefix("whatsapp:")
    if not NUMBER.fullmatch(number):
        raise TwilioError(21211, to=to)
    return way, number


def _check_sender(account: ServiceAccount, way: str, form: Mapping[str, str]) -> None:
    if service := form.get("MessagingServiceSid"):
        if service != twilio_of(account.slug).messaging_service:
            raise TwilioError(21705)
        return
    sender = form.get("From", "")
    if not sender:
        raise TwilioError(21603)
    if sender.startswith("whatsapp:") is not (way == Way.WHATSAPP):
        raise TwilioError(21910)
    if sender.removeprefix("whatsapp:") != account.sender:
        raise TwilioError(63007 if way == Way.WHATSAPP else 21606)


def _body(form: Mapping[str, str]) -> tuple[str, str]:
    """What the person reads, and the template it was made from."""
    if sid := form.get("ContentSid"):
        if sid not in TEMPLATES:
            raise TwilioError(21655)
        return _filled(TEMPLATES[sid], form.get("ContentVariables") or "{}"), sid
    body = form.get("Body", "")
    if not body:
        raise TwilioError(21602)
    if len(body) > MOST_LETTERS:
        raise TwilioError(21617)
    return body, ""


def _filled(template: str, variables: str) -> str:
    try:
        words = json.loads(variables)
    except ValueError:
        raise TwilioError(21656) from None
    if not isinstance(words, dict) or not all(isinstance(word, str) for word in words.values()):
        raise TwilioError(21656)
    names = set(re.findall(r"\{\{(\w+)\}\}", template))
    if names - set(words):
        raise TwilioError(21656)
    return re.sub(r"\{\{(\w+)\}\}", lambda match: words[match[1]], template)


def _refuse_number(number: str) -> None:
    code = TEST_NUMBERS.get(number) or _magic(number, REFUSED_AT_ONCE)
    if code:
        raise TwilioError(code, to=number)


def _magic(number: str, codes: Mapping[str, int]) -> int | None:
    return codes.get(number[-4:]) if len(number) == 12 + number.startswith("+44") and number.startswith(MAGIC) else None


def _end(account: ServiceAccount, telephone: Telephone, way: str, *, template: str) -> tuple[str, int | None]:
    if code := _magic(telephone.number, FAILS_LATER):
        return ("failed" if code > 60_000 else "undelivered"), code
    if way == Way.WHATSAPP and not template and not is_open(account, telephone):
        return "failed", 63016
    if telephone.fate == Fate.SENT:
        return "sent", None
    if telephone.fate != Fate.DELIVERED:
        return "undelivered", int(telephone.fate)
    return "delivered", None


def is_open(account: ServiceAccount, telephone: Telephone) -> bool:
    """Whether WhatsApp takes any text to the telephone, which wrote in the last day; else templates only."""
    since = timezone.now() - WINDOW
    texts = telephone.texts.filter(account=account, way=Way.WHATSAPP, inbound=True)
    return texts.filter(created_at__gt=since).exists()


@transaction.atomic
def advance(moment: datetime, tell: Tell) -> bool:
    """Give each text that is due at `moment` its next status, and tell whom it asked. Whether there was any."""
    rows = TextMessage.objects.select_for_update(skip_locked=True, of=("self",)).select_related("account", "telephone")
    found = list(rows.filter(due_at__lte=moment).order_by("due_at", "pk")[:50])
    for text in found:
        text.status = text.ends_as if text.status == "sent" or text.ends_as == "failed" else "sent"
        text.due_at = timezone.now() + A_MOMENT if text.status != text.ends_as else None
        text.save(update_fields=["status", "due_at"])
        if text.callback:
            tell(text.account, told=f"{text.way} {text.status}", **_callback(text))
    return bool(found)


def _callback(text: TextMessage) -> JsonObject:
    prefix = "whatsapp:" if text.way == Way.WHATSAPP else ""
    form = {
        "AccountSid": text.account_id, "ApiVersion": "2010-04-01", "From": f"{prefix}{text.account.sender}",
        "MessageSid": text.sid, "MessageStatus": text.status, "SmsSid": text.sid, "SmsStatus": text.status,
        "To": f"{prefix}{text.telephone_id}",
    }  # fmt: skip
    if text.error_code and text.status in ("failed", "undelivered"):
        form["ErrorCode"] = str(text.error_code)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "User-Agent": "TwilioProxy/1.1",
        "X-Twilio-Signature": signature(text.callback, form, text.account.token),
    }
    return {"url": text.callback, "headers": headers, "body": urlencode(form)}


def signature(url: str, form: Mapping[str, str], token: str) -> str:
    """The X-Twilio-Signature of a form sent to `url`."""
    signed = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.digest(token.encode(), signed.encode(), hashlib.sha1)).decode()


@transaction.atomic
def answer(telephone: Telephone, account: ServiceAccount, way: str, body: str) -> None:
    """A person writes back. STOP and START do what they say; Twilio itself confirms them."""
    _write(telephone, account, way, body, inbound=True)
    word = body.strip().upper()
    if word in STOP:
        _, new = OptOut.objects.get_or_create(account=account, telephone=telephone)
        if new:
            _write(telephone, account, way, "You have successfully been unsubscribed. You will not receive any more "
                   "messages from this number. Reply START to resubscribe.")  # fmt: skip
    elif word in START:
        gone, _ = OptOut.objects.filter(account=account, telephone=telephone).delete()
        if gone:
            _write(telephone, account, way, "You have successfully been re-subscribed to messages from this number. "
                   "Reply HELP for help. Reply STOP to unsubscribe.")  # fmt: skip


def _write(telephone: Telephone, account: ServiceAccount, way: str, body: str, *, inbound: bool = False) -> None:
    status = "received" if inbound else "delivered"
    TextMessage.objects.create(
        sid=f"SM{secrets.token_hex(16)}", account=account, telephone=telephone, way=way, body=body, inbound=inbound,
        status=status, ends_as=status,
    )  # fmt: skip
