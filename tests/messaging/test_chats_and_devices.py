"""Chats with the bot and browsers that show notices: how they begin, and when they end."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import transaction

from shared_apps.accounts.models import User
from shared_apps.accounts.services import set_active
from shared_apps.core.time import now
from shared_apps.events.bus import deliver_due
from shared_apps.sandbox.clock import move_clock
from shared_apps.sandbox.messages import chats, pushes
from shared_apps.sandbox.messages.accounts import ensure_account
from shared_apps.sandbox.messages.texts import answer
from shared_apps.sandbox.models import ChatMessage, PushNotice, Telephone
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.models import Tenant
from tenant_apps.messaging import hooks
from tenant_apps.messaging.accounts import note_disconnected
from tenant_apps.messaging.channels import channel_named
from tenant_apps.messaging.channels.telegram.updates import Started
from tenant_apps.messaging.inbox import SomebodyElsesDevice, change_preferences, subscribe
from tenant_apps.messaging.models import ChatLink, Message, PushSubscription
from tenant_apps.messaging.people import begin_chat, end_chats
from tenant_apps.messaging.sending import send_all_due
from tenant_apps.people.identity import record_for
from tenant_apps.people.merging import merge_people
from tenant_apps.people.models import ContactPoint, Person
from tests import make
from tests.messaging.channels import NUMBER, begin, chat_of, hear, office_notice, ways


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
    Person.objects.filter(pk=tell.ada.person.pk).update(phone="07700 900 123")
    assert "sms" not in ways(tell("email", "sms"))


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


@pytest.fixture
def owner(ada):
    """Olive owns the place, and wants new bookings in her chat alone."""
    olive = make.user("owner", email="olive@alpha.test")
    record_for(olive)
    change_preferences(olive, channels={"bookings/office_confirmed": {"email": False, "push": False}})
    return User.objects.select_related("person").get(pk=olive.pk)


def told_of_the_end(user):
    return [mail.subject for mail in Message.objects.filter(kind="messaging/way_ended", to=user.email)]


@pytest.mark.parametrize("how", ["blocks", "stop", "refused", "disconnects"])
def test_who_wants_it_in_a_chat_alone_gets_it_by_email_once_the_chat_has_ended(owner, how):
    chat = begin(begin_chat(owner.person), "Olive")
    assert set(ways(office_notice(owner, owner.person))) == {"telegram"}
    if how == "disconnects":
        end_chats(owner.person)
    elif how == "refused":
        channel_named("telegram").gone(ContactPoint.objects.get(kind="telegram").value)
    else:
        with public_context():
            chats.block(chat, True) if how == "blocks" else chats.say(chat, "/stop")
        hear()
    deliver_due()
    deliver_due()
    assert set(ways(office_notice(owner, owner.person))) == {"email"}
    said = ["We no longer reach you by Telegram; email from now on"]
    assert told_of_the_end(owner) == ([] if how == "disconnects" else said)


def test_who_had_no_chat_and_switched_the_email_off_reads_it_in_the_inbox_alone(owner):
    assert ways(office_notice(owner, owner.person)) == {}


def test_while_the_bot_is_refused_what_it_should_have_carried_goes_by_email(owner):
    begin(begin_chat(owner.person), "Olive")
    with transaction.atomic():
        note_disconnected("telegram", "it said no")
    assert set(ways(office_notice(owner, owner.person))) == {"email"}


def test_who_has_another_device_is_told_of_no_end(ada):
    for number in (NUMBER, "+447700900124"):
        told = pushes.subscribe(number, "alpha")
        subscribe(ada, endpoint=told["endpoint"], device=number, **told["keys"])
    first, second = PushSubscription.objects.all()
    channel_named("push").gone(str(first.pk))
    deliver_due()
    assert told_of_the_end(ada) == []
    channel_named("push").gone(str(second.pk))
    channel_named("push").gone(str(second.pk))
    deliver_due()
    assert told_of_the_end(ada) == ["We no longer reach you by notifications on a device; email from now on"]


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


def test_a_clock_that_is_moved_by_a_month_ends_no_device(ada, client_of, here):
    browser = client_of(here)
    browser.post("/accounts/login/", {"login": ada.email, "password": make.PASSWORD})
    told = pushes.subscribe(NUMBER, "alpha")
    assert browser.post("/my/push/", json.dumps(told), content_type="application/json").status_code == 201
    with public_context():
        move_clock(Tenant.objects.get(pk=here.pk), to=now() + timedelta(days=30))
        moved = Tenant.objects.get(pk=here.pk)
    with tenant_context(moved):
        assert browser.get("/my/notices/").status_code == 200
        assert PushSubscription.objects.get(user=ada).is_signed_in()


def test_a_device_ends_with_the_sign_in_the_password_and_the_account(tell, ada, client_of, here):
    def device():
        told = pushes.subscribe(NUMBER, "alpha")
        browser = client_of(here)
        browser.sign_in(User.objects.get(pk=ada.pk))
        answer = browser.post("/my/push/", json.dumps(told), content_type="application/json")
        assert answer.status_code == 201
        return browser

    browser = device()
    browser.post("/accounts/logout/")
    assert not PushSubscription.objects.exists()
    new = {"oldpassword": make.PASSWORD, "password1": "another-horse-8", "password2": "another-horse-8"}
    assert device().post("/accounts/password/change/", new).status_code == 302
    assert not PushSubscription.objects.exists()
    device()
    ContactPoint.objects.create(person=ada.person, kind="telegram", value="77")
    set_active(ada, active=False)
    assert not PushSubscription.objects.exists()
    assert not ContactPoint.objects.filter(kind="telegram").exists()


def test_a_device_ends_where_its_sign_in_was_ended_from_another(tell, ada, client_of, here):
    lost, hers = client_of(here), client_of(here)
    for browser in (lost, hers):
        browser.post("/accounts/login/", {"login": ada.email, "password": make.PASSWORD})
    told = pushes.subscribe(NUMBER, "alpha")
    assert lost.post("/my/push/", json.dumps(told), content_type="application/json").status_code == 201
    assert PushSubscription.objects.get().is_signed_in()
    hers.post("/accounts/sessions/")
    assert not PushSubscription.objects.get().is_signed_in()
    notice = tell("push")
    send_all_due()
    assert ways(notice)["push"] == "failed"
    assert not PushSubscription.objects.exists()


def test_nobody_takes_a_device_over_by_its_address_alone(tell, ada, here):
    told = pushes.subscribe(NUMBER, "alpha")
    subscribe(ada, endpoint=told["endpoint"], device="A telephone", **told["keys"])
    other = pushes.subscribe(NUMBER, "alpha")
    with pytest.raises(SomebodyElsesDevice):
        subscribe(make.user(), endpoint=told["endpoint"], device="Mine", **other["keys"])
    assert PushSubscription.objects.get().user == ada


def test_stop_holds_until_they_press_start_themselves(tell, ada):
    chat = chat_of(ada)
    with public_context():
        chats.say(chat, "/stop")
        chats.block(chat, True)
        chats.block(chat, False)
    hear()
    assert ContactPoint.objects.get(kind="telegram").opted_out
    begin("")  # in the same chat
    assert not ContactPoint.objects.get(kind="telegram").opted_out


def test_two_records_that_are_one_person_keep_the_chat(tell, ada, here):
    other = make.person(name="Ada B", email="ada.b@example.com")
    ContactPoint.objects.create(person=other, kind="telegram", value="77")
    late = begin_chat(other)
    merge_people(kept=ada.person, absorbed=other, by=None)
    assert ContactPoint.objects.get(value="77").person == ada.person
    begin(late)
    assert ContactPoint.objects.filter(person=ada.person, kind="telegram").count() == 2


def test_the_update_that_connected_a_chat_says_nothing_wrong_when_it_comes_again(ada, monkeypatch):
    said = []
    monkeypatch.setattr(hooks.answer, "delay_on_commit", lambda _chat, text: said.append(text))
    started = Started(update_id=5, chat_id=77, name="Ada", payload=begin_chat(ada.person))
    for _time in range(2):
        hooks.take_update(started)
        cache.clear()  # what was marked as done is lost, or never was
    assert len(said) == 1
    assert "This chat is connected" in said[0]
    hooks.take_update(replace(started, update_id=6))
    assert "of no use any more" in said[1]
