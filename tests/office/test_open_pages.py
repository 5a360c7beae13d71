"""Who may open which page of the office."""

import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import get_resolver

from shared_apps.accounts.services import create_user
from shared_apps.events.models import MOST_ATTEMPTS, Delivery, Event
from shared_apps.jobs.models import Job, JobStatus
from shared_apps.lists.models import SavedView
from tenant_apps.bookings.answers import write_answers
from tenant_apps.bookings.models import Attendee, WaitingListEntry
from tenant_apps.certificates.models import Certificate
from tenant_apps.feeds.services import make_centre_feed
from tenant_apps.materials.models import Material
from tenant_apps.messaging.models import Message, MessageStatus
from tenant_apps.questions.fields import Given
from tenant_apps.questions.services import ask
from tenant_apps.reviews.models import FeedbackAnswer, FeedbackQuestion, Review
from tenant_apps.scheduling.models import Place, Room
from tenant_apps.terms.versions import save_draft
from tests import make

pytestmark = pytest.mark.django_db

OWNER, OFFICE, SALES, TRAINER = "owner", "admin", "sales", "trainer"
EVERYBODY = {OWNER, OFFICE, SALES, TRAINER}
BOTH = {OWNER, OFFICE}
SUBMITS = re.compile(r'<button type="submit".*?>(.*?)</button>', re.DOTALL)
PAGES = {
    "dashboard": ("/admin/", EVERYBODY),
    "search": ("/admin/search/?q=an", EVERYBODY),
    "courses": ("/admin/courses/", EVERYBODY),
    "course": ("/admin/courses/{course}/", EVERYBODY),
    "course_new": ("/admin/courses/new/", BOTH),
    "course_sessions": ("/admin/courses/{course}/sessions/", EVERYBODY),
    "calendar": ("/admin/calendar/", EVERYBODY),
    "session_look": ("/admin/sessions/{session}/look/", BOTH),
    "holidays": ("/admin/holidays/", BOTH),
    "trainer_hours": ("/admin/trainers/{trainer}/hours/", {*BOTH, TRAINER}),
    "sessions": ("/admin/sessions/", EVERYBODY),
    "session": ("/admin/sessions/{session}/", EVERYBODY),
    "session_new": ("/admin/courses/{course}/sessions/new/", BOTH),
    "sessions_several": ("/admin/courses/{course}/sessions/several/", BOTH),
    "session_edit": ("/admin/sessions/{session}/edit/", BOTH),
    "session_following": ("/admin/sessions/{of_series}/following/", BOTH),
    "session_following_cancel": ("/admin/sessions/{of_series}/following/cancel/", BOTH),
    "session_following_remove": ("/admin/sessions/{of_series}/following/remove/", BOTH),
    "series_new": ("/admin/courses/{course}/sessions/series/", BOTH),
    "series": ("/admin/series/{series}/", EVERYBODY),
    "series_extend": ("/admin/series/{series}/extend/", BOTH),
    "session_move": ("/admin/sessions/{session}/move/", BOTH),
    "session_duplicate": ("/admin/sessions/{session}/duplicate/", BOTH),
    "session_cancel": ("/admin/sessions/{session}/cancel/", BOTH),
    "today": ("/admin/today/", {*BOTH, TRAINER}),
    "register": ("/admin/today/{day}/", {*BOTH, TRAINER}),
    "arrivals": ("/admin/today/{day}/arrivals/", {*BOTH, TRAINER}),
    "waiting_new": ("/admin/sessions/{session}/waiting/new/", BOTH),
    "waiting_list": ("/admin/waiting-list/", BOTH),
    "waiting_list_export": ("/admin/waiting-list/export.csv", BOTH),
    "waiting": ("/admin/waiting-list/{in_line}/", BOTH),
    "interest": ("/admin/interest/", BOTH),
    "interest_export": ("/admin/interest/export.csv", BOTH),
    "session_complete": ("/admin/sessions/{session}/complete/", {*BOTH, TRAINER}),
    "session_certainty": ("/admin/sessions/{session}/certainty/", BOTH),
    "session_reschedule": ("/admin/sessions/{session}/reschedule/", BOTH),
    "session_message": ("/admin/sessions/{session}/message/", BOTH),
    "places": ("/admin/places/", BOTH),
    "place_new": ("/admin/places/new/", BOTH),
    "place_edit": ("/admin/places/{place}/", BOTH),
    "bookings": ("/admin/bookings/", {*BOTH, TRAINER}),
    "booking": ("/admin/bookings/{booking}/", {*BOTH, TRAINER}),
    "bookings_export": ("/admin/bookings/export.csv", BOTH),
    "booking_new": ("/admin/bookings/new/", BOTH),
    "attendee_care": ("/admin/bookings/{booking}/names/{seat}/care/", {*BOTH, TRAINER}),
    "attendee_care_edit": ("/admin/bookings/{booking}/names/{seat}/care/edit/", BOTH),
    "booking_names": ("/admin/bookings/{booking}/names/", BOTH),
    "booking_contact": ("/admin/bookings/{booking}/contact/", BOTH),
    "booking_record_payment": ("/admin/bookings/{booking}/payment/", BOTH),
    "booking_cancel": ("/admin/bookings/{booking}/cancel/", BOTH),
    "booking_transfer": ("/admin/bookings/{booking}/transfer/", BOTH),
    "booking_seats": ("/admin/bookings/{booking}/seats/", BOTH),
    "certificates": ("/admin/certificates/", EVERYBODY),
    "certificates_export": ("/admin/certificates/export.csv", BOTH),
    "certificate": ("/admin/certificates/{certificate}/", EVERYBODY),
    "certificate_reissue": ("/admin/certificates/{certificate}/reissue/", BOTH),
    "certificate_revoke": ("/admin/certificates/{certificate}/revoke/", BOTH),
    "certificate_new": ("/admin/certificates/new/", BOTH),
    "session_certificates": ("/admin/sessions/{session}/certificates/", EVERYBODY),
    "course_certificates": ("/admin/courses/{course}/certificates/", BOTH),
    "settings_certificates": ("/admin/settings/certificates/", {OWNER}),
    "certificate_preview": ("/admin/settings/certificates/preview/", {OWNER}),
    "activity": ("/admin/activity/", BOTH),
    "booking_refund": ("/admin/bookings/{booking}/refund/", BOTH),
    "booking_give_back": ("/admin/bookings/{booking}/give-back/", BOTH),
    "booking_credit": ("/admin/bookings/{booking}/credit/", BOTH),
    "students": ("/admin/students/", {*BOTH, SALES}),
    "student": ("/admin/students/{student}/", {*BOTH, SALES}),
    "student_new": ("/admin/students/new/", BOTH),
    "student_edit": ("/admin/students/{student}/edit/", BOTH),
    "person_merge": ("/admin/students/{student}/join/", BOTH),
    "person_privacy": ("/admin/students/{student}/privacy/", {OWNER}),
    "person_guardians": ("/admin/students/{student}/guardians/", BOTH),
    "student_account": ("/admin/students/{student}/account/", BOTH),
    "trainers": ("/admin/trainers/", BOTH),
    "trainer_new": ("/admin/trainers/new/", BOTH),
    "trainer_edit": ("/admin/trainers/{trainer}/", BOTH),
    "students_export": ("/admin/students/export.csv", BOTH),
    "sessions_export": ("/admin/sessions/export.csv", BOTH),
    "view_new": ("/admin/lists/courses/views/new/?status=draft", EVERYBODY),
    "view_edit": ("/admin/lists/views/{view}/", {TRAINER}),
    "jobs": ("/admin/jobs/", {*BOTH, SALES, TRAINER}),
    "job": ("/admin/jobs/{job}/", {OWNER, TRAINER}),
    "feeds": ("/admin/calendars/", BOTH),
    "my_feed": ("/admin/calendars/mine/", {TRAINER}),
    "reviews": ("/admin/reviews/", EVERYBODY),
    "review": ("/admin/reviews/{review}/", EVERYBODY),
    "review_hide": ("/admin/reviews/{review}/hide/", BOTH),
    "course_notices": ("/admin/courses/{course}/messages/", BOTH),
    "course_feedback": ("/admin/courses/{course}/feedback/", BOTH),
    "course_feedback_export": ("/admin/courses/{course}/feedback/export.csv", BOTH),
    "course_questions": ("/admin/courses/{course}/questions/", BOTH),
    "course_question": ("/admin/courses/{course}/questions/{asked}/", BOTH),
    "booking_answers": ("/admin/bookings/{booking}/answers/", BOTH),
    "session_answers": ("/admin/sessions/{session}/answers/", {*BOTH, TRAINER}),
    "session_answers_export": ("/admin/sessions/{session}/answers/export.csv", {*BOTH, TRAINER}),
    "session_materials": ("/admin/sessions/{session}/materials/", EVERYBODY),
    "course_materials": ("/admin/courses/{course}/materials/", BOTH),
    "material": ("/admin/materials/{material}/", {*BOTH, TRAINER}),
    "messages": ("/admin/messages/", BOTH),
    "message": ("/admin/messages/{message}/", BOTH),
    "undelivered": ("/admin/undelivered/", BOTH),
    "undelivered_drop": ("/admin/undelivered/delivery/{given_up}/drop/", BOTH),
    "team": ("/admin/team/", BOTH),
    "colleague": ("/admin/team/{colleague}/", BOTH),
    "colleague_new": ("/admin/team/new/", BOTH),
    "settings": ("/admin/settings/", {OWNER}),
    "settings_words": ("/admin/settings/words/", {OWNER}),
    "settings_contact": ("/admin/settings/contact/", {OWNER}),
    "settings_booking": ("/admin/settings/booking/", {OWNER}),
    "settings_money": ("/admin/settings/money/", {OWNER}),
    "settings_terms": ("/admin/settings/terms/", {OWNER}),
    "terms_version": ("/admin/settings/terms/{version}/", {OWNER}),
    "terms_draft": ("/admin/settings/terms/booking/draft/", {OWNER}),
    "terms_publish": ("/admin/settings/terms/booking/publish/", {OWNER}),
    "settings_sessions": ("/admin/settings/sessions/", {OWNER}),
    "settings_find": ("/admin/settings/find/", {OWNER}),
    "settings_messages": ("/admin/settings/messages/", {OWNER}),
    "settings_wording": ("/admin/settings/messages/bookings/confirmed/email/", {OWNER}),
    "wording_preview": ("/admin/settings/messages/preview/", {OWNER}),
    "settings_channels": ("/admin/settings/channels/", {OWNER}),
}
SHOWS_AT_ONCE = {"attendee_note"}  # what is pressed for is on the page that answers, and nowhere else
POSTS = {
    "time_off_new": ("/admin/trainers/{trainer}/time-off/", {*BOTH, TRAINER}, {"starts_on": "2031-01-06"}),
    "course_state": ("/admin/courses/{course}/state/", BOTH, {"published": "0"}),
    "sessions_take_back": ("/admin/courses/{course}/sessions/take-back/", BOTH, {}),
    "series_take_back": ("/admin/series/{series}/take-back/", BOTH, {}),
    "session_move_back": ("/admin/sessions/{session}/move-back/", BOTH, {}),
    "session_start": ("/admin/sessions/{session}/start/", {*BOTH, TRAINER}, {}),
    "session_confirm": ("/admin/sessions/{session}/confirm/", BOTH, {}),
    "booking_notes": ("/admin/bookings/{booking}/notes/", BOTH, {"internal_notes": "x"}),
    "student_state": ("/admin/students/{student}/state/", BOTH, {"active": "0"}),
    "proof_link": ("/admin/people/{waiting}/proof/", BOTH, {}),
    "trainer_state": ("/admin/trainers/{trainer}/state/", BOTH, {"active": "0"}),
    "trainer_invitation": ("/admin/trainers/{guest}/invitation/", BOTH, {}),
    "colleague_state": ("/admin/team/{colleague}/state/", BOTH, {"active": "0"}),
    "colleague_invitation": ("/admin/team/{invited}/invitation/", BOTH, {}),
    "booking_send": ("/admin/bookings/{booking}/send/", BOTH, {}),
    "booking_take_back_payment": ("/admin/bookings/{booking}/payment/{payment}/take-back/", BOTH, {}),
    "booking_use_kept_money": ("/admin/bookings/{booking}/kept-money/", BOTH, {}),
    "certificates_zip": ("/admin/certificates/zip/", BOTH, {}),
    "session_issue": ("/admin/sessions/{session}/certificates/issue/", BOTH, {}),
    "session_zip": ("/admin/sessions/{session}/certificates/zip/", BOTH, {}),
    "job_cancel": ("/admin/jobs/{job}/cancel/", {OWNER, TRAINER}, {}),
    "view_delete": ("/admin/lists/views/{view}/delete/", {TRAINER}, {}),
    "attendee_note": ("/admin/bookings/{booking}/names/{seat}/care/note/", {*BOTH, TRAINER}, {}),
    "terms_starter": ("/admin/settings/terms/consent/starter/", {OWNER}, {}),
    "terms_discard": ("/admin/settings/terms/booking/discard/", {OWNER}, {}),
    "list_display": ("/admin/lists/courses/display/", EVERYBODY, {"density": "tight", "size": "30"}),
    "many": ("/admin/lists/courses/many/", BOTH, {"act": "catalogue.publish"}),
    "feed_new_centre": ("/admin/calendars/centre/new/", BOTH, {}),
    "feed_new_room": ("/admin/calendars/rooms/{room}/new/", BOTH, {}),
    "feed_new_trainer": ("/admin/calendars/trainers/{trainer}/new/", BOTH, {}),
    "feed_off": ("/admin/calendars/{feed}/off/", BOTH, {}),
    "my_feed_new": ("/admin/calendars/mine/new/", {TRAINER}, {}),
    "my_feed_off": ("/admin/calendars/mine/off/", {TRAINER}, {}),
    "review_show": ("/admin/reviews/{review}/show/", BOTH, {}),
    "course_feedback_question": ("/admin/courses/{course}/feedback/{question}/", BOTH, {}),
    "course_question_move": ("/admin/courses/{course}/questions/{asked}/move/", BOTH, {}),
    "course_question_stop": ("/admin/courses/{course}/questions/{asked}/stop/", BOTH, {}),
    "material_move": ("/admin/materials/{material}/move/", {*BOTH, TRAINER}, {"down": "1"}),
    "material_remove": ("/admin/materials/{material}/remove/", {*BOTH, TRAINER}, {}),
    "material_bring_back": ("/admin/materials/{material}/bring-back/", {*BOTH, TRAINER}, {}),
    "message_again": ("/admin/messages/{message}/again/", BOTH, {}),
    "wording_ours": ("/admin/settings/messages/bookings/confirmed/email/ours/", {OWNER}, {}),
    "channel_off": ("/admin/settings/channels/twilio/off/", {OWNER}, {}),
}


