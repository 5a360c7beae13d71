"""Courses that ask how old people are: dates of birth, guardians, consent, who may collect, and who reads what."""

import re
from datetime import date, timedelta
from hashlib import sha256

import pytest
import time_machine
from django.db import IntegrityError, transaction

from shared_apps.core.signing import sign_key
from shared_apps.core.time import now
from shared_apps.timers.models import Timer
from shared_apps.timers.retention import tidy
from shared_apps.timers.services import go_off
from tenant_apps.bookings.care import age_on, give_care_of, missing_of
from tenant_apps.bookings.details import change_attendee
from tenant_apps.bookings.errors import BookingOver, ConsentChanged, TooYoung
from tenant_apps.bookings.models import Booking, Care
from tenant_apps.bookings.selectors import names_token, token_of
from tenant_apps.bookings.services import cancel_booking, confirm_booking
from tenant_apps.bookings.transfers import transfer_booking
from tenant_apps.people.privacy import erase_person, export_person
from tenant_apps.scheduling.attendance import attendance_of
from tenant_apps.terms.starters import STARTERS
from tenant_apps.terms.versions import digest_of
from tests import make
from tests.bookings.conftest import filled, page, path, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
STARTER = digest_of(STARTERS["consent"][1].strip())
CHILD = {
    "coming": None, "attendee_1": "Tim Byron", "care1-guardian_is_buyer": "on", "care1-consents": "on",
    "care1-collectors": "Grandmother Ruth", "phone": "0117 496 0000", "care1-note": "Peanut allergy",
    "care1-consent_shown": STARTER,
}  # fmt: skip
GUARDIAN = {
    "guardian_name": "Annabella Byron", "guardian_phone": "0117 496 0001", "guardian_email": "anna@example.com",
    "collectors": "Grandmother Ruth", "note": "Peanut allergy", "consents": True,
}  # fmt: skip


def kids(**fields):
    return make.course(asks_age=True, **fields)


def at_age(years, session):
    """The date of birth of who is exactly so old on the first day."""
    day = session.starts_at.date()
    return day.replace(year=day.year - years) if (day.month, day.day) != (2, 29) else date(day.year - years, 3, 1)


def child(session, *, name="Tim Byron", years=12, **said):
    """A booking for a child, with what was said of them."""
    booking = make.confirmed_booking(session=session, attendees=[{"name": name}])
    attendee = booking.attendees.select_related("booking__session__course").get()
    give_care_of(attendee, {"date_of_birth": at_age(years, session), **said}, by=None)
    return booking.attendees.select_related("care", "booking__session__course").get()


def test_ages_are_those_of_the_calendar():
    assert age_on(date(2010, 6, 15), date(2028, 6, 14)) == 17
    assert age_on(date(2010, 6, 15), date(2028, 6, 15)) == 18
    assert age_on(date(2012, 2, 29), date(2030, 2, 28)) == 17
    assert age_on(date(2012, 2, 29), date(2030, 3, 1)) == 18


def test_a_course_that_asks_nothing_asks_nothing(visitor):
    session = make.session()
    assert "date_of_birth" not in text(visitor.open(path("book", session.pk)))
    visitor.token(session)
    assert not Care.objects.exists()


def test_a_parent_books_for_a_child_by_one_tick(visitor):
    session = make.session(course=kids())
    born = at_age(12, session).isoformat()
    visitor.token(session, **CHILD, **{"care1-date_of_birth": born})
    care = Care.objects.get()
    assert (care.attendee.name, care.date_of_birth.isoformat()) == ("Tim Byron", born)
    assert (care.guardian_name, care.guardian_phone, care.guardian_email) == (
        "Ada Byron", "0117 496 0000", "ada@example.com",
    )  # fmt: skip
    assert (care.collectors, care.note) == ("Grandmother Ruth", "Peanut allergy")
    assert care.consented_at is not None
    assert care.consent_version is None  # the starter text, as nothing was published


def test_the_guardian_is_asked_once_the_date_says_under_18_and_nothing_typed_is_lost(visitor):
    session = make.session(course=kids())
    form = visitor.form(session, coming=None, attendee_1="Tim Byron", special_requests="Tea")
    young = {**form, "care1-date_of_birth": at_age(12, session).isoformat()}
    shown = text(visitor.send(session, {**young, "update": "1"}))
    assert "Tim Byron is under 18" in shown
    assert ">Tea</textarea>" in shown.replace("\n", "")
    old = {**form, "care1-date_of_birth": at_age(18, session).isoformat()}
    assert "under 18" not in text(visitor.send(session, {**old, "update": "1"}))
    refused = text(visitor.send(session, {**young, "care1-guardian_is_buyer": "on"}))
    assert "Read what you agree to, then tick it." in refused
    assert "Enter a number at which we reach you" in refused
    assert not Booking.objects.exists()


