"""Whom messages reach: only whose they are, only so many, and nobody who left or was erased."""

import json

import pytest
from django.db import transaction
from django.utils import timezone

from shared_apps.core.limits import HOUR, Rate
from shared_apps.events.bus import deliver_due
from shared_apps.sandbox.messages import pushes
from shared_apps.sandbox.messages.accounts import bot_of, twilio_of
from shared_apps.timers.due import do_due_work
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.notifications import send_again, send_link
from tenant_apps.bookings.proof import confirm_by_link
from tenant_apps.messaging import limits
from tenant_apps.messaging.inbox import subscribe
from tenant_apps.messaging.kinds import kind_of
from tenant_apps.messaging.models import ChannelAccount, Message, Notice
from tenant_apps.messaging.office.selectors import STUCK
from tenant_apps.messaging.own_words import change_messaging
from tenant_apps.messaging.sending import SUMMARY, TextGone, fail, send_all_due, try_again
from tenant_apps.messaging.services import notify
from tenant_apps.people.models import ContactPoint, Person
from tenant_apps.people.privacy import erase_person, export_person
from tenant_apps.scheduling.services import cancel_session
from tests import make
from tests.messaging.channels import KIND, NUMBER, office_notice, ways


def test_who_does_not_work_here_any_more_is_told_nothing_and_nothing_is_pushed_to_them(tell, ada):
    told = pushes.subscribe(NUMBER, "alpha")
    subscribe(ada, endpoint=told["endpoint"], device="A telephone", **told["keys"])
    ada.is_active = False
    ada.save()
    notice = tell("email", "push")
    assert ways(notice) == {"email": "queued"}
    assert not notice.in_inbox


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


def test_a_number_abroad_or_a_dear_one_is_not_texted_and_the_email_goes(tell, ada):
    for number in ("+8821234567890", "+18765550123", "+447012345678", "+449012345678"):
        Person.objects.filter(pk=ada.person.pk).update(phone=number)
        assert ways(tell("email", "sms")) == {"email": "queued"}, number


def test_one_person_is_texted_a_few_times_a_day_whatever_number_they_give(tell, ada, settings):
    settings.RATE_LIMITS = True
    for n in range(14):
        Person.objects.filter(pk=ada.person.pk).update(phone=f"+4477009001{n:02}")
        tell("email", "sms")
    assert Message.objects.filter(channel="sms", status="queued").count() == 10
    assert Message.objects.filter(channel="email", kind=KIND).count() == 14


def people(count, *, first=0):
    return [make.person(phone=f"+4477009{first + n:05d}") for n in range(count)]


def test_what_the_office_does_is_texted_however_many_texts_visitors_set_off(here, facts, settings, monkeypatch):
    settings.RATE_LIMITS = True
    monkeypatch.setattr(limits, "TEXTS_TO_ALL_STRANGERS", (Rate(3, HOUR),))  # instead of hundreds
    change_messaging(channels={KIND: ["sms"], "bookings/cancelled": ["sms"]}, by=None)
    for person in people(5):
        notify(KIND, person=person, context=facts, by_visitor=True)
    for person in people(5, first=50):
        notify("bookings/cancelled", person=person, context=facts)
    told = Message.objects.filter(channel="sms").values_list("kind", "status")
    assert [status for kind, status in told if kind == "bookings/cancelled"] == ["queued"] * 5
    assert sorted(status for kind, status in told if kind == KIND) == ["queued"] * 3 + ["withheld"] * 2


def test_guests_whose_session_is_called_off_are_texted_all_of_them(here, settings, monkeypatch):
    monkeypatch.setattr(limits, "TEXTS_TO_ALL_STRANGERS", (Rate(3, HOUR),))
    change_messaging(channels={"bookings/cancelled": ["email", "sms"], "bookings/confirmed": ["email", "sms"]}, by=None)
    settings.RATE_LIMITS = True
    session = make.session(price=0, capacity=20)
    for person in people(5):
        confirm_by_link(make.booking(session=session, buyer=person))
    do_due_work()
    texts = Message.objects.filter(channel="sms").values_list("kind", "status")
    assert sorted(texts) == [("bookings/confirmed", "sent")] * 3 + [("bookings/confirmed", "withheld")] * 2
    cancel_session(session, reason="Ill", by=make.user("owner"))
    do_due_work()
    assert sorted(texts.filter(kind="bookings/cancelled")) == [("bookings/cancelled", "sent")] * 5


