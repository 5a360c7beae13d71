"""The same kinds of rows at each tenant, every text carrying the tenant's canary word."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.account.utils import user_pk_to_url_str
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from shared_apps.accounts import tokens
from shared_apps.accounts.models import User
from shared_apps.accounts.password_reset import TenantPasswordResetTokens
from shared_apps.accounts.services import create_user
from shared_apps.core.signing import sign_key
from shared_apps.events.bus import deliver_due
from shared_apps.events.models import MOST_ATTEMPTS, AnsweredRequest, Delivery
from shared_apps.files.links import link_to_file
from shared_apps.files.models import File
from shared_apps.jobs.models import Job
from shared_apps.lists.models import SavedView
from shared_apps.tenants.context import tenant_context
from tenant_apps.bookings.answer_links import answers_token, file_token
from tenant_apps.bookings.answers import write_answers
from tenant_apps.bookings.care import GivenCare, give_care_of
from tenant_apps.bookings.details import set_internal_notes
from tenant_apps.bookings.models import Answer, Attendee, Booking
from tenant_apps.bookings.offer_links import offer_token
from tenant_apps.bookings.proof import proof_link
from tenant_apps.bookings.review_links import review_token
from tenant_apps.bookings.selectors import names_token, token_of
from tenant_apps.bookings.services import cancel_booking
from tenant_apps.bookings.waiting_links import Asked, join_link, place_token
from tenant_apps.bookings.waiting_list import join_waiting_list
from tenant_apps.branding.models import Brand
from tenant_apps.catalogue.models import Audience, Category, Course, FormerAddress, Module
from tenant_apps.certificates.models import Certificate
from tenant_apps.certificates.selectors import booking_token
from tenant_apps.certificates.selectors import token_of as certificate_token
from tenant_apps.feeds.links import token_of as feed_token
from tenant_apps.feeds.services import make_own_feed, make_trainer_feed
from tenant_apps.interest.links import Asked as InterestAsked
from tenant_apps.interest.links import confirm_link, own_token
from tenant_apps.interest.models import Interest
from tenant_apps.interest.services import register_interest
from tenant_apps.materials.models import Material
from tenant_apps.materials.selectors import attendee_token
from tenant_apps.messaging.models import Message, Notice
from tenant_apps.payments.models import Payment, PaymentSettings, PaymentStatus, ProviderEvent
from tenant_apps.people.identity import own_email_token
from tenant_apps.people.merging import merge_people
from tenant_apps.people.models import Merge, Organisation, Person, Trainer
from tenant_apps.questions.fields import Given
from tenant_apps.questions.models import Question
from tenant_apps.questions.services import ask
from tenant_apps.reviews.models import FeedbackAnswer, FeedbackQuestion, Review
from tenant_apps.scheduling.hours import plan_holiday, plan_time_off
from tenant_apps.scheduling.models import Holiday, Offer, Place, Room, Session, SessionSeries, TimeOff, Vehicle
from tenant_apps.terms.models import TermsKind
from tenant_apps.terms.versions import publish_draft, save_draft
from tests import make
from tests.support.people import SiteClient

ROLES = ["student", "contact", "trainer", "sales", "admin", "owner"]
# On texts of one student and one trainer, which another student or trainer of the same tenant must not read.
PRIVATE = "PRIVATEWORD"
# On the office's notes, which no student and no visitor may read anywhere.
INTERNAL = "INTERNALWORD"
# In the link to join online, which is for those who booked.
JOINING = "JOININGWORD"


@dataclass
class World:
    """One populated tenant: `values` fill URL parameters, `related` are ids for bodies and queries.

    `theirs` fills those that say whose a thing is, with another student's and another trainer's.
    """

    tenant: Any
    canary: str
    users: dict[str, User] = field(default_factory=dict)
    jwt: dict[str, dict[str, Any]] = field(default_factory=dict)
    values: dict[tuple[str, str], Any] = field(default_factory=dict)
    theirs: dict[tuple[str, str], Any] = field(default_factory=dict)
    related: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)

    @property
    def marks(self) -> list[str]:
        """What gives this tenant away, in lower case."""
        slug = self.tenant.slug
        return [self.canary.lower(), f"/{slug}/", f"{slug}.localhost", f"t_{slug}", self.tenant.name.lower()]

    def pages(self, role: str = "", **kwargs: Any) -> SiteClient:
        """A browser at this tenant's pages, signed in as `role` if one is given."""
        client = SiteClient(self.tenant, raise_request_exception=False, **kwargs)
        return client.sign_in(self.users[role]) if role else client

    def api(self, role: str = "", **kwargs: Any) -> SiteClient:
        """A program at this tenant's API with a token of `role`, if one is given."""
        client = SiteClient(self.tenant, api=True, raise_request_exception=False, **kwargs)
        if role:
            client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {self.jwt[role]['access_token']}"
        return client


