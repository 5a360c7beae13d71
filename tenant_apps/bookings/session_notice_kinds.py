"""The kinds of notices before, about and after a session: what they may say, and how they go."""

from django.utils.translation import gettext_lazy as _

from shared_apps.core.types import Words
from tenant_apps.bookings.notice_kinds import BOOKING, COURSE, FACTS
from tenant_apps.messaging.kinds import EMAIL, Audience, Kind, Variable, add_kinds
from tenant_apps.messaging.models.notices import Priority

MESSAGE = (
    Variable("title", _("what it is about"), "Bring your boots", lambda context: str(context["title"])),
    Variable("message", _("what you wrote"), "It will be wet outside.", lambda context: str(context["message"])),
)
OFFICE_LINK = Variable(
    "link", _("the link to its page"), "https://example.org/b/7QK2", lambda context: str(context["office_url"])
)


SEE = _("See my booking")
REVIEW_LINK = Variable(
    "link", _("the link to say how it was"), "https://example.org/b/7QK2", lambda context: str(context["review_url"])
)


def _to_buyer(
    name: str, label: Words, short: Words, *more: Variable, essential: bool = True, urgent: bool = False,
    known: tuple[Variable, ...] = BOOKING, action: Words = SEE,
) -> Kind:  # fmt: skip
    return Kind(
        f"bookings/{name}", label, Audience.BUYER, short, (*known, *more), details=FACTS, essential=essential,
        action=action, priority=Priority.URGENT if urgent else Priority.NORMAL, module=__name__,
    )  # fmt: skip


def _to_attendee(name: str, label: Words, short: Words, *more: Variable) -> Kind:
    return Kind(
        f"bookings/{name}", label, Audience.ATTENDEE, short, (*COURSE, *more), details=FACTS, fallback=(),
        module=__name__,
    )  # fmt: skip


add_kinds([
    _to_buyer("joining", _("Joining instructions"), _("{{ course }}, {{ day }} at {{ time }}: {{ where }}.")),
    _to_buyer(
        "reminder", _("Reminder of a course"), _("Reminder: {{ course }}, {{ day }} at {{ time }}, {{ where }}."),
        essential=False,
    ),
    _to_buyer(
        "feedback", _("Request for feedback"), _("How was {{ course }}? Tell us."), essential=False,
        known=(*BOOKING[:-1], REVIEW_LINK), action=_("Say how it was"),
    ),
    _to_buyer(
        "session_runs", _("A tentative date takes place"),
        _("It takes place: {{ course }}, {{ day }} at {{ time }}, {{ where }}."),
    ),
    _to_buyer("session_message", _("Message about a course"), _("{{ course }}, {{ day }}: {{ title }}"), *MESSAGE),
    _to_attendee(
        "attending_joining", _("Joining instructions for attendees"),
        _("{{ course }}, {{ day }} at {{ time }}: {{ where }}."),
    ),
    _to_attendee(
        "attending_reminder", _("Reminder for attendees"),
        _("Reminder: {{ course }}, {{ day }} at {{ time }}, {{ where }}."),
    ),
    _to_attendee(
        "attending_runs", _("A tentative date takes place, for attendees"),
        _("It takes place: {{ course }}, {{ day }}."),
    ),
    _to_attendee(
        "attending_message", _("Message to attendees"), _("{{ course }}, {{ day }}: {{ title }}"), *MESSAGE
    ),
    Kind(
        "bookings/attending_feedback", _("Request for feedback from attendees"), Audience.ATTENDEE,
        _("How was {{ course }}? Tell us."), (*COURSE, REVIEW_LINK), details=FACTS, fallback=(), essential=False,
        module=__name__, action=_("Say how it was"),
    ),
    Kind(
        "bookings/office_decide", _("A tentative date is to be decided"), Audience.OFFICE,
        _("Decide today whether {{ course }}, {{ day }}, takes place."), (*COURSE, OFFICE_LINK), essential=False,
        fallback=(EMAIL,), module=__name__, action=_("See the session"),
    ),
])  # fmt: skip
