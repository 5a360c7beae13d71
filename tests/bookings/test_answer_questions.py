"""Those who come answer what their course asks: when they are booked, or later by a link."""

import io
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from shared_apps.core.time import now
from shared_apps.events.bus import deliver_due
from shared_apps.files.models import File
from shared_apps.timers.retention import tidy
from tenant_apps.bookings.answer_links import answers_token, file_token
from tenant_apps.bookings.answers import answer_questions
from tenant_apps.bookings.details import set_details
from tenant_apps.bookings.errors import BookingOver, FileNotTaken
from tenant_apps.bookings.hold_limits import wait_of_sender
from tenant_apps.bookings.models import Answer, Booking
from tenant_apps.bookings.selectors import names_token, token_of
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.bookings.transfers import transfer_booking
from tenant_apps.people.privacy import erase_person, export_person
from tenant_apps.questions.fields import Given
from tenant_apps.questions.services import ask, ask_otherwise, stop_asking
from tenant_apps.scheduling.attendance import attendance_of
from tests import make
from tests.bookings.conftest import filled, path, text
from tests.office.conftest import desk, office  # noqa: F401
from tests.support.due import do_due_work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant", "folder")]
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"
ADA, GRACE = {"name": "Ada Byron", "email": "ada@example.com"}, {"name": "Grace Hopper", "email": "grace@example.com"}


@pytest.fixture
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def course():
    return make.course()


@pytest.fixture
def diet(course):
    choices = ["Everything", "Vegan"]
    return ask(course=course, text="Diet?", kind="choice", choices=choices, required=True, on_register=True, by=None)


@pytest.fixture
def licence(course):
    return ask(course=course, text="Licence number", kind="line", required=True, days_before=7, by=None)


@pytest.fixture
def proof(course):
    return ask(course=course, text="Proof of ID", kind="file", required=True, days_before=3, by=None)


def name(n, question):
    """The field of a question on the form with which seat `n` is booked, or of an attendee."""
    return f"ask_{n}_{question.pk.hex}"


def sent(content=PDF, called="id.pdf"):
    return SimpleUploadedFile(called, content, "application/octet-stream")


def two(course, **fields):
    buyer = make.person(name="Ada Byron", email="ada@example.com")
    session = fields.pop("session", None) or make.session(course=course)
    return make.confirmed_booking(session=session, buyer=buyer, seats=2, attendees=[ADA, GRACE], **fields)


def answers(**where):
    rows = Answer.objects.filter(**where).order_by("attendee__position", "question__position")
    return [(row.attendee.name, row.label, row.text) for row in rows.select_related("attendee")]


class TestWhenBooking:
    def test_everybody_who_is_named_is_asked_and_what_must_be_answered_is(self, visitor, course, diet, licence):
        session = make.session(course=course)
        answer = visitor.book(session, seats="2", attendee_2="Grace Hopper")
        assert answer.status_code == 200
        assert text(answer).count("Answer this, please.") >= 2  # Ada's and Grace's
        assert not Booking.objects.exists()
        given = {name(1, diet): "Vegan", name(2, diet): "Everything", name(2, licence): "L 1"}
        visitor.token(session, seats="2", attendee_2="Grace Hopper", **given)
        assert answers() == [
            ("Ada Byron", "Diet?", "Vegan"), ("Grace Hopper", "Diet?", "Everything"),
            ("Grace Hopper", "Licence number", "L 1"),
        ]  # fmt: skip

    def test_a_seat_without_a_name_is_asked_later(self, visitor, course, diet):
        visitor.token(make.session(course=course), seats="2", **{name(1, diet): "Vegan"})
        assert answers() == [("Ada Byron", "Diet?", "Vegan")]

    def test_whoever_books_for_somebody_else_answers_for_them(self, visitor, course, diet):
        visitor.token(make.session(course=course), coming=None, attendee_1="Grace Hopper", **{name(1, diet): "Vegan"})
        assert answers() == [("Grace Hopper", "Diet?", "Vegan")]

    def test_what_is_not_offered_can_not_be_chosen(self, visitor, course, diet):
        answer = visitor.book(make.session(course=course), **{name(1, diet): "Humans"})
        assert "Select a valid choice" in text(answer)
        assert not Booking.objects.exists()

    def test_a_course_that_asks_nothing_asks_nothing(self, visitor, diet):
        page = text(visitor.open(path("book", make.session().pk)))
        assert "ask_" not in page
        assert "multipart" not in page

    def test_a_file_goes_along_and_stays_private(self, visitor, client_of, tenant, course, proof):
        visitor.token(make.session(course=course), **{name(1, proof): sent(called="../../My ID.pdf")})
        answer = Answer.objects.get()
        assert answer.file.name.startswith("private/answers/")
        assert "ID" not in answer.file.name
        assert visitor.open(f"/media/{answer.file.name}").status_code == 404

    def test_going_back_shows_what_was_answered_and_changes_it(self, visitor, course, diet, proof):
        session = make.session(course=course)
        visitor.token(session, **{name(1, diet): "Vegan", name(1, proof): sent()})
        page = text(visitor.open(path("book", session.pk)))
        assert re.search(r'value="Vegan"[^>]*checked', page)
        assert "A file was sent" in page
        visitor.token(session, **{name(1, diet): "Everything"})
        assert answers() == [("Ada Byron", "Diet?", "Everything"), ("Ada Byron", "Proof of ID", "id.pdf")]

    def test_somebody_elses_name_is_asked_anew(self, visitor, course, diet):
        session = make.session(course=course)
        visitor.token(session, coming=None, attendee_1="Grace Hopper", **{name(1, diet): "Vegan"})
        assert "Answer this, please." in text(visitor.book(session, coming=None, attendee_1="Mary Somerville"))
        visitor.token(session, coming=None, attendee_1="Mary Somerville", **{name(1, diet): "Everything"})
        assert answers() == [("Mary Somerville", "Diet?", "Everything")]

    def test_where_there_is_no_room_for_files_nothing_is_booked(self, visitor, course, proof, settings):
        settings.FILE_QUOTA_MEGABYTES = 0
        answer = visitor.book(make.session(course=course), **{name(1, proof): sent()})
        assert answer.status_code == 409
        assert "Files can't be taken here" in text(answer)
        assert not Booking.objects.exists()


