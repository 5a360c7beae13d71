"""What somebody is told stands in their inbox and goes out by the ways that they and the provider chose."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
import time_machine

from shared_apps.accounts.models import User
from shared_apps.timers.due import do_due_work
from tenant_apps.messaging.accounts import keep_account
from tenant_apps.messaging.inbox import NotOffered, change_preferences, choices_of, preferences_of
from tenant_apps.messaging.kinds import known_kinds
from tenant_apps.messaging.models import Message, MessagingSettings, Notice
from tenant_apps.messaging.own_words import change_messaging
from tenant_apps.messaging.routing import Quiet
from tenant_apps.messaging.services import notify, tell_office
from tenant_apps.people.identity import record_for
from tenant_apps.people.models import ContactPoint
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
LONDON = ZoneInfo("Europe/London")
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
LATE = datetime(2026, 11, 30, 22, 30, tzinfo=UTC)


@pytest.fixture
def ada():
    user, person = make.student_user()
    person.phone = "07700 900123"
    person.save()
    return User.objects.get(pk=user.pk)


@pytest.fixture
def texts():
    """The provider can send text messages."""
    keep_account(
        "twilio",
        name="Alpha",
        public={"sid": "AC" + "1" * 32, "sender": "+447700900100"},
        secret={"token": "t"},
        by=None,
    )


def offer(kind, *channels):
    change_messaging(channels={kind: channels}, by=None)


def context(**more):
    """What a notice about a booking is written with."""
    from tenant_apps.bookings.notifications import booking_to_tell, facts

    booking = booking_to_tell(make.confirmed_booking().pk)
    return {**facts(booking), "office_url": "https://alpha.test/admin/", **more}


def tell(user, kind="bookings/link", once=None, **more):
    return notify(kind, user=user, person=user.person, context=context(**more), once=once)


def test_a_notice_stands_in_the_inbox_and_goes_by_email(ada):
    notice = tell(ada)
    assert list(Notice.objects.visible_to(ada)) == [notice]
    (message,) = notice.messages.all()
    assert (message.channel, message.to) == ("email", ada.email)
    assert notice.text.startswith("The link to your booking")
    assert notice.link.startswith("http")


def test_said_twice_it_is_told_once(ada):
    assert tell(ada, once="said") is not None
    assert tell(ada, once="said") is None
    assert Notice.objects.count() - Notice.objects.exclude(once="said").count() == 1


def test_what_the_former_release_told_is_not_told_again(ada):
    Message.objects.create(kind="bookings/link", to="ada@example.com", subject="It", text="It", once="said")
    assert tell(ada, once="said") is None


def test_who_can_not_be_reached_at_all_is_told_nothing():
    assert notify("bookings/link", context=context()) is None


def test_every_template_of_a_message_belongs_to_a_kind_that_says_what_it_may_say():
    from pathlib import Path

    from django.conf import settings

    declared = {kind.name for kind in known_kinds()}
    written = {
        f"{path.parent.parent.name}/{path.stem}"
        for path in Path(settings.BASE_DIR, "templates").glob("*/messages/*.txt")
        if not path.name.startswith("_")
        and path.parent.parent.name in ("bookings", "certificates", "interest", "materials", "payments", "messaging")
    }
    assert declared == written


@pytest.mark.parametrize("kind", [kind.name for kind in known_kinds()])
def test_our_own_short_text_of_every_kind_can_be_filled(kind):
    from tenant_apps.messaging.kinds import kind_of
    from tenant_apps.messaging.liquid import check, fill

    known = kind_of(kind)
    check(str(known.short), sample=known.sample)
    assert "{" not in fill(str(known.short), known.sample)


def test_what_must_be_told_comes_by_email_whatever_somebody_switches_off(ada):
    with pytest.raises(NotOffered):
        change_preferences(ada, channels={"bookings/link": {"email": False}})
    row = preferences_of(ada)
    row.off = {"bookings/link": ["email"]}  # written past the rule
    row.save()
    assert tell(ada).messages.get().channel == "email"


def test_the_office_may_switch_an_email_off_and_still_finds_it_in_the_inbox():
    owner = make.user("owner")
    change_preferences(owner, channels={"bookings/office_confirmed": {"email": False}})
    tell_office("bookings/office_confirmed", context=context(), about=None, once="new")
    notice = Notice.objects.visible_to(owner).get()
    assert notice.in_inbox
    assert not notice.messages.exists()


def test_a_way_that_is_not_offered_can_not_be_chosen(ada):
    with pytest.raises(NotOffered):
        change_preferences(ada, channels={"bookings/link": {"sms": True}})
    with pytest.raises(NotOffered):
        change_preferences(ada, channels={"bookings/office_confirmed": {"email": False}})


def test_a_text_message_goes_only_where_the_provider_pays_for_it(ada, texts):
    assert [one.channel for one in tell(ada).messages.all()] == ["email"]
    offer("bookings/link", "email", "sms")
    notice = tell(ada)
    text = notice.messages.get(channel="sms")
    assert text.to == "+447700900123"
    assert text.text == f"{notice.text} {notice.link}"
    change_preferences(ada, channels={"bookings/link": {"sms": False}})
    assert [one.channel for one in tell(ada).messages.all()] == ["email"]


@time_machine.travel(LATE, tick=False)
def test_in_quiet_hours_telephones_wait_and_emails_do_not(ada, texts):
    offer("bookings/link", "email", "sms")
    change_preferences(ada, quiet=(time(22), time(7, 30)))
    notice = tell(ada)
    assert notice.messages.get(channel="email").next_try_at == LATE
    assert notice.messages.get(channel="sms").next_try_at == datetime(2026, 12, 1, 7, 30, tzinfo=UTC)


@time_machine.travel(LATE, tick=False)
def test_what_is_urgent_does_not_wait_for_the_morning(ada, texts):
    offer("bookings/moved", "email", "sms")
    change_preferences(ada, quiet=(time(22), time(7, 30)))
    notice = tell(ada, "bookings/moved")
    assert notice.messages.get(channel="sms").next_try_at == LATE


@time_machine.travel(LATE, tick=False)
def test_who_chose_no_quiet_hours_has_the_providers(ada, texts):
    offer("bookings/link", "email", "sms")
    change_messaging(quiet=(time(21), time(8)), by=None)
    assert tell(ada).messages.get(channel="sms").next_try_at == datetime(2026, 12, 1, 8, tzinfo=UTC)


NIGHT = Quiet(time(22), time(7), LONDON)


@pytest.mark.parametrize(
    ("moment", "over"),
    [
        # The clocks go back at 02:00 on 25 October: the night has an hour more.
        (datetime(2026, 10, 24, 21, 30, tzinfo=UTC), datetime(2026, 10, 25, 7, tzinfo=UTC)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 7, tzinfo=UTC)),  # 01:30, the first time
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), datetime(2026, 10, 25, 7, tzinfo=UTC)),  # and the second
        # They go forward at 01:00 on 28 March: it has an hour less.
        (datetime(2027, 3, 27, 22, 30, tzinfo=UTC), datetime(2027, 3, 28, 6, tzinfo=UTC)),
        (datetime(2027, 3, 28, 1, 30, tzinfo=UTC), datetime(2027, 3, 28, 6, tzinfo=UTC)),
        # By day nothing waits; at the very end, neither.
        (datetime(2026, 10, 25, 7, tzinfo=UTC), datetime(2026, 10, 25, 7, tzinfo=UTC)),
        (datetime(2026, 10, 24, 20, 59, tzinfo=UTC), datetime(2026, 10, 24, 20, 59, tzinfo=UTC)),
    ],
)
def test_a_night_in_which_the_clocks_change_ends_when_the_clock_says_so(moment, over):
    assert NIGHT.over(moment) == over


def test_quiet_hours_that_end_within_the_hour_that_a_clock_change_skips_end():
    quiet = Quiet(time(23), time(1, 30), LONDON)
    moment = datetime(2027, 3, 28, 0, 45, tzinfo=UTC)
    over = quiet.over(moment)
    assert moment < over <= datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert quiet.over(over) == over


def test_quiet_hours_that_end_in_the_hour_that_comes_twice_end_when_it_is_over():
    quiet = Quiet(time(23), time(1, 30), LONDON)
    moment = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 01:10 for the second time
    assert quiet.over(moment) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_quiet_hours_by_day_are_of_one_day():
    nap = Quiet(time(13), time(14), LONDON)
    assert nap.over(datetime(2026, 12, 1, 13, 30, tzinfo=UTC)) == datetime(2026, 12, 1, 14, tzinfo=UTC)
    assert nap.over(NOON) == NOON


def test_what_waits_for_a_summary_stands_among_the_messages_with_when_it_goes(desk):
    owner = make.user("owner")
    with time_machine.travel(NOON, tick=False):
        change_preferences(owner, digest_at=time(17))
        tell_office("bookings/office_confirmed", context=context(), about=None, once="one")
        page = desk(user=owner).get("/admin/messages/?status=queued").content.decode()
    assert Notice.objects.get(once__startswith="one").title in page
    assert "with the summary of Mon 30 Nov, 17:00" in " ".join(page.split())


def test_what_can_wait_comes_once_a_day_in_one_email(mailoutbox):
    owner = make.user("owner", email="owner@alpha.test")
    with time_machine.travel(NOON, tick=False) as clock:
        change_preferences(owner, digest_at=time(17))
        told = context()
        for once in ("one", "two", "three"):
            tell_office("bookings/office_confirmed", context=told, about=None, once=once)
        tell_office("bookings/office_cancelled", context=told, about=None, once="pressing")
        assert [one.kind for one in Message.objects.filter(to=owner.email)] == ["bookings/office_cancelled"]
        Notice.objects.filter(once__startswith="two").update(read_at=NOON)
        clock.move_to(datetime(2026, 11, 30, 17, 1, tzinfo=UTC))
        do_due_work()
        do_due_work()
    summary = Message.objects.get(kind="messaging/digest", to=owner.email)
    assert summary.subject == "2 new at Alpha Training"
    (mail,) = [mail for mail in mailoutbox if mail.to == [owner.email] and mail.subject == summary.subject]
    assert mail.body.count("booked") == 2
    assert summary.text + summary.html == ""  # it names people, who may be forgotten


def test_what_is_written_while_the_summary_goes_out_comes_with_the_next(mailoutbox):
    """It was written a second before, in a transaction that ended a second after."""
    owner = make.user("owner", email="owner@alpha.test")
    before, after = datetime(2026, 11, 30, 16, 59, 59, tzinfo=UTC), datetime(2026, 11, 30, 17, 0, 1, tzinfo=UTC)
    with time_machine.travel(before, tick=False) as clock:
        change_preferences(owner, digest_at=time(17))
        told = context()
        for once in ("early", "late"):
            clock.move_to(before)
            tell_office("bookings/office_confirmed", context=told, about=None, once=once)
            clock.move_to(after)
            do_due_work()
    assert not Notice.objects.filter(user=owner, kind="bookings/office_confirmed", digested_at=None).exists()
    assert [mail.subject for mail in mailoutbox if mail.to == [owner.email]] == ["1 new at Alpha Training"] * 2


def test_the_summary_keeps_an_email_waiting_and_no_chat(mailoutbox):
    owner = make.user("owner")
    person = record_for(owner)
    ContactPoint.objects.create(person=person, kind="telegram", value="77")
    keep_account("telegram", name="@a_bot", public={"bot": "a_bot"}, secret={"token": "1:x", "secret": "s"}, by=None)
    change_preferences(owner, digest_at=time(17))
    tell_office("bookings/office_confirmed", context=context(), about=None, once="one")
    assert [one.channel for one in Message.objects.filter(kind="bookings/office_confirmed")] == ["telegram"]


@pytest.mark.parametrize("page", ["/my/bookings/", "/my/notices/"])
def test_a_student_sees_on_each_page_that_something_is_unread(ada, desk, page):
    student = desk(user=ada)
    assert "unread notice" not in student.get(page).content.decode()
    notice = tell(ada)
    shown = student.get(page).content.decode()
    assert "1 unread notice" in shown
    assert student.post(f"/my/notices/{notice.pk}/").status_code == 302
    assert "unread notice" not in student.get(page).content.decode()


def test_each_by_itself_where_nobody_asked_for_a_summary():
    owner = make.user("owner", email="owner@alpha.test")
    tell_office("bookings/office_confirmed", context=context(), about=None, once="one")
    assert Message.objects.filter(to=owner.email, kind="bookings/office_confirmed").count() == 1


def test_what_a_provider_can_not_send_any_more_keeps_its_choice_until_it_can_again(desk, texts):
    offer("bookings/link", "email", "sms")
    from tenant_apps.messaging.accounts import note_disconnected

    note_disconnected("twilio", "it said no")
    saved = desk("owner").post("/admin/settings/messages/", {"bookings/link:email": "on"})
    assert saved.status_code == 302
    assert "sms" in MessagingSettings.objects.load().channels["bookings/link"]


def test_preferences_name_only_what_one_can_get(ada):
    owner = make.user("owner")
    of_ada = {row.name for row in choices_of(ada, preferences_of(ada))}
    of_owner = {row.name for row in choices_of(owner, preferences_of(owner))}
    assert "bookings/confirmed" in of_ada
    assert "bookings/office_confirmed" not in of_ada
    assert "bookings/office_confirmed" in of_owner
