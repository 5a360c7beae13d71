"""Somebody asks what is known of them, or to be forgotten: the owner exports or erases everything of theirs."""

import json

import pytest
from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from shared_apps.accounts.models import User
from shared_apps.core.personal import marked
from shared_apps.events.bus import deliver_due
from shared_apps.events.models import AnsweredRequest, Event
from tenant_apps.bookings.details import set_internal_notes
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.ledger.models import Entry
from tenant_apps.messaging.models import Message, MessageStatus
from tenant_apps.people.errors import CannotErase, WorksHere
from tenant_apps.people.merging import merge_people
from tenant_apps.people.models import Person
from tenant_apps.people.privacy import erase_person, export_person
from tenant_apps.people.services import add_student, update_student
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
CANARY = "Canarybird"
TEXTS = (models.CharField, models.TextField, models.JSONField, models.FileField, models.GenericIPAddressField)
# Fields of free text that say nothing of a person. A new field is marked in its model, or stands here.
NOT_PERSONAL = {
    "sessions.session": {"session_key", "session_data"},  # of an account: ends with its sign-ins
    "mfa.authenticator": {"data"}, "account.emailconfirmation": {"key"},  # end with the account
    "usersessions.usersession": {"session_key", "data"}, "accounts.user": {"password"},
    "timers.timer": {"kind", "payload", "once", "error"},  # keys of rows
    "events.event": {"name"}, "events.delivery": {"handler", "error", "dropped_because"},
    "events.transition": {"table", "field", "before", "after", "acting"},
    "events.answeredrequest": {"key", "fingerprint"},
    "branding.brand": {
        "primary_colour", "accent_colour", "display_font", "motif", "logo", "tagline", "introduction", "about",
        "terms", "privacy", "contact_email", "contact_phone", "address", "trainer_word",
    },  # the provider's own
    "branding.textversion": {"text"}, "terms.bookingterms": {"cancellation_policy"},
    "terms.termsversion": {"title", "text"},
    "people.organisation": {"name", "email", "phone", "address"},  # a company
    "people.merge": {"moved"}, "people.access": set(),
    "messaging.message": {"kind", "once", "channel", "reference", "former_reference"},
    "messaging.stoppednumber": {"number"},  # who wants no texts is never texted again
    "catalogue.category": {"name", "slug", "motif", "icon"}, "catalogue.audience": {"name", "slug"},
    "catalogue.course": {
        "title", "slug", "summary", "description", "outcomes", "requirements", "what_to_bring", "cancellation_policy",
        "image",
    },
    "catalogue.formeraddress": {"slug"}, "catalogue.module": {"title", "summary"},
    "documents.series": {"name", "prefix"}, "documents.document": {"number", "digest"},
    "ledger.entry": {"holder", "currency"},
    "payments.order": {"number", "currency"}, "payments.orderline": {"item_type", "description"},
    "payments.credit": {"by_name"}, "payments.dispute": {"provider_reference", "reason"},  # who works here; a code
    "payments.payment": {"provider", "account", "currency", "provider_reference", "provider_transaction_id"},
    "payments.refund": {"provider", "provider_reference"}, "payments.paymentsettings": {"vat_number"},
    "payments.providerevent": {"provider", "event_id", "kind"},
    "scheduling.place": {"name", "address", "travel", "directions", "map_url"}, "scheduling.room": {"name"},
    "scheduling.vehicle": {"name", "registration"}, "scheduling.sessionday": {"time_zone"},
    "scheduling.session": {
        "time_zone", "online_url", "instructor_notes", "completion_notes", "move_untold", "move_note",
    },
    "scheduling.offer": {"line"}, "scheduling.attendance": {"device"}, "scheduling.attendancemark": {"device"},
    "scheduling.holiday": {"name"}, "scheduling.teammember": {"role"}, "scheduling.teamday": {"role"},
    "reviews.feedbackquestion": {"text", "choices"}, "questions.question": {"text", "choices", "hint"},
    "bookings.answer": {"label"}, "feeds.feed": {"digest"},
    "materials.material": {
        "kind", "title", "note", "audience", "file", "file_name", "url", "opens", "closes",  # the office's, for all
    },
    "bookings.booking": {"reference", "cancellation_policy"}, "bookings.care": {"consent_digest"},
    "scheduling.sessionseries": {"time_zone", "online_url"},
    "certificates.certificate": {"number", "code", "course_title", "trainer_name", "assessor_name", "words"},
    "certificates.certificatesettings": {"heading", "lead", "statement", "small_print", "signed_by"},
    "files.file": {"path", "type"}, "documents.paper": {"kind", "digest", "file", "error"},
    "lists.savedview": {"list_name", "name", "query", "columns"},  # filters, never what was searched for
    # The provider's account with a service, its words, and what people switched off, which goes with their account.
    "messaging.channelaccount": {"service", "name", "public", "secret", "error"}, "messaging.chatlink": {"token"},
    "messaging.messagingsettings": {"channels"},
    "messaging.notice": {"kind", "once"}, "messaging.preferences": {"off", "language", "ended"},
    "messaging.pushsubscription": {"p256dh", "auth", "device", "session"},
    "messaging.wording": {"kind", "channel", "language", "subject", "body", "provider_template"},
    # Of a few days, see `KEPT_DAYS`.
    "jobs.job": {"kind", "title", "params", "errors", "result", "result_name"},
}  # fmt: skip