@pytest.mark.parametrize("born", ["", "yesterday", "2999-01-01", "1800-01-01", "27/03/2015"])
def test_a_date_of_birth_is_a_day_in_living_memory(visitor, born):
    session = make.session(course=kids())
    answer = visitor.book(session, **{**CHILD, "care1-date_of_birth": born})
    assert answer.status_code == 200
    assert "There is a problem" in text(answer)
    assert not Booking.objects.exists()


def test_who_is_too_young_is_refused_with_a_sentence_to_the_day(visitor):
    session = make.session(course=make.course(minimum_age=16))
    young = (at_age(16, session) + timedelta(days=1)).isoformat()
    refused = text(visitor.book(session, **{"care1-date_of_birth": young}))
    assert "Ada Byron is too young: this course is for people of 16 or older" in refused
    assert not Booking.objects.exists()
    of_age = {"care1-date_of_birth": at_age(16, session).isoformat(), "care1-collectors": ""}
    assert visitor.book(session, **of_age).status_code == 302


def test_whoever_books_for_others_says_later_who_looks_after_them(visitor, mails):
    session = make.session(course=kids(price=0), price=0)
    born = at_age(12, session).isoformat()
    visitor.token(session, coming=None, attendee_1="Tim Byron", **{"care1-date_of_birth": born, "care1-collectors": ""})
    booking = Booking.objects.get()
    attendee = booking.attendees.select_related("care", "booking__session__course").get()
    assert missing_of(attendee, session) == ["parent or guardian", "their consent"]
    token = names_token(booking)
    assert "parent or guardian" in text(visitor.open(path("booking_people", token)))
    link = path("people_care", token, attendee.pk)
    assert born not in text(visitor.open(link))
    said = {"guardian_name": "Annabella Byron", "guardian_phone": "0117 496 0001", "collectors": "", "consents": "on"}
    said["consent_shown"] = STARTER
    assert visitor.client.post(link, {**said, "guardian_phone": ""}).status_code == 422
    assert visitor.client.post(link, said).status_code == 302
    attendee = booking.attendees.select_related("care", "booking__session__course").get()
    assert missing_of(attendee, session) == []
    shown = text(visitor.open(link))
    for word in ("Annabella", "0117 496 0001", born):
        assert word not in shown  # the link may be handed on to anybody


def test_a_link_opens_no_attendee_of_another_booking(visitor):
    session = make.session(course=kids())
    mine, theirs = child(session), child(make.session(course=kids()), name="Eve Moore")
    for name, token in (("people_care", names_token(mine.booking)), ("booking_care", token_of(mine.booking))):
        for method in (visitor.client.get, visitor.client.post):
            assert method(path(name, token, theirs.pk)).status_code == 404
            assert method(path(name, token + "x", mine.pk)).status_code == 404
    plain = make.confirmed_booking(attendees=[{"name": "Ada"}])
    assert visitor.open(path("booking_care", token_of(plain), plain.attendees.get().pk)).status_code == 404


MALLORY = {
    "date_of_birth": "1980-01-01", "collectors": "Mallory", "emergency_phone": "0900 1", "note": "None, eats all",
    "guardian_name": "Mallory", "guardian_phone": "0900 1", "consents": "on", "consent_shown": STARTER,
}  # fmt: skip


def test_the_link_to_the_names_neither_shows_nor_replaces_what_is_known_of_a_child(visitor):
    seat = child(make.session(course=kids()), **GUARDIAN)
    before = Care.objects.values().get()
    link = path("people_care", names_token(seat.booking), seat.pk)
    shown = text(visitor.open(link))
    for word in ("under 18", "A note is kept already", "agreed on", "Annabella", "Ruth", "Peanut", "guardian_name"):
        assert word not in shown
    assert "Nothing is missing here" in shown
    visitor.client.post(link, MALLORY)
    give_care_of(seat, {"collectors": "Mallory", "guardian_name": "Mallory"}, by=None, only_missing=True)
    assert Care.objects.values().get() == before


def test_by_the_link_to_the_names_is_added_what_is_missing_alone(visitor):
    said = {"collectors": "Grandmother Ruth", "note": "Peanut allergy"}
    seat = child(make.session(course=kids()), **said)
    link = path("people_care", names_token(seat.booking), seat.pk)
    shown = text(visitor.open(link))
    assert "guardian_name" in shown
    assert "under 18" not in shown
    parent = {"guardian_name": "Annabella Byron", "guardian_phone": "0117 496 0001"}
    assert visitor.client.post(link, {**MALLORY, **parent, "emergency_phone": ""}).status_code == 302
    care = Care.objects.get()
    assert (care.guardian_name, care.collectors, care.note) == ("Annabella Byron", *said.values())
    assert care.date_of_birth == seat.care.date_of_birth
    assert care.consented_at


