import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tenant_apps.bookings.services import book_seats
from tenant_apps.branding.models import Brand
from tenant_apps.catalogue.errors import SlugTaken
from tenant_apps.catalogue.models import Course
from tenant_apps.catalogue.services import save_course
from tenant_apps.scheduling.models import Place
from tenant_apps.scheduling.plan import spans
from tenant_apps.scheduling.services import cancel_session, schedule_session
from tenant_apps.terms.models import BookingTerms
from tenant_apps.website import wording
from tests import make
from tests.support.accounts import pay_with
from tests.support.web import tight

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def data_of(page):
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert found
    return json.loads(found[1])


def page_of(course):
    return f"/courses/{course.slug}/"


def test_a_course_page_tells_what_when_where_how_much_who_and_what_if(visit):
    Brand.objects.load()
    trainer = make.trainer(name="Helen Marsh")
    course = make.course(
        title="Boiler fault finding", price=480, lead_trainer=trainer, outcomes="A certificate\nA flowchart",
        requirements="A gas card", what_to_bring="Safety boots", description="**Live** appliances.",
    )  # fmt: skip
    modules = [{"title": "Burners", "summary": "", "weight": 60}, {"title": "Faults", "summary": "", "weight": 40}]
    save_course(course, by=None, modules=modules)
    make.session(course=course, place=Place.objects.create(name="Feeder Road"), in_days=60, trainer=trainer)

    page = visit(page_of(course)).split("</head>")[1]
    order = [
        "<strong>Live</strong>", "Feeder Road", "£480", "Who teaches", "A flowchart", "Burners", "60%",
        "Who can come", "A gas card", "What to bring", "Safety boots", "Cancel up to 14 days before",
    ]  # fmt: skip
    places = [page.index(text) for text in order]
    assert places == sorted(places)
    assert "£144 deposit" in page


def test_unpublished_courses_and_private_dates_are_not_there(client_of, tenant):
    hidden = make.course(published=False)
    course = make.course()
    make.session(course=course, visibility="private", place=Place.objects.create(name="Secret base"))
    make.session(course=hidden)
    client = client_of(tenant)
    for path in ("", "book/", "art.svg", "social.png"):
        assert client.get(page_of(hidden) + path).status_code == 404
    page = client.get(page_of(course)).content.decode()
    assert "Secret base" not in page
    assert "No dates yet" in page


def test_past_cancelled_and_closed_dates_are_not_offered(visit):
    course = make.course()
    make.session(course=course, in_days=-3)
    make.session(course=course, in_days=12, takes_bookings=False)
    cancel_session(make.session(course=course, in_days=14), reason="snow", by=None)
    assert "No dates yet" in visit(page_of(course))


def test_the_seats_left_are_those_nobody_holds(visit):
    session = make.session(capacity=3)
    assert "3 seats free" in visit(page_of(session.course))
    make.booking(session=session, seats=2)
    assert "1 seat left" in visit(page_of(session.course))


def test_a_full_date_offers_the_others_and_only_the_others_can_be_booked(visit):
    course = make.course()
    full = make.session(course=course, in_days=20, capacity=1)
    free = make.session(course=course, in_days=40)
    make.booking(session=full)
    page = visit(page_of(course))
    assert "Full" in page
    assert f"/alpha/sessions/{full.pk}/wait/" in page
    assert f"/alpha/sessions/{full.pk}/book/" not in page
    assert f"/alpha/sessions/{free.pk}/book/" in page
    assert "Every date is full" not in page
    assert [offer["availability"].rsplit("/")[-1] for offer in _offers(page)] == ["SoldOut", "InStock"]


DEPOSIT, HELD, BOOK_IT = "£30 deposit", "Your seats are held while you pay", "sessions/{}/book/"


def test_where_nobody_can_be_paid_a_page_promises_nothing_and_names_the_office(visit, tenant):
    Brand.objects.load()
    Brand.objects.update(contact_email="office@alpha.example", contact_phone="")
    course = make.course(price=100)
    dates = [make.session(course=course, in_days=days) for days in (60, 61)]
    promises = [DEPOSIT, HELD, *(BOOK_IT.format(date.pk) for date in dates)]
    page = visit(page_of(course))
    assert all(promise in page for promise in promises)  # the control
    pay_with(tenant, None)
    page = visit(page_of(course))
    assert [promise for promise in promises if promise in page] == []
    assert "£100" in page
    assert "The office books for you" in page
    assert "mailto:office@alpha.example" in page
    Brand.objects.update(contact_email="")
    assert "Call or write" not in visit(page_of(course))