def jpeg():
    out = io.BytesIO()
    Image.new("RGB", (90, 60), "red").save(out, "JPEG", exif=b"Exif\0\0secret place")
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"MZ a program", b"<html><script>alert(1)</script>", b"%PDF-1.4 cut off", b"%!PS",
        PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(x)>>"),
        PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/#4aavaScript>>"),
        PDF.replace(b"/Catalog", b"/Catalog/Names<</EmbeddedFiles 2 0 R>>"),
        PDF.replace(b"/Catalog", b"/Catalog/A<</S/Launch>>"), b"%PDF-" + b"x" * (8 * 1024 * 1024 + 1) + b"%%EOF",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"PK\x03\x04",
    ],
)  # fmt: skip
def test_what_is_no_document_or_acts_by_itself_is_refused_whatever_its_name(client_of, tenant, course, proof, content):
    attendee = two(course).attendees.all()[0]
    page = path("attendee_answers", answers_token(attendee))
    answer = client_of(tenant).post(page, {name(attendee.pk.hex, proof): sent(content, "id.pdf")})
    assert answer.status_code == 422
    assert not Answer.objects.exists()
    assert not File.objects.exists()


def test_a_photograph_is_made_anew_without_where_it_was_taken(client_of, tenant, course, proof):
    attendee = two(course).attendees.all()[0]
    client, page = client_of(tenant), path("attendee_answers", answers_token(attendee))
    client.post(page, {name(attendee.pk.hex, proof): sent(jpeg(), "passport.jpg")})
    answer = Answer.objects.get()
    assert b"secret" not in default_storage.open(answer.file.name).read()
    assert answer.text == "passport.webp"  # as it is kept