def test_what_the_office_confirms_or_sends_again_is_not_the_visitors_doing(here):
    free = make.session(price=0, capacity=20)
    by_guest, by_office = make.booking(session=free), make.booking(session=free, by_office=True)
    deliver_due()
    confirm_by_link(by_guest)
    deliver_due()
    send_link(by_guest)
    send_again(by_guest)
    about = Notice.objects.exclude(kind__contains="office_").order_by("created_at")
    told = [(one.kind, one.by_visitor) for one in about.filter(about_id=by_guest.pk)]
    assert told == [
        ("bookings/prove", True), ("bookings/confirmed", True), ("bookings/link", True), ("bookings/confirmed", False),
    ]  # fmt: skip
    assert about.get(about_id=by_office.pk, kind="bookings/confirmed").by_visitor is False


def test_a_text_that_was_withheld_goes_by_email_and_stands_in_the_log_with_its_reason(
    here, facts, desk, settings, monkeypatch
):
    settings.RATE_LIMITS = True
    monkeypatch.setattr(limits, "TEXTS_TO_ALL_STRANGERS", (Rate(0, HOUR),))
    kind = kind_of("bookings/office_confirmed").name
    change_messaging(channels={kind: ["sms"]}, by=None)
    (person,) = people(1)
    notice = notify(kind, person=person, context={**facts, "office_url": "https://alpha.test/"}, by_visitor=True)
    assert ways(notice) == {"sms": "withheld", "email": "queued"}
    text = notice.messages.get(channel="sms")
    office = desk("admin")
    page = office.get(f"/admin/messages/{text.pk}/").content.decode()
    assert "Held back" in page
    assert "Visitors without an account set off as many text messages as we allow" in page
    assert "nobody has confirmed" not in page
    assert not Message.objects.filter(STUCK, pk=text.pk).exists()  # the email carries it
    Message.objects.filter(notice=notice, channel="email").delete()
    assert Message.objects.filter(STUCK, pk=text.pk).exists()
    office.post(f"/admin/messages/{text.pk}/again/")
    send_all_due()
    assert ways(notice) == {"sms": "sent"}


def test_what_was_said_already_counts_for_no_limit(tell, ada, settings):
    settings.RATE_LIMITS = True
    for _again in range(12):
        tell("email", "sms", once="same")
    other = tell("email", "sms", once="other")
    assert ways(other) == {"email": "queued", "sms": "queued"}


def test_who_types_somebodys_address_rings_no_telephone_of_theirs(ada, facts):
    ContactPoint.objects.create(person=ada.person, kind="telegram", value="77")
    change_messaging(channels={KIND: ["email", "sms", "telegram"]}, by=None)
    notice = notify(KIND, user=ada, person=ada.person, context=facts, to_stranger=True)
    assert ways(notice) == {"email": "queued"}
    assert not notice.in_inbox
    with transaction.atomic():
        fail(notice.messages.get(), "no such address")
    assert ways(notice) == {"email": "failed"}


def test_what_waits_for_somebody_who_left_the_office_is_not_sent(here):
    colleague = make.user("admin")
    notice = office_notice(colleague)
    colleague.roles = ["student"]
    colleague.save()
    send_all_due()
    assert ways(notice) == {"email": "failed"}
    assert not Notice.objects.visible_to(colleague).exists()


def test_texts_to_one_number_and_to_all_strangers_have_a_sum(here, facts, settings):
    """Whoever books with another address each time is another person."""
    settings.RATE_LIMITS = True
    change_messaging(channels={KIND: ["email", "sms"]}, by=None)

    def tell_somebody(phone):
        notify(KIND, person=make.person(phone=phone), context=facts, by_visitor=True)

    texts, withheld = (Message.objects.filter(channel="sms", status=status) for status in ("queued", "withheld"))
    for _each in range(12):
        tell_somebody(NUMBER)
    assert (texts.count(), withheld.count()) == (10, 2)
    for last in range(130):
        tell_somebody(f"+4477009{last:05d}")
    assert texts.count() <= 120
    assert texts.count() + withheld.count() == 142
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