def populate(tenant: Any) -> World:
    """Fill a tenant. Its own objects are the student's, taught by the trainer; the strangers have theirs."""
    world = World(tenant, f"CANARY{tenant.slug.upper()}")
    with tenant_context(tenant):
        _brand(world)
        _users(world)
        _catalogue(world)
        _bookings(world)
        _accounts(world)
        deliver_due()
        _fill(world)
    return world


def _brand(world: World) -> None:
    text = world.canary
    brand = Brand.objects.load()
    for name in ("tagline", "introduction", "about", "privacy", "contact_phone", "address"):
        setattr(brand, name, f"{text} {name}")
    brand.contact_email = f"office@{text.lower()}.test"
    brand.save()
    PaymentSettings.objects.load()
    PaymentSettings.objects.update(vat_number=text)
    for kind in TermsKind:
        save_draft(kind, title=f"{text} {kind}", text=f"{text} {kind}")
        world.rows[f"{kind} terms"] = publish_draft(kind, by=None)
        save_draft(kind, title=f"{text} {kind}", text=f"{text} {kind}, the next version")
    world.rows["media"] = default_storage.save(
        f"brand/note-{world.tenant.slug}.txt", ContentFile(f"{text} file".encode())
    )


def _users(world: World) -> None:
    text, domain = world.canary, f"{world.canary.lower()}.test"
    for role in [*ROLES, "stranger", "other_trainer"]:
        kind = {"stranger": "student", "other_trainer": "trainer"}.get(role, role)
        private = f" {PRIVATE}" if role == "student" else ""
        user = create_user(
            email=f"{role}@{domain}", name=f"{text}{private} {role}", roles=[kind], verified=True,
            password=make.PASSWORD if role == "student" else None,
        )  # fmt: skip
        world.users[role] = user
        world.jwt[role] = tokens.issue(user)
        world.rows[f"person of {role}"] = Person.objects.filter(user=user).first()
    for role in ("trainer", "other_trainer"):
        trainer = make.trainer(name=f"{text} {role}", user=world.users[role], headline=text, bio=text)
        world.rows[role] = trainer
    student = world.rows["person of student"]
    student.phone = f"{text} {PRIVATE}"
    student.organisation = Organisation.objects.create(name=f"{text} Ltd", email=f"org@{domain}", address=text)
    student.save()
    student.student.notes = f"{text} {INTERNAL}"
    student.student.save()


def _job(user: User, text: str) -> Job:
    return Job.objects.create(kind="populate", title=text, by=user, next_try_at=timezone.now() + timedelta(days=900))


def _view(user: User, text: str) -> SavedView:
    return SavedView.objects.create(list_name="courses", owner=user, name=text[:60], query="status=draft")


def _notice(user: User, text: str) -> Notice:
    return Notice.objects.create(kind="bookings/confirmed", user=user, title=text, text=text, link="")


def _message_with_callback(text: str) -> Message:
    return Message.objects.create(kind="bookings/confirmed", channel="sms", to="+447700900123", subject=text, text=text)


def _private_file(user: User, text: str) -> str:
    path = default_storage.save("private/own.txt", ContentFile(text.encode()))
    return link_to_file(File.objects.get(path=path), to=user, name="own.txt").rstrip("/").rsplit("/", 1)[1]


