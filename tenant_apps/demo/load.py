"""Loading a provider, checking that its figures agree, and taking it away again."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from shared_apps.accounts.models import User
from shared_apps.accounts.roles import OPERATOR
from shared_apps.accounts.services import create_user
from shared_apps.core.time import now
from shared_apps.events.models import Event
from shared_apps.tenants import routing
from shared_apps.tenants.accounts import connect_account
from shared_apps.tenants.archive import remove_files_of
from shared_apps.tenants.context import public_context, tenant_context
from shared_apps.tenants.models import Tenant
from shared_apps.tenants.provisioning import create_tenant
from shared_apps.tenants.schemas import prepare_template, schema_for
from tenant_apps.bookings.claims import claim_of
from tenant_apps.bookings.models import Answer, Attendee, Booking, Care, TermsAcceptance, WaitingListEntry
from tenant_apps.bookings.seat_check import miscounted, sessions_with_odd_claims
from tenant_apps.catalogue.models import Course
from tenant_apps.certificates.models import Certificate
from tenant_apps.demo.builders import (
    bookings,
    books,
    cards,
    care,
    certificates,
    channels,
    courses,
    feeds,
    hours,
    materials,
    people,
    questions,
    queues,
    registers,
    reviews,
    series,
    sessions,
    teams,
    terms,
)
from tenant_apps.demo.builders.stories import CARD
from tenant_apps.demo.shapes import ProviderData
from tenant_apps.demo.stage import Stage
from tenant_apps.demo.tenants.bristol import BRISTOL
from tenant_apps.demo.tenants.clifton import CLIFTON
from tenant_apps.demo.tenants.nairobi import NAIROBI
from tenant_apps.feeds.models import Feed
from tenant_apps.interest.models import Interest
from tenant_apps.ledger.models import Entry
from tenant_apps.materials.models import Material
from tenant_apps.messaging.models import Message
from tenant_apps.payments.models import Order, OrderLine, Payment, Refund
from tenant_apps.people.models import Organisation, Person
from tenant_apps.questions.models import Question
from tenant_apps.reviews.models import FeedbackAnswer, FeedbackQuestion, Review
from tenant_apps.scheduling.claims import write_claims
from tenant_apps.scheduling.models import (
    OPEN,
    Attendance,
    AttendanceMark,
    CourseNotices,
    Offer,
    Session,
    SessionDay,
    SessionNotices,
    TeamMember,
)
from tenant_apps.scheduling.noticing import plan_anew
from tenant_apps.scheduling.running import await_decision
from tenant_apps.terms.models import TermsVersion

PROVIDERS = (BRISTOL, NAIROBI, CLIFTON)
# The first 48 bits of a UUIDv7 are the milliseconds since 1970.
MADE_AT = "to_timestamp(('x' || lpad(left(replace(id::text, '-', ''), 12), 16, '0'))::bit(64)::bigint / 1000.0)"
WRITTEN = (
    Person, Session, SessionDay, TeamMember, Order, OrderLine, TermsVersion, Booking, TermsAcceptance, Attendee, Care,
    Attendance, AttendanceMark, Payment, Refund, WaitingListEntry, Offer, Interest, Event, Message, Certificate,
    FeedbackQuestion, Review, FeedbackAnswer, Question, Answer, Material, Feed,
)  # fmt: skip
DATED = (*(model for model in WRITTEN if model is not TermsVersion), Organisation, Course)  # those say when themselves
OPERATOR_EMAIL = "operator@muster.test"


def load(data: ProviderData, *, at: datetime | None = None) -> Tenant:
    """Make one provider with everything, as it stands `at` that moment (None: now). All or nothing, without emails."""
    forget_files(data)
    prepare_template()  # made by pg_dump, which sees nothing of an open transaction
    with transaction.atomic():
        return _load(data, at or now())


def _load(data: ProviderData, at: datetime) -> Tenant:
    tenant = create_tenant(
        name=data.name, slug=data.slug, kind=data.kind, country=data.country, time_zone=data.time_zone,
        currency=data.currency, features=list(data.features),
    )  # fmt: skip
    if account := cards.connect(data):
        connect_account(tenant=tenant, provider=CARD, account=account, by="the demo")
    with tenant_context(tenant):
        stage = Stage(data, tenant, at)
        courses.build_brand(stage)
        people.build_people(stage)
        courses.build_places(stage)
        courses.build_courses(stage)
        calendar = sessions.Calendar(stage)
        planned = calendar.fill()
        teams.give_teams(stage, calendar, [session for session, _kind in planned])
        bookings.Booker(stage, planned).sell()
        care.seat_children(stage)
        cards.charge_cards(stage)
        books.write_books(stage)
        channels.connect(data)
        registers.fill_registers(stage)
        queues.build_queues(stage, planned)
        certificates.give_certificates(stage)
        reviews.write_reviews(stage)
        terms.publish_terms(stage)
        terms.accept_terms(stage)
        care.look_after_children(stage)
        questions.ask_and_answer(stage)
        materials.add_materials(stage)
        feeds.give_feeds(stage)
        write(stage)
        hours.build_hours(stage)
        series.build_series(stage)
        date_rows()
        plan_what_lies_ahead(at)
        check()
    return tenant


def write(stage: Stage) -> None:
    """All collected rows, those first that others point at."""
    for model in WRITTEN:
        model._default_manager.bulk_create(stage.rows.get(model, []), batch_size=2000)
    offered = [queues.claim_of_offer(offer) for offer in stage.rows.get(Offer, [])]
    write_claims([*(claim_of(booking) for booking in stage.rows.get(Booking, []) if booking.stands), *offered])
    Entry.objects.bulk_create(stage.rows.get(Entry, []))  # in one: what one INSERT writes must balance


def date_rows() -> None:
    """A key says when its row was made; `created_at`, which bulk_create sets to now, shall say the same.

    Whoever booked has been known since their first booking.
    """
    for model in DATED:
        table = connection.ops.quote_name(model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET created_at = {MADE_AT} WHERE created_at <> {MADE_AT}")  # noqa: S608
    first = Booking.objects.filter(buyer=OuterRef("pk")).order_by("created_at").values("created_at")[:1]
    Person.objects.filter(bookings__isnull=False).update(created_at=Subquery(first))


def plan_what_lies_ahead(moment: datetime) -> None:
    """What services set when a session comes about: what is told before and after it, and when one is decided."""
    SessionNotices.objects.update(feedback_hours=20)
    for course in Course.objects.order_by("pk")[:1]:  # what one has to read before it takes a fortnight
        CourseNotices.objects.create(course=course, joining_days=14, reminder_days=3, reminder_hours=None)
    Session.objects.filter(status__in=OPEN).update(noticed_until=moment)
    own = CourseNotices.objects.all()
    plan_anew(Session.objects.exclude(course__in=own.values("course")), SessionNotices.objects.load())
    for row in own:
        plan_anew(Session.objects.filter(course=row.course_id), row)
    for session in Session.objects.filter(status__in=OPEN).order_by("pk"):
        await_decision(session)


def check() -> None:
    """Seats are the sums of bookings and offers, to the last one, and of claims. Raises ValueError."""
    live = Sum("bookings__seats", filter=Q(bookings__status__in=["pending", "confirmed", "completed"]), default=0)
    sure = Sum("bookings__seats", filter=Q(bookings__status__in=["confirmed", "completed"]), default=0)
    offers = Offer.objects.filter(subject_id=OuterRef("pk"), status="offered").values("subject_id")
    offered = Coalesce(Subquery(offers.annotate(sum=Sum("seats")).values("sum")), 0)
    rows = Session.objects.annotate(live=live, sure=sure, offered=offered)
    wrong = rows.exclude(seats_taken=F("live") + F("offered"), seats_confirmed=F("sure"))
    if wrong.exists():
        raise ValueError(f"Seats and bookings differ: {list(wrong[:3])}")
    if sessions_with_odd_claims() or miscounted():
        raise ValueError("Seats and claims differ")


def drop(data: ProviderData) -> None:
    """Take the provider away: schema, row, files, and what the stand-ins know of it."""
    with public_context(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f'DROP SCHEMA IF EXISTS "{schema_for(data.slug)}" CASCADE')
        tenant = Tenant.objects.filter(slug=data.slug).first()
        if tenant:
            tenant.delete()
            routing.forget(tenant)
        cards.forget(data)
    forget_files(data)


def forget_files(data: ProviderData) -> None:
    """Remove the media of a provider that is not there."""
    remove_files_of(schema_for(data.slug))


def is_loaded(data: ProviderData) -> datetime | None:
    """When the provider was loaded, or None."""
    with public_context():
        return Tenant.objects.filter(slug=data.slug).values_list("created_at", flat=True).first()


def ensure_operator() -> None:
    """The one who runs the platform."""
    with public_context(), transaction.atomic():
        if User.objects.filter(email=OPERATOR_EMAIL).exists():
            return
        user = create_user(email=OPERATOR_EMAIL, name="Robin Hale", roles=[OPERATOR])
        people.set_password(user)
        EmailAddress.objects.filter(user=user).update(verified=True)
