"""What a provider publishes for others to agree to: a draft becomes the next version, and counts at once."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from shared_apps.accounts.models import User
from shared_apps.core.errors import MovedMeanwhile
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from shared_apps.tenants.urls import tenant_url
from tenant_apps.terms.errors import DraftThere, NothingNew, NothingToPublish
from tenant_apps.terms.events import TermsPublished
from tenant_apps.terms.models import BookingTerms, TermsKind, TermsVersion
from tenant_apps.terms.starters import STARTERS


def in_force(kind: str = TermsKind.BOOKING, *, at: datetime | None = None) -> TermsVersion | None:
    """The version that counts now, or counted then; None where nothing was ever published: then nobody is asked."""
    rows = TermsVersion.objects.published(kind)
    return rows.filter(published_at__lte=at).first() if at else rows.first()


def page_of(version: TermsVersion) -> str:
    """The absolute address of the page of a published version, which stays."""
    page = "consent_version" if version.kind == TermsKind.CONSENT else "terms_version"
    return tenant_url(page, version.number)


def digest_of(text: str) -> str:
    """SHA-256 of a text, in hexadecimal digits: what somebody agreed to can be proven without trusting our rows."""
    return sha256(text.encode()).hexdigest()


@transaction.atomic
def save_draft(kind: str, *, title: str, text: str, new: bool = False) -> TermsVersion:
    """The draft of the next version says this from now on. Raises `DraftThere` for a `new` one where there is one."""
    _locked()
    draft = TermsVersion.objects.drafts(kind).first()
    if draft is not None and new:
        raise DraftThere
    draft = draft or TermsVersion(kind=kind)
    draft.title, draft.text = title, text
    draft.save()
    return draft


@transaction.atomic
def draft_from_starter(kind: str) -> TermsVersion:
    """A draft with the platform's plain starter text, for the provider to go on with. Raises `DraftThere`."""
    _locked()
    if TermsVersion.objects.drafts(kind).exists():
        raise DraftThere
    title, text = STARTERS[TermsKind(kind)]
    return TermsVersion.objects.create(kind=kind, title=str(title), text=str(text).strip(), from_starter=True)


@transaction.atomic
def discard_draft(kind: str) -> bool:
    """The draft is gone; whether there was one."""
    _locked()
    gone, _of_each = TermsVersion.objects.drafts(kind).delete()
    return bool(gone)


@transaction.atomic
def publish_draft(kind: str, *, by: User | None, seen: datetime | None = None) -> TermsVersion:
    """The draft is the next version, and in force at once. `seen`: when that which was looked at was last changed.

    Raises `NothingToPublish`, `NothingNew`, `MovedMeanwhile` when the draft says something else by now.
    """
    _locked()
    draft = TermsVersion.objects.drafts(kind).first()
    if draft is None:
        raise NothingToPublish
    if seen is not None and seen != draft.changed_at:
        raise MovedMeanwhile
    latest = in_force(kind)
    if latest and (latest.title, latest.text) == (draft.title, draft.text):
        raise NothingNew
    draft.number = latest.number + 1 if latest and latest.number else 1
    draft.published_at, draft.published_by = now(), by
    draft.save()
    emit(TermsPublished(version_id=draft.pk, kind=kind, number=draft.number), by=by, subject=draft)
    return draft


def _locked() -> None:
    """Whoever changes drafts and publishes does so one after the other."""
    BookingTerms.objects.locked()