def _catalogue(world: World) -> None:
    text, trainer = world.canary, world.rows["trainer"]
    category = Category.objects.create(name=f"{text} category", slug=f"category-{world.tenant.slug}")
    audience = Audience.objects.create(name=f"{text} audience", slug=f"audience-{world.tenant.slug}")
    texts = {name: f"{text} {name}" for name in ("summary", "description", "outcomes", "requirements")}
    about: dict[str, Any] = {**texts, "category": category, "audience": audience}
    course = make.course(title=f"{text} course", lead_trainer=trainer, asks_age=True, **about)
    FormerAddress.objects.create(course=course, slug=f"{course.slug}-before")
    Module.objects.create(course=course, position=1, title=f"{text} module", summary=text, weight=100)
    draft = make.course(title=f"{text} {PRIVATE} draft", published=False, lead_trainer=trainer, **about)
    make.course(title=f"{text} retired", active=False, **about)
    place = Place.objects.create(name=f"{text} place", address=text, directions=text)
    room = Room.objects.create(place=place, name=f"{text} room")
    vehicle = Vehicle.objects.create(name=f"{text} car", registration=f"{text[:12]} 1")
    notes = {"instructor_notes": f"{text} {INTERNAL} {PRIVATE}", "online_url": f"https://{text.lower()}.test/{JOINING}"}
    taught = {"course": course, "trainer": trainer, "place": place, **notes}
    days = iter(range(40, 400, 3))
    for name in ("public", "pending", "cancelled", "expired"):
        world.rows[f"{name} session"] = make.session(in_days=next(days), room=room, **taught)
    world.rows["past session"] = make.session(in_days=-20, **taught)
    world.rows["private session"] = make.session(in_days=next(days), visibility="private", **taught)
    other = world.rows["other_trainer"]
    world.rows["other session"] = make.session(in_days=next(days), course=course, trainer=other)
    world.rows["their session"] = make.session(in_days=next(days), course=course, trainer=other)
    for name in ("public", "their"):
        world.rows[f"{name} series"] = _series_of(world.rows[f"{name} session"])
    world.rows |= {
        "course": course, "draft": draft, "category": category, "audience": audience, "place": place, "room": room,
        "vehicle": vehicle,
    }  # fmt: skip