@pytest.fixture
def there(tenant):
    """A trainer with an account, their session, and a booking on it."""
    account = make.user("trainer", password="")
    trainer = make.trainer(user=account)
    course = make.course(lead_trainer=trainer)
    session = make.session(course=course)
    series = make.series(course=course)
    booking = make.booking(session=session)
    place = Place.objects.create(name="Yard")
    waiting = make.student_user()[1]
    waiting.pending_email = "new@example.com"
    waiting.save()
    seat = Attendee.objects.create(booking=booking, person=booking.buyer, name="Ada Byron", position=1)
    review = Review.objects.create(attendee=seat, session=session, course=course, trainer=trainer, rating=4)
    question = FeedbackQuestion.objects.create(course=course, text="Why?")
    FeedbackAnswer.objects.create(review=review, question=question, text="Because")
    version = make.terms()
    save_draft("booking", title="Our terms", text="Pay soon.")
    asked = ask(course=course, text="What do you eat?", kind="line", by=None)
    write_answers(seat, {asked.pk: Given("Cake")}, course_id=course.pk)
    path = default_storage.save("private/materials/handout.txt", ContentFile(b"Hello"))
    ids = {
        "in_line": WaitingListEntry.objects.create(session=session, person=waiting),
        "place": place,
        "course": course,
        "session": session,
        "series": series,
        "of_series": series.sessions.earliest("starts_at"),
        "day": session.days.get(),
        "booking": booking,
        "student": booking.buyer,
        "trainer": trainer,
        "colleague": make.user("sales", password=""),
        "invited": create_user(email="invited@example.com", roles=["sales"]),
        "guest": make.trainer(),
        "version": version,
        "seat": seat,
        "waiting": waiting,
        "given_up": Delivery.objects.create(
            event=Event.objects.create(name="booking.held"), handler="bookings.tell_to_prove", attempts=MOST_ATTEMPTS
        ),
        "job": Job.objects.create(kind="tests.none", title="Counting", by=account),
        "payment": make.pay(booking, amount=10),
        "view": SavedView.objects.create(list_name="courses", owner=account, name="Drafts"),
        "certificate": Certificate.objects.create(
            number="Z-00001",
            person=booking.buyer,
            course=course,
            session=session,
            booking=booking,
            name="Ada Byron",
            course_title="A course",
            begins_on=make.today(),
            ends_on=make.today(),
            issued_at=session.created_at,
        ),
        "room": Room.objects.create(place=place, name="Workshop"),
        "feed": make_centre_feed(by=None),
        "review": review,
        "question": question,
        "asked": asked,
        "material": Material.objects.create(
            session=session, kind="file", title="Handout", file=path, file_name="handout.txt", size=5
        ),
        "message": Message.objects.create(to="ada@example.com", subject="Hello", status=MessageStatus.FAILED),
    }
    return account, {name: row.pk for name, row in ids.items()}


