"""How we speak to Twilio: send a message, look whether an account obeys us, read what it tells of a message."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings

from shared_apps.core.digits import whole_number
from shared_apps.core.types import JsonObject
from tenant_apps.messaging.channels.errors import ChannelAway, ChannelDisconnected, ChannelError
from tenant_apps.messaging.channels.http import call
from tenant_apps.messaging.channels.twilio.codes import error_of
from tenant_apps.messaging.channels.twilio.signature import is_signed

__all__ = ["Delivery", "NotADelivery", "Sent", "TwilioAccount", "check_account", "is_signed", "read_callback", "send"]

SERVICE = "twilio"
SID = re.compile(r"AC[0-9a-f]{32}")
MESSAGING_SERVICE = re.compile(r"MG[0-9a-f]{32}")
MESSAGE = re.compile(r"(?:SM|MM)[0-9a-f]{32}")
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
MOST_LETTERS = 1600
STATUSES = {
    "accepted", "scheduled", "queued", "sending", "sent", "delivered", "undelivered", "failed", "canceled", "read",
}  # fmt: skip
FAILED = {"undelivered", "failed", "canceled"}


@dataclass(frozen=True)
class TwilioAccount:
    """With what we send: the account and what it sends as, a number or a messaging service (MG…)."""

    sid: str
    token: str
    sender: str

    def __repr__(self) -> str:
        return f"TwilioAccount({self.sid}, {self.sender})"


@dataclass(frozen=True)
class Sent:
    """Twilio took a message: its name there, and how it stands."""

    reference: str
    status: str


@dataclass(frozen=True)
class Delivery:
    """What Twilio tells of a message. With an `error` it did not arrive."""

    reference: str
    status: str
    error: ChannelError | None = None


class NotADelivery(ValueError):
    """What was sent to us tells of no message."""


def send(
    account: TwilioAccount, *, to: str, body: str, callback: str = "", whatsapp: bool = False, content_sid: str = "",
    content_variables: Mapping[str, str] | None = None,
) -> Sent:  # fmt: skip
    """Send `body`, or an approved template with its words, to the number `to`. Raises a `ChannelError`.

    Twilio tells `callback` what becomes of it.
    """
    if not NUMBER.fullmatch(to):
        raise error_of(21211)
    if len(body) > MOST_LETTERS and not content_sid:
        raise error_of(21617)
    form = {"To": f"whatsapp:{to}" if whatsapp else to, **_sender(account, whatsapp=whatsapp)}
    if content_sid:
        form["ContentSid"] = content_sid
        if content_variables:
            form["ContentVariables"] = json.dumps(dict(content_variables), ensure_ascii=False)
    else:
        form["Body"] = body
    if callback:
        form["StatusCallback"] = callback
    made = _call(account, "POST", "/Messages.json", form)
    reference, status = str(made.get("sid") or ""), str(made.get("status") or "")
    if not MESSAGE.fullmatch(reference):
        raise ChannelAway("Twilio took a message and gave it no name", unsure=True)
    if status in FAILED:
        raise error_of(_code(made.get("error_code")), str(made.get("error_message") or ""))
    return Sent(reference, status)


def check_account(account: TwilioAccount) -> str:
    """The name of the account, if it obeys us. Raises a `ChannelError`."""
    found = _call(account, "GET", ".json")
    if found.get("status") not in (None, "active"):
        raise ChannelDisconnected("the Twilio account is not active")
    return str(found.get("friendly_name") or account.sid)


def read_callback(params: Mapping[str, str]) -> Delivery:
    """What a signed status callback tells. Raises `NotADelivery`."""
    reference = params.get("MessageSid") or params.get("SmsSid") or ""
    status = params.get("MessageStatus") or params.get("SmsStatus") or ""
    if not MESSAGE.fullmatch(reference) or status not in STATUSES:
        raise NotADelivery("no message of ours, or a state that we do not know")
    error = error_of(_code(params.get("ErrorCode")), params.get("ErrorMessage", "")) if status in FAILED else None
    return Delivery(reference, status, error)


def _sender(account: TwilioAccount, *, whatsapp: bool) -> dict[str, str]:
    if MESSAGING_SERVICE.fullmatch(account.sender):
        return {"MessagingServiceSid": account.sender}
    bare = account.sender.removeprefix("whatsapp:")
    return {"From": f"whatsapp:{bare}" if whatsapp else bare}


def _call(account: TwilioAccount, method: str, path: str, form: Mapping[str, str] | None = None) -> JsonObject:
    if not SID.fullmatch(account.sid) or not account.token:
        raise ChannelDisconnected("this is no Twilio account")
    base = settings.TWILIO_API_BASE or "https://api.twilio.com"
    url = f"{base}/2010-04-01/Accounts/{quote(account.sid)}{path}"
    auth = (account.sid, account.token)
    answer = call(method, url, service=SERVICE, account=account.sid, data=form, auth=auth)
    said = answer.json()
    if answer.status in (200, 201):
        return said
    if answer.status == 401:
        raise ChannelDisconnected("Twilio does not accept sid and token")
    raise error_of(_code(said.get("code")) or answer.status, str(said.get("message") or ""))


def _code(told: object) -> int:
    return whole_number(str(told or ""), 0, 10**9) or 0