def _bookings(world: World) -> None:
    text = f"{world.canary} {PRIVATE}"
    rows = world.rows
    told = {"contact_name": text, "contact_phone": text, "company": text, "special_requests": text, "seats": 2}
    names = [{"name": text, "email": f"attendee@{world.canary.lower()}.test"}]

    def book(session: Any, buyer: Any = None, **more: Any) -> Booking:
        buyer = buyer or rows["person of student"]
        return make.booking(session=session, buyer=buyer, **{**told, "attendees": names, **more})

    confirmed = book(rows["public session"])
    make.pay(confirmed)
    deliver_due()
    set_internal_notes(confirmed, notes=f"{world.canary} {INTERNAL}", by=world.users["owner"])
    held = book(rows["pending session"])
    assert held.order
    rows["open payment"] = Payment.objects.create(
        order=held.order, provider="stripe", purpose="full", amount=held.order.total, currency=held.order.currency,
        status=PaymentStatus.PROCESSING, provider_reference=f"cs_{world.canary}", pay_url=f"https://{text[:11]}.test/",
        provider_response={"note": text},
    )  # fmt: skip
    cancelled = book(rows["cancelled session"])
    make.pay(cancelled)
    deliver_due()
    cancel_booking(cancelled, by=world.users["owner"], by_office=True, reason=text, refund=Decimal(10))
    make.run_out(book(rows["expired session"]))
    private = book(rows["private session"])
    make.pay(private)
    full = make.session(course=rows["course"], capacity=1, in_days=500)
    taken = make.booking(session=full, buyer=rows["person of stranger"])
    rows["place in line"] = join_waiting_list(session=full, person=rows["person of student"], by=None)
    cancel_booking(taken, by=None)
    rows["their place in line"] = join_waiting_list(session=full, person=rows["person of stranger"], by=None)
    rows["offer"] = Offer.objects.select_related("person").get()
    others = {
        **dict.fromkeys(told, world.canary),
        "seats": 1,
        "contact_phone": "1",
        "attendees": [{"name": "Somebody Else"}],
    }
    rows["stranger's booking"] = book(rows["public session"], rows["person of stranger"], **others)
    theirs = book(rows["their session"], rows["person of stranger"], **others)
    make.pay(theirs)
    past = Booking.objects.create(
        session=rows["past session"], buyer=rows["person of student"], status="completed", cancellation_policy=[],
        confirmed_at=timezone.now() - timedelta(days=60), contact_name=text,
    )  # fmt: skip
    rows["review"] = _review(world, past, rows["trainer"], seat_name=text)
    their_past = Booking.objects.create(
        session=rows["past session"], buyer=rows["person of stranger"], status="completed", cancellation_policy=[],
        confirmed_at=timezone.now() - timedelta(days=60), contact_name=world.canary,
    )  # fmt: skip
    rows["stranger's review"] = _review(world, their_past, rows["other_trainer"], seat_name=world.canary)
    rows["question"] = FeedbackQuestion.objects.create(course=rows["course"], text=f"{world.canary} asked")
    FeedbackAnswer.objects.create(review=rows["review"], question=rows["question"], text=f"{world.canary} {PRIVATE}")
    rows["asked"] = ask(course=rows["course"], text=f"{world.canary} diet?", kind="line", on_register=True, by=None)
    seat = confirmed.attendees.select_related("booking")[0]
    rows["answer"] = _file_of(seat, ask(course=rows["course"], text="Proof", kind="file", by=None), world.canary)
    write_answers(seat, {rows["asked"].pk: Given(f"{world.canary} {PRIVATE}")}, course_id=rows["course"].pk)
    ProviderEvent.objects.create(
        provider="stripe", event_id=f"evt_{world.canary}", kind="checkout.session.completed", payload={"note": text}
    )
    AnsweredRequest.objects.create(key="the-same-key", fingerprint="0" * 64, status=201, body={"note": text})
    rows["certificate"] = _certificate(world, "Z-00001", past, text)
    rows["stranger's certificate"] = _certificate(world, "Z-00002", theirs, world.canary)
    deliver_due()
    rows |= {
        "confirmed": confirmed,
        "held": held,
        "private": private,
        "past": past,
        "cancelled": cancelled,
        "theirs": theirs,
    }


def _certificate(world: World, number: str, booking: Booking, text: str) -> Certificate:
    session = booking.session
    return Certificate.objects.create(
        number=number, person=booking.buyer, course=session.course, session=session, booking=booking, name=text,
        course_title=f"{world.canary} course", company=text, trainer_name=world.canary, issued_at=timezone.now(),
        begins_on=session.starts_at.date(), ends_on=session.ends_at.date(), words={"heading": world.canary},
    )  # fmt: skip


def _review(world: World, booking: Booking, trainer: Any, *, seat_name: str) -> Review:
    """Everybody reads it."""
    seat = booking.attendees.first() or Attendee.objects.create(
        booking=booking, person=booking.buyer, name=seat_name, position=1
    )
    return Review.objects.create(
        attendee=seat, session=booking.session, course=booking.session.course, trainer=trainer, name=world.canary,
        rating=4, text=world.canary, trainer_rating=5, trainer_text=world.canary, answer=world.canary,
        answered_at=timezone.now(),
    )  # fmt: skip


def _file_of(seat: Attendee, question: Question, text: str) -> Answer:
    """Their own paper."""
    answer = Answer(attendee=seat, question=question, label="Proof", kind="file", text=text, answered_at=timezone.now())
    answer.file.save("paper.pdf", ContentFile(text.encode()))
    return answer


def _material(session: Session, title: str) -> Material:
    """A file, for those booked."""
    path = default_storage.save("private/materials/handout.txt", ContentFile(title.encode()))
    return Material.objects.create(
        session=session, kind="file", title=title, note=title, file=path, file_name="handout.txt", size=len(title)
    )


