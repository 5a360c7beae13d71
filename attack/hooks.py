"""How schemathesis signs in: loaded by it, with the site and the person in the environment."""

import os
import re
from typing import Any

import requests
import schemathesis


def sign_in() -> str:
    """A new access token of the person that this run is."""
    answer = requests.post(
        f"{os.environ['ATTACK_API']}/auth/login",
        json={"email": os.environ["ATTACK_EMAIL"], "password": os.environ["ATTACK_PASSWORD"]},
        timeout=20,
    )
    answer.raise_for_status()
    return str(answer.json()["accessToken"])


if os.environ.get("ATTACK_EMAIL"):

    @schemathesis.auth(refresh_interval=600)
    class Bearer:
        """A token that is renewed before it ends. Signing out ends one that nobody else uses."""

        def get(self, case: Any, context: Any) -> str:
            return sign_in()

        def set(self, case: Any, data: str, context: Any) -> None:
            token = sign_in() if case.operation.path == "/auth/logout" else data
            case.headers["Authorization"] = f"Bearer {token}"


# Rules that a JSON schema can't say, since they are about several fields, about what is stored, or about the world.
# A 400 that names one of them, and nothing else, is no fault of a request that fits the schema.
BEYOND_SCHEMA = [
    r"There is nothing with this id\.",
    r"The end lies before the start\.",
    r"The end must be later than the start\.",
    r"(startDate|startTime|endTime): This field is required\.",  # unless there are `days`
    r"The end is not after the beginning\. .*",
    r"This ends on the same day: .*",
    r"Send a value, or leave it out\.",  # of what Python takes for white space
    r"A session lasts a year at most\.",
    r"All days lie between the start and the end date\.",
    r"No (later than 2200|earlier than 1970)\.",
    r"This room is at another place\.",
    r"Use at least one letter and one digit\.",
    r"This password is too common\.",
    r"The password is too similar to the .*\.",
    r"Say whom this booking is for\.",
    r"This link was used already or is too old\. Ask for a new one\.",
    r"This is not from the provider\.",
    r"Use `next` or `previous` as they were given\.",
    r"The later one cancels, the less comes back\.",
    r"Enter a valid (URL|email address)\.",
    r"This differs from \w+, which is the same\.",
    r"Say why: .*",
    r"A reason goes with the status .*",
    r"Only the office (writes these|says this)\.",
    r"The terms say what comes back\.",
    r"Choose one of (pending|confirmed), .*",
    r"This is not the one in the address\.",
    r"The provider gives its own\.",
    r"Select a valid choice\. That choice is not one of the available choices\.",  # of the rows that are there
    r"Enter a name, without .*\.",
    r"Use one line of ordinary letters\.",
    r"Leave web addresses out\.",
    r"At least .*, the smallest sum that a card can pay, or 0 for free\.",
    r"At most five years\.",
    r"A day is named twice\.",
    r"Nobody is booked on it yet, so there is nobody to tell\.",
    r"This is before the first day\.",
    r"Send a day from .* to .*\.",
]


@schemathesis.hook
def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
    """Keep every failure but refusals of valid data that name a rule beyond the schema."""
    if response.status_code == 414:  # the web server reads no request line of more than 4 KiB, and we never see it
        return False
    if type(failure).__name__ == "UseAfterFree":  # what was cancelled or deactivated stays, and says so
        left = response.json()
        return left.get("status") != "cancelled" and left.get("isActive", True)
    if type(failure).__name__ != "RejectedPositiveData":
        return True
    body = response.json()
    said = [f"{error['field']}: {error['message']}" for error in body.get("errors", [])] or [f": {body['detail']}"]
    return not all(any(re.fullmatch(f"(.*: )?{rule}", one) for rule in BEYOND_SCHEMA) for one in said)
