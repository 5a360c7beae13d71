"""The mailbox shows what would have been sent."""

import pytest
import requests
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives, get_connection

from shared_apps.sandbox.models import Mail
from tests.support.web import tight

PICTURE = b"\x89PNG\r\n\x1a\n rest"


def send(to="ada@example.test", subject="Your booking", html='<p style="color:red">Hello</p>'):
    message = EmailMultiAlternatives(
        subject,
        "Hello in text, see http://shop.test/b",
        "bookings@muster.test",
        [to],
        bcc=["copy@example.test"],
        headers={"X-Kind": "booking"},
        connection=get_connection("shared_apps.sandbox.mailbox.MailboxBackend"),
    )
    message.attach_alternative(html, "text/html")
    message.attach("course.ics", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text/calendar")
    message.attach("<b>.html", "<script>alert(1)</script>", "text/html")
    assert message.send() == 1
    return Mail.objects.order_by("-created_at").first()


def get(site, path, **params):
    return requests.get(f"{site}/sandbox/mail/{path}", params=params, timeout=10)


def test_a_message_is_kept_with_everything_in_it(db):
    mail = send()
    assert (mail.tenant, mail.sender, mail.subject) == ("public", "bookings@muster.test", "Your booking")
    assert mail.recipients == ["ada@example.test", "copy@example.test"]
    assert ["X-Kind", "booking"] in mail.headers
    assert "Hello in text" in mail.text
    assert "Hello</p>" in mail.html
    assert [(file["name"], file["type"]) for file in mail.attachments] == [
        ("course.ics", "text/calendar"),
        ("<b>.html", "text/html"),
    ]
    assert b"X-Kind: booking" in bytes(mail.raw)


def test_a_message_of_a_provider_names_it(tenant):
    from shared_apps.tenants.context import public_context

    message = EmailMultiAlternatives(
        "Hi", "Text", to=["ada@example.test"], connection=get_connection("shared_apps.sandbox.mailbox.MailboxBackend")
    )
    message.send()
    with public_context():
        assert Mail.objects.get().tenant == tenant.schema_name


def test_the_list_is_narrowed_by_provider_recipient_and_subject(site):
    send()
    send(to="grace@example.test", subject="Your receipt")
    Mail.objects.filter(subject="Your receipt").update(tenant="beta")

    both = get(site, "").text
    assert "Your booking" in both
    assert "Your receipt" in both
    for query in ({"tenant": "beta"}, {"to": "grace@"}, {"subject": "receipt"}):
        narrowed = get(site, "", **query).text
        assert "Your receipt" in narrowed
        assert "Your booking" not in narrowed
    assert "No message matches" in get(site, "", to="nobody").text


def test_a_sender_is_called_by_name_and_never_by_schema(site, alpha):
    mail = send()
    assert ">Muster<" in tight(get(site, "").text)
    Mail.objects.filter(pk=mail.pk).update(tenant="t_alpha")

    for page in (get(site, "").text, get(site, f"{mail.pk}/").text):
        assert "Alpha Training" in page
        assert ">t_alpha" not in tight(page)


def test_html_is_shown_with_its_styles_but_no_scripts(site):
    mail = send()
    page = get(site, f"{mail.pk}/")
    assert "style-src 'unsafe-inline'" not in page.headers["Content-Security-Policy"]
    assert 'sandbox="allow-popups' in page.text

    frame = get(site, f"{mail.pk}/html")

    assert '<p style="color:red">Hello</p>' in frame.text
    policy = frame.headers["Content-Security-Policy"]
    assert "default-src 'none'; style-src 'unsafe-inline'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_an_attachment_is_a_download(site):
    mail = send()
    calendar = get(site, f"{mail.pk}/files/0")
    assert calendar.text.startswith("BEGIN:VCALENDAR")
    assert 'attachment; filename="course.ics"' in calendar.headers["Content-Disposition"]
    page = get(site, f"{mail.pk}/files/1?inline")
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert get(site, f"{mail.pk}/files/2").status_code == 404
    assert get(site, f"{mail.pk}/raw").content.startswith(b"Content-Type: multipart/mixed")


def test_a_picture_inside_the_message_is_shown(site):
    from email.mime.image import MIMEImage

    message = EmailMultiAlternatives(
        "Hi", "Text", to=["a@example.test"], connection=get_connection("shared_apps.sandbox.mailbox.MailboxBackend")
    )
    message.attach_alternative('<img src="cid:logo">', "text/html")
    picture = MIMEImage(PICTURE, "png")
    picture.add_header("Content-ID", "<logo>")
    message.attach(picture)
    message.send()
    mail = Mail.objects.get()

    frame = get(site, f"{mail.pk}/html").text

    source = frame.split('src="')[1].split('"')[0]
    assert requests.get(site + source, timeout=10).content == PICTURE


def test_the_mailbox_refuses_to_swallow_mail_while_the_sandbox_is_off(db, settings):
    settings.SANDBOX = False
    with pytest.raises(ImproperlyConfigured):
        send()
    assert not Mail.objects.exists()
