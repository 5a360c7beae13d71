"""Whatever somebody writes into a text stays a text: on pages, in emails, calendars, pictures and documents."""

import json
from html import escape
from typing import Any

import icalendar
import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, models

from shared_apps.events.bus import deliver_due
from shared_apps.tenants.context import tenant_context
from tenant_apps.bookings.notifications import send_link
from tenant_apps.ledger.models import Entry
from tenant_apps.messaging.models import Message
from tenant_apps.terms.models import TermsVersion
from tests import make
from tests.isolation.bodies import about, plausible
from tests.isolation.doors import tenant_doors
from tests.isolation.scripts import ATTRIBUTES, MARK, PAYLOADS, alive, alive_in_xml
from tests.isolation.walk import crash_of, knock, undone

APPS = {name.rpartition(".")[2] for name in settings.TENANT_APPS if name.startswith("tenant_apps.")} | {"accounts"}
# What nobody types: made by us or by a provider, or one of a few words.
NOT_TYPED = {
    "schema_name", "slug", "reference", "number", "password", "currency", "provider", "kind", "to", "logo", "image",
    "photo", "primary_colour", "accent_colour", "display_font", "event_id", "provider_reference", "time_zone",
    "code",
}  # fmt: skip
# By which the code finds a row; and what only some rows may have, which this walk fills in for all of them.
OUR_KEYS = {"documents.Series.name", "certificates.Certificate.revoke_reason", "reviews.Review.hidden_reason"}
ROUNDS = len(PAYLOADS)


def texts_of(model: type[models.Model]) -> list[Any]:
    """The columns of a model that hold what somebody typed."""
    kinds = (models.CharField, models.TextField)
    not_free = (models.EmailField, models.URLField, models.SlugField, models.FileField)
    return [
        field for field in model._meta.local_fields
        if isinstance(field, kinds) and not isinstance(field, not_free) and not field.choices
        and not field.primary_key and field.name not in NOT_TYPED and str(field) not in OUR_KEYS
    ]  # fmt: skip


def poison(turn: int) -> int:
    """Put a payload into every text of the present tenant: all of them where there is room. How many columns."""
    columns = 0
    for model in apps.get_models():
        if model._meta.app_label not in APPS or not model._meta.managed or model is Entry:
            continue  # nobody types into the ledger, and nothing in it can be changed
        for field in texts_of(model):
            longest = field.max_length or 10_000
            everything = "\n".join(PAYLOADS)
            fitting = [payload for payload in PAYLOADS if len(payload) <= longest]
            if not fitting:
                continue
            text = everything if longest >= len(everything) else fitting[(turn + columns) % len(fitting)]
            rows = model._default_manager.all()
            if field.unique:
                rows = rows.filter(pk=rows.values("pk")[:1])
            with connection.cursor() as cursor:
                if model is TermsVersion:  # what is published can't be changed, and everybody reads it
                    cursor.execute("SET LOCAL session_replication_role = replica")
                rows.update(**{field.name: text})
                cursor.execute("SET LOCAL session_replication_role = origin")
            columns += 1
    return columns


def faults(response: Any) -> list[str]:
    """What came alive in an answer, and whether a script could run on it if one did."""
    kind = response["Content-Type"].partition(";")[0] if "Content-Type" in response else ""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    text = body.decode(errors="replace")
    found = [name for name in response.headers if MARK in name.lower()]
    if kind == "text/html":
        found += alive(text)
        policy = response.get("Content-Security-Policy", "")
        reference = "/docs" in response.request["PATH_INFO"]
        loose = [word for word in ("unsafe-inline", "unsafe-eval", "*") if word in policy]
        if "default-src 'none'" in policy and policy.endswith("sandbox"):  # an email in a frame, without any script
            return found
        if "default-src 'self'" not in policy or (loose and not reference) or "script-src 'unsafe" in policy:
            found.append(f"policy: {policy}")
    elif kind.endswith("xml"):
        found += alive_in_xml(text)
    elif kind == "text/css":
        found += [text] if MARK in text else []
    elif kind == "text/calendar":
        found += foreign_properties(text)
    elif kind.endswith("json"):
        json.loads(text)
    if response.get("X-Content-Type-Options") != "nosniff":
        found.append("the kind of file is left to guess")
    return found


