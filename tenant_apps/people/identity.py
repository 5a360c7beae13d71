"""Who is who: the person behind an email address, and the one person of an account.

Whoever proved an address owns it, and what was booked under it. What anybody else wrote into our records gives way.
"""

from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q, QuerySet

from shared_apps.accounts.errors import EmailTaken
from shared_apps.accounts.letters import ask_if_theirs
from shared_apps.accounts.models import User
from shared_apps.accounts.roles import PERMISSIONS, STUDENT
from shared_apps.accounts.services import (
    add_proven_address,
    address_removed,
    email_verified,
    is_proven,
    make_primary,
    owns_email,
    primary_email_changed,
)
from shared_apps.core.db import lock_word
from shared_apps.core.hooks import Hook
from shared_apps.core.signing import BadSignature, sign, unsign
from shared_apps.core.time import now
from shared_apps.events.bus import emit
from shared_apps.tenants.urls import tenant_url
from tenant_apps.people.errors import LinkOutdated, NeedsAnAddress, PersonExists
from tenant_apps.people.events import AddressAwaitsProof, MistypedJoined, PeopleJoined, PersonClaimed, RolesChanged
from tenant_apps.people.joining import join
from tenant_apps.people.models import Access, AccessKind, ContactKind, ContactPoint, Person, Student
from tenant_apps.people.models.access import PersonKey

# `person` is written to at another address now: `before` was not theirs. Whoever sent something there calls it in.
address_corrected = Hook()

PROOF = "email-of-person"
PROOF_SECONDS = 3 * 86_400


def find_person(email: str) -> Person | None:
    """Whoever has this address: the person of the account that proved it, else the one in whose record it stands.

    Where several share it, the one who was known first.
    """
    email = email.strip().lower()
    if not email:
        return None
    proven = EmailAddress.objects.filter(email=email, verified=True).select_related("user__person").first()
    if proven is not None:
        return person_of(proven.user, proven=email)
    return Person.objects.written_to_at(email).order_by("pk").first()


def person_of(user: User, *, proven: str = "") -> Person | None:
    """The person of an account; one who proved an address and has none yet is tied to theirs now."""
    if (person := getattr(user, "person", None)) is not None:
        return person
    email = proven or (user.email if is_proven(user, user.email) else "")
    return tie_account(user=user, email=email) if email else None


@email_verified.add
@transaction.atomic
def tie_account(*, user: User, email: str) -> Person:
    """`user` proved `email`: it is theirs, and so is what was booked under it. Each account has one person.

    Of persons who share the address, the one who may be taken for them is joined with theirs; to the others they get
    access. Those who only work here become no students.
    """
    lock_address(email)
    rows = Person.objects.select_for_update(of=("self",), no_key=True).filter(
        Q(user=user) | Q(pk__in=_reached_at(email))
    )
    found = list(rows.order_by("pk"))
    own = next((person for person in found if person.user_id == user.pk), None)
    for person in found:
        if person.user_id not in (None, user.pk):
            _give_up_address(person, email)
    free = [person for person in found if person.user_id is None]
    other = _the_same(free, user=user, email=email)
    if own is not None and other is not None:
        person, merge = join(own, other)
        emit(PeopleJoined(person_id=person.pk, other_id=merge.absorbed_id), subject=person)
    else:
        person = own or other or Person(name=user.name or email.split("@")[0], email=email)
        if own is None and other is not None and user.name and not hasattr(other, "trainer"):
            person.name = user.name  # whoever booked under this address may have been a stranger
    person.phone = person.phone or user.phone
    _take_over_unproven(user, email)
    # Nobody else can prove it any more, so nobody is asked to.
    Person.objects.filter(pending_email__iexact=email).exclude(pk=person.pk).update(pending_email="")
    person.user = user
    asked = person.pending_email.lower() == email.lower()
    if asked or not person.email:
        _write_to(person, email)
    if asked:
        person.pending_email = ""
    person.save()
    user.person = person
    _note_proven(person, email)
    for sharing in free:
        if other is None or sharing.pk != other.pk:
            grant_contact(user, sharing)
    if STUDENT in user.roles:
        Student.objects.get_or_create(person=person)
    if asked:
        make_primary(user, email=email)
    return person


def lock_address(email: str) -> None:
    """Whoever finds nobody with `email` may add somebody: until this transaction ends, nobody else does."""
    if email:
        lock_word(f"person at {email.strip().lower()}")


def _reached_at(email: str) -> QuerySet[ContactPoint, PersonKey]:
    """The keys of all who are reached at `email`."""
    return ContactPoint.objects.filter(kind=ContactKind.EMAIL, value=email.lower()).values("person")