def test_the_list_above_is_complete():
    office = next(
        part for part in get_resolver("config.urls_tenant").url_patterns if getattr(part, "namespace", "") == "office"
    )
    names = {pattern.name for include in office.url_patterns for pattern in include.url_patterns}
    pressed_once = {
        "undelivered_again",
        "attendee_person",
        "person_split",
        "person_export",
        "holiday_drop",
        "time_off_drop",
    }  # see test_run_what_failed_again, tests/people and test_mind_hours_and_holidays
    # Previews: of colours and certificates on the page of settings, of a text that is being written; and files.
    data = {"look", "rich_text", "certificate_sample", "certificate_pdf", "material_file"}
    # See test_mark_on_a_phone.
    scripts = {"register_worker", "register_manifest", "register_marks", "register_sheet"}
    assert names == PAGES.keys() | POSTS.keys() | pressed_once | data | scripts


@pytest.mark.parametrize("page", PAGES)
def test_each_page_opens_for_those_it_is_for_and_is_not_there_for_others(page, there, desk):
    account, ids = there
    url, may = PAGES[page]
    url = url.format(**ids)
    for role in (OWNER, OFFICE, SALES, TRAINER, "student"):
        client = desk(user=account) if role == TRAINER else desk(role)
        assert (role, client.get(url).status_code) == (role, 200 if role in may else 404)
    answer = desk().get(url)
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


