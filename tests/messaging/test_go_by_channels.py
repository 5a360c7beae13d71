"""Messages by telephone, Telegram and browser: what arrives, what fails, and what carries it instead."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from shared_apps.accounts.models import User
from shared_apps.sandbox.messages import chats, pushes
from shared_apps.sandbox.messages.accounts import TEMPLATES, bot_of, ensure_account, twilio_of
from shared_apps.sandbox.messages.calls import work
from shared_apps.sandbox.messages.texts import answer
from shared_apps.sandbox.models import ChatMessage, PushNotice, Telephone, TextMessage
from shared_apps.sandbox.switches import set_switches
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.timers.due import do_due_work
from tenant_apps.demo.builders.channels import connect
from tenant_apps.messaging.accounts import remove_account
from tenant_apps.messaging.inbox import subscribe
from tenant_apps.messaging.kinds import kind_of
from tenant_apps.messaging.models import ChannelAccount, ChatLink, Message, Notice, PushSubscription
from tenant_apps.messaging.office.selectors import STUCK
from tenant_apps.messaging.own_words import change_messaging, change_wording
from tenant_apps.messaging.people import begin_chat
from tenant_apps.messaging.sending import MOST_ATTEMPTS, send_all_due, try_again
from tenant_apps.messaging.services import notify
from tenant_apps.people.models import ContactPoint
from tests import make

NUMBER = "+447700900123"
KIND = "bookings/link"


class Data:
    """What connecting a provider in the demo asks of its data."""

    slug, name = "alpha", "Alpha Training"


@pytest.fixture
def here(site, alpha):
    """Alpha, whose accounts at the stand-ins are connected."""
    with tenant_context(alpha):
        connect(Data)
        yield alpha


@pytest.fixture
def ada(here):
    user, person = make.student_user()
    person.phone = NUMBER
    person.save()
    return User.objects.get(pk=user.pk)


@pytest.fixture
def facts(here):
    from tenant_apps.bookings.notifications import booking_to_tell
    from tenant_apps.bookings.notifications import facts as said

    return said(booking_to_tell(make.confirmed_booking().pk))


@pytest.fixture
def tell(ada, facts):
    """Tell Ada, by these channels."""

    def told(*channels):
        change_messaging(channels={KIND: channels}, by=None)
        return notify(KIND, user=ada, person=ada.person, context=facts)

    return told


def ways(notice):
    """How each message of a notice stands, by its channel."""
    return dict(Message.objects.filter(notice=notice).values_list("channel", "status"))


def hear():
    """The stand-ins tell us what they have to tell."""
    with public_context():
        return work(timezone.now() + timedelta(minutes=1))


def begin(token, name="Ada"):
    """Somebody opens a link to the bot and presses Start."""
    bot = ensure_account("telegram", "alpha", "Alpha Training")
    with public_context():
        chat = chats.start(bot, name, token)
    hear()
    return chat


def chat_of(ada):
    """Ada's chat with the bot, begun by the link that her page gives her."""
    return begin(begin_chat(ada.person))


def test_a_text_message_is_sent_and_then_known_to_have_arrived(tell):
    notice = tell("email", "sms")
    send_all_due()
    with public_context():
        text = TextMessage.objects.get(telephone_id=NUMBER)
    assert notice.link in text.body
    assert ways(notice) == {"email": "sent", "sms": "sent"}
    hear()
    assert ways(notice) == {"email": "sent", "sms": "delivered"}
    hear()
    assert Message.objects.get(notice=notice, channel="sms").delivered_at is not None


def test_whatsapp_goes_to_whatsapp(tell):
    tell("whatsapp")
    send_all_due()
    with public_context():
        assert TextMessage.objects.get(telephone_id=NUMBER).way == "whatsapp"


def test_whatsapp_takes_what_a_provider_writes_first_by_the_template_that_it_approved(tell):
    change_wording(kind_of(KIND), "short", subject="", body="Hello", template=next(iter(TEMPLATES)), by=None)
    notice = tell("whatsapp")
    send_all_due()
    with public_context():
        assert TextMessage.objects.get(telephone_id=NUMBER).body == notice.text


