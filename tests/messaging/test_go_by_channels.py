"""Messages by telephone, Telegram and browser: what arrives, what fails, and what carries it instead."""

import json
import threading
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.core.cache import cache
from django.db import connections, transaction
from django.utils import timezone

from shared_apps.accounts.models import User
from shared_apps.accounts.services import set_active
from shared_apps.core.time import now
from shared_apps.sandbox.messages import chats, pushes
from shared_apps.sandbox.messages.accounts import TEMPLATES, bot_of, ensure_account, twilio_of
from shared_apps.sandbox.messages.calls import work
from shared_apps.sandbox.messages.texts import answer
from shared_apps.sandbox.models import ChatMessage, Fate, PushNotice, Telephone, TextMessage
from shared_apps.sandbox.switches import set_switches
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.timers.due import do_due_work
from tenant_apps.bookings.models import Booking
from tenant_apps.demo.builders.channels import connect
from tenant_apps.messaging.accounts import remove_account
from tenant_apps.messaging.channels.errors import ChannelRefused
from tenant_apps.messaging.channels.twilio.client import Delivery
from tenant_apps.messaging.hooks import take_delivery
from tenant_apps.messaging.inbox import SomebodyElsesDevice, subscribe
from tenant_apps.messaging.kinds import kind_of
from tenant_apps.messaging.models import ChannelAccount, ChatLink, Message, Notice, PushSubscription
from tenant_apps.messaging.office.selectors import STUCK
from tenant_apps.messaging.own_words import change_messaging, change_wording
from tenant_apps.messaging.people import begin_chat
from tenant_apps.messaging.sending import MOST_ATTEMPTS, SUMMARY, TextGone, fail, send_all_due, try_again
from tenant_apps.messaging.services import notify
from tenant_apps.people.merging import merge_people
from tenant_apps.people.models import ContactPoint, Person
from tenant_apps.people.privacy import erase_person, export_person
from tests import make

NUMBER = "+447700900123"
KIND = "bookings/link"


class Data:
    """What connecting a provider in the demo asks of its data."""

    slug, name = "alpha", "Alpha Training"


@pytest.fixture
def here(site, alpha, settings):
    """Alpha, whose accounts at the stand-ins are connected; they tell us something when `hear` is called."""
    settings.SANDBOX_INLINE_WEBHOOKS = False
    with tenant_context(alpha):
        cache.clear()  # what was heard in another test
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

    def told(*channels, kind=KIND, **more):
        change_messaging(channels={kind: channels}, by=None)
        now = User.objects.select_related("person").get(pk=ada.pk)
        return notify(kind, user=now, person=now.person, context={**facts, **more}, about=facts["booking"])

    told.ada = ada
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


def office_notice(owner, person=None):
    from tenant_apps.bookings.notifications import booking_to_tell
    from tenant_apps.bookings.notifications import facts as said

    told = {**said(booking_to_tell(make.confirmed_booking().pk)), "office_url": "https://alpha.test/admin/"}
    return notify("bookings/office_confirmed", user=owner, person=person, context=told)


def test_what_failed_beside_an_email_that_went_is_carried_by_nothing_else(tell, ada):
    with public_context():
        Telephone.objects.create(number=NUMBER, fate=Fate.E30005)
    notice = tell("email", "sms")
    send_all_due()
    hear()
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