def _the_same(people: list[Person], *, user: User, email: str) -> Person | None:
    """Who of `people`, none of whom has an account, is taken for `user`, who proved their address.

    Whoever is written to there and is alone, or else has the name of the account. Nobody who has a guardian, or whom
    somebody has access to otherwise: they are somebody else.
    """
    watched = set(Access.objects.filter(person__in=people).values_list("person_id", flat=True))
    fitting = [one for one in people if one.email.lower() == email.lower() and one.pk not in watched]
    if len(fitting) == 1:
        return fitting[0]
    return next((one for one in fitting if same_name(one.name, user.name)), None)


def same_name(one: str, other: str) -> bool:
    """Whether two names are written alike, but for capitals and spaces."""
    return one.casefold().split() == other.casefold().split()


def _note_proven(person: Person, email: str) -> None:
    """The account of `person` proved that `email` is theirs."""
    ContactPoint.objects.update_or_create(
        person=person, kind=ContactKind.EMAIL, value=email.lower(), defaults={"verified_at": now()}
    )


def record_of(user: User) -> Person | None:
    """The record of an account, where there is one: who only works here has none at first."""
    person: Person | None = getattr(user, "person", None)
    return person


def record_for(user: User) -> Person:
    """The record of an account; a new one for somebody who has none yet."""
    return person_of(user) or Person.objects.get_or_create(user=user, defaults={"name": str(user)[:200]})[0]


def grant_contact(user: User, person: Person) -> None:
    """`user` proved an address of `person`, who has no account: what is booked for them is theirs to see, too."""
    _access, is_new = Access.objects.get_or_create(user=user, person=person, defaults={"kind": AccessKind.CONTACT})
    if is_new:
        emit(PersonClaimed(person_id=person.pk, user_id=user.pk), subject=person)


def claim_for(person: Person) -> None:
    """Give access to `person`, who has no account, to whoever has proven one of their addresses."""
    if person.user_id is not None:
        return
    values = ContactPoint.objects.filter(person=person, kind=ContactKind.EMAIL).values("value")
    for proven in EmailAddress.objects.filter(email__in=values, verified=True).select_related("user"):
        grant_contact(proven.user, person)


@primary_email_changed.add
@transaction.atomic
def follow_primary(*, user: User, email: str) -> None:
    """Mails go to the address that an account has as its first one."""
    person = Person.objects.select_for_update(of=("self",), no_key=True).filter(user=user).first()
    if person is not None and person.email != email:
        person.email = email
        person.save(update_fields=["email"])
        _note_proven(person, email)


@address_removed.add
@transaction.atomic
def forget_pending(*, user: User, email: str) -> None:
    """Whoever takes an address off their account does not want mails there either, nor to see whose else it is."""
    Person.objects.filter(user=user, pending_email__iexact=email).update(pending_email="")
    if is_proven(user, user.email):
        follow_primary(user=user, email=user.email)
    ContactPoint.objects.filter(
        person__user=user, kind=ContactKind.EMAIL, value=email.lower(), is_primary=False
    ).delete()
    Access.objects.filter(user=user, kind=AccessKind.CONTACT, person__in=_reached_at(email)).delete()


def change_email(person: Person, email: str, *, shared: bool = False, by: User | None) -> bool:
    """The office gives `person` another address; whether it holds now. `shared`: others may have it, too.

    One with an account keeps the present address until the account has proven the new one: they are sent a link to
    it. Giving the present address withdraws that. Raises `PersonExists`, `NeedsAnAddress`.
    """
    email = email.strip().lower()
    if person.user_id is None:
        if email != person.email.lower() and not shared:
            lock_address(email)
            _refuse_known(email, person)
        changed = person.email != email
        _write_to(person, email)
        return changed
    if email in (person.email.lower(), ""):
        if not email and person.email:
            raise NeedsAnAddress
        person.pending_email = ""
        return False
    _refuse_known(email, person)
    account = User.objects.get(pk=person.user_id)
    if is_proven(account, email):
        make_primary(account, email=email)
        _write_to(person, email)
        person.pending_email = ""
        return True
    person.pending_email = email
    emit(AddressAwaitsProof(person_id=person.pk), by=by, subject=person)
    send_proof_link(person, by=by)
    return False


def _write_to(person: Person, email: str) -> None:
    """`email` is the address of `person` now. What went to one that their own account proved went to them."""
    before, person.email = person.email, email
    if before and before.lower() != email.lower() and not owns_email(person.user, before):
        forget_address(before, people=[person.pk])
        address_corrected(person=person, before=before)


