"""Whoever is looked for is found by any part of what is known, alike in the search box, in lists and by the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared_apps.core.search import MOST_LETTERS, Word, asked
from tenant_apps.bookings.finding import find_bookings
from tenant_apps.bookings.models import Booking
from tenant_apps.messaging.models import Message
from tenant_apps.messaging.office.selectors import find_messages
from tenant_apps.people.finding import find_people, find_students
from tenant_apps.people.models import Person, Student
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
HOSTILE = (
    "%", "_", "%%%", "\\", "\ud800", "x" * 5000, "[[:alpha:]]", ".*", "(", "' OR 1=1 --", "| ^ |", "\n",
)  # fmt: skip


def student(name, **fields):
    person = make.person(name=name, **fields)
    Student.objects.get_or_create(person=person)
    return person


def names(text):
    return [row.name for row in find_people(Person.objects.all(), text).order_by("match", "name")]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Zoë Łukasiewicz", "zoe lukasiewicz"), ("Søren Müller", "SOREN muller"), ("Jose Garcia", "José García"),
        ("Sinéad O’Neill", "oneill"), ("Ann Smith-Jones", "smith jones"), ("Ann Smith-Jones", "smith-jones"),
        ("Æthelred Straße", "aethelred strasse"),
    ],
)  # fmt: skip
def test_accents_capitals_and_apostrophes_do_not_matter(name, typed):
    student(name)
    assert names(typed) == [name]


@pytest.mark.parametrize(
    "typed", ["Fletchr", "Fletscher", "Fleccher", "Flethcer", "Gletcher", "Fletchet", "fletch maua"]
)
def test_one_wrong_letter_is_forgiven_wherever_it_is(typed):
    student("Maya Fletcher")
    student("Oliver Grant")
    assert names(typed) == ["Maya Fletcher"]


@pytest.mark.parametrize("typed", ["webv", "wbeb", "wevb", "ebb", "weeb"])
def test_in_a_short_name_too(typed):
    student("Ada Webb")
    student("Oliver Grant")
    assert names(typed) == ["Ada Webb"]


def test_of_many_words_the_one_that_nobody_has_is_forgiven():
    student("Maya Anne Louise Fletcher")
    student("Oliver Grant")
    assert names("Maya Anne Louise Fletchr") == ["Maya Anne Louise Fletcher"]


@pytest.mark.parametrize(
    ("typed", "regexes"), [("Mayq Fletchr", 4), ("Mayq Anne Fletchr", 2), ("abcdefghijklmnopqrstuvwx " * 4, 0)]
)
def test_of_many_words_and_of_long_ones_few_are_compared_with_every_row(typed, regexes):
    student("Oliver Grant")
    with CaptureQueriesContext(connection) as asked:
        names(typed)
    compared = {query["sql"] for query in asked if "substring(" in query["sql"]}
    assert len(compared) == regexes, compared


def test_two_wrong_letters_are_another_name():
    student("Maya Fletcher")
    assert names("Flatchar") == []


@pytest.mark.parametrize("kept", ["+44 117 496 0123", "0117 496 0123", "(0117) 4960123", "0044-117-496-0123"])
@pytest.mark.parametrize(
    "typed", ["0117 496 0123", "+44 117 496 0123", "117 496", "496 0123", "4960", "+44 117 496", "0117-496", "01174"]
)
def test_a_number_is_found_by_any_part_however_either_is_written(kept, typed):
    student("Ada Webb", phone=kept)
    student("Oliver Grant", phone="07700 900456")
    assert names(typed) == ["Ada Webb"]


def test_a_person_is_found_by_words_of_several_things_that_are_known():
    student("Ada Webb", email="ada.w@clifton.example", phone="0117 496 0123")
    student("Ada Grant", email="grant@example.com")
    assert names("ada clifton") == names("webb 4960") == names("clifton webb ad") == ["Ada Webb"]


def test_a_name_that_begins_so_comes_first_and_what_only_resembles_it_last():
    for name, email in [
        ("Ann Harding", ""), ("Harding Cole", ""), ("Bo Cole", "harding@example.com"), ("Lou Hardinge", ""),
        ("Di Hartding", ""), ("Cy Tharding", ""),
    ]:  # fmt: skip
        student(name, email=email)
    assert names("harding") == ["Harding Cole", "Ann Harding", "Lou Hardinge", "Cy Tharding", "Bo Cole"]
    Person.objects.filter(name="Cy Tharding").update(name="Cy Cole")
    assert names("harding") == ["Harding Cole", "Ann Harding", "Lou Hardinge", "Bo Cole", "Di Hartding"]


def test_a_reference_that_is_right_is_not_mixed_with_those_that_resemble_it():
    Booking.objects.filter(pk=make.booking().pk).update(reference="QX7M2KA")
    Booking.objects.filter(pk=make.booking().pk).update(reference="QX7M2KB")

    def found(text):
        return sorted(row.reference for row in find_bookings(Booking.objects.all(), text, by_email=True))

    assert found("qx7m2ka") == ["QX7M2KA"]
    assert found("QX7M2KC") == ["QX7M2KA", "QX7M2KB"]
    assert found("x7m2") == ["QX7M2KA", "QX7M2KB"]


def test_a_booking_is_found_by_its_buyer_its_order_and_who_comes():
    buyer = student("Ada Webb", phone="0117 496 0123", email="ada@clifton.example")
    booking = make.confirmed_booking(buyer=buyer, seats=2, attendees=[{"name": "Ada Webb"}, {"name": "Grace Hopper"}])
    make.confirmed_booking(buyer=student("Oliver Grant"))
    for typed in (
        "webb", "496 0123", "clifton", "grace", "hoper", booking.reference[1:5].lower(), booking.order.number[2:],
        f"grace {booking.reference}", "webb hopper",
    ):  # fmt: skip
        assert list(find_bookings(Booking.objects.all(), typed, by_email=True)) == [booking], typed


def test_box_list_and_api_rank_alike(office, api_of):
    for name in ("Ann Harding", "Harding Cole", "Lou Hardinge", "Di Hartding"):
        make.booking(buyer=student(name))
    box = office.get("/admin/search/", {"q": "harding"}, headers={"HX-Request": "true"}).context
    people = [row.person.name for row in box["students"]]
    assert people == ["Harding Cole", "Ann Harding", "Lou Hardinge", "Di Hartding"]
    page = office.get("/admin/students/", {"q": "harding"}).context["page"]
    assert [row.person.name for row in page] == people
    assert [row["name"] for row in api_of("/students?q=harding")] == people
    bookings = [row.reference for row in box["bookings"]]
    assert [row.contact_name for row in box["bookings"]] == people
    page = office.get("/admin/bookings/", {"q": "harding"}).context["page"]
    assert [row.reference for row in page] == bookings
    assert [row["reference"] for row in api_of("/bookings?q=harding")] == bookings
    [one, *_] = Booking.objects.filter(contact_name="Ann Harding")
    make.pay(one)
    assert [row["orderId"] for row in api_of("/payments?q=ann+harding")] == [str(one.order_id)]


def test_courses_and_dates_rank_alike_on_the_site_in_the_office_and_by_api(office, api_of, client_of, tenant):
    pumps, crumpets = make.course(title="Pumps"), make.course(title="Overpumping")
    heat = make.course(title="Heat pump installation")
    sessions = [make.session(course=course, in_days=days) for course, days in ((heat, 30), (pumps, 20), (crumpets, 9))]
    order = [pumps.title, heat.title, crumpets.title]
    box = office.get("/admin/search/", {"q": "pump"}, headers={"HX-Request": "true"}).context
    assert [row.title for row in box["courses"]] == order
    assert [row.title for row in office.get("/admin/courses/", {"q": "pump"}).context["page"]] == order
    assert [row["title"] for row in api_of("/courses?q=pump")] == order
    site = client_of(tenant).get("/courses/", {"q": "pump"}).context["found"].offers
    assert [offer.course.title for offer in site] == order
    dates = [str(one.pk) for one in reversed(sessions)]
    assert [str(row.pk) for row in box["sessions"]] == dates
    assert [str(row.pk) for row in office.get("/admin/sessions/", {"q": "pump"}).context["page"]] == dates
    assert [row["id"] for row in api_of("/sessions?q=pump")] == dates


def test_pages_of_a_search_by_api_have_each_row_once(api_of):
    wanted = {student(f"Harding {n:02}").name for n in range(7)} | {student("Ann Harding").name}
    seen = [row["name"] for row in api_of("/students?q=harding&pageSize=3")]
    assert (len(seen), set(seen)) == (8, wanted)
    assert seen == sorted(wanted - {"Ann Harding"}) + ["Ann Harding"]


def test_emails_are_found_by_parts_and_with_a_wrong_letter_the_newest_first():
    for to in ("ada.webb@example.com", "webb@example.com", "wells@example.com"):
        Message.objects.create(kind="test", to=to, subject="Your receipt", text="")
    assert [row.to for row in find_messages("webb rec")] == ["webb@example.com", "ada.webb@example.com"]
    assert [row.to for row in find_messages("reciept welsl")] == ["wells@example.com"]


@pytest.mark.parametrize("typed", HOSTILE)
def test_signs_that_mean_something_to_the_database_mean_nothing_here(office, api_of, typed):
    make.booking(buyer=student("Ada Webb"))
    make.session(course=make.course(title="Boilers"))
    assert names(typed) == [] or not typed.strip()
    for where in ("search", "students", "bookings", "courses", "sessions", "trainers", "messages"):
        assert office.get(f"/admin/{where}/", {"q": typed.encode("utf-8", "ignore").decode()}).status_code == 200


def test_whoever_may_not_see_an_address_or_a_number_does_not_find_by_it(api, tenant):
    trainer = make.trainer(name="Helen Marsh", user=make.user("trainer", email="helen@secret.example"))
    Person.objects.filter(pk=trainer.pk).update(phone="0117 496 0123", email="helen@secret.example")
    make.session(trainer=trainer)
    make.booking(buyer=student("Ada Webb", email="ada@hidden.example"))
    anybody, ada = api(tenant), api(tenant, make.user("student"))
    for path in ("trainers", "sessions", "courses"):
        for typed in ("secret", "0117 496 0123", "496"):
            assert anybody.get(f"/{path}?q={typed}").json()["results"] == []
    assert [row["name"] for row in anybody.get("/trainers?q=marhs").json()["results"]] == ["Helen Marsh"]
    for path in ("students", "bookings"):
        assert ada.get(f"/{path}?q=webb").json()["results"] == []


def test_what_belongs_to_a_neighbour_is_not_found(alpha, beta):
    from shared_apps.tenants.context import tenant_context

    student("Ada Webb")
    with tenant_context(beta):
        assert names("webb") == []
        assert list(find_students(Student.objects.all(), "ada")) == []


def test_what_is_changed_is_found_by_what_it_says_now():
    ada = student("Ada Webb", phone="0117 496 0123")
    Person.objects.filter(pk=ada.pk).update(name="Ada Byron", phone="")
    assert names("byron") == ["Ada Byron"]
    assert names("webb") == names("496 0123") == []


def test_the_index_is_used_for_parts_and_for_wrong_letters():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    for word in (Word(("ardin",)), Word(("an",)), Word(("496012", "6012"))):
        assert "person_found_by" in Person.objects.filter(word.is_in()).explain()
    for text in ("hardign", "webv", "hardingsmithjonestaylor"):
        assert "person_found_by" in Person.objects.filter(found_by__regex=Word((text,)).resembling).explain()


def test_a_long_word_or_many_words_take_no_long_pattern():
    assert all(len(word.resembling) < 3000 for word in asked("x" * MOST_LETTERS).words)
    assert len(asked(" ".join("abcdefghijklmnop")).words) == 8


@pytest.fixture
def api_of(api, tenant):
    caller = api(tenant, make.user("owner"))
    host = caller.client.defaults["HTTP_HOST"]

    def rows(path):
        found = []
        while path:
            page = caller.get(path).json()
            found += page["results"]
            path = (page["next"] or "").split(host, 1)[-1]
        return found

    return rows


def test_emails_are_in_the_box_for_those_who_may_read_them(desk):
    email = Message.objects.create(kind="test", to="ada@clifton.example", subject="Your receipt", text="")
    box = desk("admin").get("/admin/search/", {"q": "clifton"}, headers={"HX-Request": "true"})
    assert f"/admin/messages/{email.pk}/" in box.content.decode()
    for role in ("trainer",):
        assert "emails" not in desk(role).get("/admin/search/", {"q": "clifton"}).context
