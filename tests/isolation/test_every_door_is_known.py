"""Every URL names a permission and can be walked by the tests beside this one."""

import pytest

from tests.isolation.doors import Door, doors
from tests.isolation.platform import PLATFORM

URLCONFS = ["config.urls_tenant", "config.urls_api", "config.urls_public"]
# Views of libraries decide for themselves who may enter; each is here by name because somebody looked at it.
LOOKED_AT = {
    "account_login", "account_logout", "account_inactive", "account_signup", "account_reauthenticate",
    "account_email", "account_email_verification_sent", "account_confirm_email", "account_change_password",
    "account_set_password", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "account_confirm_login_code",
    "mfa_index", "mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp",
    "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes", "usersessions_list",
}  # fmt: skip


@pytest.mark.parametrize("urlconf", URLCONFS)
def test_every_view_names_its_permission(urlconf):
    def is_closed(door: Door) -> bool:
        return not door.permission and not (door.is_third_party and door.name in LOOKED_AT)

    assert [str(door) for door in doors(urlconf) if is_closed(door)] == []


@pytest.mark.parametrize("urlconf", URLCONFS)
def test_every_parameter_can_be_filled_by_the_walk(urlconf, a):
    values = {**a.values, **(PLATFORM if urlconf == "config.urls_public" else {})}
    unknown = []
    for door in doors(urlconf):
        try:
            door.path(values)
        except KeyError as missing:
            unknown.append(f"{door}: teach tests/isolation/populate.py to fill {missing}")
    assert unknown == []


def test_no_library_view_is_looked_at_that_is_gone():
    assert {door.name for urlconf in URLCONFS for door in doors(urlconf) if door.is_third_party} == LOOKED_AT
