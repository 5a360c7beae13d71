"""Changing the terms on which a provider takes bookings."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from shared_apps.accounts.models import User
from tenant_apps.branding.models import TextVersion
from tenant_apps.branding.services import change_choices
from tenant_apps.branding.texts import note_new_text
from tenant_apps.terms.models import BookingTerms
from tenant_apps.terms.policy import CancellationPolicy, PolicyRow

POLICY = "cancellation_policy"


@transaction.atomic
def change_terms(changes: Mapping[str, object], *, by: User | None) -> None:
    """Write `changes`, fields of `BookingTerms` by name. A new cancellation policy is a new version of its text."""
    change = change_choices(BookingTerms, changes, what="terms", by=by, words={POLICY: policy_in_words})
    if POLICY in change:
        before, after = change[POLICY]
        note_new_text(TextVersion.Name.CANCELLING, after, before=before, since=None)


def policy_in_words(rows: Sequence[PolicyRow]) -> str:
    """A cancellation policy's sentences."""
    return " ".join(CancellationPolicy.parse(rows).sentences())