def test_consent_alone_is_asked_by_the_link_to_the_names_where_it_alone_is_missing(visitor):
    seat = child(make.session(course=kids()), **{**GUARDIAN, "consents": False, "collectors": "", "note": ""})
    link = path("people_care", names_token(seat.booking), seat.pk)
    shown = text(visitor.open(link))
    assert 'name="consents"' in shown
    assert "Annabella" not in shown
    assert visitor.client.post(link, {**MALLORY, "note": "Asthma"}).status_code == 302
    care = Care.objects.get()
    assert (care.guardian_name, care.collectors, care.note) == ("Annabella Byron", "", "Asthma")
    assert care.consented_at


def test_the_note_is_read_by_the_office_and_the_trainer_of_the_session_and_each_reading_is_noted(desk, happened):
    account = make.user("trainer", password="")
    session = make.session(course=kids(), trainer=make.trainer(user=account))
    seat = child(session, **GUARDIAN)
    care, note = page(seat.booking, f"names/{seat.pk}/care/"), page(seat.booking, f"names/{seat.pk}/care/note/")
    for client in (desk("admin"), desk(user=account)):
        before = happened().count("booking.care_note_read")
        looked = text(client.get(care))
        assert "Peanut allergy" not in looked
        assert "Annabella Byron" in looked
        assert client.get(note).status_code == 405
        assert happened().count("booking.care_note_read") == before
        assert "Peanut allergy" in text(client.post(note))
        assert happened().count("booking.care_note_read") == before + 1
    other = make.user("trainer", password="")
    make.trainer(user=other)
    for client in (desk(user=other), desk("sales"), desk("student"), desk()):
        assert client.get(care).status_code in (302, 403, 404)
        assert "Peanut allergy" not in text(client.post(note))


@pytest.mark.parametrize("whose", ["office", "buyer"])
def test_the_note_is_removed_by_a_box_and_stays_without(desk, visitor, whose):
    seat = child(make.session(course=kids()), **GUARDIAN)
    client, link = visitor.client, path("booking_care", token_of(seat.booking), seat.pk)
    if whose == "office":
        client, link = desk("admin"), page(seat.booking, f"names/{seat.pk}/care/edit/")
    assert "Remove the note that is kept" in text(client.get(link))
    form = {
        "date_of_birth": seat.care.date_of_birth.isoformat(), "guardian_name": "Annabella Byron",
        "guardian_phone": "0117 496 0001", "collectors": "", "note": "",
    }  # fmt: skip
    assert client.post(link, form).status_code == 302
    assert Care.objects.get().note == "Peanut allergy"
    assert client.post(link, {**form, "drop_note": "on"}).status_code == 302
    assert Care.objects.get().note == ""
    assert "Remove the note that is kept" not in text(client.get(link))


def test_by_api_an_empty_note_is_removed_and_one_that_is_left_out_stays(api, tenant):
    seat = child(make.session(course=kids()), **GUARDIAN)
    office, link = api(tenant, make.user("admin")), f"/bookings/{seat.booking.pk}/attendees/{seat.pk}"
    guardian = {"name": "Annabella Byron", "phone": "0117 496 0001"}
    assert office.patch(link, {"guardian": guardian}).status_code == 200
    assert Care.objects.get().note == "Peanut allergy"
    assert office.patch(link, {"guardian": {**guardian, "note": ""}}).status_code == 200
    assert Care.objects.get().note == ""


def test_on_the_day_the_office_writes_down_what_a_guardian_says_and_nobody_else_does(desk, api, tenant):
    session = make.session(course=kids(), in_days=3)
    seat = child(session)
    care = page(seat.booking, f"names/{seat.pk}/care/")
    form = {
        "date_of_birth": seat.care.date_of_birth.isoformat(), "guardian_name": "Annabella Byron", "collectors": "",
        "guardian_phone": "0117 496 0001", "emergency_phone": "0117 496 0009",
        "consents": "on", "consent_shown": STARTER,
    }  # fmt: skip
    with time_machine.travel(session.starts_at + timedelta(minutes=5)):
        office = desk("admin")
        assert f"{care}edit/" in text(office.get(care))
        assert office.post(f"{care}edit/", form).status_code == 302
        with pytest.raises(BookingOver):
            give_care_of(seat, {"collectors": "Mallory"}, by=None)
        guardian = {"name": "Annabella Byron", "phone": "0117 496 0001", "mayCollect": "Grandmother Ruth"}
        link = f"/bookings/{seat.booking.pk}/attendees/{seat.pk}"
        assert api(tenant, make.user("admin")).patch(link, {"guardian": guardian}).status_code == 200
    said = Care.objects.get()
    assert (said.collectors, said.consented_at is not None) == ("Grandmother Ruth", True)