@pytest.mark.parametrize("page", PAGES)
def test_what_leads_back_is_a_link_to_somewhere_and_sends_no_form(page, there, desk):
    """As a button it would do the very thing that somebody wants to leave undone."""
    _account, ids = there
    page = desk(OWNER).get(PAGES[page][0].format(**ids)).content.decode()
    words = [" ".join(re.sub("<[^>]+>", " ", inside).split()) for inside in SUBMITS.findall(page)]
    assert [text for text in words if text.startswith(("Back", "Keep", "Leave", "Close"))] == []
    assert 'href=""' not in page


@pytest.mark.parametrize("page", POSTS)
def test_each_button_works_for_those_it_is_for_and_is_not_there_for_others(page, there, desk):
    account, ids = there
    url, may, data = POSTS[page]
    url = url.format(**ids)
    for role in (OWNER, OFFICE, SALES, TRAINER, "student"):
        Job.objects.update(status=JobStatus.QUEUED, finished_at=None)
        Message.objects.update(status=MessageStatus.FAILED, sent_at=None)
        client = desk(user=account) if role == TRAINER else desk(role)
        done = 200 if page in SHOWS_AT_ONCE else 302
        assert (role, client.post(url, data).status_code) == (role, done if role in may else 404)
    assert "/accounts/login/" in desk().post(url, data)["Location"]