def test_where_nobody_can_be_paid_what_is_free_can_be_booked(visit, client_of, tenant):
    pay_with(tenant, None)
    course = make.course(price=0)
    paid, *free = [make.session(course=course, in_days=days) for days in (60, 61, 62)]
    paid.price = Decimal(100)
    paid.save()
    page = visit(page_of(course))
    assert [BOOK_IT.format(date.pk) in page for date in (paid, *free)] == [False, True, True]
    assert HELD not in page
    assert "The office books for you" not in page
    choices = visit(f"{page_of(course)}book/")
    assert [str(date.pk) in choices for date in (paid, *free)] == [False, True, True]
    answer = client_of(tenant).get(f"{page_of(course)}book/", {"session": str(paid.pk)})
    assert answer.status_code == 200


def test_a_card_names_the_price_of_the_date_that_its_button_books(visit, tenant):
    pay_with(tenant, None)
    course = make.course(price=100)
    make.session(course=course, in_days=10)
    free = make.session(course=course, in_days=40)
    free.price = 0
    free.save()
    for path in ("/", "/courses/"):
        card = visit(path).split("<article")[1].split("</article>")[0]
        assert BOOK_IT.format(free.pk) in card
        assert "£100" not in card


def _offers(page):
    return [instance["offers"] for instance in data_of(page)["@graph"][0]["hasCourseInstance"]]


@pytest.mark.parametrize("where", ["", "book/"])
def test_what_all_dates_have_in_common_is_said_once(visit, where):
    course = make.course(title="Boiler fault finding", price=99)
    trainer, place = make.trainer(name="Helen Marsh"), Place.objects.create(name="Feeder Road")
    for weeks in (8, 9):
        make.session(course=course, in_days=7 * weeks, trainer=trainer, place=place)

    def rows_of():
        page = visit(page_of(course) + where).split('id="content"')[1]
        return page.split("<aside")[0].split('id="where"')[0]

    rows = rows_of()
    assert rows.count("All with Helen Marsh") == rows.count("All at Feeder Road") == rows.count("£99 a seat") == 1
    assert (rows.count("Helen Marsh"), rows.count("Feeder Road"), rows.count("£99")) == (1, 1, 1)

    other = make.session(course=course, in_days=70, trainer=make.trainer(name="Tom Wells"), place=place)
    other.price = Decimal(120)
    other.save()
    rows = rows_of()
    assert "All with" not in rows
    assert "£99 a seat" not in rows
    assert rows.count("All at Feeder Road") == 1
    for said in ("Tom Wells", "£120"):
        assert said in rows
    assert rows.count("Helen Marsh") == 2


def test_when_every_date_is_full_similar_courses_with_seats_are_shown(visit):
    full = make.session(capacity=1)
    make.booking(session=full)
    make.session(course=make.course(title="Something like it"))
    page = visit(page_of(full.course))
    assert "Every date is full" in page
    assert "Something like it" in page
    assert BOOK_IT.format(full.pk) not in page


def test_dates_are_told_in_the_zone_of_the_tenant_on_both_sides_of_a_clock_change(visit):
    year = make.today().year + 1
    course = make.course()
    for month in (1, 7):
        days = make.daily(date(year, month, 15), date(year, month, 15))
        schedule_session(course=course, days=days, by=None)
    page = visit(page_of(course))
    assert page.count("09:00 to 17:00") >= 2
    assert "Times are in United Kingdom time." in page
    starts = [instance["startDate"] for instance in data_of(page)["@graph"][0]["hasCourseInstance"]]
    assert starts == [f"{year}-01-15T09:00:00+00:00", f"{year}-07-15T09:00:00+01:00"]


def test_another_tenant_has_another_zone_and_another_currency(beta, client_of):
    from shared_apps.tenants.context import tenant_context

    with tenant_context(beta):
        course = make.course(price=15000)
        starts = datetime(make.today().year + 1, 7, 15, 6, tzinfo=UTC)
        schedule_session(course=course, days=[(starts, starts + timedelta(hours=8))], by=None)
    page = client_of(beta).get(page_of(course)).content.decode()
    assert "09:00 to 17:00" in page
    assert "Times are in Kenya time." in page
    assert "15,000" in page


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([8], "Mon 8 March 2100"),
        ([8, 9, 10], "Mon 8 to Wed 10 March 2100"),
        ([8, 9, 15], "Mon 8, Tue 9 and Mon 15 March 2100"),
        ([31, 32], "Wed 31 March to Thu 1 April 2100"),
    ],
)
def test_days_are_said_as_people_say_them(days, said):
    dates = [date(2100, 3, 1) + timedelta(days=day - 1) for day in days]
    clock = datetime(2100, 1, 1, 9).time(), datetime(2100, 1, 1, 17).time()  # noqa: DTZ001
    session = schedule_session(course=make.course(), days=spans(dates[0], dates[-1], *clock, only=dates), by=None)
    assert wording.when(session).days == said
    assert wording.when(session).times.startswith("09:00 to 17:00")