def forget_address(email: str, *, people: Any) -> None:
    """`email` was not the address of these `people` (keys): whoever proved it has nothing to do with them."""
    owners = EmailAddress.objects.filter(email=email.lower(), verified=True).values("user")
    Access.objects.filter(person__in=people, kind=AccessKind.CONTACT, user__in=owners).delete()
    points = ContactPoint.objects.filter(person__in=people, kind=ContactKind.EMAIL, value=email.lower())
    points.filter(is_primary=False).delete()


def send_proof_link(person: Person, *, by: User | None) -> None:
    """Send the link with which an account proves the address that the office gave it. Nothing when none waits."""
    if person.pending_email and person.user_id:
        url = tenant_url("own_email", own_email_token(person))
        ask_if_theirs(person.pending_email, url=url, user=str(person), by=str(by))


def own_email_token(person: Person) -> str:
    """What the link carries that goes to the address `person` has yet to prove."""
    return sign(PROOF, [str(person.pk), person.pending_email])


def waiting_for(token: str) -> Person:
    """The person whose address the link `token` proves.

    Raises `EmailTaken` when somebody else has proven it, `LinkOutdated` when it is not asked for any more.
    """
    try:
        pk, email = unsign(PROOF, token, max_age=PROOF_SECONDS)
    except BadSignature as error:
        raise LinkOutdated from error
    person = Person.objects.filter(pk=pk, pending_email__iexact=email).exclude(user=None).first()
    if person is not None:
        return person
    if EmailAddress.objects.filter(email__iexact=email, verified=True).exclude(user__person=pk).exists():
        raise EmailTaken
    raise LinkOutdated


@transaction.atomic
def prove_own_email(token: str, *, user: User) -> str:
    """The signed-in `user` followed the link that went to their new address; the address. It is their first one now.

    Raises `LinkOutdated`, also for another account, and `EmailTaken` when somebody else has proven it.
    """
    person = waiting_for(token)
    if person.user_id != user.pk:
        raise LinkOutdated
    email = person.pending_email
    add_proven_address(user, email=email)
    return email


def _refuse_known(email: str, person: Person) -> None:
    known = find_person(email)
    if known is not None and known.pk != person.pk:
        raise PersonExists(known)


def _take_over_unproven(user: User, email: str) -> None:
    """Accounts that somebody made with this address and never proved end; an invitation to work here comes along."""
    for made in User.objects.select_for_update().filter(email__iexact=email).exclude(pk=user.pk):
        if other := EmailAddress.objects.filter(user=made, verified=True).first():
            make_primary(made, email=other.email)
            continue
        invited = [role for role in made.roles if "office.enter" in PERMISSIONS[role] and role not in user.roles]
        if invited and made.is_active:
            before, user.roles = user.roles, [*user.roles, *invited]
            user.save(update_fields=["roles"])
            emit(RolesChanged(user_id=user.pk, before=before, after=user.roles), by=user, subject=user)
        made.delete()


def _give_up_address(person: Person, email: str) -> None:
    """Somebody else proved `email`, which stands in this record: it goes back to what its own account proved."""
    if person.email.lower() == email.lower():
        account = User.objects.get(person=person)
        own = account.email if is_proven(account, account.email) else ""
        _write_to(person, own)
        person.save(update_fields=["email"])
    ContactPoint.objects.filter(person=person, kind=ContactKind.EMAIL, value=email.lower()).delete()


@transaction.atomic
def join_mistyped(mistyped: Person, known: Person, *, by: User | None) -> None:
    """The office says that `mistyped`, whose address was not theirs, is `known`: one record of both.

    Whoever sent something to the former address calls it in first. Whether `known` is active stays as it is.
    """
    mistyped.email = ""
    mistyped.save(update_fields=["email"])
    active = known.active
    kept, _merge = join(known, mistyped)
    if kept.active != active:
        kept.active = active
        kept.save(update_fields=["active"])
    emit(MistypedJoined(person_id=kept.pk, other_id=mistyped.pk), by=by, subject=kept)


def find_or_add(*, name: str, email: str, phone: str = "") -> Person:
    """Whoever has `email`, else somebody new. What is known of somebody is never changed by a stranger's form."""
    if (person := find_person(email)) is not None:
        return person
    lock_address(email)
    if (person := find_person(email)) is not None:  # another request met them at the same moment
        return person
    return Person.objects.create(name=name, email=email.strip().lower(), phone=phone)
