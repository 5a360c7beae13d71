"""A provider writes its messages itself: in its own words, and without any power over ours."""

import time

import pytest

from shared_apps.events.bus import deliver_due
from tenant_apps.messaging.accounts import keep_account
from tenant_apps.messaging.kinds import kind_of
from tenant_apps.messaging.models import Message, Notice, Wording
from tenant_apps.messaging.own_words import WordingRefused, change_messaging, change_wording, preview, take_ours
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
CONFIRMED = kind_of("bookings/confirmed")
BODY = "Hi {{ name }}!\n\n{{ course }} on {{ day }}.\n\n{{ details }}\n\n{{ link }}"


def say(body=BODY, subject="Yours: {{ course }}", channel="email"):
    return change_wording(CONFIRMED, channel, subject=subject, body=body, by=None)


def told(**course):
    """The email of a booking that was just confirmed."""
    booking = make.confirmed_booking(session=make.session(course=make.course(**course)))
    deliver_due()
    return Message.objects.get(kind="bookings/confirmed", about_id=booking.pk, channel="email")


def test_the_next_booking_is_confirmed_in_the_providers_words():
    say()
    message = told(title="Gas safety")
    assert message.subject == "Yours: Gas safety"
    assert "Gas safety on " in message.text
    booking_facts = Notice.objects.get(kind="bookings/confirmed").about_id
    assert booking_facts == message.about_id
    assert "Reference" in message.text  # the details
    assert 'class="facts"' in message.html
    assert 'class="btn"' in message.html  # the link has become a button
    assert message.attachments  # the calendar comes along


def test_what_is_typed_elsewhere_stays_text_in_an_own_email():
    say()
    message = told(title="<img src=x onerror=alert(1)> {{ link }} & co")
    assert "<img src=x" not in message.html
    assert "&lt;img src=x" in message.html
    assert "{{ link }} &amp; co" in message.html


def test_ours_again_when_somebody_takes_them_back():
    say()
    assert take_ours(CONFIRMED, "email", by=None)
    assert told(title="Gas safety").subject.startswith("Confirmed: Gas safety")
    assert not take_ours(CONFIRMED, "email", by=None)


def test_a_wording_that_fails_only_with_real_words_gives_way_to_ours():
    """It was saved by a release that knew more words."""
    say()
    Wording.objects.update(body="{% if course == 'Odd' %}{{ nothing }}{% endif %}ok")
    assert told(title="Odd").subject.startswith("Confirmed: Odd")
    assert told(title="Even").text.startswith("ok")


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("{% if seats == '2' %}Two seats{% endif %}", BODY), ("Yours", "{% if seats == '2' %}Two seats{% endif %}"),
        ("{% if seats == '2' %}Two seats{% endif %}\u200b", "{% if seats == '2' %}Two seats{% endif %}"),
    ],
)  # fmt: skip
def test_own_words_of_which_nothing_is_left_give_way_to_ours_each_by_itself(subject, body):
    say(body, subject)
    say("{% if seats == '2' %}Two seats{% endif %}", "", "short")
    message = told(title="Gas safety")
    assert message.subject == ("Yours" if subject == "Yours" else f"Confirmed: {message.subject[11:]}")
    assert message.subject in message.html
    assert message.text.startswith("Hi " if body == BODY else "Hello ")
    assert message.notice.link in message.text
    assert message.notice.text.startswith("Booked: Gas safety")
    assert message.notice.title == message.subject


def test_the_short_text_is_what_telephones_and_the_inbox_say():
    say("{{ course }}: see you {{ day }}", "", "short")
    keep_account("twilio", name="A", public={"sid": "AC1", "sender": "+447700900100"}, secret={"token": "t"}, by=None)
    change_messaging(channels={"bookings/confirmed": ["email", "sms"]}, by=None)
    buyer = make.person(phone="07700 900123")
    booking = make.confirmed_booking(buyer=buyer, session=make.session(course=make.course(title="Gas safety")))
    deliver_due()
    text = Message.objects.get(kind="bookings/confirmed", about_id=booking.pk, channel="sms")
    assert text.text.startswith("Gas safety: see you ")