class TestByLink:
    def test_an_attendee_is_asked_by_a_link_of_their_own(self, client_of, tenant, course, diet, mails):
        booking = two(course)
        make.deliver_all()
        (mail,) = mails("bookings/attending")
        link = re.search(r"https?://\S+/answers/\S+", mail.text)[0]
        client = client_of(tenant)
        grace = booking.attendees.get(position=2)
        page = client.get(path("attendee_answers", answers_token(grace)))
        assert answers_token(grace).partition(":")[0] in link  # a second later it has another signature
        assert "Diet?" in text(page)
        assert "Ada" not in text(page)
        assert page["X-Robots-Tag"] == "noindex"
        client.post(path("attendee_answers", answers_token(grace)), {name(grace.pk.hex, diet): "Vegan"})
        assert answers() == [("Grace Hopper", "Diet?", "Vegan")]
        assert Answer.objects.get().by_attendee

    @pytest.mark.parametrize("page", ["booking_answers", "people_answers"])
    def test_whoever_booked_answers_for_all_and_reads_nothing_that_they_answered_themselves(
        self, client_of, tenant, course, diet, licence, page
    ):
        booking = two(course)
        ada, grace = booking.attendees.all()
        answer_questions(grace, {licence.pk: Given("Secret 7")}, by=None, themselves=True)
        link = path(page, token_of(booking) if page == "booking_answers" else names_token(booking))
        client = client_of(tenant)
        shown = text(client.get(link))
        assert "Secret 7" not in shown
        said = "1 question was answered by them" if page == "booking_answers" else "1 question is answered already"
        assert said in " ".join(shown.split())
        fields = {name(ada.pk.hex, diet): "Vegan", name(grace.pk.hex, diet): "Everything",
                  name(grace.pk.hex, licence): "Overwritten"}  # fmt: skip
        client.post(link, fields)
        assert answers() == [
            ("Ada Byron", "Diet?", "Vegan"), ("Grace Hopper", "Diet?", "Everything"),
            ("Grace Hopper", "Licence number", "Secret 7"),
        ]  # fmt: skip

    def test_the_link_to_the_names_shows_and_replaces_no_answer_of_anybody(
        self, client_of, tenant, course, diet, licence
    ):
        booking, client = two(course), client_of(tenant)
        ada = booking.attendees.get(position=1)
        answer_questions(ada, {licence.pk: Given("Secret 7")}, by=None)
        link = path("people_answers", names_token(booking))
        assert "Secret 7" not in text(client.get(link))
        client.post(link, {name(ada.pk.hex, diet): "Vegan", name(ada.pk.hex, licence): ""})
        assert answers() == [("Ada Byron", "Diet?", "Vegan"), ("Ada Byron", "Licence number", "Secret 7")]
        assert "Secret 7" in text(client.get(path("booking_answers", token_of(booking))))

    def test_by_api_whoever_booked_changes_nothing_that_they_answered_themselves(self, api, tenant, course, licence):
        account, person = make.student_user()
        booking = make.confirmed_booking(session=make.session(course=course), buyer=person, attendees=[GRACE])
        grace = booking.attendees.get()
        answer_questions(grace, {licence.pk: Given("Secret 7")}, by=None, themselves=True)
        client, seat = api(tenant, account), f"/bookings/{booking.pk}/attendees/{grace.pk}/answers"
        for value in (None, "Overwritten", "Secret 7"):  # nor is it guessed
            said = {"answers": [{"questionId": str(licence.pk), "value": value}]}
            for refused in (
                client.patch(seat, said),
                client.patch(f"/bookings/{booking.pk}", {"attendees": [{**GRACE, **said}]}),
            ):
                assert (refused.status_code, refused.json()["code"]) == (409, "answered_themselves")
        assert answers() == [("Grace Hopper", "Licence number", "Secret 7")]
        assert api(tenant, make.user("admin")).patch(seat, said).status_code == 200

    def test_what_is_left_open_is_said_and_asked_again(self, client_of, tenant, course, diet, licence):
        booking, client = two(course), client_of(tenant)
        ada = booking.attendees.all()[0]
        page = path("booking_answers", token_of(booking))
        client.post(page, {name(ada.pk.hex, diet): "Vegan"})
        assert "3 answers are still missing" in text(client.get(page))
        assert "3 answers are missing" in " ".join(text(client.get(path("booking", token_of(booking)))).split())

    def test_a_link_ends_with_the_seat_the_name_and_the_booking_s_links(self, client_of, tenant, course, diet):
        booking, client = two(course), client_of(tenant)
        grace = booking.attendees.get(position=2)
        before = path("attendee_answers", answers_token(grace))
        set_details(booking, attendees=[ADA, {"name": "Mary Somerville"}], by=None)
        assert client.get(before).status_code == 404
        mary = booking.attendees.get(position=2)
        link = path("attendee_answers", answers_token(mary))
        assert client.get(link).status_code == 200
        Booking.objects.update(link_number=1)
        assert client.get(link).status_code == 404

    def test_a_changed_link_another_tenant_s_and_an_old_one_open_nothing(self, client_of, alpha, beta, course, diet):
        booking, client = two(course), client_of(alpha)
        token = answers_token(booking.attendees.all()[0])
        for forged in (token[:-1] + ("A" if token[-1] != "A" else "B"), token_of(booking), names_token(booking), "x"):
            assert client.get(path("attendee_answers", forged)).status_code == 404
        assert client.get(path("booking_answers", token)).status_code == 404
        assert client_of(beta).get(path("attendee_answers", token)).status_code == 404
        with time_machine.travel(booking.session.ends_at + timedelta(days=31)):
            assert client.get(path("attendee_answers", token)).status_code == 404

    def test_once_the_session_has_begun_nothing_is_changed_but_by_the_office(self, client_of, tenant, course, diet):
        booking, client = two(course), client_of(tenant)
        ada = booking.attendees.all()[0]
        with time_machine.travel(booking.session.starts_at + timedelta(minutes=1)):
            link = path("attendee_answers", answers_token(ada))
            assert "can't be changed here any more" in text(client.get(link))
            client.post(link, {name(ada.pk.hex, diet): "Vegan"})
            with pytest.raises(BookingOver):
                answer_questions(ada, {diet.pk: Given("Vegan")}, by=None)
            answer_questions(ada, {diet.pk: Given("Vegan")}, by=None, by_office=True)
        assert answers() == [("Ada Byron", "Diet?", "Vegan")]

    def test_another_address_does_not_open_what_the_former_one_s_reader_answered_themselves(
        self, api, client_of, tenant, course, diet, licence, mails
    ):
        account, person = make.student_user()
        booking = make.confirmed_booking(session=make.session(course=course), buyer=person, attendees=[GRACE])
        grace = booking.attendees.get()
        answer_questions(grace, {licence.pk: Given("Secret 7")}, by=None, themselves=True)
        answer_questions(grace, {diet.pk: Given("Vegan")}, by=None)
        seat = f"/bookings/{booking.pk}/attendees/{grace.pk}"
        assert api(tenant, account).patch(seat, {"email": "Grace@Example.com"}).status_code == 200  # the same one
        assert len(answers()) == 2
        assert api(tenant, account).patch(seat, {"email": "mine@example.com"}).status_code == 200
        make.deliver_all()
        assert "mine@example.com" in [mail.to for mail in mails("bookings/attending")]
        shown = text(client_of(tenant).get(path("attendee_answers", answers_token(booking.attendees.get()))))
        assert "Licence number" in shown
        assert "Secret 7" not in shown
        assert answers() == [("Grace Hopper", "Diet?", "Vegan")]

    def test_an_address_that_the_office_corrects_loses_no_answer(self, course, licence):
        booking = two(course)
        answer_questions(booking.attendees.get(position=2), {licence.pk: Given("G")}, by=None, themselves=True)
        named = [ADA, {**GRACE, "email": "grace.h@example.com"}]
        set_details(booking, attendees=named, by=None, by_office=True)
        assert answers() == [("Grace Hopper", "Licence number", "G")]

    def test_a_link_ends_with_a_booking_that_is_cancelled_or_ran_out(self, client_of, tenant, course, licence, proof):
        client = client_of(tenant)
        file = Given("id.pdf", ContentFile(PDF, name="x.pdf"))
        for made in (make.booking, make.confirmed_booking):
            booking = made(session=make.session(course=course), attendees=[GRACE])
            grace = booking.attendees.get()
            answer_questions(grace, {licence.pk: Given("Secret 7"), proof.pk: file}, by=None, themselves=True)
            links = [
                path("attendee_answers", answers_token(grace)),
                path("answer_file", file_token(Answer.objects.get(attendee=grace, kind="file"), grace)),
            ]
            assert [client.get(link).status_code for link in links] == [200, 200]
            if made is make.booking:
                make.run_out(booking)
            else:
                cancel_booking(booking, by=None, by_office=True)
            assert [client.get(link).status_code for link in links] == [404, 404]

    def test_a_mended_letter_of_a_name_keeps_answers_files_and_the_link(self, client_of, tenant, course, diet, proof):
        booking = two(course)
        grace = booking.attendees.get(position=2)
        link = path("attendee_answers", answers_token(grace))
        file = Given("id.pdf", ContentFile(PDF, name="x.pdf"))
        answer_questions(grace, {diet.pk: Given("Vegan"), proof.pk: file}, by=None, themselves=True)
        set_details(booking, attendees=[ADA, {"name": "grace  HOPPER"}], by=None)
        assert [said for _name, _label, said in answers()] == ["Vegan", "id.pdf"]
        assert default_storage.exists(Answer.objects.get(kind="file").file.name)
        shown = client_of(tenant).get(link)
        assert "checked" in text(shown)

    def test_a_question_of_another_course_is_not_answered(self, course, diet):
        other = ask(course=make.course(), text="Other?", kind="line", by=None)
        ada = two(course).attendees.all()[0]
        stop_asking(ask(course=course, text="Gone", kind="line", by=None), by=None)
        answer_questions(ada, {other.pk: Given("x")}, by=None)
        assert not Answer.objects.exists()

    def test_a_stranger_who_sends_file_after_file_has_to_wait(self, client_of, tenant, course, proof, settings):
        settings.RATE_LIMITS = True
        booking, client = two(course), client_of(tenant)
        ada = booking.attendees.all()[0]
        link = path("attendee_answers", answers_token(ada))
        for n in range(22):
            answer = client.post(link, {name(ada.pk.hex, proof): sent(called=f"{n}.pdf")})
        assert answer.status_code == 429
        assert Answer.objects.get().text == "19.pdf"
        assert not wait_of_sender("198.51.100.7", 40)
        assert wait_of_sender("198.51.100.7", 1)
        page = path("attendee_answers", answers_token(ada))
        elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
        assert "many files from you" in text(client.post(page, {name("x", proof): sent()}, **elsewhere))

    def test_the_student_area_shows_what_is_asked_on_ones_own_seats(self, client_of, tenant, course, diet):
        user, person = make.student_user()
        booking = make.confirmed_booking(session=make.session(course=course), attendees=[{"name": "X Y"}])
        booking.attendees.update(person=person)
        client = client_of(tenant)
        client.sign_in(user)
        assert "1 answer is missing" in " ".join(text(client.get(path("my_bookings"))).split())
        booking.attendees.update(person=make.person())
        assert "1 answer is missing" not in " ".join(text(client.get(path("my_bookings"))).split())

    def test_the_student_area_asks_the_database_as_often_for_many_seats_as_for_one(self, client_of, tenant):
        user, person = make.student_user()
        client = client_of(tenant)
        client.sign_in(user)

        def asked_with(seats):
            for _ in range(seats):
                course = make.course()
                ask(course=course, text="Diet?", kind="line", required=True, by=None)
                session, own = make.session(course=course), {"name": person.name, "email": person.email}
                make.confirmed_booking(session=session, buyer=person, attendees=[own])
                others = make.confirmed_booking(session=make.session(course=course), attendees=[{"name": "X Y"}])
                others.attendees.update(person=person)
            client.get(path("my_bookings"))
            with CaptureQueriesContext(connection) as queries:
                shown = client.get(path("my_bookings"))
            return text(shown).count("1 answer is missing"), len(queries)

        one, six = asked_with(1), asked_with(5)
        assert (one[0], six[0]) == (2, 12)
        assert one[1] == six[1]


