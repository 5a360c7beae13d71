"""A company books seats first and says later who comes: by a link that it hands on, until some hours before."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tenant_apps.bookings.models import Answer, Attendee, Booking
from tenant_apps.questions.services import ask
from tenant_apps.scheduling.models import Place
from tenant_apps.scheduling.services import schedule_session
from tenant_apps.terms.models import BookingTerms
from tests import make

UNTIL = timedelta(hours=24)  # before it begins
PHONE = {"width": 360, "height": 740, "has_touch": True, "is_mobile": True}


@pytest.fixture
def session(shop):
    """In some weeks, at nine; whoever comes is asked what they eat."""
    BookingTerms.objects.load()
    BookingTerms.objects.update(names_until_hours=UNTIL // timedelta(hours=1))
    course = make.course(title="Gas safety", what_to_bring="Boots")
    ask(course=course, text="What do you eat?", kind="choice", choices=["Everything", "Vegan"], required=True,
        on_register=True, by=None)  # fmt: skip
    day = make.today() + timedelta(days=40)
    place = Place.objects.create(name="Harbour Works", address="1 Feeder Road\nBristol")
    return schedule_session(course=course, days=make.daily(day, day), place=place, capacity=8, by=None)


@pytest.fixture
def clock(time_machine, shop):
    """`clock(moment)`: it is that time, and what is due is done."""

    def at(moment):
        time_machine.move_to(moment)
        shop.work()

    return at


def named():
    return [(row.name, row.email) for row in Attendee.objects.order_by("position")]


def subjects(shop, to):
    """What somebody got, by how each subject begins."""
    return [re.split("[:,]| until", mail.subject)[0] for mail in shop.mails(to)]


def link_in(mail, path):
    return re.search(rf"https?://\S+{path}\S+", mail.text)[0]


def fits(person):
    assert person.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], person.page.url


def eats(person, name, what):
    """Answer for one of those who come."""
    person.page.get_by_role("group").filter(has_text=name).get_by_label(what).check()


def test_a_company_names_its_people(shop, visitor, signed_in, session, clock):
    cora = visitor()
    cora.begin(session)
    cora.page.get_by_label("How many seats").select_option("4")
    expect(cora.page.get_by_label("Name of attendee 4")).to_be_visible()
    cora.page.get_by_label("I'm coming myself").uncheck()
    expect(cora.page.get_by_label("Name of attendee 1")).to_be_visible()
    cora.page.get_by_text("Booking for a company?").click()
    cora.say_who(name="Cora Corp", email="cora@acme.example", company="Acme")
    cora.is_at("/bookings/[^/]+/check/")
    cora.go_and_pay()
    cora.card()
    cora.is_booked()
    cora.reads("Names are not known yet")
    cora.link("Add the names").click()
    cora.is_at("/bookings/[^/]+/names/")
    link = cora.page.locator("main a", has_text="/bookings/people/").inner_text()

    # A colleague who has no account names those two of whom they know already.
    colleague = visitor(**PHONE)
    colleague.page.goto(link)
    colleague.sees_heading("Who is coming")
    colleague.reads("Gas safety")
    expect(colleague.page.locator("main")).not_to_contain_text("£")
    expect(colleague.page.locator("main")).not_to_contain_text("Cora")
    fits(colleague)
    colleague.fill(attendee_1="Ada Byron", email_1="ada@acme.example", attendee_2="Ben Nevis")
    colleague.button("Save the names").click()
    expect(colleague.page.locator("body")).to_contain_text("The names are saved.")
    colleague.reads("2 answers are missing")
    assert named() == [("Ada Byron", "ada@acme.example"), ("Ben Nevis", "")]
    colleague.link("Answer the questions").click()
    eats(colleague, "Ben Nevis", "Everything")
    fits(colleague)
    colleague.button("Save the answers").click()
    expect(colleague.page.locator("body")).to_contain_text("1 answer is still missing")

    # Ada has an address of her own: where to be, her code, and her questions, which nobody else reads.
    [seat] = shop.mails("ada@acme.example")
    assert seat.subject.startswith("You have a seat: Gas safety")
    for said in ("Harbour Works", "Boots", "/check-in/"):
        assert said in seat.text
    assert "Cora" not in seat.text
    assert "See, pay or cancel" not in seat.text
    ada = visitor(**PHONE)
    ada.page.goto(link_in(seat, "/answers/"))
    ada.page.get_by_label("Vegan").check()
    ada.button("Save the answers").click()
    expect(ada.page.locator("body")).to_contain_text("Everything is answered")
    colleague.page.reload()
    colleague.reads("1 question is answered already")
    expect(colleague.page.get_by_label("Vegan")).to_have_count(0)

    # A week before that time whoever booked is asked for the others, and sends the email on.
    clock(session.starts_at - UNTIL - timedelta(days=7) + timedelta(minutes=1))
    asked = next(mail for mail in shop.mails("cora@acme.example") if mail.subject.startswith("Who is coming?"))
    assert "of your 4 seats 2 have no name yet" in asked.text
    colleague.page.goto(link_in(asked, "/bookings/people/"))
    expect(colleague.page.get_by_label("Name of attendee 1")).to_have_value("Ada Byron")
    colleague.reads("Only for somebody else in the place of Ada Byron.")
    expect(colleague.page.locator("main")).not_to_contain_text("ada@acme.example")
    colleague.fill(attendee_3="Cleo Patel", email_3="cleo@acme.example", attendee_4="Dan Dare")
    colleague.button("Save the names").click()
    colleague.reads("2 answers are missing")
    colleague.link("Answer the questions").click()
    for name in ("Cleo Patel", "Dan Dare"):
        eats(colleague, name, "Everything")
    colleague.button("Save the answers").click()
    expect(colleague.page.locator("body")).to_contain_text("Everything is answered")
    assert {answer.attendee.name: answer.text for answer in Answer.objects.select_related("attendee")} == {
        "Ada Byron": "Vegan", "Ben Nevis": "Everything", "Cleo Patel": "Everything", "Dan Dare": "Everything",
    }  # fmt: skip
    clock(session.starts_at - UNTIL - timedelta(days=2) + timedelta(minutes=1))
    assert subjects(shop, "cora@acme.example").count("Who is coming? Gas safety") == 1

    # Somebody else comes: who was told is told again, and what they answered is nobody else's.
    colleague.page.goto(link)
    colleague.fill(attendee_3="Eve Early", email_3="eve@acme.example")
    colleague.button("Save the names").click()
    colleague.reads("1 answer is missing")
    assert subjects(shop, "cleo@acme.example")[-1] == "You need not come"
    assert "You have a seat" in subjects(shop, "eve@acme.example")
    before = [("Ada Byron", "ada@acme.example"), ("Ben Nevis", ""), ("Eve Early", "eve@acme.example"), ("Dan Dare", "")]
    assert named() == before

    # The page is open on a screen when the time is over.
    colleague.fill(attendee_4="Finn Late")
    clock(session.starts_at - UNTIL + timedelta(minutes=1))
    colleague.button("Save the names").click()
    colleague.reads("The names can't be changed here any more. Please get in touch.")
    assert named() == before
    cora.page.reload()
    expect(cora.page.locator("body")).to_contain_text("until 24 hours before")
    assert named() == before

    # On the day they are on the register, with what they eat.
    clock(session.starts_at - timedelta(minutes=30))
    desk = signed_in(make.user("admin"))
    desk.open(f"/admin/today/{session.days.get().pk}/")
    for name, _email in before:
        desk.reads(name)
    line = desk.page.get_by_role("listitem").filter(has_text="Ada Byron")
    expect(line).to_contain_text("Vegan")
    expect(line).to_contain_text("Acme")
    assert Booking.objects.get().seats == 4


def test_a_company_that_pays_later_gets_the_link_once_the_office_confirms(shop, visitor, signed_in, session):
    held = make.booking(
        session=session, buyer=make.person(name="Cora Corp", email="cora@acme.example"), contact_name="Cora Corp",
        company="Acme", seats=3, by_office=True,
    )  # fmt: skip
    cora, colleague = visitor(), visitor(**PHONE)
    assert subjects(shop, "cora@acme.example") == ["Your seats are held"]
    desk = signed_in(make.user("admin"))
    desk.open(f"/admin/bookings/{held.pk}/")
    desk.link("Take money").click()
    desk.page.get_by_label("Bank transfer").check()
    desk.page.get_by_role("button", name="Take money").click()
    desk.is_at(f"/admin/bookings/{held.pk}/")
    confirmed = next(mail for mail in shop.mails("cora@acme.example") if mail.subject.startswith("Confirmed"))
    cora.page.goto(re.search(r"See, pay or cancel your booking: (\S+)", confirmed.text)[1])
    cora.reads("Names are not known yet")
    cora.page.locator("main a[href$='/names/']").first.click()
    colleague.page.goto(cora.page.locator("main a", has_text="/bookings/people/").inner_text())
    colleague.fill(attendee_1="Ada Byron", attendee_2="Ben Nevis", attendee_3="Cleo Patel")
    colleague.button("Save the names").click()
    colleague.reads("3 answers are missing")
    desk.page.reload()
    for name in ("Ada Byron", "Ben Nevis", "Cleo Patel"):
        desk.reads(name)