def test_each_day_is_told_where_the_times_differ():
    first, second = (
        make.daily(date(2100, 3, 8), date(2100, 3, 8)),
        make.daily(date(2100, 3, 9), date(2100, 3, 9), "13:00"),
    )
    session = schedule_session(course=make.course(), days=[*first, *second], by=None)
    assert str(wording.when(session)) == "Mon 8 March 2100 09:00 to 17:00 and Tue 9 March 2100 13:00 to 17:00"


@pytest.mark.parametrize(
    ("minutes", "days", "said"),
    [
        (1080, 3, "3 days"), (360, 1, "1 day"), (120, 1, "2 hours"), (90, 0, "90 minutes"), (150, 0, "2½ hours"),
        (60, 0, "1 hour"),
    ],
)  # fmt: skip
def test_a_length_of_time_is_said_in_the_unit_that_fits(minutes, days, said):
    assert wording.duration(minutes, days) == said


@pytest.mark.parametrize(("price", "said"), [(None, "Price on request"), (0, "Free"), (Decimal("12.5"), "£12.50")])
def test_a_price_is_said_in_words_where_it_is_no_sum(visit, price, said):
    brand = Brand.objects.load()
    brand.contact_email = "hello@alpha.test"
    brand.save()
    session = make.session(price=price)
    page = visit(page_of(session.course))
    assert said in page
    assert ("Ask for a price" in page) == (price is None)


def test_no_deposit_is_offered_when_the_balance_would_be_due_already(visit):
    session = make.session(in_days=BookingTerms.objects.load().balance_due_days - 1)
    assert "deposit" not in visit(page_of(session.course))


def test_search_engines_read_the_course_its_dates_and_their_prices(visit):
    session = make.session(price=480, course=make.course(title="</script><b>Gas", price=480), capacity=4)
    data = data_of(visit(page_of(session.course)))
    course, crumbs = data["@graph"]
    assert course["@type"] == "Course"
    assert course["name"] == "</script><b>Gas"
    assert course["url"].endswith(f"/alpha/courses/{session.course.slug}/")
    instance = course["hasCourseInstance"][0]
    assert instance["offers"] == {
        "@type": "Offer", "price": "480.00", "priceCurrency": "GBP", "url": course["url"],
        "availability": "https://schema.org/InStock",
    }  # fmt: skip
    assert instance["remainingAttendeeCapacity"] == 4
    assert [item["name"] for item in crumbs["itemListElement"]] == ["Alpha Training", "Courses", "</script><b>Gas"]


def test_the_link_to_the_meeting_is_for_those_who_booked(visit):
    session = make.session(online_url="https://meet.example.com/secret")
    assert "meet.example.com" not in visit(page_of(session.course))


def test_what_providers_write_can_do_no_harm(visit):
    course = make.course(
        description='<script>alert(1)</script><img src=x onerror="alert(2)"> [go](javascript:alert(3)) **bold**'
    )
    page = visit(page_of(course))
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert 'href="javascript:' not in page
    assert "<strong>bold</strong>" in page


def test_the_key_of_a_course_leads_to_its_name(client_of, tenant):
    course = make.course()
    response = client_of(tenant).get(f"/courses/{course.pk}/")
    assert (response.status_code, response["Location"]) == (301, f"/alpha/courses/{course.slug}/")


def test_the_key_of_a_course_leads_to_its_booking_too(client_of, tenant):
    course = make.course()
    session = make.session(course=course)
    client = client_of(tenant)
    response = client.get(f"/courses/{course.pk}/book/?session={session.pk}")
    assert (response.status_code, response["Location"]) == (
        301, f"/alpha/courses/{course.slug}/book/?session={session.pk}",
    )  # fmt: skip
    last, _status = client.get(f"/courses/{course.pk}/book", follow=True).redirect_chain[-1]
    assert last == f"/alpha/sessions/{session.pk}/book/"


