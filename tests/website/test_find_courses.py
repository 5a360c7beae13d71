import re
from datetime import timedelta

import pytest

from shared_apps.tenants.services import change_tenant
from tenant_apps.bookings.services import book_seats
from tenant_apps.branding.models import Brand
from tenant_apps.catalogue.models import Audience, Category
from tenant_apps.scheduling.models import Place, Session
from tenant_apps.website.course_query import CourseQuery
from tenant_apps.website.selectors import find_courses
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def titles(**asked):
    return [offer.course.title for offer in find_courses(CourseQuery(**asked)).offers]


def test_visitors_find_only_published_and_active_courses(visit):
    make.course(title="Open to all")
    make.course(title="Half written", published=False)
    make.course(title="Long gone", active=False)
    page = visit("/courses/")
    assert "Open to all" in page
    assert "Half written" not in page
    assert "Long gone" not in page
    assert "1 course" in page


def test_a_word_in_the_title_counts_more_than_one_in_the_description():
    make.course(title="Wiring", description="Also a little about boilers.")
    make.course(title="Boilers", description="Everything.")
    make.course(title="Roofing", description="Tiles.")
    assert titles(q="boiler") == ["Boilers", "Wiring"]


@pytest.mark.parametrize("zone", ["Europe/London", "Africa/Nairobi", "America/Los_Angeles"])
def test_the_first_and_the_last_day_that_there_are_hide_no_course(visit, tenant, zone):
    change_tenant(tenant=tenant, time_zone=zone, by=None)
    make.session(course=make.course(title="Boilers"))
    for asked in ("since=0001-01-01", "until=9999-12-31", "since=0001-01-01&until=9999-12-31"):
        assert "Boilers" in visit(f"/courses/?{asked}")
    for asked in ("since=9999-12-31", "until=0001-01-01"):
        assert "Boilers" not in visit(f"/courses/?{asked}")


def test_every_word_must_occur_and_little_words_do_not_count():
    make.course(title="Heat pumps for beginners")
    make.course(title="Heat loss")
    assert titles(q="the heat pump") == ["Heat pumps for beginners"]


def test_a_search_grows_with_each_letter_typed():
    make.course(title="Electrical inspection")
    assert titles(q="elec") == titles(q="electrical insp") == ["Electrical inspection"]


@pytest.mark.parametrize("typed", ["bolier", "boielr", "boler", "boilerr", "voiler"])
def test_one_typo_is_forgiven_and_said(visit, typed):
    make.course(title="Boiler fault finding")
    make.course(title="Wiring")
    page = visit("/courses/", q=typed)
    assert "Showing results for <strong>boiler</strong>" in page
    assert "Boiler fault finding" in page
    assert "Wiring" not in page


def test_a_typo_is_read_as_a_word_of_a_title_before_one_of_the_small_print(visit):
    make.course(title="Welding", description="Wielding a torch.")
    assert "Showing results for <strong>welding</strong>" in visit("/courses/", q="wedling")


def test_a_word_of_the_small_print_wins_when_it_is_clearly_meant(visit):
    make.course(title="Online evening", description="How a boiler works.")
    assert "Showing results for <strong>boiler</strong>" in visit("/courses/", q="bolier")


@pytest.mark.parametrize("asked", ["astrophysics", "zeppelin", "foil"])
def test_words_that_resemble_nothing_find_nothing_and_show_a_way_out(visit, asked):
    make.course(title="Boiler fault finding", description="We explain it.")
    Brand.objects.update(contact_phone="0117 496 0000")
    page = visit("/courses/", q=asked)
    assert "Showing results for" not in page
    assert "No course matches all of that" in page
    assert "Show all courses" in page
    nothing = page.split("No course matches all of that")[1]
    assert '?category=gas"' in nothing
    assert "0117 496 0000" in nothing


def test_a_search_that_is_all_signs_is_no_error(visit):
    make.course(title="Boiler fault finding")
    assert "Boiler fault finding" in visit("/courses/", q="'); -- & | ! <->")


def test_courses_are_found_by_their_trainer():
    helen = make.trainer(name="Helen Marsh", bio="She has a soft spot for combustion analysis.")
    make.course(title="Led by her", lead_trainer=helen)
    make.session(course=make.course(title="Taught by her"), trainer=helen)
    make.course(title="Somebody else's")
    assert set(titles(q="marsh")) == set(titles(q="combustion")) == {"Led by her", "Taught by her"}
    assert titles(q="helen led") == ["Led by her"]


def test_nobody_learns_of_a_private_session_by_searching_for_its_trainer():
    helen = make.trainer(name="Helen Marsh")
    make.session(course=make.course(title="For one company"), trainer=helen, visibility="private")
    assert titles(q="marsh") == []