class TestOtherWords:
    """A choice that was answered is offered no longer, or is written otherwise."""

    @pytest.fixture
    def sports(self, course):
        return ask(course=course, text="Sports?", kind="several", choices=["Golf", "Judo", "Polo"], by=None)

    @pytest.fixture(params=["buyer", "themselves", "office", "names"])
    def road(self, request):
        return request.param

    def form_of(self, road, booking, visitor, desk):  # noqa: F811
        client, link = visitor.client, path("booking_answers", token_of(booking))
        if road == "names":
            link = path("people_answers", names_token(booking))
        if road == "themselves":
            link = path("attendee_answers", answers_token(booking.attendees.get(position=1)))
        if road == "office":
            client, link = desk("admin"), f"/admin/bookings/{booking.pk}/answers/"
        return client, link

    def test_saving_the_form_for_something_else_keeps_what_was_answered(
        self, road, visitor, desk, course, diet, licence, sports  # noqa: F811
    ):  # fmt: skip
        booking = two(course)
        ada = booking.attendees.get(position=1)
        answer_questions(ada, {diet.pk: Given("Vegan"), sports.pk: Given("Golf\nJudo")}, by=None)
        ask_otherwise(diet, choices=["Everything", "Vegan meal"], by=None)
        ask_otherwise(sports, choices=["Judo", "Polo", "Crazy golf"], by=None)
        client, link = self.form_of(road, booking, visitor, desk)
        shown = client.get(link)
        assert ("Vegan (no longer offered)" in text(shown)) is (road != "names")  # that link reads no answer
        sent = client.post(link, {**filled(shown), name(ada.pk.hex, licence): "L 1"})
        assert sent.status_code == 302
        assert answers(attendee=ada) == [
            ("Ada Byron", "Diet?", "Vegan"), ("Ada Byron", "Licence number", "L 1"),
            ("Ada Byron", "Sports?", "Golf\nJudo"),
        ]  # fmt: skip

    def test_the_form_of_a_hold_keeps_it_too(self, visitor, course, diet, licence):
        session = make.session(course=course)
        visitor.token(session, **{name(1, diet): "Vegan"})
        ask_otherwise(diet, choices=["Everything", "Vegan meal"], by=None)
        form = filled(visitor.open(path("book", session.pk)))
        assert visitor.send(session, {**form, name(1, licence): "L 1"}).status_code == 302
        assert [said for _name, _label, said in answers()] == ["Vegan", "L 1"]

    def test_another_choice_takes_its_place_and_none_takes_it_back(self, visitor, desk, course, diet, sports):  # noqa: F811
        booking = two(course)
        ada = booking.attendees.get(position=1)
        answer_questions(ada, {diet.pk: Given("Vegan"), sports.pk: Given("Golf")}, by=None)
        ask_otherwise(diet, choices=["Everything", "Vegan meal"], by=None)
        client, link = self.form_of("buyer", booking, visitor, desk)
        form = filled(client.get(link))
        form.pop(name(ada.pk.hex, sports))
        client.post(link, {**form, name(ada.pk.hex, diet): "Vegan meal"})
        assert answers(attendee=ada) == [("Ada Byron", "Diet?", "Vegan meal")]
        refused = client.post(link, {name(ada.pk.hex, diet): "Vegan"})  # which nobody has answered any more
        assert refused.status_code == 422

    def test_who_opened_the_form_before_somebody_answered_takes_nothing_back(
        self, visitor, desk, course, diet, licence, sports  # noqa: F811
    ):  # fmt: skip
        booking = two(course)
        ada, grace = booking.attendees.all()
        for road in ("buyer", "office"):
            Answer.objects.all().delete()
            client, link = self.form_of(road, booking, visitor, desk)
            opened = filled(client.get(link))
            given = {diet.pk: Given("Vegan"), licence.pk: Given("L 1"), sports.pk: Given("Golf")}
            answer_questions(ada, given, by=None)
            client.post(link, {**opened, name(grace.pk.hex, diet): "Everything"})
            assert [said for _name, _label, said in answers()] == ["Vegan", "L 1", "Golf", "Everything"]
            client.post(link, {**filled(client.get(link)), name(ada.pk.hex, licence): ""})  # who saw it may
            assert [said for _name, _label, said in answers()] == ["Vegan", "Golf", "Everything"]


