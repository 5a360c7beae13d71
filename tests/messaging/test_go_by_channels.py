"""Messages by telephone, Telegram and browser: what arrives, what fails, and what carries it instead."""

import threading
from datetime import timedelta
from functools import partial

import time_machine
from django.db import connections, transaction
from django.utils import timezone

from shared_apps.core.time import now
from shared_apps.sandbox.messages.accounts import TEMPLATES
from shared_apps.sandbox.models import Fate, Telephone, TextMessage
from shared_apps.sandbox.switches import set_switches
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.timers.due import do_due_work
from tenant_apps.messaging.accounts import remove_account
from tenant_apps.messaging.channels.errors import ChannelRefused
from tenant_apps.messaging.channels.twilio.client import Delivery
from tenant_apps.messaging.hooks import take_delivery
from tenant_apps.messaging.kinds import kind_of
from tenant_apps.messaging.models import ChannelAccount, Message, Notice
from tenant_apps.messaging.office.selectors import STUCK
from tenant_apps.messaging.own_words import change_messaging, change_wording
from tenant_apps.messaging.sending import MOST_ATTEMPTS, fail, send_all_due, try_again
from tenant_apps.people.models import ContactPoint
from tests import make
from tests.messaging.channels import KIND, NUMBER, hear, office_notice, ways


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
    assert str(owner) in page
    assert "Went by email instead" in page
    failed = Message.objects.get(notice=notice, channel="sms")
    assert "Went by email instead" in desk("admin").get(f"/admin/messages/{failed.pk}/").content.decode()
    Message.objects.filter(notice=notice, channel="email").delete()
    assert Message.objects.filter(STUCK, notice=notice).count() == 1


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


def test_what_was_queued_when_an_account_is_taken_away_goes_another_way(tell, ada):
    notice = tell("sms")
    Message.objects.filter(notice=notice, channel="email").delete()
    remove_account("twilio", by=None)
    send_all_due()
    assert ways(notice) == {"sms": "failed", "email": "queued"}


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


def test_what_twilio_tells_of_any_former_try_changes_nothing(tell, here):
    """However many there were: the address that Twilio was given says which try it was."""
    text = Message.objects.get(notice=tell("sms"), channel="sms")
    Message.objects.filter(notice=text.notice_id, channel="email").delete()
    for _turn in range(4):
        send_all_due()
        text.refresh_from_db()
        with transaction.atomic():
            fail(text, "30003")
        try_again(text, by=None)
    with public_context():
        assert TextMessage.objects.filter(telephone_id=NUMBER).count() == 4
    hear()  # each of the four tries arrived, says Twilio now
    text.refresh_from_db()
    assert (text.status, text.turn) == ("queued", 5)
    send_all_due()
    hear()
    text.refresh_from_db()
    assert text.status == "delivered"


def test_a_kind_that_this_release_does_not_have_fails_once(tell, ada):
    with public_context():
        Telephone.objects.create(number=NUMBER, fate=Fate.E30005)
    notice = tell("email", "sms")
    Message.objects.filter(notice=notice, channel="email").delete()
    Notice.objects.filter(pk=notice.pk).update(kind="newer/kind")
    send_all_due()
    hear()
    assert ways(notice) == {"sms": "failed"}


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