def test_the_note_is_in_no_email_no_register_and_no_answer_of_the_api(visitor, desk, mails, api, tenant):
    session = make.session(course=kids())
    seat = child(session, **GUARDIAN)
    make.deliver_all()
    for mail in mails():
        assert "Peanut" not in mail.text + mail.html
    office = desk("admin")
    for url in (f"/admin/today/{session.days.get().pk}/", f"/admin/sessions/{session.pk}/", page(seat.booking)):
        assert "Peanut" not in text(office.get(url))
    assert "Peanut" not in text(visitor.open(path("booking", token_of(seat.booking))))
    owner = make.user("owner")
    assert "Peanut" not in api(tenant, owner).get(f"/bookings/{seat.booking.pk}").content.decode()


def test_the_register_shows_who_is_under_18_who_may_collect_and_a_number_to_call(desk):
    session = make.session(course=kids())
    child(session, **GUARDIAN)
    child(session, name="Grace Moore", years=30)
    shown = text(desk("admin").get(f"/admin/today/{session.days.get().pk}/"))
    assert shown.count("Under 18") == 1
    assert "Grandmother Ruth" in shown
    assert 'href="tel:' in shown
    assert "anna@example.com" not in shown
    scanned = text(desk("admin").get(f"/check-in/{sign_key('check-in', session.bookings.first().attendees.get().pk)}/"))
    assert ("Under 18" in scanned, "Grandmother Ruth" in scanned) == (True, True)
    seats = {line.seat.name: line.seat for line in attendance_of(session)}
    assert (seats["Tim Byron"].is_minor, seats["Grace Moore"].is_minor) == (True, False)


def test_whoever_named_a_collector_may_still_collect_their_child():
    session = make.session(course=kids())
    child(session, **GUARDIAN)
    assert [line.seat.collectors for line in attendance_of(session)] == ["Annabella Byron, Grandmother Ruth"]


def test_the_trainer_sees_that_there_is_a_note_on_the_register_and_the_session_and_reads_it_there(desk):
    account = make.user("trainer", password="")
    session = make.session(course=kids(), trainer=make.trainer(user=account))
    seat = child(session, **{**GUARDIAN, "guardian_phone": ""})
    child(session, name="Grace Moore", guardian_name="Mary Moore")
    trainer = desk(user=account)
    for url in (f"/admin/today/{session.days.get().pk}/", f"/admin/sessions/{session.pk}/", page(seat.booking)):
        shown = text(trainer.get(url))
        assert shown.count("Note on health") == 1, url
        assert page(seat.booking, f"names/{seat.pk}/care/") in shown
        assert "Peanut" not in shown
    assert text(trainer.get(f"/admin/today/{session.days.get().pk}/")).count("No number to call yet") == 2


def test_what_was_asked_for_stands_on_the_register_and_not_on_the_sheet_that_all_sign(desk):
    session = make.session()
    booking = make.confirmed_booking(session=session, attendees=[{"name": "Tim"}], special_requests="Extra\ntime")
    (line,) = attendance_of(session)
    assert list(line.seat.needs) == ["Extra time"]
    assert "Extra time" in text(desk("admin").get(f"/admin/today/{session.days.get().pk}/"))
    assert "Extra" not in line.seat.about
    assert booking.seats == 1


def test_somebody_else_on_the_seat_is_asked_anew():
    seat = child(make.session(course=kids()), **GUARDIAN)
    change_attendee(seat, by=None, name="Eve Moore")
    assert not Care.objects.exists()
    seat = seat.booking.attendees.select_related("booking__session__course").get()
    assert missing_of(seat, seat.booking.session) == ["date of birth"]


@pytest.mark.parametrize("road", ["buyer", "names", "office", "api"])
def test_a_mended_letter_of_a_name_loses_nothing_that_was_said(road, visitor, desk, api, tenant):
    user, person = make.student_user()
    session = make.session(course=kids())
    booking = make.confirmed_booking(
        session=session, buyer=person, attendees=[{"name": "Tim Byron", "email": "tim@example.com"}]
    )
    seat = booking.attendees.select_related("booking__session__course").get()
    give_care_of(seat, {"date_of_birth": at_age(12, session), **GUARDIAN}, by=None)
    before = Care.objects.values().get()
    named = {"attendee_1": "tim  BYRON"}
    if road == "buyer":
        visitor.client.post(path("booking_names", token_of(booking)), named)
    elif road == "names":
        visitor.client.post(path("booking_people", names_token(booking)), named)
    elif road == "office":
        link = page(booking, "names/")
        desk("admin").post(link, {**filled(desk("admin").get(link)), "name_1": "tim  BYRON"})
    else:
        api(tenant, user).patch(f"/bookings/{booking.pk}/attendees/{seat.pk}", {"name": "tim  BYRON"})
    seat = booking.attendees.select_related("person").get()
    assert (seat.name.split(), seat.email) == (["tim", "BYRON"], "tim@example.com")
    assert seat.person.name == seat.name  # of whom we know a name alone
    assert Care.objects.values().get() == before


