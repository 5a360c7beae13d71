"""What one can do in the office, for the search box: named by what people call it, and said where it is done."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shared_apps.accounts.models import User
from shared_apps.core.named import is_begun, is_named, typed_words
from shared_apps.core.permissions import can
from shared_apps.tenants.features import is_on
from tenant_apps.branding.registry import find_settings


@dataclass(frozen=True)
class Action:
    """One thing to do: the page where it begins, who may do it, other words for it, and how to go on from there."""

    label: str | Promise
    page: str
    permission: str
    words: str
    icon: str
    how: str | Promise = ""
    feature: str = "courses"
    query: str = ""
    unless: str = ""  # a permission with which one needs no such hint
    at: str = ""  # the address itself, instead of `page` and `query`

    @property
    def url(self) -> str:
        return self.at or f"{reverse(f'office:{self.page}')}{self.query}"

    @property
    def is_its_own_page(self) -> bool:
        """Whether it is done where it leads, and that is neither a list in which one has to look nor a setting."""
        return not (self.at or self.how or self.query or self.page.startswith("settings"))

    def is_meant(self, typed: list[str]) -> bool:
        """Whether it has what was typed, and does not only resemble it."""
        return is_begun(typed, f"{self.words} {self.label}")


ACTIONS = [
    Action(_("New booking"), "booking_new", "bookings.manage", "new booking book phone call seat reserve", "ticket"),
    Action(
        _("Refund a booking"), "bookings", "payments.take", "refund money back return goodwill", "banknote",
        _("Open the booking, then “Refund”."),
    ),
    Action(
        _("Take money"), "bookings", "payments.take", "record payment cash transfer pay take money deposit balance",
        "banknote", _("Press what is due in the list, or open the booking, then “Take money”."),
    ),
    Action(
        _("Take something off what is due"), "bookings", "payments.take", "credit discount reduce write off voucher",
        "banknote", _("Open the booking, then “Take something off”."),
    ),
    Action(
        _("Receipt of a booking"), "bookings", "bookings.manage", "receipt invoice vat pdf bill", "file-text",
        _("Open the booking, then “Receipt (PDF)”."),
    ),
    Action(
        _("Cancel a booking"), "bookings", "bookings.manage", "cancel booking withdraw", "x",
        _("Open the booking, then “Cancel booking”."),
    ),
    Action(
        _("Send a confirmation again"), "bookings", "bookings.manage", "send resend confirmation email again link",
        "send", _("Open the booking, then “Send the confirmation again”."),
    ),
    Action(
        _("Bookings with money due"), "bookings", "bookings.manage", "unpaid due owing outstanding money not paid",
        "banknote", query="?money=due",
    ),
    Action(
        _("Overdue bookings"), "bookings", "bookings.manage", "overdue late unpaid owing money", "banknote",
        query="?money=overdue",
    ),
    Action(
        _("Say who is coming"), "bookings", "bookings.manage", "names name attendees participants who is coming seats",
        "users", _("Open the booking, then “Change” beside “Who is coming”."),
    ),
    Action(
        _("Correct an email address or a company"), "bookings", "bookings.manage",
        "correct wrong email address typo company phone contact name", "pencil",
        _("Open the booking, then “Change” beside “Who booked”."),
    ),
    Action(
        _("New session"), "sessions", "sessions.manage", "new session add date schedule calendar", "calendar-plus",
        _("Press “New session” and choose the course."),
    ),
    Action(
        _("Move a session to another date"), "sessions", "sessions.manage",
        "move session reschedule postpone date time change room", "calendar-days",
        _("Press “Move” in its row or on its page. Those booked are told."),
    ),
    Action(
        _("Duplicate a session"), "sessions", "sessions.manage", "duplicate copy repeat session again", "copy",
        _("Open the session, then “Duplicate”."),
    ),
    Action(
        _("Cancel a session"), "sessions", "sessions.manage", "cancel call off session", "x",
        _("Open the session, then “More” and “Cancel session”."),
    ),
    Action(
        _("Print a register"), "sessions", "sessions.view", "print register attendance sign sheet list", "printer",
        _("Open the session, then “Print register”."),
    ),
    Action(_("New course"), "course_new", "courses.manage", "new course add offer", "book-open"),
    Action(
        _("Add a student"), "student_new", "students.manage", "new add student customer person", "users", feature="",
    ),
    Action(_("Add a trainer"), "trainer_new", "users.manage", "new add trainer instructor teacher", "graduation-cap"),
    Action(
        _("Invite somebody to your team"), "colleague_new", "users.manage", "invite team staff colleague user role",
        "users-round", feature="",
    ),
    Action(
        _("Export bookings as CSV"), "bookings_export", "bookings.manage",
        "export download csv excel spreadsheet accountant bookings payments", "download",
    ),
    Action(
        _("Export students as CSV"), "students_export", "students.manage",
        "export download csv excel spreadsheet students customers", "download", feature="",
    ),
    Action(
        _("Export sessions as CSV"), "sessions_export", "sessions.manage",
        "export download csv excel spreadsheet sessions dates", "download",
    ),
    Action(
        _("Logo and colours"), "settings", "settings.manage", "settings logo colours colors brand look design picture",
        "settings",
        feature="",
    ),
    Action(
        _("Deposit and cancellation terms"), "settings_booking", "settings.manage",
        "deposit balance cancellation terms policy hold minutes settings", "settings", feature="",
    ),
    Action(
        _("VAT number and bank transfers"), "settings_money", "settings.manage",
        "vat tax payment money settings stripe bank transfer", "settings", feature="",
    ),
    Action(
        _("Terms and privacy notice"), "settings_words", "settings.manage",
        "settings terms conditions privacy notice text words introduction about", "settings", feature="",
    ),
    Action(
        _("Your phone, email and postal address"), "settings_contact", "settings.manage",
        "settings contact phone email postal address", "settings", feature="",
    ),
    Action(
        _("Settings are the owner's to change"), "team", "users.manage",
        "settings logo colours colors look vat tax deposit cancellation terms policy privacy", "settings",
        _("Colours, texts, VAT, deposit and terms: ask an owner. Who that is stands here."), feature="",
        unless="settings.manage",
    ),
]  # fmt: skip


def find_actions(user: User | AnonymousUser, text: str) -> list[Action]:
    """What `user` may do that every word of `text` names, wholly, by its beginning, or with one wrong letter."""
    if not (typed := typed_words(text)):
        return []
    settings = find_settings(text) if can(user, "settings.manage") else []
    return [
        action
        for action in ACTIONS
        if (not action.feature or is_on(action.feature))
        and can(user, action.permission)
        and not (action.unless and can(user, action.unless))
        and is_named(typed, f"{action.words} {action.label}")
    ] + [Action(one.title, "", "settings.manage", one.words, "settings", at=one.url) for one in settings]