class TestFiles:
    @pytest.fixture
    def answer(self, course, proof):
        ada = two(course).attendees.all()[0]
        given = {proof.pk: Given("id.pdf", ContentFile(PDF, name="x.pdf"))}
        answer_questions(ada, given, by=None, themselves=True)
        return Answer.objects.select_related("attendee__booking__session__trainer").get()

    def test_the_attendee_fetches_their_own_for_an_hour_and_nobody_else_does(self, client_of, alpha, beta, answer):
        client = client_of(alpha)
        page = client.get(path("attendee_answers", answers_token(answer.attendee)))
        link = re.search(r'href="([^"]*/answers/sent/[^"]+)"', text(page))[1]
        got = client.get(link.replace("/alpha", "", 1) if link.startswith("/alpha/") else link)
        assert b"".join(got.streaming_content) == PDF
        assert "attachment" in got["Content-Disposition"]
        assert "no-store" in got["Cache-Control"]
        token = file_token(answer, answer.attendee)
        other = answer.attendee.booking.attendees.get(position=2)
        for forged in (token[:-2] + "AA", file_token(answer, other), answers_token(answer.attendee)):
            assert client.get(path("answer_file", forged)).status_code == 404
        assert client_of(beta).get(path("answer_file", token)).status_code == 404
        with time_machine.travel(now() + timedelta(minutes=61)):
            assert client.get(path("answer_file", token)).status_code == 404

    def test_it_is_not_shown_to_whoever_booked_for_them(self, client_of, alpha, answer):
        booking = answer.attendee.booking
        booking.attendees.update(person=make.person())
        for page in (path("booking_answers", token_of(booking)), path("people_answers", names_token(booking))):
            shown = text(client_of(alpha).get(page))
            assert "/answers/sent/" not in shown
            assert "id.pdf" not in shown

    def test_the_office_and_the_session_s_trainer_fetch_it_and_another_trainer_does_not(self, desk, alpha, answer):  # noqa: F811
        account = make.user("trainer", password="")
        session = answer.attendee.booking.session
        session.trainer = make.trainer(user=account)
        session.save()
        page = f"/admin/sessions/{session.pk}/answers/"
        for client in (desk("admin"), desk(user=account)):
            link = re.search(r'href="([^"]*/files/[^"]+)"', text(client.get(page)))[1]
            got = client.get(link[link.index("/files/") :])
            assert b"".join(got.streaming_content) == PDF
        other = desk("trainer")
        assert other.get(link[link.index("/files/") :]).status_code == 404
        assert other.get(page).status_code == 404
        assert other.get(f"{page}export.csv").status_code == 404
        assert desk("sales").get(page).status_code == 404

    def test_another_one_replaces_it_and_the_former_is_gone(self, answer, proof, django_capture_on_commit_callbacks):
        before = answer.file.name
        with django_capture_on_commit_callbacks(execute=True):
            other = {proof.pk: Given("new.pdf", ContentFile(PDF + b"\n", name="y.pdf"))}
            answer_questions(answer.attendee, other, by=None)
        assert not default_storage.exists(before)
        assert File.objects.count() == 1

    def test_whoever_sent_it_may_take_it_back(self, client_of, alpha, answer, proof):
        field = name(answer.attendee.pk.hex, proof)
        link = path("attendee_answers", answers_token(answer.attendee))
        client_of(alpha).post(link, {})
        assert Answer.objects.exists()
        client_of(alpha).post(link, {f"{field}_drop": "on"})
        assert not Answer.objects.exists()

    def test_it_goes_with_whoever_sat_there_when_they_ask_to_be_forgotten_and_after_a_time(
        self, answer, django_capture_on_commit_callbacks
    ):
        kept = answer.file.name
        with django_capture_on_commit_callbacks(execute=True):
            set_details(answer.attendee.booking, attendees=[{"name": "Mary Somerville"}, GRACE], by=None)
        assert not Answer.objects.exists()
        assert not default_storage.exists(kept)

    def test_files_are_kept_for_a_time(self, answer, licence, django_capture_on_commit_callbacks):
        answer_questions(answer.attendee, {licence.pk: Given("L 1")}, by=None)
        with time_machine.travel(answer.attendee.booking.session.ends_at + timedelta(days=91)):
            with django_capture_on_commit_callbacks(execute=True):
                tidy()
            assert [row.text for row in Answer.objects.all()] == ["L 1"]
        with time_machine.travel(answer.attendee.booking.session.ends_at + timedelta(days=731)):
            tidy()
            assert not Answer.objects.exists()

    def test_of_a_hold_that_ran_out_they_are_kept_for_a_day(
        self, visitor, course, proof, licence, django_capture_on_commit_callbacks
    ):
        session = make.session(course=course, in_days=300)
        visitor.token(session, **{name(1, proof): sent(), name(1, licence): "L 1"})
        kept = Answer.objects.get(kind="file").file.name
        with time_machine.travel(now() + timedelta(days=2)):
            tidy()
            assert default_storage.exists(kept)  # it is held still
        make.run_out(Booking.objects.get())
        with time_machine.travel(now() + timedelta(hours=23)):
            tidy()
        assert default_storage.exists(kept)
        with time_machine.travel(now() + timedelta(hours=25)), django_capture_on_commit_callbacks(execute=True):
            tidy()
        assert not default_storage.exists(kept)
        assert [said for _name, _label, said in answers()] == ["L 1"]

    def test_erasing_takes_the_answers_and_their_files_and_an_export_has_them(self, django_capture_on_commit_callbacks):
        free = make.course(price=0)
        licence, proof = (ask(course=free, text=f"A {kind}", kind=kind, by=None) for kind in ("line", "file"))
        attendee = two(free).attendees.all()[0]
        given = {licence.pk: Given("L 1"), proof.pk: Given("id.pdf", ContentFile(PDF, name="x.pdf"))}
        answer_questions(attendee, given, by=None)
        person, kept = attendee.person, Answer.objects.get(kind="file").file.name
        told = export_person(person, by=None)["records"]["bookings.answer"]
        assert {(one["label"], one["text"]) for one in told} == {("A line", "L 1"), ("A file", "id.pdf")}
        cancel_booking(attendee.booking, by=None, by_office=True)
        make.deliver_all()
        with django_capture_on_commit_callbacks(execute=True):
            erase_person(person, by=None)
        assert not Answer.objects.filter(attendee=attendee).exists()
        assert not default_storage.exists(kept)