def test_what_was_said_stays_while_a_hold_is_changed_and_its_names_stay(visitor):
    session = make.session(course=kids())
    born = {"care1-date_of_birth": at_age(12, session).isoformat()}
    visitor.token(session, **CHILD, **born)
    visitor.book(session, **{**CHILD, **born, "care1-collectors": "Uncle Noel", "special_requests": "Tea"})
    care = Care.objects.get()
    assert (care.collectors, care.attendee.name) == ("Uncle Noel", "Tim Byron")
    assert care.consented_at


def test_another_guardian_has_not_agreed_yet():
    seat = child(make.session(course=kids()), **GUARDIAN)
    assert seat.care.consented_at
    give_care_of(seat, {"guardian_name": "annabella Byron"}, by=None)  # a mended letter
    assert Care.objects.get().consented_at == seat.care.consented_at
    give_care_of(seat, {"guardian_name": "Noel Byron", "guardian_phone": "0117 496 0002"}, by=None)
    care = Care.objects.get()
    assert (care.guardian_name, care.consented_at, care.consent_digest) == ("Noel Byron", None, "")


def test_of_who_turns_out_to_be_of_age_nothing_of_a_guardian_is_kept(desk, visitor):
    session = make.session(course=kids())
    seat = child(session, **GUARDIAN)
    stranger = path("people_care", names_token(seat.booking), seat.pk)
    visitor.client.post(stranger, {"date_of_birth": at_age(30, session).isoformat()})
    assert Care.objects.get().note == "Peanut allergy"
    link = page(seat.booking, f"names/{seat.pk}/care/edit/")
    form = {**filled(desk("admin").get(link)), "date_of_birth": at_age(30, session).isoformat()}  # it was mistyped
    assert desk("admin").post(link, form).status_code == 302
    care = Care.objects.get()
    assert care.date_of_birth == at_age(30, session)
    said = [care.guardian_name, care.guardian_phone, care.guardian_email, care.collectors, care.note]
    assert said == [""] * 5
    assert (care.consented_at, care.consent_digest, care.consent_how) == (None, "", "")


def test_a_date_that_a_stranger_says_takes_nothing_from_a_guardian_who_is_known():
    session = make.session(course=kids())
    seat = child(session, **GUARDIAN)
    Care.objects.update(date_of_birth=None)
    give_care_of(seat, {"date_of_birth": at_age(30, session)}, by=None, only_missing=True)
    assert Care.objects.get().guardian_name == "Annabella Byron"


@pytest.mark.parametrize("how", ["buyer", "names", "office"])
def test_the_office_reads_how_a_guardian_agreed(how, visitor, desk):
    seat = child(make.session(course=kids()))
    form = {
        "guardian_name": "Anna Byron", "guardian_phone": "0117 496 0001", "collectors": "", "consents": "on",
        "consent_shown": STARTER,
    }  # fmt: skip
    account = make.user("admin", name="Olive Office")
    office = desk(user=account)
    born = {"date_of_birth": seat.care.date_of_birth.isoformat()}
    if how == "buyer":
        visitor.client.post(path("booking_care", token_of(seat.booking), seat.pk), {**form, **born})
    elif how == "names":
        visitor.client.post(path("people_care", names_token(seat.booking), seat.pk), form)
    else:
        office.post(page(seat.booking, f"names/{seat.pk}/care/edit/"), {**form, **born})
    shown = text(office.get(page(seat.booking, f"names/{seat.pk}/care/")))
    words = {"buyer": "Ticked by whoever booked", "names": "Ticked by the link to the names",
             "office": "Told to the office, by telephone or on paper"}  # fmt: skip
    for one, said in words.items():
        assert (said in shown) is (one == how)
    assert ("paper, Olive Office" in " ".join(shown.split())) is (how == "office")
    before = Care.objects.values().get()
    give_care_of(seat, {"consents": True}, by=account, by_office=True)  # they had agreed before
    after = Care.objects.values().get()
    assert (after["consented_at"], after["consent_how"]) == (before["consented_at"], how)


def test_consent_is_kept_with_the_version_and_the_fingerprint_of_its_text():
    version = make.terms("I agree to all.", kind="consent")
    seat = child(make.session(course=kids()), **GUARDIAN)
    assert (seat.care.consent_version, seat.care.consent_digest) == (version, sha256(b"I agree to all.").hexdigest())
    with pytest.raises(IntegrityError), transaction.atomic():
        Care.objects.update(consent_digest="")


