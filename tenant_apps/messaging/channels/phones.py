"""Telephone numbers as services take them."""

import phonenumbers

from shared_apps.tenants.context import current_tenant


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
    """Whether a number that `e164` wrote has the prefix of the provider's country."""
    code = phonenumbers.country_code_for_region(current_tenant().country)
    return bool(code) and number.startswith(f"+{code}")