def _accounts(world: World) -> None:
    waiting = User.objects.create(email=f"waiting@{world.canary.lower()}.test", name=f"{world.canary} waiting")
    address = EmailAddress.objects.create(user=waiting, email=waiting.email, primary=True, verified=False)
    confirmation = EmailConfirmation.create(address)
    confirmation.sent = timezone.now()
    confirmation.save()
    student = world.users["student"]
    world.values |= {
        ("confirm-email", "key"): confirmation.key,
        ("key", "uidb36"): user_pk_to_url_str(student),
        ("key", "key"): TenantPasswordResetTokens().make_token(student),
    }


def _asked_for_proof(person: Person) -> Person:
    """The office gave them another address, which their account has yet to prove."""
    person.pending_email = f"new.{person.email}"
    person.save(update_fields=["pending_email"])
    return person


def _series_of(session: Session) -> SessionSeries:
    """A series that `session` belongs to by now."""
    starts, ends = (moment.astimezone(session.zone) for moment in (session.starts_at, session.ends_at))
    begins, until = sorted((starts.time(), ends.time()))
    series = SessionSeries.objects.create(
        course=session.course, weekdays=[starts.weekday()], begins=begins, ends=until, starts_on=starts.date(), count=1,
        trainer=session.trainer, place=session.place, room=session.room, capacity=session.capacity,
        online_url=session.online_url,
    )  # fmt: skip
    Session.objects.filter(pk=session.pk).update(series=series, series_date=starts.date())
    session.refresh_from_db()
    return series


def _asks_to_wait(session: Session, world: World) -> str:
    """What is in the link of somebody who asked to wait for seats."""
    name, email = f"{world.canary} {PRIVATE}", f"waits@{world.canary.lower()}.test"
    return join_link(Asked(str(session.pk), name, email, "", 1)).rstrip("/").rsplit("/", 1)[1]


def _waits_for_a_date(person: Person, world: World) -> Interest:
    course = make.course(title=f"{world.canary} without dates")
    return register_interest(course=course, person=person, by=None)


def _asks_for_dates(course: Course, world: World) -> str:
    """What is in the link of somebody who asked to hear of dates."""
    asked = InterestAsked(str(course.pk), f"{world.canary} {PRIVATE}", f"asks@{world.canary.lower()}.test", 1)
    return confirm_link(asked).rstrip("/").rsplit("/", 1)[1]


def _known_twice(person: Person, world: World) -> Merge:
    """They had two records, which the office joined."""
    other = make.person(name=f"{world.canary} Twice", email=f"twice.{person.email}")
    return merge_people(kept=person, absorbed=other, by=None)


def _looked_after(booking: Booking, world: World) -> UUID:
    """An attendee under 18, with all that is asked of them."""
    attendee = booking.attendees.select_related("booking__session__course")[0]
    text = f"{world.canary} {PRIVATE}"
    said: GivenCare = {
        "date_of_birth": timezone.localdate() - timedelta(days=12 * 365), "guardian_name": f"{text} guardian",
        "guardian_phone": "0117 496 0999", "relation": text, "collectors": f"{text} grandmother",
        "note": f"{text} asthma", "consents": True,
    }  # fmt: skip
    give_care_of(attendee, said, by=None, by_office=True)
    return attendee.pk