def test_consent_is_to_the_text_that_was_shown_and_another_is_asked_for_again(visitor):
    make.terms("First aid.", kind="consent")
    seat = child(make.session(course=kids()))
    link = path("booking_care", token_of(seat.booking), seat.pk)
    said = {
        "date_of_birth": seat.care.date_of_birth.isoformat(), "guardian_name": "Anna Byron", "consents": "on",
        "guardian_phone": "0117 496 0001", "collectors": "", "consent_shown": digest_of("First aid."),
    }  # fmt: skip
    assert digest_of("First aid.") in text(visitor.open(link))
    version = make.terms("First aid and photographs.", kind="consent")
    again = visitor.client.post(link, said)
    assert again.status_code == 422
    assert Care.objects.get().consented_at is None
    shown = text(again)
    for word in ("changed while this page was open", "First aid and photographs.", "Anna Byron"):
        assert word in shown
    assert not re.search(r'name="consents"[^>]*checked', shown)
    assert visitor.client.post(link, {**said, "consent_shown": ""}).status_code == 422  # a tick under no text
    new = re.search(r'name="consent_shown" value="([^"]+)"', shown)[1]
    assert visitor.client.post(link, {**said, "consent_shown": new}).status_code == 302
    assert Care.objects.get().consent_version == version


def test_whoever_books_agrees_to_the_text_that_was_shown(visitor):
    session = make.session(course=kids())
    form = visitor.form(session, **CHILD, **{"care1-date_of_birth": at_age(12, session).isoformat()})
    make.terms("I agree to all.", kind="consent")
    for more in ({}, {"update": "1"}):
        shown = text(visitor.send(session, {**form, **more}))
        assert "changed while this page was open" in shown
        assert "Grandmother Ruth" in shown
        assert not re.search(r'name="care1-consents"[^>]*checked', shown)
        assert not Booking.objects.exists()
    visitor.token(session, **{**form, "care1-consent_shown": digest_of("I agree to all.")})
    assert Care.objects.get().consent_version.number == 1


@pytest.mark.parametrize("shown", [{"consent_shown": "another"}, {"consent_number": 1}])
def test_consent_to_a_text_that_is_not_in_force_is_refused_when_it_is_written(shown):
    seat = child(make.session(course=kids()))
    with pytest.raises(ConsentChanged):
        give_care_of(seat, {**GUARDIAN, **shown}, by=None)
    assert not Care.objects.exclude(consented_at=None).exists()


def test_by_api_consent_says_to_which_version(api, tenant):
    user, _person = make.student_user()
    session = make.session(course=kids())
    guardian = {"name": "Annabella Byron", "phone": "0117 496 0001", "consent": True}
    one = {"name": "Tim Byron", "dateOfBirth": at_age(12, session).isoformat()}
    make.terms("I agree to all.", kind="consent")

    def book(number):
        attendee = {**one, "guardian": {**guardian, "consentVersion": number}}
        return api(tenant, user).post("/bookings", {"sessionId": str(session.pk), "attendees": [attendee]})

    refused = book(0)
    assert (refused.status_code, refused.json()["code"], refused.json()["current"]) == (409, "consent_changed", 1)
    assert not Booking.objects.exists()
    assert book(1).json()["attendees"][0]["missing"] == []


def test_a_booking_does_not_move_to_where_somebody_is_too_young():
    seat = child(make.session(course=kids(), in_days=50), years=12)
    other = make.session(course=make.course(minimum_age=16), in_days=60)
    with pytest.raises(TooYoung):
        transfer_booking(booking=seat.booking, to=other, by=None, by_office=True)
    seat.booking.refresh_from_db()
    assert seat.booking.session != other


def test_reminders_name_what_is_missing_for_one_seat_too(mails):
    session = make.session(course=kids(), in_days=20)
    make.confirmed_booking(session=session, attendees=[{"name": "Tim Byron"}])
    with time_machine.travel(session.starts_at - timedelta(days=7), tick=False):
        for timer in Timer.objects.filter(kind="bookings.ask_for_names", fired_at=None):
            go_off(timer.pk)
    [told] = mails("bookings/name_missing")
    assert "Tim Byron: date of birth" in told.text
    assert "/bookings/people/" in told.text


def test_by_api_it_is_said_with_the_attendees(api, tenant):
    user, _person = make.student_user()
    session = make.session(course=kids())
    guardian = {"name": "Annabella Byron", "phone": "0117 496 0001", "mayCollect": "Ruth", "consent": True, "note": "x"}
    one = {"name": "Tim Byron", "dateOfBirth": at_age(12, session).isoformat(), "guardian": guardian}
    made = api(tenant, user).post("/bookings", {"sessionId": str(session.pk), "attendees": [one]}).json()
    [told] = made["attendees"]
    assert (told["dateOfBirth"], told["guardian"]["name"], told["missing"]) == (
        one["dateOfBirth"],
        "Annabella Byron",
        [],
    )
    assert told["guardian"]["consentedAt"]
    assert "note" not in told["guardian"]
    again = api(tenant, user).get(f"/bookings/{made['id']}").json()
    assert again["attendees"] == made["attendees"]