def test_a_trainer_sees_only_their_own_and_no_money(there, desk):
    account, ids = there
    other = make.booking(
        session=make.session(course=make.course(title="Somebody else's course"), trainer=make.trainer())
    )
    client = desk(user=account)

    for url in ("courses/", "sessions/?when=all", "bookings/", "search/?q=Course", ""):
        page = client.get(f"/admin/{url}").content.decode()
        assert "Somebody else" not in page
        assert other.contact_name not in page
        assert "£" not in page
    for url in (
        f"courses/{other.session.course_id}/", f"courses/{other.session.course_id}/sessions/",
        f"sessions/{other.session_id}/", f"bookings/{other.pk}/",
    ):  # fmt: skip
        assert client.get(f"/admin/{url}").status_code == 404
    own = client.get(f"/admin/bookings/{ids['booking']}/").content.decode()
    assert "£" not in own
    assert "Office notes" not in own


def test_one_booking_of_a_trainers_own_shows_no_office_notes_nor_emails(there, desk):
    account, ids = there
    from tenant_apps.bookings.models import Booking

    Booking.objects.filter(pk=ids["booking"]).update(internal_notes="owes us a favour")
    page = desk(user=account).get(f"/admin/bookings/{ids['booking']}/").content.decode()
    assert "owes us a favour" not in page
    assert "@example.com" not in page.split("<main", 1)[1]


