"""Whoever goes back to what they hold finds what they said of those who come, and saving it again loses nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tenant_apps.bookings.answers import answer_questions
from tenant_apps.bookings.errors import AnsweredThemselves
from tenant_apps.bookings.models import Answer, Attendee, Booking, Care
from tenant_apps.bookings.services import change_held_booking
from tenant_apps.questions.fields import Given
from tenant_apps.questions.services import ask
from tenant_apps.terms.starters import STARTERS
from tenant_apps.terms.versions import digest_of
from tests import make
from tests.bookings.conftest import filled, path, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant", "folder")]
STARTER = digest_of(STARTERS["consent"][1].strip())
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"
SAID = ("date_of_birth", "guardian_is_buyer", "guardian_name", "guardian_phone", "guardian_email", "relation",
        "collectors", "emergency_phone", "note", "consent_digest", "consented_at", "consent_how")  # fmt: skip


@pytest.fixture
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def born(session, years=12):
    return session.starts_at.date().replace(year=session.starts_at.year - years, day=1).isoformat()


def of_child(session, n, **said):
    """The fields about the child on seat `n`, whoever books being the parent."""
    given = {
        "date_of_birth": born(session), "guardian_is_buyer": "on", "consents": "on", "consent_shown": STARTER,
        "relation": "Mother", "collectors": "Grandmother Ruth", "emergency_phone": "0117 496 0009",
        "note": "Peanut allergy", **said,
    }  # fmt: skip
    return {f"care{n}-{name}": value for name, value in given.items() if value is not None}


def hold(visitor, session, **fields):
    one = {"coming": None, "attendee_1": "Tim Byron", "phone": "0117 496 0000"}
    return visitor.token(session, **{**one, **fields})


def care_of(name):
    return Care.objects.values(*SAID).get(attendee__name=name)


class TestAChild:
    @pytest.fixture
    def session(self):
        return make.session(course=make.course(asks_age=True))

    def test_all_but_the_note_is_shown_and_saved_as_it_is_all_of_it_stays(self, visitor, session):
        hold(visitor, session, **of_child(session, 1))
        before = care_of("Tim Byron")
        page = visitor.open(path("book", session.pk))
        shown = text(page)
        for word in (
            born(session),
            "Grandmother Ruth",
            "0117 496 0009",
            "Mother",
            "A note is kept already",
            "agreed on",
        ):
            assert word in shown
        assert "Peanut" not in shown
        assert 'name="care1-consents"' not in shown
        assert visitor.send(session, {**filled(page), "special_requests": "Tea"}).status_code == 302
        assert care_of("Tim Byron") == before
        assert Booking.objects.get().special_requests == "Tea"

    def test_what_is_changed_there_is_changed_and_a_note_goes_by_its_box(self, visitor, session):
        hold(visitor, session, **of_child(session, 1))
        form = filled(visitor.open(path("book", session.pk)))
        more = {"care1-collectors": "", "care1-drop_note": "on", "care1-emergency_phone": "0117 496 0010"}
        assert visitor.send(session, {**form, **more}).status_code == 302
        care = care_of("Tim Byron")
        assert (care["collectors"], care["note"], care["emergency_phone"]) == ("", "", "0117 496 0010")
        assert care["consented_at"]

    def test_nothing_is_emptied_by_a_form_that_did_not_show_it(self, visitor, session):
        hold(visitor, session, **of_child(session, 1))
        form = filled(visitor.open(path("book", session.pk)), but="care1-collectors")
        visitor.send(session, form)
        assert care_of("Tim Byron")["collectors"] == "Grandmother Ruth"

    def test_somebody_else_as_the_parent_is_asked_to_agree(self, visitor, session):
        hold(visitor, session, **of_child(session, 1))
        form = filled(visitor.open(path("book", session.pk)))
        mended = {**form, "name": "ada  byron", "phone": "0117 496 0077"}
        assert visitor.send(session, mended).status_code == 302
        assert care_of("Tim Byron")["guardian_phone"] == "0117 496 0077"
        other = {**filled(visitor.open(path("book", session.pk))), "name": "Noel Byron"}
        refused = visitor.send(session, other)
        assert "Read what you agree to, then tick it." in text(refused)
        assert 'name="care1-consents"' in text(refused)
        again = {**other, "care1-consents": "on", "care1-consent_shown": STARTER}
        assert visitor.send(session, again).status_code == 302
        assert care_of("Tim Byron")["guardian_name"] == "Noel Byron"

    def test_another_child_on_the_seat_has_none_of_the_former_one_s_note(self, visitor, session):
        hold(visitor, session, **of_child(session, 1))
        form = filled(visitor.open(path("book", session.pk)))
        refused = visitor.send(session, {**form, "attendee_1": "Eve Moore"})
        assert "Read what you agree to, then tick it." in text(refused)
        assert "A note is kept already" not in text(refused)
        form |= {"attendee_1": "Eve Moore", "care1-consents": "on", "care1-consent_shown": STARTER}
        assert visitor.send(session, form).status_code == 302
        assert care_of("Eve Moore")["note"] == ""

    def test_two_of_one_name_keep_what_was_said_of_each(self, visitor, session):
        two = {"seats": "2", "attendee_1": "Jo Smith", "attendee_2": "Jo Smith"}
        said = {**of_child(session, 1, note="Nuts"), **of_child(session, 2, note="Wasps", collectors="Uncle Noel")}
        hold(visitor, session, **two, **said)
        page = visitor.open(path("book", session.pk))
        assert 'value="Grandmother Ruth"' in text(page)
        assert 'value="Uncle Noel"' in text(page)
        visitor.send(session, {**filled(page), "attendee_1": ""})  # the first of them does not come
        assert list(Care.objects.values_list("note", "collectors")) == [("Wasps", "Uncle Noel")]

    def test_whoever_mends_their_own_address_loses_nothing(self, visitor, session):
        asked = {"date_of_birth": born(session, 17), "guardian_is_buyer": None, "guardian_name": "Annabella Byron",
                 "guardian_phone": "0117 496 0001", "consents": None}  # fmt: skip
        visitor.token(session, phone="0117 496 0000", **of_child(session, 1, **asked))
        visitor.send(session, {**filled(visitor.open(path("book", session.pk))), "email": "ada.b@example.com"})
        care = care_of("Ada Byron")
        assert (care["note"], care["guardian_name"]) == ("Peanut allergy", "Annabella Byron")
        assert Attendee.objects.get().person == Booking.objects.get().buyer

    def test_another_date_of_the_course_asks_nothing_again_but_what_is_not_given_on(self, visitor, session):
        hold(visitor, session, **of_child(session, 1))
        other = make.session(course=session.course, in_days=90)
        page = visitor.open(path("book", other.pk))
        shown = text(page)
        for word in (born(session), "Grandmother Ruth", 'name="care1-consents"'):
            assert word in shown
        assert "Peanut" not in shown
        assert "Read what you agree to" in text(visitor.send(other, filled(page)))


class TestAnswers:
    @pytest.fixture
    def course(self):
        return make.course()

    @pytest.fixture
    def diet(self, course):
        return ask(course=course, text="Diet?", kind="line", required=True, by=None)

    def test_two_of_one_name_keep_their_own(self, visitor, course, diet):
        session = make.session(course=course)
        two = {"seats": "2", "attendee_1": "Jo Smith", "attendee_2": "Jo Smith"}
        hold(visitor, session, **two, **{f"ask_1_{diet.pk.hex}": "NUTS", f"ask_2_{diet.pk.hex}": "VEGAN"})
        page = visitor.open(path("book", session.pk))
        assert filled(page)[f"ask_1_{diet.pk.hex}"] == "NUTS"
        assert filled(page)[f"ask_2_{diet.pk.hex}"] == "VEGAN"
        visitor.send(session, {**filled(page), "attendee_1": ""})
        assert list(Answer.objects.values_list("text", flat=True)) == ["VEGAN"]

    def test_what_somebody_answered_themselves_is_neither_shown_nor_replaced_nor_asked_again(
        self, visitor, course, diet
    ):
        session = make.session(course=course)
        hold(visitor, session, **{f"ask_1_{diet.pk.hex}": "Vegan"})
        Attendee.objects.update(email="tim@example.com")
        before = filled(visitor.open(path("book", session.pk)))
        seat = Booking.objects.get().attendees.get()
        answer_questions(seat, {diet.pk: Given("Coeliac")}, by=None, themselves=True)
        page = visitor.open(path("book", session.pk))
        assert "Coeliac" not in text(page)
        assert "1 question was answered by them" in " ".join(text(page).split())
        assert visitor.send(session, filled(page)).status_code == 302
        assert visitor.send(session, {**before, f"ask_1_{diet.pk.hex}": "Overwritten"}).status_code == 302
        assert list(Answer.objects.values_list("text", "by_attendee")) == [("Coeliac", True)]
        assert Attendee.objects.get().email == "tim@example.com"  # the page does not ask it
        attendees = [{"name": "Tim Byron", "email": "tim@example.com"}]
        with pytest.raises(AnsweredThemselves):
            change_held_booking(
                Booking.objects.get(), seats=1, attendees=attendees, answers=[{diet.pk: Given("Overwritten")}]
            )

    def test_another_date_of_the_course_shows_what_was_answered_and_asks_for_files_anew(self, visitor, course, diet):
        proof = ask(course=course, text="Proof", kind="file", required=True, by=None)
        first, second = make.session(course=course), make.session(course=course, in_days=90)
        file = SimpleUploadedFile("id.pdf", PDF, "application/pdf")
        hold(visitor, first, **{f"ask_1_{diet.pk.hex}": "Vegan", f"ask_1_{proof.pk.hex}": file})
        page = visitor.open(path("book", second.pk))
        assert filled(page)[f"ask_1_{diet.pk.hex}"] == "Vegan"
        assert "A file was sent" not in text(page)
        assert "Answer this, please." in text(visitor.send(second, filled(page)))
