"""A message is a row first; sending it is tried until it succeeds, and happens once."""

import re
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.conf import settings

from shared_apps.accounts.letters import send_invitation
from tenant_apps.branding.models import Brand
from tenant_apps.messaging.models import Message, MessageStatus
from tenant_apps.messaging.sending import send, send_due
from tenant_apps.messaging.services import send_account_mail
from tests import make
from tests.bookings.conftest import booked_online

TEMPLATES = Path(settings.BASE_DIR) / "templates"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def test_a_confirmation_arrives_as_text_html_and_calendar(mailoutbox):
    Brand.objects.load()
    Brand.objects.update(contact_email="hello@alpha.test")
    make.confirmed_booking()
    send_due()
    sent = next(mail for mail in mailoutbox if mail.subject.startswith("Confirmed"))
    mail = message_from_bytes(sent.message().as_bytes(), policy=policy.default)
    assert mail["From"] == "Alpha Training <bookings@muster.test>"
    assert mail["Reply-To"] == "hello@alpha.test"
    kinds = [part.get_content_type() for part in mail.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    calendar = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    assert calendar.get_param("method") == "REQUEST"
    assert calendar.get_filename() == "booking.ics"
    assert "BEGIN:VEVENT" in calendar.get_content()


def test_the_html_wears_the_providers_colours():
    Brand.objects.load()
    Brand.objects.update(primary_colour="#7a1f5c", address="Unit 4, Bristol")
    make.confirmed_booking()
    html = Message.objects.get(kind="bookings/confirmed").html
    assert "#7a1f5c" in html.lower()
    assert "Unit 4, Bristol" in html
    assert "Alpha Training" in html
    assert "<script" not in html


def test_sent_twice_it_goes_once(mailoutbox):
    make.confirmed_booking()
    send_due()
    for message in Message.objects.all():
        send(message.pk)
    assert len(mailoutbox) == Message.objects.count()
    assert set(Message.objects.values_list("status", flat=True)) == {MessageStatus.SENT}


def test_while_the_mail_server_is_away_it_waits_and_then_goes(settings):
    make.confirmed_booking()
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    send_due()
    message = Message.objects.get(attempts=1)  # the others are not even tried
    assert message.status == MessageStatus.QUEUED
    assert message.error

    settings.EMAIL_BACKEND = backend
    send(message.pk)
    message.refresh_from_db()
    assert message.status == MessageStatus.SENT


def test_account_mails_look_like_the_others_and_make_links_of_ours_alone(tenant):
    ours = f"{tenant.base_url}/accounts/x?b=c"
    text = f"Hello, see https://evil.example/a\n\n{ours}\n\nhttps://evil.example/b"
    send_account_mail(to="ada@example.com", subject="Reset <it>", text=text, kind="reset")
    message = Message.objects.get()
    assert re.findall(r'href="([^"]+)"', message.html) == [ours]
    assert "Reset &lt;it&gt;" in message.html
    assert "Alpha Training" in message.html


def test_nobody_to_write_to_is_no_error():
    person = make.person()
    person.email = ""
    person.save()
    make.confirmed_booking(buyer=person)
    assert not Message.objects.filter(kind="bookings/confirmed").exists()


def test_a_mail_server_that_is_away_holds_up_one_message_only(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    for n in range(3):
        send_account_mail(to=f"ada{n}@example.com", subject="Hello", text="Hello", kind="test")
    send_due()
    assert sorted(Message.objects.values_list("attempts", flat=True)) == [0, 0, 1]


def test_a_line_break_in_a_name_is_no_header_and_stops_no_message(mailoutbox):
    make.user("owner")
    booked_online(contact_name="Ada\rBcc: eve@example.com")
    send_due()
    told = next(mail for mail in mailoutbox if mail.subject.startswith("New booking"))
    assert told.subject.startswith("New booking: Ada Bcc: eve@example.com, ")
    assert told.bcc == []


def test_a_line_break_in_a_name_cuts_no_subject_and_puts_nothing_into_the_text():
    make.user("owner")
    booked_online(contact_name="Ada\nByron")
    told = Message.objects.get(kind="bookings/office_confirmed")
    assert told.subject.startswith("New booking: Ada Byron, ")
    assert not told.text.startswith("Byron")


def test_an_apostrophe_in_a_providers_name_stays_one(tenant):
    tenant.name = "O'Example & Co"
    owner = make.user("owner", name="Ada O'Byron")
    send_invitation(make.user("admin"), by=owner)
    invited = Message.objects.get(kind="account/invitation")
    assert invited.subject == "Ada O'Byron invites you to work with O'Example & Co"
    assert "O&#x27;Example &amp; Co" in invited.html


def test_somebody_with_a_very_long_address_hears_as_well_as_the_others():
    long = f"{'a' * 60}@{'.'.join(['b' * 60] * 2)}.example.com"
    make.user("admin", email=long)
    make.user("owner", email="owner@example.com")
    booked_online()
    told = Message.objects.filter(kind="bookings/office_confirmed")
    assert sorted(told.values_list("to", flat=True)) == sorted([long, "owner@example.com"])


def test_no_auto_responder_answers_our_emails(mailoutbox):
    make.confirmed_booking()
    send_due()
    assert {mail.extra_headers["Auto-Submitted"] for mail in mailoutbox} == {"auto-generated"}


def test_a_sender_with_a_name_of_its_own_is_understood(mailoutbox, settings):
    settings.DEFAULT_FROM_EMAIL = "Muster mail <bookings@muster.test>"
    make.confirmed_booking()
    send_due()
    assert mailoutbox[0].from_email == "Alpha Training <bookings@muster.test>"


def test_every_subject_is_one_line_whatever_it_is_made_of():
    texts = [path for path in TEMPLATES.glob("*/messages/*.txt") if "account" not in path.parts]  # toasts are no emails
    assert texts
    for path in texts:
        first = path.read_text().partition("\n")[0]
        plain = path.name.startswith("_") or "{{" not in first
        assert plain or ("{% subject %}" in first and "{% endsubject %}" in first), path.name


def test_no_email_calls_a_day_by_a_word_that_is_true_for_one_day_only():
    texts = [path.read_text() for path in TEMPLATES.glob("**/messages/*.*") if path.suffix in {".txt", ".html"}]
    assert texts
    for text in texts:
        assert not re.search(r"\|until\b|\b(today|tomorrow|yesterday)\b", text, re.IGNORECASE)
