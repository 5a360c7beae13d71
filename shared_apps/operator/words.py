"""What the platform's home page says, and what its pictures of the product show."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from shared_apps.core.time import now

STEPS = [
    {
        "picture": "operator/mini/_course.html",
        "title": _("Describe your courses"),
        "text": _("Syllabus, price, who teaches, what to bring. Pictures are drawn in your colours."),
    },
    {
        "picture": "operator/mini/_month.html",
        "title": _("Put dates on the calendar"),
        "text": _("One day or many, in the room, online or both. A trainer or a room is never in two places."),
    },
    {
        "picture": "operator/mini/_ticket.html",
        "title": _("People book, and you teach"),
        "text": _("They pay in full or a deposit. Confirmations, calendar files and receipts go out automatically."),
    },
]
SIDES = [
    {
        "picture": "operator/mini/_phone.html",
        "eyebrow": _("Your customers"),
        "title": _("A seat in four short pages"),
        "points": [
            _("No account needed, on a phone or a laptop."),
            _("Their seats are held while they pay, and they see until when."),
            _("They book for themselves, for friends or for a company, and name everybody later."),
            _("What comes back is shown before they cancel."),
        ],
    },
    {
        "picture": "operator/mini/_office.html",
        "eyebrow": _("Your office"),
        "title": _("Every seat and every pound, on one page"),
        "points": [
            _("Bookings, sessions, students and money, found in a few keystrokes."),
            _("Take cash or a bank transfer for somebody on the phone."),
            _("Cancel a date, and everybody who booked is told and paid back."),
            _("A history of who did what, that nobody can change."),
        ],
    },
    {
        "picture": "operator/mini/_day.html",
        "eyebrow": _("Your trainers"),
        "title": _("Their day, in one column"),
        "points": [
            _("Where, when, and how many are coming."),
            _("Who needs a vegetarian lunch, and a number to ring."),
            _("Only their own sessions, and nobody's money."),
        ],
    },
]
PROMISES = [
    {
        "icon": "armchair",
        "title": _("No seat sold twice"),
        "text": _("However many people reach for the last one, one of them gets it and nobody else is charged."),
    },
    {
        "icon": "palette",
        "title": _("Your brand, readable"),
        "text": _("Give two colours. We derive the rest and keep every text legible, in light and in dark."),
    },
    {
        "icon": "banknote",
        "title": _("Money that adds up"),
        "text": _("Deposits, balances and refunds by your own terms, to the penny, straight to your account."),
    },
    {
        "icon": "shield-check",
        "title": _("Yours alone"),
        "text": _("Each provider's data lives in a place of its own that no other provider can reach."),
    },
    {
        "icon": "accessibility",
        "title": _("For everybody"),
        "text": _("By keyboard, by screen reader, on an old phone, without JavaScript: the road to a seat is open."),
    },
    {
        "icon": "plug",
        "title": _("Open to your systems"),
        "text": _(
            "Courses, dates, bookings, payments, people: your own software works with them through a documented API."
        ),
    },
]
INCLUDED = [
    {
        "title": _("Your site"),
        "points": [
            _("Courses, dates, trainers, about, terms and privacy"),
            _("Search by subject, place, date and price"),
            _("Your logo, colours and headings"),
            _("An address of your own"),
        ],
    },
    {
        "title": _("Booking"),
        "points": [
            _("Several seats at once"),
            _("Private dates for one company"),
            _("Calendar files and directions"),
            _("An area where students find it all again"),
        ],
    },
    {
        "title": _("Money"),
        "points": [
            _("Cards through Stripe"),
            _("Cash and bank transfers"),
            _("Refunds by your cancellation terms"),
            _("VAT, and receipts as PDF"),
        ],
    },
    {
        "title": _("Office"),
        "points": [
            _("Rights for owners, office, sales and trainers"),
            _("Sign-in in two steps"),
            _("A copy of every email sent"),
            _("Exports to spreadsheets"),
        ],
    },
]
NEEDED = [
    _("The name of your centre or school, and its town"),
    _("What you teach"),
    _("Your currency, and whether you charge VAT"),
    _("Your two colours and your logo, if you have them"),
    _("The name and email address of the person who will own the site"),
]
OFFICE_NAV = [
    ("layout-dashboard", _("Dashboard")),
    ("ticket", _("Bookings")),
    ("calendar-days", _("Sessions")),
    ("users", _("Students")),
    ("book-open", _("Courses")),
]
PRICE = Decimal(480)


def preview(moment: datetime | None = None) -> dict[str, object]:
    """A made-up course, its dates and its bookings, for the pictures of the product."""
    start = (moment or now()).replace(hour=9, minute=0)
    rows = [(11, _("Workshop, Bristol"), 5), (25, _("Online"), 2), (39, _("Workshop, Bristol"), 8)]
    dates = [
        {"start": start + timedelta(days=days), "when": _("3 days, 09:00 to 16:30"), "left": left, "place": place}
        for days, place, left in rows
    ]
    first = start + timedelta(days=rows[0][0])
    bookings = [
        {"who": "Amara Okafor", "seats": 2, "total": 2 * PRICE, "state": "part_paid", "word": _("Deposit paid")},
        {"who": "Tom Whitcombe", "seats": 1, "total": PRICE, "state": "paid", "word": _("Paid")},
        {"who": "Priya Raman", "seats": 4, "total": 4 * PRICE, "state": "paid", "word": _("Paid")},
        {"who": "Lewis Hart", "seats": 1, "total": PRICE, "state": "held", "word": _("Held until paid")},
    ]
    return {
        "dates": dates,
        "first": first,
        "bookings": bookings,
        "month": _month(first),
        "price": PRICE,
        "seats_total": 2 * PRICE,
        "deposit": 2 * PRICE * 30 // 100,
    }


def _month(first: datetime) -> dict[str, object]:
    """Five weeks around a date, from a Monday; the days of three sessions are taught."""
    monday = (first - timedelta(days=first.weekday() + 7)).date()
    begins = {first.date() + timedelta(days=days) for days in (0, 14)}
    taught = {begin + timedelta(days=more) for begin in begins for more in range(3)}
    days = [monday + timedelta(days=count) for count in range(35)]
    return {"days": [{"day": day, "taught": day in taught, "begins": day in begins} for day in days], "of": first}