HOSTILE = {
    "a loop that never comes back": "{% for i in (1..9999999999999) limit: 1 offset: 9999999999990 %}x{% endfor %}",
    "a loop over what is skipped": "{% for i in (1..100000000) limit: 5 offset: 99999984 %}x{% endfor %}",
    "too many conditions": "{% if " + " or ".join(["course"] * 900) + " %}x{% endif %}",
    "too many filters": "{{ course" + " | strip" * 900 + " }}",
    "nothing that one sees": "\u200b",
    "half a letter": "x\ud800",
    "an endless loop": "{% for i in (1..100000000) %}x{% endfor %}",
    "a loop in a loop": "{% for i in (1..1000) %}{% for j in (1..1000) %}x{% endfor %}{% endfor %}",
    "a growing string": "{% assign x = 'aa' %}{% for i in (1..99) %}{% assign x = x | append: x %}{% endfor %}{{ x }}",
    "a string that a filter grows": "{{ course | replace: 'a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' }}",
    "captured": "{% capture x %}{{ course }}{% endcapture %}{{ x }}",
    "an attribute": "{{ course.__class__ }}",
    "a key": "{{ course['title'] }}",
    "a method": "{{ course.upper }}",
    "an unknown variable": "{{ cuorse }}",
    "one in a condition": "{% if cuorse %}x{% endif %}",
    "one in a filter": "{{ course | default: cuorse }}",
    "a file": "{% include 'messages/plain.html' %}",
    "another template": "{% render 'x' %}",
    "an unknown tag": "{% load static %}",
    "an unknown filter": "{{ course | safe }}",
    "not ended": "{% if course %}x",
    "too much": "x" * 5001,
    "only braces": "{{" * 2400,
    "deep": "{% if course %}" * 300 + "{% endif %}" * 300,
    "nothing": "   ",
    "a nought": "x\0y",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_text_is_refused_when_it_is_saved_and_soon(what):
    began = time.process_time()
    with pytest.raises(WordingRefused) as refusal:
        say(HOSTILE[what])
    assert refusal.value.fields["body"][0]
    assert time.process_time() - began < 1
    assert not Wording.objects.exists()


def test_a_hostile_subject_is_refused_too_and_a_line_break_stays_out_of_it():
    with pytest.raises(WordingRefused) as refusal:
        say(subject="{{ cuorse }}")
    assert list(refusal.value.fields) == ["subject"]
    say(subject="One\nBcc: x@example.com")
    assert "\n" not in told().subject


def test_a_preview_shows_made_up_values_and_saves_nothing():
    subject, text, html = preview(CONFIRMED, "email", subject="Yours: {{ course }}", body=BODY)
    assert subject == "Yours: Gas safety refresher"
    assert "Hi Ada Byron!" in text
    assert "Bristol centre" in html
    assert not Wording.objects.exists()


def test_a_text_says_what_those_read_whose_name_is_empty(desk):
    say(body="Hi {{ name }},\nyour {{ course }} stands.")
    page = desk("owner").get("/admin/settings/messages/bookings/confirmed/email/").content.decode()
    assert "“Hi ,”" in page
    say(body="{{ course }} stands.")
    page = desk("owner").get("/admin/settings/messages/bookings/confirmed/email/").content.decode()
    assert "is left empty. They read" not in page


def test_the_office_writes_looks_and_gets_a_test(desk, mailoutbox):
    from tenant_apps.messaging.sending import send_due

    office, page = desk("owner"), "/admin/settings/messages/bookings/confirmed/email/"
    assert "{{ course }}" in office.get(page).content.decode()
    answer = office.post(page, {"subject": "S", "body": "{{ cuorse }}"})
    assert answer.status_code == 422
    assert "There is no “cuorse” here" in answer.content.decode()
    shown = office.post(page, {"subject": "Yours: {{ course }}", "body": BODY, "preview": "1"})
    assert "Yours: Gas safety refresher" in shown.content.decode()
    frame = office.get("/admin/settings/messages/preview/")
    assert "Hi Ada Byron!" in frame.content.decode()
    assert frame["Content-Security-Policy"].endswith("sandbox")
    office.post(page, {"subject": "Yours", "body": BODY, "test": "1"})
    send_due()
    assert [mail.subject for mail in mailoutbox] == ["Test: Yours"]
    assert office.post(page, {"subject": "Yours", "body": BODY}).status_code == 302
    assert "In your words" in office.get(page).content.decode()
    office.post(f"{page}ours/")
    assert not Wording.objects.exists()