def test_a_message_that_is_refused_is_carried_by_email_once_and_is_no_trouble_then(tell, ada, desk):
    change_messaging(channels={"bookings/office_confirmed": ["sms"]}, by=None)
    owner = make.user("owner")
    owner.phone = "+15005550001"  # a number that is none, at the stand-in as at Twilio
    owner.save()
    notice = office_notice(owner)
    send_all_due()
    assert ways(notice) == {"sms": "failed", "email": "queued"}
    assert Message.objects.get(notice=notice, channel="sms").error
    send_all_due()
    do_due_work()
    assert ways(notice) == {"sms": "failed", "email": "sent"}
    assert Message.objects.filter(notice=notice).count() == 2
    assert notice.title in Message.objects.get(notice=notice, channel="email").subject
    assert not Message.objects.filter(STUCK, notice=notice).exists()
    page = desk("admin").get("/admin/messages/?channel=sms").content.decode()
    assert owner.phone in page
    Message.objects.filter(notice=notice, channel="email").delete()
    assert Message.objects.filter(STUCK, notice=notice).count() == 1


def test_who_does_not_work_here_any_more_is_told_nothing_and_nothing_is_pushed_to_them(tell, ada):
    told = pushes.subscribe(NUMBER, "alpha")
    subscribe(ada, endpoint=told["endpoint"], device="A telephone", **told["keys"])
    ada.is_active = False
    ada.save()
    notice = tell("email", "push")
    assert ways(notice) == {"email": "queued"}
    assert not notice.in_inbox


def office_notice(owner):
    from tenant_apps.bookings.notifications import booking_to_tell
    from tenant_apps.bookings.notifications import facts as said

    told = {**said(booking_to_tell(make.confirmed_booking().pk)), "office_url": "https://alpha.test/admin/"}
    return notify("bookings/office_confirmed", user=owner, context=told)


def test_what_failed_beside_an_email_that_went_is_carried_by_nothing_else(tell, ada):
    ada.person.phone = "+15005550001"
    ada.person.save()
    notice = tell("email", "sms")
    send_all_due()
    assert ways(notice) == {"email": "sent", "sms": "failed"}


def test_while_a_service_is_away_its_messages_wait_and_the_others_go(tell):
    with public_context():
        set_switches({"messages_down": True})
    notice = tell("email", "sms")
    send_all_due()
    assert ways(notice) == {"email": "sent", "sms": "queued"}
    message = Message.objects.get(notice=notice, channel="sms")
    assert (message.attempts, message.error != "") == (1, True)
    with public_context():
        set_switches({"messages_down": False})
    with time_machine.travel(message.next_try_at, tick=True):
        send_all_due()
    assert ways(notice) == {"email": "sent", "sms": "sent"}


def test_after_many_tries_it_has_failed_and_somebody_may_try_it_again(tell):
    notice = tell("sms", "email")
    Message.objects.filter(notice=notice, channel="sms").update(attempts=MOST_ATTEMPTS - 1)
    with public_context():
        set_switches({"messages_down": True})
    send_all_due()
    message = Message.objects.get(notice=notice, channel="sms")
    assert message.status == "failed"
    with public_context():
        set_switches({"messages_down": False})
    try_again(message, by=make.user("owner"))
    assert ways(notice)["sms"] == "queued"


def test_an_account_that_is_refused_sends_no_more_and_the_office_hears_it_once(tell):
    owner = make.user("owner")
    ChannelAccount.objects.filter(service="twilio").update(public={"sid": "AC" + "9" * 32, "sender": NUMBER})
    first, second = tell("sms", "email"), tell("sms", "email")
    Message.objects.filter(channel="email").update(status="withheld")  # so that the text message is all there is
    send_all_due()
    send_all_due()
    do_due_work()
    assert {ways(first)["sms"], ways(second)["sms"]} == {"failed"}
    account = ChannelAccount.objects.get(service="twilio")
    assert account.disconnected_at is not None
    assert Notice.objects.filter(user=owner, kind="messaging/office_channel_gone").count() == 1
    assert "sms" not in ways(tell("sms", "email"))


def test_whoever_answers_stop_gets_no_more_text_messages(tell, here):
    tell("email", "sms")
    send_all_due()
    with public_context():
        telephone = Telephone.objects.get(number=NUMBER)
        answer(telephone, ensure_account("twilio", here.slug, here.name), "sms", "STOP")
    refused = tell("email", "sms")
    send_all_due()
    assert ways(refused)["sms"] == "failed"
    assert "sms" not in ways(tell("email", "sms"))
    assert ContactPoint.objects.get(kind="phone", value=NUMBER).opted_out


