"""How many emails and text messages strangers can make a provider send: to one address, and in all.

Whoever books or asks for a link types an address that may be anybody's. What is over a limit is written down as
withheld, and the office can send it; a network's own limit is refused with 429 before it comes to an email.
"""

import hashlib

from django.utils.translation import gettext as _

from shared_apps.core.limits import DAY, HOUR, Rate, count

TO_ONE_ADDRESS = (Rate(6, HOUR), Rate(12, DAY))
TO_ALL_STRANGERS = (Rate(300, HOUR), Rate(1500, DAY))
# Account emails that anybody can ask for, whoever reads them.
ASKED_BY_ANYBODY = {
    "unknown_account", "account_already_exists", "email_confirmation", "email_confirmation_signup",
    "password_reset_key",
}  # fmt: skip
KNOWN_ADDRESS = {"password_reset_key"}  # it is an account's, so it can't be any address


TEXTS_TO_ONE = (Rate(10, HOUR), Rate(30, DAY))
TEXTS_TO_ALL_STRANGERS = (Rate(120, HOUR), Rate(600, DAY))


def why_not_text(who: str, number: str, *, by_stranger: bool) -> str:
    """Count one more text message to somebody at `number`; why it is one too many, "" if it is not.

    Nobody proves a number, and another address is another person: so many to one person, at whichever number, so many
    to one number, and a sum of those that visitors without an account set off. They cost the provider money each.
    """
    to_one = hashlib.sha256(number.encode()).hexdigest()[:32]
    if count("texts-to", who, *TEXTS_TO_ONE) or count("texts-to-number", to_one, *TEXTS_TO_ONE):
        return _("This person, or this number, got as many text messages as we allow in an hour or a day.")
    if by_stranger and count("texts-to-strangers", "all", *TEXTS_TO_ALL_STRANGERS):
        return _("Visitors without an account set off as many text messages as we allow in an hour or a day.")
    return ""


def is_too_much(to: str, *, group: str, known: bool = False) -> bool:
    """Count one more email to `to`, an address nobody has proven (unless `known`); whether it is one too many.

    `group` (bookings, attendees, accounts) has a sum of its own, so that one does not close the other.
    """
    to_one = count("mail-to", hashlib.sha256(to.lower().encode()).hexdigest()[:32], *TO_ONE_ADDRESS)
    return bool(to_one or (not known and count("mail-to-strangers", group, *TO_ALL_STRANGERS)))