def test_by_api_what_is_left_out_is_missing_and_what_is_wrong_is_named(api, tenant):
    user, _person = make.student_user()
    session = make.session(course=make.course(asks_age=True, minimum_age=10))
    ada = api(tenant, user)
    body = {"sessionId": str(session.pk), "attendees": [{"name": "Tim Byron"}]}
    wrong = {
        "attendees[0].dateOfBirth": {"dateOfBirth": "2999-01-01"},
        "attendees[0].guardian.phone": {"guardian": {"name": "Annabella Byron"}},
        "attendees[0].guardian.name": {"guardian": {"phone": "0117 496 0001"}},
        "attendees[0].guardian.colour": {"guardian": {"name": "A B", "phone": "0117 496 0001", "colour": "red"}},
    }
    for field, more in wrong.items():
        answer = ada.post("/bookings", {**body, "attendees": [{"name": "Tim Byron", **more}]})
        assert answer.status_code == 400, answer.json()
        assert field in [one["field"] for one in answer.json()["errors"]]
    young = {"name": "Tim Byron", "dateOfBirth": at_age(9, session).isoformat()}
    refused = ada.post("/bookings", {**body, "attendees": [young]})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_young")
    assert not Booking.objects.exists()
    plain = ada.post("/bookings", {"sessionId": str(session.pk)}).json()
    assert plain["attendees"][0]["missing"] == ["date of birth"]


def test_by_api_a_trainer_reads_no_date_of_birth_and_no_guardian(api, tenant):
    account = make.user("trainer", password="")
    session = make.session(course=kids(), trainer=make.trainer(user=account))
    seat = child(session, **GUARDIAN)
    [told] = api(tenant, account).get(f"/bookings/{seat.booking.pk}").json()["attendees"]
    assert (told["dateOfBirth"], told["guardian"]) == (None, None)


def test_what_guardians_gave_goes_some_weeks_after_the_session_and_that_they_agreed_stays():
    session = make.session(course=kids(), in_days=10)
    child(session, **GUARDIAN)
    with time_machine.travel(session.ends_at + timedelta(days=59), tick=False):
        tidy()
    assert Care.objects.get().guardian_name
    with time_machine.travel(session.ends_at + timedelta(days=61), tick=False):
        tidy()
        assert tidy()["guardians and health of under-18s"] == 0
    care = Care.objects.get()
    assert [care.guardian_name, care.guardian_phone, care.guardian_email, care.collectors, care.note] == [""] * 5
    assert care.date_of_birth is None
    assert care.consented_at
    assert care.consent_digest


@pytest.mark.parametrize("end", ["ran out", "cancelled"])
def test_of_a_booking_that_ended_it_goes_after_a_month(end):
    session = make.session(course=kids(), in_days=300)
    booking = make.booking(session=session, attendees=[{"name": "Tim Byron"}])
    seat = booking.attendees.select_related("booking__session__course").get()
    give_care_of(seat, {"date_of_birth": at_age(12, session), **GUARDIAN}, by=None)
    child(session, name="Ada Moore", **GUARDIAN)  # who comes
    if end == "ran out":
        make.run_out(booking)
    else:
        cancel_booking(booking, by=None, by_office=True)
    with time_machine.travel(now() + timedelta(days=29), tick=False):
        tidy()
    assert Care.objects.get(attendee=seat).note
    with time_machine.travel(now() + timedelta(days=31), tick=False):
        tidy()
        assert tidy()["guardians and health of bookings that ended"] == 0
    care = Care.objects.get(attendee=seat)
    assert (care.note, care.guardian_name, care.collectors, care.date_of_birth) == ("", "", "", None)
    assert Care.objects.get(attendee__name="Ada Moore").note == "Peanut allergy"


def test_it_goes_along_to_a_course_that_asks_it_and_to_no_other():
    seat = child(make.session(course=kids(), in_days=50), **GUARDIAN)
    transfer_booking(booking=seat.booking, to=make.session(course=kids(), in_days=60), by=None, by_office=True)
    assert Care.objects.get().note == "Peanut allergy"
    transfer_booking(booking=seat.booking, to=make.session(in_days=70), by=None, by_office=True)
    assert not Care.objects.exists()