class TestSeats:
    def test_whoever_takes_a_seat_has_answered_nothing_and_who_keeps_one_keeps_their_answers(self, course, licence):
        booking = two(course)
        ada, grace = booking.attendees.all()
        for one, said in ((ada, "A"), (grace, "G")):
            answer_questions(one, {licence.pk: Given(said)}, by=None)
        set_details(booking, attendees=[{"name": "Mary Somerville"}, ADA], by=None)
        assert answers() == [("Ada Byron", "Licence number", "A")]

    def test_another_date_of_the_course_keeps_the_answers_and_another_course_asks_anew(self, course, licence):
        booking = two(course)
        answer_questions(booking.attendees.all()[0], {licence.pk: Given("A")}, by=None)
        transfer_booking(booking=booking, to=make.session(course=course, in_days=90), by=None)
        assert answers() == [("Ada Byron", "Licence number", "A")]
        transfer_booking(booking=booking, to=make.session(in_days=90), by=None)
        assert answers() == []


class TestReminders:
    def due(self, booking, days, mails):
        with time_machine.travel(booking.session.starts_at - timedelta(days=days) + timedelta(hours=1)):
            do_due_work()
            while deliver_due():
                pass
        return [(mail.kind, mail.to) for mail in mails() if "missing" in mail.kind or "attending_answers" in mail.kind]

    def test_each_who_has_not_answered_is_asked_a_week_before_and_two_days_before(self, course, licence, mails):
        booking = two(course)
        make.deliver_all()
        asked = {("bookings/answers_missing", "ada@example.com"), ("bookings/attending_answers", "grace@example.com")}
        assert set(self.due(booking, 13, mails)) == asked
        grace = booking.attendees.get(position=2)
        answer_questions(grace, {licence.pk: Given("L 1")}, by=None)
        told = self.due(booking, 8, mails)
        assert len(told) == 3
        assert told.count(("bookings/answers_missing", "ada@example.com")) == 2
        assert len(self.due(booking, 3, mails)) == 3

    def test_names_and_answers_are_asked_for_in_one_email(self, course, licence, mails):
        buyer = make.person(name="Ada Byron", email="ada@example.com")
        booking = make.confirmed_booking(session=make.session(course=course), buyer=buyer, seats=2, attendees=[ADA])
        make.deliver_all()
        assert self.due(booking, 13, mails) == [("bookings/name_missing", "ada@example.com")]
        (mail,) = mails("bookings/name_missing")
        assert "1 answer is missing, too" in mail.text

    def test_whoever_has_answered_hears_nothing_and_names_are_asked_for_in_their_time(self, course, licence, mails):
        buyer = make.person(name="Ada Byron", email="ada@example.com")
        booking = make.confirmed_booking(session=make.session(course=course), buyer=buyer, seats=2, attendees=[ADA])
        answer_questions(booking.attendees.get(), {licence.pk: Given("L 1")}, by=None)
        make.deliver_all()
        assert self.due(booking, 13, mails) == []
        assert self.due(booking, 7, mails) == [("bookings/name_missing", "ada@example.com")]

    def test_those_who_are_booked_already_are_asked_for_what_is_new(self, course, mails):
        booking = make.confirmed_booking(session=make.session(course=course), attendees=[{"name": "Ada Byron"}])
        make.deliver_all()
        ask(course=course, text="Licence number", kind="line", required=True, days_before=7, by=None)
        make.deliver_all()
        assert [kind for kind, _to in self.due(booking, 13, mails)] == ["bookings/answers_missing"]


