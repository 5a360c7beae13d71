"""Our client for Telegram against its stand-in: what a bot sends, and what people do in their chats."""

import pytest

from shared_apps.sandbox.messages import chats
from shared_apps.sandbox.messages.accounts import TELEGRAM, bot_of, ensure_account
from shared_apps.sandbox.models import ButtonPress, ChatMessage, OutgoingCall
from shared_apps.sandbox.switches import set_switches
from tenant_apps.messaging.channels.errors import ChannelAway, ChannelDisconnected, ChannelRefused
from tenant_apps.messaging.channels.telegram import client as telegram
from tenant_apps.messaging.channels.telegram.client import Button
from tenant_apps.messaging.channels.telegram.updates import Blocked, Pressed, Started, Unblocked, Wrote, read_update

BUTTONS = [
    [Button("I'll come", data="yes:42"), Button("I can't", data="no:42")],
    [Button("Map", url="https://x.test/")],
]


@pytest.fixture
def token(site, alpha):
    return bot_of(alpha.slug).token


@pytest.fixture
def bot(token, alpha):
    return ensure_account(TELEGRAM, alpha.slug, alpha.name)


@pytest.fixture
def chat(bot):
    return chats.start(bot, "Ada Test", "")


def test_a_bot_knows_itself(token, alpha):
    me = telegram.get_me(token)
    assert (me.username, me.name) == ("alpha_bot", alpha.name)


def test_whoever_presses_start_is_told_to_the_bot_with_their_payload_and_its_secret(token, bot, hearing, after_a_while):
    telegram.set_webhook(token, f"{hearing.url}/hook", "s3cret-of-alpha")
    chat = chats.start(bot, "Ada Test", "Zk3_-x")
    chats.say(chat, "Where is it?")
    after_a_while()
    assert {headers["X-Telegram-Bot-Api-Secret-Token"] for _, headers, _ in hearing.heard} == {"s3cret-of-alpha"}
    first, second = map(read_update, hearing.updates())
    assert first == Started(1, chat.pk, "Ada Test", payload="Zk3_-x")
    assert second == Wrote(2, chat.pk, "Ada Test", text="Where is it?")
    assert chat.pk > 2**32


def test_a_button_that_is_pressed_is_told_answered_and_taken_away(token, bot, chat, hearing, after_a_while):
    telegram.set_webhook(token, hearing.url, "s")
    number = telegram.send_message(token, chat_id=chat.pk, text="Will you come on Monday?", buttons=BUTTONS)
    message = ChatMessage.objects.get(chat=chat, number=number)
    assert message.buttons[1] == [{"text": "Map", "url": "https://x.test/"}]
    chats.press(message, "yes:42")
    after_a_while()
    [pressed] = map(read_update, hearing.updates())
    assert isinstance(pressed, Pressed)
    assert (pressed.chat_id, pressed.message_id, pressed.data) == (chat.pk, number, "yes:42")

    telegram.answer_callback(token, callback_id=pressed.callback_id, text="See you on Monday")
    assert ButtonPress.objects.get().note == "See you on Monday"
    with pytest.raises(ChannelRefused) as refused:
        telegram.answer_callback(token, callback_id=pressed.callback_id)
    assert refused.value.code == "too_late"
    for _ in range(2):  # the second time nothing is left to change
        telegram.edit_reply_markup(token, chat_id=chat.pk, message_id=number)
    telegram.edit_text(token, chat_id=chat.pk, message_id=number, text="You are coming on Monday.")
    message.refresh_from_db()
    assert (message.text, message.buttons) == ("You are coming on Monday.", [])


def test_whoever_blocks_the_bot_hears_nothing_until_they_let_it_write_again(token, chat, hearing, after_a_while):
    telegram.set_webhook(token, hearing.url, "s")
    chats.block(chat, True)
    with pytest.raises(ChannelRefused) as refused:
        telegram.send_message(token, chat_id=chat.pk, text="Hello")
    assert (refused.value.code, refused.value.gone) == ("blocked", True)
    chats.block(chat, False)
    telegram.send_message(token, chat_id=chat.pk, text="Hello")
    after_a_while()
    assert [type(read_update(update)) for update in hearing.updates()] == [Blocked, Unblocked]


def test_a_chat_of_another_bot_or_of_nobody_is_not_found(token, chat, beta):
    for whose, chat_id in ((token, 12345), (bot_of(beta.slug).token, chat.pk)):
        with pytest.raises(ChannelRefused) as refused:
            telegram.send_message(whose, chat_id=chat_id, text="Hello")
        assert (refused.value.code, refused.value.gone) == ("chat_not_found", True)


def test_a_token_that_is_wrong_does_not_obey_us(token, beta):
    for wrong in (token[:-1] + ("0" if token[-1] != "0" else "1"), f"1{token}", "7000000001:" + "A" * 35):
        with pytest.raises(ChannelDisconnected):
            telegram.get_me(wrong)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("messages_down", ChannelAway),
        ("messages_rate_limited", ChannelAway),
        ("messages_refused", ChannelRefused),
        ("messages_disconnected", ChannelDisconnected),
        ("messages_lost_answers", ChannelAway),
    ],
)
def test_a_fault_that_is_switched_on_is_met(token, chat, fault, error):
    set_switches({fault: True})
    with pytest.raises(error) as met:
        telegram.send_message(token, chat_id=chat.pk, text="Hello")
    assert getattr(met.value, "retry_after", None) == (3 if fault == "messages_rate_limited" else None)
    assert chat.messages.filter(from_bot=True).exists() is (fault == "messages_lost_answers")


def test_updates_that_are_not_taken_come_again_and_none_come_without_a_webhook(token, bot, hearing, after_a_while):
    chats.start(bot, "Ada Test", "")
    assert not OutgoingCall.objects.exists()
    telegram.set_webhook(token, hearing.url, "s")
    hearing.answers = [500]
    chats.start(bot, "Ada Test", "again")
    after_a_while()
    OutgoingCall.objects.update(due_at=OutgoingCall.objects.get().created_at)
    after_a_while()
    assert [read_update(update).update_id for update in hearing.updates()] == [1, 1]
    telegram.delete_webhook(token)
    chats.start(bot, "Ada Test", "")
    assert OutgoingCall.objects.count() == 1


def test_a_text_that_is_too_long_is_refused(token, chat):
    for text in ("", "x" * 4097):
        with pytest.raises(ChannelRefused):
            telegram.send_message(token, chat_id=chat.pk, text=text)
    assert telegram.send_message(token, chat_id=chat.pk, text="x" * 4096)