def test_capitals_in_a_link_lead_to_the_course_and_to_the_trainer(client_of, tenant):
    course, trainer = make.course(slug="heat-pumps"), make.trainer(name="Helen Marsh")
    client = client_of(tenant)
    for typed, right in (
        ("/courses/Heat-Pumps/?from=poster", f"/alpha/courses/{course.slug}/?from=poster"),
        ("/courses/HEAT-PUMPS/book/", f"/alpha/courses/{course.slug}/book/"),
        (f"/trainers/{trainer.slug.title()}/", f"/alpha/trainers/{trainer.slug}/"),
    ):
        response = client.get(typed)
        assert (response.status_code, response["Location"]) == (301, right)


def _priced(course, price, **fields):
    made = make.session(course=course, **fields)
    made.price = Decimal(price)
    made.save()
    return made


def test_the_price_beside_a_date_is_the_price_of_that_date(visit):
    course = make.course(title="Mixed", price=80)
    make.booking(session=_priced(course, 5, in_days=10, capacity=1))
    _priced(course, 95, in_days=20)
    for page in (visit("/courses/"), visit(page_of(course)).split('class="sticky-bar"')[1]):
        assert "£95" in page
        assert "£5<" not in tight(page)
    [offer] = [data_of(visit(page_of(course)))["@graph"][0]["offers"]]
    assert offer["price"] == "95.00"


def test_a_dearer_date_is_named_beside_the_next_one(visit):
    course = make.course(price=0)
    make.session(course=course, in_days=20)
    assert "Other dates" not in visit(page_of(course))
    later = make.session(course=course, in_days=40)
    later.price = Decimal(200)
    later.save()
    assert "Other dates up to £200" in visit(page_of(course))


def test_a_cheaper_date_with_seats_is_named_beside_the_next_one(visit):
    course = make.course(title="Mixed", price=80)
    _priced(course, 95, in_days=20)
    _priced(course, 60, in_days=30)
    page = visit("/courses/")
    assert "£95" in page
    assert "Other dates from £60" in page


def test_a_course_page_takes_six_queries_whatever_it_shows(client_of, tenant, at_most):
    trainers = [make.trainer() for _ in range(3)]
    course = make.course(lead_trainer=trainers[0])
    BookingTerms.objects.load()
    Brand.objects.load()
    for number in range(8):
        make.session(course=course, in_days=10 + number * 3, trainer=trainers[number % 3])
    client = client_of(tenant)
    client.get(page_of(course))
    with at_most(6):
        client.get(page_of(course))


def test_one_free_date_needs_no_choosing(client_of, tenant):
    course = make.course()
    full = make.session(course=course, in_days=20, capacity=1)
    book_seats(session=full, buyer=make.person(), by=None)
    client = client_of(tenant)
    assert client.get(page_of(course) + "book/")["Location"] == f"/alpha/courses/{course.slug}/"

    free = make.session(course=course, in_days=30)
    assert client.get(page_of(course) + "book/")["Location"] == f"/alpha/sessions/{free.pk}/book/"

    later = make.session(course=course, in_days=50)
    page = client.get(page_of(course) + "book/").content.decode()
    assert page.count('type="radio"') == 3
    assert page.count("disabled") == 1
    assert client.get(page_of(course) + f"book/?session={later.pk}")["Location"] == f"/alpha/sessions/{later.pk}/book/"
    assert (
        "Please choose one of these dates" in client.get(page_of(course) + f"book/?session={full.pk}").content.decode()
    )


def test_every_address_a_course_had_leads_to_the_present_one(client_of, tenant):
    course, client = make.course(slug="first"), client_of(tenant)
    for slug in ("second", "third", "second"):
        save_course(course, by=None, slug=slug)
    for former in ("first", "third", "FIRST"):
        response = client.get(f"/courses/{former}/?from=mail")
        assert (response.status_code, response["Location"]) == (301, "/alpha/courses/second/?from=mail")
    assert client.get("/courses/third/art.svg").status_code == 200
    assert client.get("/courses/second/").status_code == 200


def test_no_other_course_takes_an_address_that_old_links_know(tenant):
    course = make.course(slug="first", title="First")
    save_course(course, by=None, slug="second")
    with pytest.raises(SlugTaken):
        save_course(make.course(), by=None, slug="first")
    new = Course(title="First", summary="About it.", category=course.category, audience=course.audience)
    assert save_course(new, by=None).slug == "first-2"
    assert save_course(course, by=None, slug="first").slug == "first"


def test_the_former_address_of_a_hidden_course_shows_nothing(client_of, tenant):
    course = make.course(slug="first")
    save_course(course, by=None, slug="second", published=False)
    assert client_of(tenant).get("/courses/first/").status_code == 404
