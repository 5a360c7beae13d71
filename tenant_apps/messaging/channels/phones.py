"""Telephone numbers as services take them."""

import phonenumbers
from phonenumbers import PhoneNumberType

from shared_apps.tenants.context import current_tenant

BRITISH = 44  # its islands share the networks of the mainland, and so do their numbers
DEAR = {
    PhoneNumberType.PREMIUM_RATE, PhoneNumberType.PERSONAL_NUMBER, PhoneNumberType.SHARED_COST, PhoneNumberType.PAGER,
    PhoneNumberType.UAN, PhoneNumberType.TOLL_FREE, PhoneNumberType.VOICEMAIL,
}  # fmt: skip


def e164(number: str) -> str:
    """`number` as `+447911123456`; "" for one that can't be. Without a country it is one of the provider's."""
    try:
        found = phonenumbers.parse(number, current_tenant().country)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(found):  # whether anybody has it, the service knows better
        return ""
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


def is_domestic(number: str) -> bool:
    """Whether a number that `e164` wrote is of the provider's country, and of a kind that costs no more than usual.

    Some countries share a prefix: Jamaica has that of the United States. A number that is allotted to nobody is of
    the country whose prefix it has, if that is the only one.
    """
    country = current_tenant().country
    found = phonenumbers.parse(number)
    code = found.country_code or 0
    if phonenumbers.number_type(found) in DEAR:
        return False
    region = phonenumbers.region_code_for_number(found)
    if region is None:
        return phonenumbers.region_code_for_country_code(code) == country
    return region == country or (code == BRITISH and country == "GB")
