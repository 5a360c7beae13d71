"""The words of certificates: a provider's own, in Liquid, filled with what one certificate says."""

from collections.abc import Mapping
from datetime import date
from typing import TypedDict

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from liquid.exceptions import LiquidError

from shared_apps.core.types import Words
from shared_apps.tenants.context import current_tenant
from shared_apps.web.templatetags.muster import day
from tenant_apps.certificates.errors import WrongWords
from tenant_apps.certificates.models import Certificate, CertificateSettings
from tenant_apps.messaging import liquid

TEXTS = ("statement", "small_print")  # those that may have variables
# What they may say, and what it is in a preview.
VARIABLES: dict[str, tuple[Words, str]] = {
    "name": (gettext_lazy("who holds it"), "Ada Byron"),
    "course": (gettext_lazy("name of the course"), "Gas safety refresher"),
    "completed": (gettext_lazy("the last day"), "7 Dec 2026"),
    "trainer": (gettext_lazy("who taught it"), "Grace Hopper"),
    "result": (gettext_lazy("result of the assessment, if there was one"), "87 %"),
    "company": (gettext_lazy("their company, if they came for one"), "Byron Heating Ltd"),
    "expires": (gettext_lazy("the last day on which it is valid; empty: for ever"), "7 Dec 2027"),
    "number": (gettext_lazy("its number"), "C-00042"),
    "provider": (gettext_lazy("your name"), "Bristol Gas Training"),
}


class Said(TypedDict):
    """The words of a certificate as they were when it was issued, not filled yet."""

    heading: str
    lead: str
    statement: str
    small_print: str
    signed_by: str


SAMPLE = {name: sample for name, (_meaning, sample) in VARIABLES.items()}


def words_of(settings: CertificateSettings) -> Said:
    """What a certificate issued now says."""
    return {
        "heading": settings.heading, "lead": settings.lead, "statement": settings.statement,
        "small_print": settings.small_print, "signed_by": settings.signed_by,
    }  # fmt: skip


def check_words(said: Mapping[str, object]) -> None:
    """Raise `WrongWords` for texts that can't be used."""
    faults: dict[str, list[str]] = {}
    for name in TEXTS:
        text = said.get(name)
        if isinstance(text, str) and text.strip():
            try:
                liquid.check(text, sample=SAMPLE)
            except ValidationError as error:
                faults[name] = list(error.messages)
        elif name == "statement" and isinstance(text, str):
            faults[name] = [_("Say what was done, such as: has completed the course.")]
    if faults:
        raise WrongWords(fields=faults)


def values_of(certificate: Certificate) -> dict[str, str]:
    """What the variables are for one certificate."""
    return {
        "name": certificate.name, "course": certificate.course_title, "completed": _day(certificate.ends_on),
        "trainer": certificate.trainer_name, "result": certificate.result, "company": certificate.company,
        "expires": _day(certificate.expires_on), "number": certificate.number, "provider": str(current_tenant()),
    }  # fmt: skip


def filled(text: str, values: Mapping[str, str]) -> str:
    """`text` with its variables in; nothing where it can't be filled."""
    try:
        return liquid.fill(text, values).strip()
    except LiquidError:
        return ""


def _day(value: date | None) -> str:
    return day(value, "d MMM y") if value else ""