def test_a_trainers_day_says_who_comes_and_what_they_asked_for(there, desk):
    account, ids = there
    from tenant_apps.scheduling.models import Session

    session = Session.objects.get(pk=ids["session"])
    make.booking(
        session=session, seats=2, attendees=[{"name": "Ada Byron"}, {"name": "Grace Murray"}],
        special_requests="No nuts, please",
    )  # fmt: skip
    page = desk(user=account).get("/admin/").content.decode()
    for words in ("Ada Byron", "Grace Murray", "No nuts, please"):
        assert words in page


def test_what_is_missing_in_the_office_is_said_in_its_own_frame(desk):
    answer = desk("admin").get("/admin/nothing/")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert 'class="office-shell"' in page
    assert "See all courses" not in page
    assert "If you were looking for a course" not in page


def test_who_may_not_open_a_page_reads_who_may(desk):
    answer = desk("trainer").get("/admin/team/")
    assert answer.status_code == 404
    page = " ".join(answer.content.decode().split())
    assert "role owner or office" in page
    assert "<title>This page is not open to you" in page.replace("<title> ", "<title>")


def test_a_student_in_the_office_sees_the_public_page_for_what_is_missing(desk):
    answer = desk("student").get("/admin/team/")
    assert answer.status_code == 404
    assert 'class="office-shell"' not in answer.content.decode()