def _fill(world: World) -> None:
    rows, student = world.rows, world.users["student"]
    for booking in ("confirmed", "held"):
        rows[booking].refresh_from_db()
    for role in ("student", "stranger"):
        rows[f"feed of {role}"] = make_own_feed(world.users[role])
    for role in ("trainer", "other_trainer"):
        rows[f"feed of {role}"] = make_trainer_feed(rows[role], by=None)
    stuck = Delivery.objects.filter(handler="bookings.tell_of_confirmation").first()
    Delivery.objects.filter(pk=stuck.pk).update(done_at=None, attempts=MOST_ATTEMPTS, error="A handler that failed")
    world.values |= {
        ("courses", "pk"): rows["course"].pk,
        ("courses", "course_id"): rows["course"].pk,
        ("courses", "slug"): rows["course"].slug,
        ("trainers", "pk"): rows["trainer"].pk,
        ("trainers", "slug"): rows["trainer"].slug,
        ("sessions", "pk"): rows["public session"].pk,
        ("sessions", "session_id"): rows["public session"].pk,
        ("series", "pk"): rows["public series"].pk,
        ("today", "day"): rows["public session"].days.get().pk,
        ("places", "pk"): rows["place"].pk,
        ("terms", "pk"): rows["booking terms"].pk,
        ("terms", "kind"): "booking",
        ("terms", "number"): 1,
        ("consent", "number"): 1,
        ("holidays", "pk"): _holiday(world.canary).pk,
        ("time-off", "off"): _time_off(rows["trainer"], f"{world.canary} {PRIVATE}").pk,
        ("bookings", "pk"): rows["confirmed"].pk,
        ("bookings", "token"): token_of(rows["confirmed"]),
        ("names", "attendee"): rows["confirmed"].attendees.values_list("pk", flat=True)[0],
        ("people", "attendee"): _looked_after(rows["confirmed"], world),
        ("attendees", "attendee_id"): rows["confirmed"].attendees.values_list("pk", flat=True)[0],
        ("people", "token"): names_token(rows["confirmed"]),
        ("confirm", "token"): proof_link(rows["confirmed"]).rstrip("/").rsplit("/", 1)[1],
        ("offers", "token"): offer_token(rows["offer"]),
        ("check-in", "token"): sign_key("check-in", rows["confirmed"].attendees.values_list("pk", flat=True)[0]),
        ("waiting", "token"): place_token(rows["place in line"]),
        ("join", "token"): _asks_to_wait(rows["public session"], world),
        ("waiting-list", "pk"): rows["place in line"].pk,
        ("interest", "token"): own_token(_waits_for_a_date(rows["person of student"], world)),
        ("register", "token"): _asks_for_dates(rows["course"], world),
        ("reviews", "token"): review_token(rows["review"].attendee),
        ("reviews", "pk"): rows["review"].pk,
        ("feedback", "question"): rows["question"].pk,
        ("questions", "question"): rows["asked"].pk,
        ("answers", "token"): answers_token(rows["answer"].attendee),
        ("sent", "token"): file_token(rows["answer"], rows["answer"].attendee),
        ("materials", "pk"): _material(rows["confirmed"].session, f"{world.canary} {PRIVATE}").pk,
        ("materials", "token"): attendee_token(rows["confirmed"].attendees.all()[0]),
        ("calendars", "token"): feed_token(rows["feed of student"]),
        ("calendars", "feed"): rows["feed of trainer"].pk,
        ("calendar-feeds", "pk"): rows["feed of student"].pk,
        ("rooms", "room"): rows["room"].pk,
        ("students", "pk"): rows["person of student"].pk,
        ("join", "merge"): _known_twice(rows["person of student"], world).pk,
        ("email", "token"): own_email_token(_asked_for_proof(rows["person of student"])),
        ("people", "pk"): rows["person of student"].pk,
        ("users", "pk"): student.pk,
        ("users", "user_id"): student.pk,
        ("media", "path"): rows["media"],
        ("files", "token"): _private_file(student, f"{world.canary} {PRIVATE}"),
        ("jobs", "pk"): _job(student, f"{world.canary} {PRIVATE}").pk,
        ("certificates", "pk"): rows["certificate"].pk,
        ("certificates", "code"): rows["certificate"].code,
        ("verify", "code"): rows["certificate"].code,
        ("held", "token"): certificate_token(rows["certificate"]),
        ("of-people", "token"): booking_token(rows["past"]),
        ("notices", "pk"): _notice(student, f"{world.canary} {PRIVATE}").pk,
        ("notifications", "pk"): _notice(student, f"{world.canary} {PRIVATE}").pk,
        ("twilio", "message_id"): _message_with_callback(world.canary).pk,
        ("messages", "app"): "messaging",
        ("messages", "name"): "digest",
        ("messages", "channel"): "email",
        ("channels", "service"): "twilio",
        ("team", "pk"): world.users["sales"].pk,
        ("messages", "pk"): Message.objects.filter(about_id=rows["confirmed"].pk).values_list("pk", flat=True)[0],
        ("undelivered", "kind"): "delivery",
        ("undelivered", "pk"): Delivery.objects.filter(attempts=MOST_ATTEMPTS).values_list("pk", flat=True)[0],
        ("lists", "name"): "courses",
        ("styleguide", "page"): "fields",
        ("views", "pk"): _view(world.users["owner"], world.canary).pk,
        ("payment", "payment"): rows["confirmed"].order.payments.get().pk,
        ("payments", "provider"): "stripe",
        ("payments", "payment_id"): rows["confirmed"].order.payments.get().pk,
        ("", "call"): "lessons",
        ("api", "call"): "lessons",
        ("webhooks", "provider"): "stripe",
    }
    stranger = world.users["stranger"]
    world.theirs = {
        ("sessions", "pk"): rows["their session"].pk,
        ("sessions", "session_id"): rows["their session"].pk,
        ("series", "pk"): rows["their series"].pk,
        ("today", "day"): rows["their session"].days.get().pk,
        ("bookings", "pk"): rows["theirs"].pk,
        ("waiting-list", "pk"): rows["their place in line"].pk,
        ("names", "attendee"): rows["theirs"].attendees.values_list("pk", flat=True)[0],
        ("check-in", "token"): sign_key("check-in", rows["theirs"].attendees.values_list("pk", flat=True)[0]),
        ("attendees", "attendee_id"): rows["theirs"].attendees.values_list("pk", flat=True)[0],
        ("reviews", "token"): review_token(rows["stranger's review"].attendee),
        ("reviews", "pk"): rows["stranger's review"].pk,
        ("materials", "pk"): _material(rows["theirs"].session, world.canary).pk,
        ("materials", "token"): attendee_token(rows["theirs"].attendees.all()[0]),
        ("calendar-feeds", "pk"): rows["feed of stranger"].pk,
        ("calendars", "feed"): rows["feed of other_trainer"].pk,
        ("students", "pk"): rows["person of stranger"].pk,
        ("time-off", "off"): _time_off(rows["other_trainer"], f"{world.canary} {PRIVATE}").pk,
        ("join", "merge"): _known_twice(rows["person of stranger"], world).pk,
        ("email", "token"): own_email_token(_asked_for_proof(rows["person of stranger"])),
        ("people", "pk"): rows["person of stranger"].pk,
        ("users", "pk"): stranger.pk,
        ("users", "user_id"): stranger.pk,
        ("trainers", "pk"): rows["other_trainer"].pk,
        ("files", "token"): _private_file(stranger, world.canary),
        ("jobs", "pk"): _job(stranger, world.canary).pk,
        ("certificates", "pk"): rows["stranger's certificate"].pk,
        ("notices", "pk"): _notice(stranger, world.canary).pk,
        ("notifications", "pk"): _notice(stranger, world.canary).pk,
    }
    payment = rows["confirmed"].order.payments.get()
    world.related = {
        "session": rows["public session"].pk, "course": rows["course"].pk, "trainer": rows["trainer"].pk,
        "lead_trainer": rows["trainer"].pk, "place": rows["place"].pk, "room": rows["room"].pk,
        "vehicle": rows["vehicle"].pk, "category": rows["category"].pk, "audience": rows["audience"].pk,
        "person": rows["person of student"].pk, "customer": rows["person of student"].pk,
        "buyer": rows["person of student"].pk, "student": rows["person of student"].pk, "user": student.pk,
        "booking": rows["confirmed"].pk, "order": rows["confirmed"].order_id, "payment": payment.pk,
        "ref": payment.pk, "organisation": rows["person of student"].organisation_id,
    }  # fmt: skip


def _holiday(text: str) -> Holiday:
    return plan_holiday(name=text, starts_on=date(2030, 8, 1), ends_on=date(2030, 8, 9), by=None)


def _time_off(trainer: Trainer, text: str) -> TimeOff:
    begins = datetime(2030, 7, 1, 8, tzinfo=UTC)
    return plan_time_off(trainer, starts_at=begins, ends_at=begins + timedelta(hours=8), reason=text, by=None)