class TestInTheOffice:
    def test_a_table_with_everybody_what_is_missing_and_a_file_that_is_no_formula(self, office, course, diet, licence):  # noqa: F811
        booking = two(course)
        ada, _grace = booking.attendees.all()
        answer_questions(ada, {diet.pk: Given("Vegan"), licence.pk: Given("=HYPERLINK(1)")}, by=None)
        page = f"/admin/sessions/{booking.session_id}/answers/"
        shown = text(office.get(page))
        assert "Vegan" in shown
        assert "Ada Byron" in shown
        missing = text(office.get(f"{page}?show=missing"))
        assert "Ada Byron" not in missing
        assert "Grace Hopper" in missing
        file = office.get(f"{page}export.csv").content.decode()
        assert "'=HYPERLINK(1)" in file
        assert file.splitlines()[0].endswith("Diet?,Licence number")
        assert "1 attendee has not answered everything" in " ".join(
            text(office.get(f"/admin/sessions/{booking.session_id}/")).split()
        )

    def test_the_office_fills_in_what_it_is_told(self, office, course, diet, licence):  # noqa: F811
        booking = two(course)
        grace = booking.attendees.get(position=2)
        answer_questions(grace, {licence.pk: Given("L 1")}, by=None, themselves=True)
        page = f"/admin/bookings/{booking.pk}/answers/"
        assert "L 1" in text(office.get(page))
        office.post(page, {name(grace.pk.hex, diet): "Vegan", name(grace.pk.hex, licence): "L 2"})
        assert [said for _name, _label, said in answers(attendee=grace)] == ["Vegan", "L 2"]
        assert "Questions answered" in text(office.get(f"/admin/bookings/{booking.pk}/"))

    def test_the_register_says_what_was_chosen_for_it_and_nothing_else(self, course, diet, licence):
        booking = two(course)
        answer_questions(booking.attendees.all()[0], {diet.pk: Given("Vegan"), licence.pk: Given("L 1")}, by=None)
        ada, grace = [line.seat for line in attendance_of(booking.session)]
        assert (list(ada.needs), ada.about) == (["Diet: Vegan"], "")
        assert (list(grace.needs), grace.about) == ([], "Booked by Ada Byron")


def test_no_room_left_takes_nothing_back(course, proof, licence, settings):
    ada = two(course).attendees.all()[0]
    settings.FILE_QUOTA_MEGABYTES = 0
    given = {licence.pk: Given("L 1"), proof.pk: Given("id.pdf", ContentFile(PDF, name="x.pdf"))}
    with pytest.raises(FileNotTaken):
        answer_questions(ada, given, by=None)
    assert not Answer.objects.exists()