def test_a_chat_begun_by_ones_own_link_gets_what_one_is_told(tell, ada):
    chat_of(ada)
    notice = tell("email", "telegram")
    send_all_due()
    assert ways(notice)["telegram"] == "delivered"
    with public_context():
        assert any(notice.text in text for text in ChatMessage.objects.values_list("text", flat=True))


def test_a_link_to_a_chat_is_good_once_and_for_an_hour(ada, here):
    token = begin_chat(ada.person)
    begin(token)
    assert ContactPoint.objects.filter(person=ada.person, kind="telegram").count() == 1
    begin(token, "Mallory")
    assert ContactPoint.objects.filter(kind="telegram").count() == 1
    late = begin_chat(ada.person)
    ChatLink.objects.update(ends_at="2026-01-01T00:00Z")
    begin(late, "Mallory")
    assert ContactPoint.objects.filter(kind="telegram").count() == 1


def test_who_blocks_the_bot_gets_the_next_by_email_and_nothing_in_the_chat(tell, ada):
    chat = chat_of(ada)
    with public_context():
        chats.block(chat, True)
    notice = office_like(tell, ada)
    send_all_due()
    assert ways(notice) == {"telegram": "failed", "email": "queued"}
    assert ContactPoint.objects.get(kind="telegram").opted_out
    send_all_due()
    assert ways(notice)["email"] == "sent"


def office_like(tell, ada):
    """A notice that goes by Telegram alone."""
    notice = tell("telegram")
    Message.objects.filter(notice=notice, channel="email").delete()  # what must be told goes by email, too
    return notice


def test_a_notification_reaches_the_browser_that_asked_for_it(tell, ada):
    told = pushes.subscribe(NUMBER, "alpha")
    subscribe(ada, endpoint=told["endpoint"], device="A telephone", **told["keys"])
    notice = tell("email", "push")
    send_all_due()
    assert ways(notice)["push"] == "sent"
    with public_context():
        payload = json.loads(PushNotice.objects.get().payload)
    assert (payload["title"], payload["link"]) == (notice.title, notice.link)


def test_a_browser_that_threw_its_subscription_away_is_forgotten(tell, ada):
    told = pushes.subscribe(NUMBER, "alpha")
    subscribe(ada, endpoint=told["endpoint"], device="A telephone", **told["keys"])
    with public_context():
        from shared_apps.sandbox.models import Browser

        pushes.remove(Browser.objects.get())
    notice = tell("email", "push")
    send_all_due()
    assert ways(notice) == {"email": "sent", "push": "failed"}
    assert not PushSubscription.objects.exists()


def test_what_was_queued_when_an_account_is_taken_away_goes_another_way(tell, ada):
    notice = tell("sms")
    Message.objects.filter(notice=notice, channel="email").delete()
    remove_account("twilio", by=None)
    send_all_due()
    assert ways(notice) == {"sms": "failed", "email": "queued"}


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("hooks/telegram/", {}),
        ("hooks/telegram/", {"HTTP_X_TELEGRAM_BOT_API_SECRET_TOKEN": "guess"}),
        ("hooks/twilio/01975f3c-8a41-7d3e-9c1b-2f6a7d1e4b10/", {"HTTP_X_TWILIO_SIGNATURE": "guess"}),
    ],
)
def test_nobody_else_tells_us_what_became_of_messages(here, client_of, path, headers):
    body = {"update_id": 1, "my_chat_member": {"chat": {"id": 5, "type": "private"}}}
    answer = client_of(here).post(f"/{path}", json.dumps(body), content_type="application/json", **headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "forged_webhook")


def test_a_neighbours_token_is_no_good_here(here, client_of, tell):
    message = Message.objects.get(notice=tell("sms", "email"), channel="sms")
    from shared_apps.tenants.urls import tenant_url
    from tenant_apps.messaging.channels.twilio.signature import signature_of

    form = {"MessageSid": "SM" + "1" * 32, "MessageStatus": "delivered"}
    signature = signature_of(tenant_url("twilio_hook", message.pk), form, twilio_of("beta").token)
    answer = client_of(here).post(f"/hooks/twilio/{message.pk}/", form, HTTP_X_TWILIO_SIGNATURE=signature)
    assert answer.status_code == 400
    message.refresh_from_db()
    assert message.status == "queued"


def test_the_secrets_of_an_account_are_not_in_the_database_as_they_are(here):
    rows = str(list(ChannelAccount.objects.values()))
    assert twilio_of("alpha").token not in rows
    assert bot_of("alpha").token not in rows