def foreign_properties(calendar: str) -> list[str]:
    """Properties of a calendar that its texts made up."""
    return [name for part in icalendar.Calendar.from_ical(calendar).walk() for name in part if MARK in name.lower()]


def test_the_control_sees_each_payload_come_alive():
    """In one or the other place of a page that does not escape; never in one that does."""
    places = ["<p>{}</p>", '<p title="{}">', "<p title='{}'>", "<p title={}>", '<a href="{}">', "<title>{}", "<!--{}",
              "<style>{}", "<script>{}", "<textarea>{}", "<select>{}", "<noscript>{}", "<svg><![CDATA[{}"]  # fmt: skip
    for payload in PAYLOADS:
        assert any(alive(f"<!doctype html><body>{place.format(payload)}") for place in places), payload
        assert not alive(f'<!doctype html><body><p title="{escape(payload)}">{escape(payload)}</p>'), payload


@pytest.mark.timeout(900)
def test_no_text_comes_alive_on_any_page(a, repeats):
    """Written past the forms, right into every column; read by everybody at every door."""
    found, shown = set(), set()
    for turn in range(repeats(1, thorough=ROUNDS)):
        with undone():
            with tenant_context(a.tenant):
                assert poison(turn) > 50
            for role in ("", "owner") if turn else ("", "student", "trainer", "owner"):
                pages, api = a.pages(role), a.api(role)
                for door in tenant_doors():
                    if role not in ("", "owner") and door.is_third_party:
                        continue
                    answer = knock(api if door.is_api else pages, door, door.path(a.values), "GET", {})
                    wrong = [crash] if (crash := crash_of(answer)) else faults(answer)
                    found |= {f"{door} as {role or 'anybody'}: {what}" for what in wrong}
                    shown |= {door} if not answer.streaming and MARK.encode() in answer.content else set()
    assert sorted(found) == []
    assert len(shown) > 40  # the texts were really there to be read


def test_no_question_comes_alive_in_its_answer(a):
    """In the address, in a form that is refused, and in a search."""
    asked = {**plausible(), **about(a.related)}
    names = [
        *asked,
        "q",
        "search",
        "next",
        "course",
        "category",
        "level",
        "where",
        "money",
        "page",
        "ordering",
        "month",
    ]
    found = set()
    with undone():
        for role in ("", "owner"):
            pages, api = a.pages(role), a.api(role)
            for n, door in enumerate(tenant_doors()):
                payload = PAYLOADS[n % len(PAYLOADS)]
                sent = {name: f"{payload}{ATTRIBUTES[n % len(ATTRIBUTES)]}" for name in names}
                client = api if door.is_api else pages
                for method in ("GET", "POST"):
                    answer = knock(client, door, door.path(a.values), method, sent, query=sent)
                    wrong = [crash] if (crash := crash_of(answer)) else faults(answer)
                    found |= {f"{method} {door} as {role or 'anybody'}: {what}" for what in wrong}
    assert sorted(found) == []


def test_no_text_comes_alive_in_an_email(a):
    with undone(), tenant_context(a.tenant):
        poison(0)
        for name in ("confirmed", "held"):
            a.rows[name].refresh_from_db()
            send_link(a.rows[name])
        make.booking(session=a.rows["other session"], buyer=a.rows["person of stranger"], contact_name=PAYLOADS[0])
        deliver_due()
        messages = Message.objects.filter(created_at__gte=a.rows["held"].created_at)
        assert messages.count() > 5
        for message in messages.exclude(html__contains=f"{MARK}>zqx()</script>\n"):
            assert alive(message.html) == []
            assert "\n" not in message.subject
            for part in message.attachments:
                assert foreign_properties(part["content"]) == []


@pytest.mark.parametrize("name", ["logo.svg", "logo.html", "logo.svgz", "logo.xml", "logo.js", "logo.png.html", "logo"])
def test_a_file_with_a_script_can_do_nothing_on_our_origin(a, name):
    text = '<svg xmlns="http://www.w3.org/2000/svg"><script>zqx()</script></svg>'
    with tenant_context(a.tenant):
        path = default_storage.save(f"brand/{name}", ContentFile(text))
    answer = a.pages().get(f"/media/{path}")
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer["X-Content-Type-Options"] == "nosniff"
    shown = "attachment" not in answer.get("Content-Disposition", "")
    assert not shown or answer["Content-Type"] == "image/svg+xml"
    assert b"".join(answer.streaming_content)
