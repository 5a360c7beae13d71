"""The kinds of notices about interest in courses."""

from django.utils.translation import gettext_lazy as _

from tenant_apps.catalogue.models import Course
from tenant_apps.messaging.kinds import EMAIL, Audience, Context, Kind, Variable, add_kinds


def _course(context: Context) -> str:
    course = context["course"]
    assert isinstance(course, Course)
    return course.title


def _count(context: Context) -> str:
    dates = context["dates"]
    assert isinstance(dates, list)
    return str(len(dates))


COURSE = Variable("course", _("name of the course"), "Gas safety refresher", _course)
NAME = Variable("name", _("who asked"), "Ada Byron", lambda context: str(context["name"]))
DATES = Variable("dates", _("how many dates there are"), "2", _count)
LINK = Variable("link", _("the link to its page"), "https://example.org/c/gas", lambda context: str(context["url"]))

add_kinds([
    Kind(
        "interest/confirm", _("Confirm interest in a course"), Audience.BUYER,
        _("Confirm that you want to hear of dates of {{ course }}."), (COURSE, LINK), fallback=(),
        action=_("Yes, tell me"), module=__name__,
    ),
    Kind(
        "interest/registered", _("Interest in a course noted"), Audience.BUYER,
        _("We tell you when {{ course }} has a date."), (NAME, COURSE, LINK), fallback=(EMAIL,),
        action=_("See or end it"), module=__name__,
    ),
    Kind(
        "interest/dates", _("A course has a date"), Audience.BUYER, _("There is a date now: {{ course }}."),
        (NAME, COURSE, DATES, LINK), action=_("See the dates"), module=__name__,
    ),
])  # fmt: skip