def refused_at_once(notice, tenant):
    """The two messages of a notice fail in two processes at the same moment."""
    gate = threading.Barrier(2, timeout=20)

    def refuse(channel):
        try:
            with tenant_context(tenant), transaction.atomic():
                message = Message.objects.select_for_update().get(notice=notice, channel=channel)
                gate.wait()
                fail(message, "refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=refuse, args=(channel,)) for channel in ways(notice)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_two_ways_that_fail_at_the_same_moment_are_carried_by_email_once(tell, ada, here):
    owner = make.user("owner")
    ContactPoint.objects.create(person=ada.person, kind="telegram", value="77")
    change_messaging(channels={"bookings/office_confirmed": ["sms", "telegram"]}, by=None)
    notice = office_notice(owner, person=ada.person)
    assert set(ways(notice)) == {"sms", "telegram"}
    refused_at_once(notice, here)
    assert ways(notice) == {"sms": "failed", "telegram": "failed", "email": "queued"}


def test_a_number_abroad_or_a_dear_one_is_not_texted_and_the_email_goes(tell, ada):
    for number in ("+8821234567890", "+18765550123", "+447012345678", "+449012345678"):
        Person.objects.filter(pk=ada.person.pk).update(phone=number)
        assert ways(tell("email", "sms")) == {"email": "queued"}, number


def test_one_person_is_texted_a_few_times_a_day_whatever_number_they_give(tell, ada, settings):
    settings.RATE_LIMITS = True
    for n in range(14):
        Person.objects.filter(pk=ada.person.pk).update(phone=f"+4477009001{n:02}")
        tell("email", "sms")
    assert Message.objects.filter(channel="sms").count() == 10
    assert Message.objects.filter(channel="email", kind=KIND).count() == 14


def test_who_types_somebodys_address_rings_no_telephone_of_theirs(ada, facts):
    ContactPoint.objects.create(person=ada.person, kind="telegram", value="77")
    change_messaging(channels={KIND: ["email", "sms", "telegram"]}, by=None)
    notice = notify(KIND, user=ada, person=ada.person, context=facts, to_stranger=True)
    assert ways(notice) == {"email": "queued"}
    assert not notice.in_inbox
    with transaction.atomic():
        fail(notice.messages.get(), "no such address")
    assert ways(notice) == {"email": "failed"}


def test_an_email_that_fails_is_texted_only_where_the_provider_offers_texts(tell):
    quiet = tell("email")
    with transaction.atomic():
        fail(quiet.messages.get(), "no such address")
    assert ways(quiet) == {"email": "failed"}


def test_an_answer_that_was_lost_texts_nobody_again_and_again(tell):
    with public_context():
        set_switches({"messages_lost_answers": True})
    notice = tell("email", "sms")
    for _turn in range(6):
        message = Message.objects.get(notice=notice, channel="sms")
        with time_machine.travel(max(message.next_try_at, timezone.now()) + timedelta(seconds=1), tick=True):
            send_all_due()
    with public_context():
        assert TextMessage.objects.filter(telephone_id=NUMBER).count() <= 2
    assert ways(notice)["sms"] == "failed"


def test_a_message_whose_answer_was_lost_is_known_to_be_sent_when_twilio_says_so(tell):
    message = Message.objects.get(notice=tell("email", "sms"), channel="sms")
    take_delivery(message.pk, Delivery("SM" + "1" * 32, "sent"))
    assert ways(message.notice)["sms"] == "sent"


def test_a_late_word_about_a_former_try_does_not_end_the_new_one(tell):
    message = Message.objects.get(notice=tell("email", "sms"), channel="sms")
    first = Delivery("SM" + "1" * 32, "undelivered", ChannelRefused("30003", "Off"))
    take_delivery(message.pk, Delivery(first.reference, "sent"))
    take_delivery(message.pk, first)
    message.refresh_from_db()
    try_again(message, by=make.user("owner"))
    take_delivery(message.pk, first)
    assert ways(message.notice)["sms"] == "queued"


def test_a_kind_that_this_release_does_not_have_fails_once(tell, ada):
    with public_context():
        Telephone.objects.create(number=NUMBER, fate=Fate.E30005)
    notice = tell("email", "sms")
    Message.objects.filter(notice=notice, channel="email").delete()
    Notice.objects.filter(pk=notice.pk).update(kind="newer/kind")
    send_all_due()
    hear()
    assert ways(notice) == {"sms": "failed"}


def test_what_waits_for_somebody_who_left_the_office_is_not_sent(here):
    colleague = make.user("admin")
    notice = office_notice(colleague)
    colleague.roles = ["student"]
    colleague.save()
    send_all_due()
    assert ways(notice) == {"email": "failed"}
    assert not Notice.objects.visible_to(colleague).exists()


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


def test_texts_to_one_number_and_to_all_strangers_have_a_sum(here, facts, settings):
    """Whoever books with another address each time is another person."""
    settings.RATE_LIMITS = True
    change_messaging(channels={KIND: ["email", "sms"]}, by=None)

    def tell_somebody(phone):
        notify(KIND, person=make.person(phone=phone), context=facts)

    texts = Message.objects.filter(channel="sms")
    for _each in range(12):
        tell_somebody(NUMBER)
    assert texts.count() == 10
    for last in range(130):
        tell_somebody(f"+4477009{last:05d}")
    assert texts.count() <= 120
    assert Message.objects.filter(channel="email", kind=KIND).count() == 142


def test_a_summary_keeps_nobodys_name_once_its_fate_is_known(here):
    boss = make.user("admin")
    notify(SUMMARY, user=boss, context={"count": 1, "notices": [], "inbox_url": "http://x/"})
    summary = Message.objects.get(kind=SUMMARY)
    assert summary.text
    with transaction.atomic():
        fail(summary, "550 no such user")
    assert not Message.objects.get(pk=summary.pk).text
    with pytest.raises(TextGone):
        try_again(summary, by=None)


def test_a_summary_does_not_go_to_whom_left_the_office(here):
    boss = make.user("admin")
    notify(SUMMARY, user=boss, context={"count": 1, "notices": [], "inbox_url": "http://x/"})
    boss.roles = ["student"]
    boss.save()
    send_all_due()
    assert Message.objects.get(kind=SUMMARY).status == "failed"


def test_what_is_told_late_of_a_try_before_the_last_changes_nothing(tell, ada):
    change_messaging(channels={KIND: ["sms"]}, by=None)
    text = Message.objects.get(notice=tell("sms"), channel="sms")
    refused = partial(Delivery, status="undelivered", error=ChannelRefused("30003", "Unreachable"))
    for name in ("SM1", "SM2"):
        Message.objects.filter(pk=text.pk).update(status="sent", sent_at=now(), reference=name)
        take_delivery(text.pk, refused(reference=name))
        text.refresh_from_db()
        try_again(text, by=None)
    take_delivery(text.pk, refused(reference="SM1"))
    text.refresh_from_db()
    assert text.status == "queued"


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


def test_erasing_and_exporting_somebody_reaches_every_channel(tell, ada):
    ContactPoint.objects.create(person=ada.person, kind="telegram", value="5550001")
    change_messaging(channels={"bookings/offer": ["email", "sms", "telegram"]}, by=None)
    tell("email", "sms", "telegram")
    Message.objects.update(about_id=None, status="sent", sent_at=timezone.now())
    Booking.objects.update(status="completed")
    export = str(export_person(ada.person, by=None))
    assert NUMBER in export
    assert "telegram" in export
    erase_person(ada.person, by=make.user("owner"))
    kept = str([list(model.objects.values()) for model in (Message, Notice, ContactPoint)])
    assert NUMBER not in kept
    assert "5550001" not in kept