def test_whoever_booked_hears_who_was_added_by_the_link_to_the_names(visitor, mails, desk):
    seat = child(make.session(course=kids()))
    make.deliver_all()
    link = path("people_care", names_token(seat.booking), seat.pk)
    said = {"guardian_name": "Mallory Moore", "guardian_phone": "0900 1", "collectors": "Uncle Mallory"}
    assert visitor.client.post(link, said).status_code == 302
    make.deliver_all()
    [told] = mails("bookings/care_added")
    assert told.to == seat.booking.buyer.email
    for words in ("parent or guardian", "who may collect them"):
        assert words in told.text
        assert words in told.html
    assert "number for emergencies" not in told.text
    assert "Mallory" not in told.text + told.html  # nothing that a stranger typed
    [mailed] = re.findall(r"/bookings/([^/\s]+)/names/", told.text)
    assert "Mallory Moore" in text(visitor.open(path("booking_care", mailed, seat.pk)))
    history = text(desk("admin").get(page(seat.booking)))
    assert "By the link to the names" in history
    assert "who may collect them" in history
    form = {"consents": "on", "consent_shown": STARTER, "note": "Asthma"}
    assert visitor.client.post(link, form).status_code == 302
    assert Care.objects.get().consented_at
    make.deliver_all()
    assert len(mails("bookings/care_added")) == 1  # nobody was added


def test_what_whoever_booked_says_themselves_is_not_told_to_them(visitor, mails):
    account, person = make.student_user()
    session = make.session(course=kids())
    booking = make.confirmed_booking(session=session, buyer=person, attendees=[{"name": "Tim Byron"}])
    seat = booking.attendees.select_related("booking__session__course").get()
    give_care_of(seat, {"date_of_birth": at_age(12, session), **GUARDIAN}, by=None)
    visitor.client.sign_in(account)
    said = {"emergency_phone": "0117 496 0009"}
    Care.objects.update(guardian_phone="")
    assert visitor.client.post(path("people_care", names_token(booking), seat.pk), said).status_code == 302
    assert Care.objects.get().emergency_phone == "0117 496 0009"
    make.deliver_all()
    assert not mails("bookings/care_added")


def test_a_child_and_a_guardian_may_each_be_forgotten():
    past = make.session(course=kids(), in_days=10)
    seat = child(past, **{**GUARDIAN, "guardian_is_buyer": True, "guardian_name": ""})
    told = export_person(seat.booking.buyer, by=None)["records"]
    assert told["bookings.care"][0]["guardian_name"] == seat.booking.contact_name
    with time_machine.travel(now() + timedelta(days=20), tick=False):
        make.deliver_all()
        Booking.objects.update(status="completed")
        erase_person(seat.booking.buyer, by=None)
    care = Care.objects.get()
    assert (care.guardian_name, care.guardian_phone, care.guardian_email) == ("", "", "")
    assert care.date_of_birth is not None
    with time_machine.travel(now() + timedelta(days=20), tick=False):
        erase_person(seat.person, by=None)
    assert not Care.objects.exists()


def test_who_types_quickly_is_asked_for_a_guardian_before_anything_is_held(visitor, mails):
    session = make.session(course=kids(price=0), price=0)
    quick = {"coming": None, "attendee_1": "Tim Byron", "care1-date_of_birth": at_age(12, session).isoformat()}
    asked = visitor.book(session, **quick)
    assert "Nothing was booked yet" in text(asked)
    assert "Tim Byron is under 18" in text(asked)
    assert not Booking.objects.exists()
    # Whoever books for others need not know it: they are told what is missing, on the page and by email.
    said = {**filled(asked), "care1-guardian_is_buyer": None}
    visitor.send(session, {name: value for name, value in said.items() if value is not None})
    booking = Booking.objects.get()
    confirm_booking(booking, by=None)
    make.deliver_all()
    assert "parent or guardian, their consent" in text(visitor.open(path("booking_done", token_of(booking))))
    (mail,) = [mail for mail in mails() if mail.subject.startswith("Confirmed")]
    assert "Tim Byron: parent or guardian, their consent" in mail.text
    assert "Tim Byron: parent or guardian, their consent" in mail.html


def test_a_parent_without_a_telephone_reads_which_field_is_missing(visitor):
    session = make.session(course=kids())
    seat = child(session)
    Booking.objects.update(contact_phone="")
    link = path("booking_care", token_of(seat.booking), seat.pk)
    form = {**filled(visitor.open(link)), "guardian_is_buyer": "on", "consents": "on", "consent_shown": STARTER}
    refused = visitor.client.post(link, form)
    assert refused.status_code == 422
    assert 'href="#id_emergency_phone"' in text(refused)
    assert visitor.client.post(link, {**form, "guardian_phone": "0117 496 0009"}).status_code == 302
    known = booking_seat(seat)
    assert known.care.guardian_name == seat.booking.contact_name
    assert known.care.shown_emergency_phone == "0117 496 0009"
    assert missing_of(known, session) == []


def booking_seat(seat):
    return seat.booking.attendees.select_related("care", "booking__session__course").get()