def test_filters_combine():
    kids = Audience.objects.get(slug="kids")
    robots = Category.objects.get(slug="robotics")
    hall = Place.objects.create(name="Town hall")
    wanted = make.course(title="Wanted", category=robots, audience=kids, price=50)
    make.session(course=wanted, place=hall, in_days=20, capacity=3)
    for title, changes in {
        "Other subject": {"audience": kids, "price": 50},
        "Other people": {"category": robots, "price": 50},
        "Too dear": {"category": robots, "audience": kids, "price": 90},
    }.items():
        make.session(course=make.course(title=title, **changes), place=hall, in_days=20)
    elsewhere = make.course(title="Elsewhere", category=robots, audience=kids, price=50)
    make.session(course=elsewhere, online_url="https://meet.example.com/1", in_days=20)

    day = make.today()
    asked = {
        "category": "robotics", "audience": "kids", "place": "Town hall", "upto": 60, "seats": 3,
        "since": day + timedelta(days=18), "until": day + timedelta(days=22),
    }  # fmt: skip
    assert titles(**asked) == ["Wanted"]
    assert titles(**asked | {"place": "online"}) == ["Elsewhere"]
    assert titles(**asked | {"seats": 4}) == []
    assert titles(**asked | {"until": day + timedelta(days=19)}) == []


def test_place_date_and_seats_must_hold_for_one_and_the_same_date():
    hall, shed = Place.objects.create(name="Hall"), Place.objects.create(name="Shed")
    course = make.course(title="Both")
    make.session(course=course, place=hall, in_days=10)
    make.session(course=course, place=shed, in_days=50)
    late = make.today() + timedelta(days=40)
    assert titles(place="Shed", since=late) == ["Both"]
    assert titles(place="Hall", since=late) == []


def test_the_price_of_a_date_counts_where_it_has_its_own():
    course = make.course(title="Reduced", price=200)
    Session.objects.filter(pk=make.session(course=course).pk).update(price=80)
    make.session(course=make.course(title="Free", price=0))
    make.course(title="On request", price=None)
    assert titles(upto=100, sort="price") == ["Free", "Reduced"]
    assert titles(free=True) == ["Free"]
    assert titles(sort="-price") == ["Reduced", "Free", "On request"]


def test_a_price_that_nobody_can_get_finds_nothing():
    course = make.course(title="Mixed", price=80)
    full, free = make.session(course=course, in_days=10, capacity=1), make.session(course=course, in_days=20)
    Session.objects.filter(pk=full.pk).update(price=5)
    Session.objects.filter(pk=free.pk).update(price=95)
    make.booking(session=full)
    assert titles(upto=10) == titles(upto=90) == []
    assert titles(upto=95) == ["Mixed"]
    Session.objects.filter(pk=full.pk).update(price=0)
    assert titles(free=True) == []
    make.booking(session=free, seats=10)
    assert titles(free=True) == ["Mixed"]


def test_a_price_limit_shows_the_dates_within_it():
    course = make.course(price=80)
    dear, cheap = make.session(course=course, in_days=10), make.session(course=course, in_days=20)
    Session.objects.filter(pk=dear.pk).update(price=95)
    [offer] = find_courses(CourseQuery(upto=80)).offers
    assert offer.dates == [cheap]


def test_what_starts_soonest_with_a_free_seat_comes_first():
    full_then_late = make.course(title="Full, then late")
    book_seats(session=make.session(course=full_then_late, in_days=5, capacity=1), buyer=make.person(), by=None)
    make.session(course=full_then_late, in_days=40)
    make.session(course=make.course(title="Soon"), in_days=20)
    make.course(title="Without dates")
    assert titles() == ["Soon", "Full, then late", "Without dates"]
    assert titles(sort="title") == ["Full, then late", "Soon", "Without dates"]


def test_on_a_phone_the_button_says_how_many_filters_are_on(visit):
    page = " ".join(visit("/courses/?free=on&seats=2").split())
    assert "Filters (2)" in page


def test_filters_in_the_url_are_shown_as_chips_that_take_them_away(visit):
    make.course(title="Cheap", price=10)
    page = visit("/courses/", upto="50", q="cheap")
    chips = re.findall(r'class="chip"\s+href="([^"]*)"', page)
    assert "?q=cheap" in chips
    assert "?upto=50" in chips
    assert "Up to £50" in page


def test_what_makes_no_sense_in_the_url_is_said_and_left_out(visit):
    make.course(title="Still here")
    page = visit("/courses/", since="tomorrow", category="nothing", seats="-3", page="99", sort="up")
    assert "Still here" in page
    assert "Enter a valid date" in page


def test_the_list_has_pages(visit):
    for number in range(14):
        make.course(title=f"Course {number:02}")
    first, second = visit("/courses/", sort="title"), visit("/courses/", sort="title", page=2)
    assert "Course 11" in first
    assert "Course 12" not in first
    assert "Course 12" in second
    assert "page 2 of 2" in second


def test_htmx_gets_the_results_alone_and_a_tidy_url(client_of, tenant):
    make.course(title="Boiler fault finding")
    response = client_of(tenant).get("/courses/", {"q": "boiler", "category": ""}, headers={"HX-Request": "true"})
    assert response.content.strip().startswith(b'<div id="results"')
    assert b"Boiler fault finding" in response.content
    assert response["HX-Replace-Url"] == "/alpha/courses/?q=boiler"
    assert "HX-Request" in response["Vary"]


def test_a_list_takes_few_queries_however_long_it_is(client_of, tenant, at_most):
    for number in range(9):
        course = make.course(title=f"Gas {number}")
        for session in range(3):
            make.session(course=course, in_days=10 + number * 5 + session)
    client = client_of(tenant)
    client.get("/courses/")
    with at_most(8):
        client.get("/courses/", {"q": "gas"})
