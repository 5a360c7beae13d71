"""What Telegram tells a bot; and what anybody may send to the same address."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenant_apps.messaging.channels.telegram.client import Button
from tenant_apps.messaging.channels.telegram.links import deep_link
from tenant_apps.messaging.channels.telegram.updates import (
    Blocked,
    Ignored,
    NotAnUpdate,
    Pressed,
    Started,
    Unblocked,
    Wrote,
    read_update,
)

ADA = {"id": 4_503_599_627_370_000, "type": "private", "first_name": "Ada", "last_name": "Test"}
FROM = {"id": ADA["id"], "is_bot": False, "first_name": "Ada"}


def message(text, chat=ADA, **more):
    return {"update_id": 7, "message": {"message_id": 1, "date": 1, "chat": chat, "from": FROM, "text": text, **more}}


def pressed(**changes):
    query = {
        "id": "991",
        "from": FROM,
        "message": {"message_id": 5, "chat": ADA},
        "chat_instance": "1",
        "data": "yes:1",
    }
    return {"update_id": 8, "callback_query": {**query, **changes}}


def member(status, chat=ADA):
    return {"update_id": 9, "my_chat_member": {"chat": chat, "from": FROM, "new_chat_member": {"status": status}}}


def test_each_thing_that_a_person_does_is_told_apart():
    ada = (ADA["id"], "Ada Test")
    assert read_update(message("/start Zk3_-x")) == Started(7, *ada, payload="Zk3_-x")
    assert read_update(message("/start@bristol_bot Zk3")) == Started(7, *ada, payload="Zk3")
    assert read_update(message("/start")) == Started(7, *ada, payload="")
    assert read_update(message("I am late")) == Wrote(7, *ada, text="I am late")
    assert read_update(message("/startle me")) == Wrote(7, *ada, text="/startle me")
    assert read_update(pressed()) == Pressed(8, *ada, callback_id="991", message_id=5, data="yes:1")
    assert read_update(member("kicked")) == Blocked(9, *ada)
    assert read_update(member("member")) == Unblocked(9, *ada)


@pytest.mark.parametrize("payload", ["a" * 65, "a.b", "../x", "é", "a;b"])
def test_a_payload_that_no_link_can_carry_is_none(payload):
    assert read_update(message(f"/start {payload}")).payload == ""


@pytest.mark.parametrize(
    "data",
    [
        message("/start abc", chat={**ADA, "type": "group", "id": -5}), message(None), pressed(data=None),
        pressed(message=None), member("administrator"), member("kicked", chat={"id": -5, "type": "supergroup"}),
        {"update_id": 1}, {"update_id": 1, "edited_message": {}},
    ],
)  # fmt: skip
def test_groups_and_what_concerns_nobody_are_left_alone(data):
    assert isinstance(read_update(data), Ignored)


@pytest.mark.parametrize(
    "data",
    [
        None, [], "x", 1, {}, {"update_id": "7"}, {"update_id": True}, {"update_id": -1}, {"update_id": 2**80},
        {"update_id": 1, "message": []}, {"update_id": 1, "message": {"chat": 5}}, message(["/start x"]),
        message("x", chat={**ADA, "id": "5"}), message("x", chat={**ADA, "id": 2**60}),
        message("x", chat={**ADA, "id": -5}),
        pressed(id=None), pressed(id=5), pressed(id="x" * 999), pressed(data={"x": 1}), pressed(message={"chat": ADA}),
        {"update_id": 1, "my_chat_member": {"chat": ADA}},
    ],
)  # fmt: skip
def test_what_telegram_would_not_send_is_refused_by_its_own_name(data):
    with pytest.raises(NotAnUpdate):
        read_update(data)


NAMES = [
    "update_id", "message", "callback_query", "my_chat_member", "chat", "id", "type", "text", "data", "message_id",
    "new_chat_member", "status", "first_name",
]  # fmt: skip
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(NAMES) | st.text(max_size=5),
        inner, max_size=5,
    ),
    max_leaves=25,
)  # fmt: skip


@given(junk, st.sampled_from(["message", "callback_query", "my_chat_member"]))
@settings(database=None, deadline=None, max_examples=400)
def test_no_junk_is_an_error_of_ours(data, kind):
    for sent in (data, {"update_id": 1, kind: data}, {"update_id": 1, kind: {"chat": ADA, "text": data, "data": data}}):
        try:
            read_update(sent)
        except NotAnUpdate:
            pass


def test_a_link_begins_a_chat_at_telegram_or_in_the_sandbox(settings):
    assert deep_link("bristol_bot", "abc") == f"{settings.SANDBOX_PUBLIC_URL}/telegram/bristol_bot/?start=abc"
    settings.SANDBOX = False
    assert deep_link("bristol_bot", "abc") == "https://t.me/bristol_bot?start=abc"
    for bot, payload in (("bristol_bot", "a b"), ("bristol_bot", "x" * 65), ("../evil", "a"), ("bristol_bot", "")):
        with pytest.raises(ValueError, match="no such bot"):
            deep_link(bot, payload)


def test_a_button_holds_what_telegram_takes():
    Button("Yes", data="é" * 32)
    for wrong in ({"data": "é" * 33}, {}, {"data": "x", "url": "https://x.test"}):
        with pytest.raises(ValueError, match="A button"):
            Button("Yes", **wrong)
