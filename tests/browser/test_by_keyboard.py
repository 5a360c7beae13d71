"""With nothing but Tab, Enter, Space and the arrow keys; and one always sees where one is."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tenant_apps.bookings.models import Booking, BookingStatus
from tests import make

# Where the focus is and what it is called; what is drawn by its label or card shows it there.
WHERE = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const drawn = [at, at.nextElementSibling, at.closest("label"), at.closest("article"), at.parentElement];
  const shown = drawn.filter(Boolean).some((element) => {
    const style = getComputedStyle(element);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  });
  const labels = [...(at.labels || [])].map((label) => label.innerText).join(" ");
  const name = at.getAttribute("aria-label") || labels || at.innerText || at.value || at.name || "";
  const order = [...document.querySelectorAll("*")].indexOf(at);
  return { tag: at.tagName, name: name.trim().replace(/\\s+/g, " "), shown, order };
}"""


class Keyboard:
    """Hands that never touch a mouse."""

    def __init__(self, page):
        self.page = page

    def tab(self):
        """One step on; where that leads, or None past the last control."""
        self.page.keyboard.press("Tab")
        at = self.page.evaluate(WHERE)
        if at and at["tag"] != "MAIN":
            assert at["shown"], f"The focus can't be seen on {at}"
        return at

    def to(self, name, *, tag=""):
        """Tab on until the control called `name`."""
        passed = []
        for _ in range(80):
            at = self.tab()
            passed.append(at and at["name"])
            if at and re.match(name, at["name"], re.IGNORECASE) and at["tag"].startswith(tag.upper()):
                return self
        raise AssertionError(f"Tab never came to {name}; it came past {passed}")

    def press(self, key):
        self.page.keyboard.press(key)
        return self

    def type(self, text):
        self.page.keyboard.type(text)
        return self


def test_a_seat_is_booked_and_paid_for_by_keyboard_alone(visitor):
    course = make.course(title="Boiler servicing")
    make.session(course=course, in_days=30)
    make.session(course=course, in_days=60)
    ada = visitor()
    ada.open()
    keys = Keyboard(ada.page)
    keys.to("Skip to", tag="a").press("Enter")
    keys.tab()
    assert ada.page.evaluate("Boolean(document.activeElement.closest('main'))")
    ada.open("/courses/")
    keys.to("Search courses", tag="input").type("boiler").press("Enter")
    expect(ada.page).to_have_url(re.compile("q=boiler"))
    keys.to("Boiler servicing", tag="a").press("Enter")
    ada.sees_heading("Boiler servicing")
    keys.to("Book", tag="a").press("Enter")
    ada.sees_heading("Who is coming")
    keys.to("How many seats", tag="select").press("2")
    expect(ada.page.get_by_label("Name of attendee 2")).to_be_visible()
    keys.to("Your name").type("Ada Byron")
    keys.to("Email").type("ada@example.com")
    keys.to("Name of attendee 2").type("Grace Hopper")
    keys.to("Continue", tag="button").press("Enter")
    ada.is_at("/bookings/[^/]+/check/")
    keys.to("All of it", tag="input").press("ArrowDown")
    keys.to("Pay", tag="button").press("Enter")
    expect(ada.page).to_have_url(re.compile("/sandbox/stripe/pay/"))
    keys.to("Card number").type("4242424242424242")
    keys.to("Expiry").type("1234")
    keys.to("CVC").type("123")
    keys.to("Name on card").type("Ada Byron")
    keys.press("Enter")
    ada.is_booked()
    keys.to("Add to calendar", tag="a")
    booking = Booking.objects.select_related("session", "order").get()
    assert (booking.status, booking.seats, booking.order.due) == (BookingStatus.CONFIRMED, 2, 168)


@pytest.mark.parametrize("width", [1280, 360])
def test_tab_goes_through_every_page_of_the_road_and_out_again(shop, visitor, width):
    course = make.course(title="Boiler servicing")
    make.session(course=course, in_days=30)
    session = make.session(course=course, in_days=60)
    ada = visitor(width=width)
    pages = ["/", "/courses/", f"/courses/{course.slug}/", f"/sessions/{session.pk}/book/", "/accounts/login/"]
    for path in pages:
        ada.open(path)
        goes_through(ada.page)
    ada.book(session)
    goes_through(ada.page)


def goes_through(page):
    """Tab visits the controls in the order of the page, all of them, and then leaves it."""
    keys, order = Keyboard(page), []
    most = page.evaluate("document.querySelectorAll('a[href], button, input, select, textarea, summary').length") * 4
    while (at := keys.tab()) is not None and at["order"] != (order[:1] or [-1])[0]:
        if at["order"] not in order[-1:]:  # the parts of a date are one control
            order.append(at["order"])
        assert most > 0, f"Tab is trapped at {page.url}: {at}"
        most -= 1
    assert len(set(order)) == len(order), f"Tab comes twice to the same control of {page.url}"
    jumps = sum(later < earlier for earlier, later in pairwise(order))
    assert jumps <= page.locator("[autofocus]").count(), f"Tab jumps about at {page.url}: {order}"
    footer = page.locator("footer a").last.evaluate("at => [...document.querySelectorAll('*')].indexOf(at)")
    assert footer in order, f"Tab never came to the footer of {page.url}"


def test_a_menu_opens_and_closes_by_key_and_gives_the_focus_back(visitor):
    ada = visitor(width=360)
    ada.open()
    keys = Keyboard(ada.page).to("Menu").press("Enter")
    expect(ada.page.get_by_role("link", name="Courses", exact=True).locator("visible=true").first).to_be_visible()
    keys.to("Courses", tag="a").press("Escape")
    assert ada.page.evaluate(WHERE)["name"] == "Menu"


def test_the_office_goes_anywhere_from_one_box_without_waiting_for_it(shop, signed_in):
    ada = make.booking(buyer=make.person(name="Ada Byron"))
    make.booking(buyer=make.person(name="Grace Hopper"))
    olive = signed_in(make.user("admin"))
    olive.open("/admin/")
    keys = olive.page.keyboard
    keys.press("Control+k")
    keys.insert_text(ada.reference)
    keys.press("Enter")  # before any answer can be there
    olive.is_at(f"/admin/bookings/{ada.pk}/")
    keys.press("Control+k")
    keys.type("refund")
    expect(olive.page.locator("#palette-found")).to_contain_text("Refund a booking")
    keys.press("Escape")
    keys.press("Control+k")
    keys.type("hopper")  # in the place of the old word
    expect(olive.page.locator("#palette-found")).to_contain_text("Grace Hopper")
    expect(olive.page.locator("[data-palette-input]")).to_have_value("hopper")
    with olive.page.expect_response(re.compile("/admin/search/")):
        keys.type(" g")
        keys.press("Enter")
        keys.press("Escape")  # who has closed it is not taken away when the answer comes
    olive.page.wait_for_load_state("networkidle")
    olive.is_at(f"/admin/bookings/{ada.pk}/")