def fields_of(model):
    return {
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, TEXTS) and not field.choices and not field.primary_key
    }


def test_every_field_with_a_text_is_marked_as_personal_or_known_not_to_be():
    unknown = {}
    for model in apps.get_models():
        if model._meta.app_config.name not in settings.TENANT_APPS or model._meta.app_label == "demo":
            continue
        known = {name for mark in marked().get(model, ()) for name in mark.fields}
        known |= NOT_PERSONAL.get(model._meta.label_lower, set())
        if more := fields_of(model) - known:
            unknown[model._meta.label_lower] = more
    assert unknown == {}


def test_what_is_marked_is_there():
    for model, marks in marked().items():
        for mark in marks:
            for name in [*mark.fields, *mark.shows, *mark.tells]:
                assert hasattr(model, name), (model, name)


def found_in(words=CANARY):
    """The tables and columns of this tenant in which `words` stand, wherever that is."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = %s",
                       [connection.schema_name])  # fmt: skip
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT 1 FROM "{table}" WHERE "{column}"::text ILIKE %s LIMIT 1', [f"%{words}%"])
            if cursor.fetchone():
                found.add((table, column))
    return found


def somebody(office):
    """A student with an account, past bookings, and what people wrote of them everywhere."""
    user = make.user(email=f"{CANARY}@example.com", name=f"Ann {CANARY}")
    person = Person.objects.get(user=user)
    update_student(person.student, by=office, notes=f"{CANARY} is late", phone="0117 496 7777")
    twice = add_student(name=f"Twice {CANARY}", email=f"twice.{CANARY}@example.com", by=office).person
    merge_people(kept=person, absorbed=twice, by=office)
    person.refresh_from_db()
    typed = {
        "contact_name": f"A. {CANARY}", "contact_email": f"typed.{CANARY}@example.com", "company": f"{CANARY} & Co",
        "special_requests": f"{CANARY} needs a ramp", "contact_phone": "0117 496 7777",
    }  # fmt: skip
    names = [{"name": f"Ann {CANARY}", "email": person.email}]
    booking = make.confirmed_booking(buyer=person, attendees=names, by=user, **typed)
    set_internal_notes(booking, notes=f"{CANARY} owes a cake", by=office)
    booking.refresh_from_db()
    cancel_booking(booking, by=office, by_office=True, reason=f"{CANARY} is ill", refund=0)
    seat = {"name": f"Ann {CANARY}", "email": person.email}
    others = make.confirmed_booking(attendees=[seat, {"name": "Ali Khan", "email": person.email}], seats=2)
    Booking.objects.filter(pk=others.pk).update(status="completed")
    AnsweredRequest.objects.create(key="k", user_id=user.pk, fingerprint="0" * 64, body={"name": CANARY})
    Message.objects.create(to=person.email, subject=f"Hello {CANARY}", text=CANARY, status=MessageStatus.FAILED)
    while deliver_due():
        pass
    return user, person


@pytest.fixture
def owner():
    return make.user("owner")


def test_whoever_is_erased_stands_nowhere_any_more_and_the_money_stays(owner, desk):
    user, person = somebody(owner)
    browser = desk(user=user)
    assert browser.get("/my/bookings/").status_code == 200
    assert len(found_in()) > 20
    books = set(Entry.objects.values_list("order_id", "account", "debit", "credit"))
    events = Event.objects.count()
    erase_person(person, by=owner)
    assert found_in() == set()
    assert found_in("496 7777") == set()
    assert set(Entry.objects.values_list("order_id", "account", "debit", "credit")) == books
    assert Event.objects.count() == events + 1
    assert Person.objects.get(name="Ali Khan").attendances.get().email == ""
    person.refresh_from_db()
    assert (person.name, person.active, person.user) == ("Erased person", False, None)
    assert not User.objects.filter(pk=user.pk).exists()
    assert browser.get("/my/bookings/").status_code == 302
    assert person.bookings.count() == 1
    assert not Message.objects.exclude(status=MessageStatus.SENT).filter(to="").exists()


def test_an_export_says_everything_that_stands_of_somebody(owner):
    _user, person = somebody(owner)
    before = found_in()
    told = json.dumps(export_person(person, by=owner), cls=DjangoJSONEncoder)
    records = json.loads(told)["records"]
    for kind in ("people.person", "people.student", "bookings.booking", "bookings.attendee", "payments.order",
                 "payments.payment", "messaging.message", "accounts.user", "account.emailaddress"):  # fmt: skip
        assert records[kind], kind
    for words in ("is late", "needs a ramp", "owes a cake", "0117 496 7777", "typed."):
        assert words in told
    assert "password" not in told
    assert found_in() == before  # nothing was changed


def test_an_export_and_an_erasure_leave_other_people_alone(owner):
    _user, person = somebody(owner)
    ben = make.user(email="ben.otherbird@example.com", name="Ben Otherbird")
    other = Person.objects.get(user=ben)
    make.confirmed_booking(buyer=other, attendees=[{"name": "Ben Otherbird", "email": other.email}])
    before = found_in("Otherbird")
    assert "Otherbird" not in json.dumps(export_person(person, by=owner), cls=DjangoJSONEncoder)
    erase_person(person, by=owner)
    assert found_in("Otherbird") == before
    other.refresh_from_db()
    assert (other.name, other.user) == ("Ben Otherbird", ben)


def test_an_address_that_is_shared_leads_to_nobody_elses_mail(owner):
    ann = add_student(name="Ann Lee", email="family@example.com", by=owner).person
    add_student(name="Ben Lee", email="family@example.com", shared=True, by=owner)
    letter = Message.objects.create(to="family@example.com", subject="For Ben", text="Ben's own", kind="x")
    assert "Ben's own" not in json.dumps(export_person(ann, by=owner), cls=DjangoJSONEncoder)
    erase_person(ann, by=owner)
    letter.refresh_from_db()
    assert letter.text == "Ben's own"


def test_whoever_still_comes_is_owed_money_or_works_here_is_not_erased(owner):
    booking = make.booking(attendees=[{"name": "Ali Khan", "email": ""}])
    for person in (booking.buyer, booking.attendees.get().person):
        with pytest.raises(CannotErase, match=booking.reference):
            erase_person(person, by=owner)
    paid = make.confirmed_booking()
    cancel_booking(paid, by=owner, by_office=True, reason="", refund=120)
    with pytest.raises(CannotErase, match=paid.reference):
        erase_person(paid.buyer, by=owner)
    for who in (make.trainer().person, Person.objects.get(user=owner)):
        with pytest.raises(WorksHere):
            erase_person(who, by=owner)
    assert not Person.objects.filter(name="Erased person").exists()


def test_the_owner_exports_and_erases_and_types_the_name_first(desk):
    person = add_student(name="Ann Lee", email="ann@example.com", by=None).person
    owner, url = desk("owner"), f"/admin/students/{person.pk}/"
    assert f"{url}privacy/" in owner.get(url).content.decode()
    answer = owner.post(f"{url}export/")
    assert "attachment" in answer["Content-Disposition"]
    assert answer.json()["records"]["people.person"][0]["email"] == "ann@example.com"
    assert owner.post(f"{url}privacy/", {"name": "Ben Lee"}).status_code == 422
    person.refresh_from_db()
    assert person.name == "Ann Lee"
    page = owner.post(f"{url}privacy/", {"name": "ann lee"}, follow=True).content.decode()
    assert "Erased: their details are gone for good" in page
    assert "Everything about them was exported" in page
    assert "Ann Lee" not in page


@pytest.mark.parametrize("role", ["admin", "sales", "trainer", "student"])
def test_nobody_but_an_owner_exports_or_erases(desk, role):
    person = add_student(name="Ann Lee", email="ann@example.com", by=None).person
    client = desk(role)
    for page, sent in (("privacy", {"name": "Ann Lee"}), ("export", {})):
        assert client.post(f"/admin/students/{person.pk}/{page}/", sent).status_code == 404
    assert client.get(f"/admin/students/{person.pk}/privacy/").status_code == 404
    person.refresh_from_db()
    assert person.name == "Ann Lee"
    assert not Event.objects.filter(name__in=["person.exported", "person.erased"]).exists()
