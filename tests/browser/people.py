"""What people do on the pages, by what the pages say: roles, labels and words, never classes."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.make import PASSWORD

GOOD = "4242 4242 4242 4242"
DECLINED = "4000 0000 0000 0002"
ASKS_THE_BANK = "4000 0000 0000 3220"


def words(text: str) -> re.Pattern[str]:
    """A pattern for a label that begins with `text`."""
    return re.compile(rf"^\s*{text}", re.IGNORECASE)


class Person:
    """Somebody in front of one page at one provider (`home`, without a slash at the end)."""

    def __init__(self, page: Page, home: str) -> None:
        self.page, self.home = page, home

    def open(self, path: str = "/") -> Any:
        """Go to one of the provider's pages; the answer."""
        return self.page.goto(f"{self.home}{path}")

    def link(self, text: str) -> Locator:
        return self.page.locator("main").get_by_role("link", name=words(text)).first

    def button(self, text: str) -> Locator:
        return self.page.locator("main").get_by_role("button", name=words(text)).first

    def fill(self, **fields: Any) -> None:
        """Type into the fields of these names."""
        for name, value in fields.items():
            self.page.locator(f"main [name={name}]:not([type=hidden])").fill(str(value))

    def reads(self, *texts: str) -> None:
        """Each of these is on the page, or will be in a moment."""
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)

    def sees_heading(self, text: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(re.compile(text, re.IGNORECASE))

    def is_at(self, path: str) -> None:
        """The page of this path, a regular expression, whatever its query is."""
        expect(self.page).to_have_url(re.compile(rf"^{re.escape(self.home)}{path}(\?.*)?(#.*)?$"))
        self.page.wait_for_load_state()  # the address is there before the scripts are

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        self.open("/accounts/login/")
        self.fill(login=email, password=password)
        self.button("Sign in").click()
        expect(self.page).not_to_have_url(re.compile("/accounts/login/"))


class Visitor(Person):
    """Somebody who wants to book."""

    def find(self, text: str, title: str) -> None:
        """From the home page to a course, by searching for it."""
        self.open()
        menu = self.page.get_by_role("navigation", name="Main").locator("visible=true")
        if not menu.count():
            self.page.get_by_text("Menu", exact=True).click()
        menu.get_by_role("link", name="Courses", exact=True).click()
        self.is_at("/courses/")
        self.page.get_by_role("searchbox").fill(text)
        self.page.get_by_role("button", name="Search", exact=True).click()
        expect(self.page).to_have_url(re.compile("q="))
        self.link(title).click()
        self.sees_heading(title)

    def choose(self, session: Any) -> None:
        """From a course to the form of one of its dates."""
        self.page.locator(f"a[href$='/sessions/{session.pk}/book/']").locator("visible=true").first.click()
        self.is_at(f"/sessions/{session.pk}/book/")

    def begin(self, session: Any) -> None:
        """Straight to the form of a date."""
        self.open(f"/sessions/{session.pk}/book/")

    def say_who(self, name: str = "Ada Byron", email: str = "ada@example.com", **more: Any) -> None:
        """Fill in the form and send it."""
        self.fill(name=name, email=email, **more)
        born = self.page.locator("[name=care1-date_of_birth]")
        if born.count():
            born.fill("1990-05-17")
        terms = self.page.locator("#id_accept_terms")
        if terms.count():
            terms.check()
        self.button("Continue|Book now").click()

    def book(self, session: Any, **who: Any) -> None:
        """To the page where the answers are checked."""
        self.begin(session)
        self.say_who(**who)
        self.is_at("/bookings/[^/]+/check/")

    def confirm_by_mail(self, mail: Any) -> None:
        """Follow the link of the email that asks whether the address is theirs, and press its button."""
        link = re.search(r"https?://\S+/bookings/confirm/\S+", mail.text)
        assert link
        self.page.goto(link[0])
        self.button("Yes, I am coming").click()

    def go_and_pay(self, *, deposit: bool = False) -> None:
        """Off to Stripe's page."""
        if deposit:
            self.page.get_by_label("deposit").check()
        self.button("Pay").click()
        expect(self.page).to_have_url(re.compile("/sandbox/stripe/pay/"))

    def card(self, number: str = GOOD) -> None:
        """Fill in a card at Stripe's page and pay."""
        for label, value in {"Card number": number, "Expiry": "12 / 34", "CVC": "123", "Name on card": "Ada B"}.items():
            self.page.get_by_label(label).fill(value)
        self.page.get_by_role("button", name=words("Pay")).click()

    def is_booked(self) -> str:
        """The page that says so; the booking's reference."""
        self.is_at("/bookings/[^/]+/done/")
        self.sees_heading("booked")
        row = self.page.locator("main dl div", has_text="Reference")
        return str(row.locator("dd span").first.inner_text()).strip()
