"""The kinds of notices about certificates: what they are called, what they may say, and how they go."""

from django.utils.translation import gettext_lazy as _

from shared_apps.web.templatetags.muster import day
from tenant_apps.certificates.models import Certificate
from tenant_apps.messaging.kinds import EMAIL, Audience, Context, Kind, Variable, add_kinds


def _certificate(context: Context) -> Certificate:
    certificate = context["certificate"]
    assert isinstance(certificate, Certificate)
    return certificate


def _expires(context: Context) -> str:
    expires_on = _certificate(context).expires_on
    return day(expires_on, "d MMM y") if expires_on else ""


def _name(context: Context) -> str:
    return _certificate(context).name if context.get("proven") else ""


NAME = Variable("name", _("who holds it; empty until they proved their address"), "Ada Byron", _name)
COURSE = Variable(
    "course", _("name of the course"), "Gas safety refresher", lambda context: _certificate(context).course_title
)
NUMBER = Variable("number", _("its number"), "C-00042", lambda context: _certificate(context).number)
EXPIRES = Variable("expires", _("its last day; empty: for ever"), "7 Dec 2027", _expires)
LINK = Variable(
    "link", _("the link to its page"), "https://example.org/c/7QK2", lambda context: str(context["url"])
)  # fmt: skip
RENEW = Variable(
    "link", _("the link to the course that renews it"), "https://example.org/courses/gas",
    lambda context: str(context["url"]),
)  # fmt: skip
ALL = (NAME, COURSE, NUMBER, EXPIRES)

add_kinds([
    Kind(
        "certificates/issued", _("Certificate"), Audience.ATTENDEE, _("Your certificate for {{ course }} is ready."),
        (*ALL, LINK), action=_("See my certificate"), fallback=(EMAIL,), module=__name__,
    ),
    Kind(
        "certificates/for_yours", _("Certificates of the people you booked for"), Audience.BUYER,
        _("The certificates for {{ course }} are ready."), (COURSE, LINK), action=_("See the certificates"),
        fallback=(EMAIL,), module=__name__,
    ),
    Kind(
        "certificates/expiring", _("A certificate expires soon"), Audience.ATTENDEE,
        _("Your certificate for {{ course }} is valid until {{ expires }}. Renew it in time."), (*ALL, RENEW),
        action=_("Renew it"), fallback=(EMAIL,), essential=False, module=__name__,
    ),
    Kind(
        "certificates/revoked", _("Certificate revoked"), Audience.ATTENDEE,
        _("Your certificate {{ number }} for {{ course }} is not valid any more."), (*ALL, LINK),
        action=_("See the certificate"), fallback=(EMAIL,), module=__name__,
    ),
])  # fmt: skip
