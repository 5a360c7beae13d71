"""What the demo holds to fill the parameters of URLs with, and the few rows that it lacks."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from config.run.site import DEMO_PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of an authenticator app


@dataclass
class World:
    """One provider of the demo; `world["open session"]` is what stands in the URL of its pages."""

    slug: str
    tenant: Any
    paths: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.paths[name]

    def email(self, role: str) -> str:
        return f"{role}@{self.slug}.test"


def explore(slug: str) -> World:
    """Look for one example of everything at a provider, and make what is missing."""
    from shared_apps.tenants.context import public_context, tenant_context
    from shared_apps.tenants.models import Tenant

    with public_context():
        tenant = Tenant.objects.get(slug=slug)
    world = World(slug, tenant)
    with tenant_context(tenant):
        _sessions(world)
        _bookings(world)
        _offers(world)
        _interest(world)
        _series(world)
        _certificates(world)
        _reviews(world)
        _terms(world)
        _questions(world)
        _materials(world)
        _people(world)
        _accounts(world)
    with public_context():
        _ensure_guarded("guard@muster.test", "Gus Guard", ["operator"])
    return world


def _sessions(world: World) -> None:
    from django.db.models import F

    from tenant_apps.catalogue.models import Course
    from tenant_apps.scheduling.models import Place, Session

    dates = Session.objects.public().select_related("course").order_by("starts_at")
    bookable = dates.bookable().with_seats(5).filter(course__price__gt=0)
    now = next(session for session in bookable if session.starts_at > _in(days=30))
    full = dates.upcoming().filter(status="scheduled", capacity__lte=F("seats_taken")).first()
    if full is None:
        full = _fill(bookable.exclude(pk=now.pk).last())
    course = now.course
    world.paths |= {
        "open session": str(now.pk),
        "full session": str(full.pk),
        "past session": str(dates.filter(status="completed").latest("starts_at").pk),
        "cancelled session": str(Session.objects.filter(status="cancelled").latest("starts_at").pk),
        **_registers(bookable.filter(status="scheduled").last()),
        "open course": course.slug,
        "course id": str(course.pk),
        "quiet course": _without_dates(Course, bookable, or_else=course).slug,
        "place id": str(Place.objects.all()[0].pk),
    }


def _registers(later: Any) -> dict[str, str]:
    """The register of today, one of a day ahead, and the code of somebody who comes."""
    from shared_apps.core.signing import sign_key
    from shared_apps.core.time import local_today
    from tenant_apps.bookings.models import Attendee
    from tenant_apps.scheduling.models import SessionDay

    days = SessionDay.objects.filter(live=True, starts_at__date=local_today(), attendance__isnull=False)
    coming = Attendee.objects.filter(booking__status="confirmed", booking__session__starts_at__gt=_in(days=2))
    return {
        "today day": str(days.order_by("pk")[0].pk), "later day": str(later.days.order_by("starts_at")[0].pk),
        "check-in code": sign_key("check-in", coming.order_by("pk")[0].pk),
    }  # fmt: skip


def _bookings(world: World) -> None:
    from shared_apps.core.time import now
    from tenant_apps.bookings.models import Booking
    from tenant_apps.bookings.proof import proof_link
    from tenant_apps.bookings.selectors import names_token, token_of
    from tenant_apps.bookings.services import book_seats
    from tenant_apps.people.services import meet_person
    from tenant_apps.scheduling.models import Session

    paid = Booking.objects.filter(order__isnull=False, session__starts_at__gt=_in(days=3)).select_related("order")
    due = next(
        booking for booking in paid.filter(status="confirmed").order_by("pk") if booking.order and booking.order.due
    )
    done = next(
        booking for booking in paid.filter(status="confirmed").order_by("pk") if booking.order and not booking.order.due
    )
    examples: dict[str, Any] = {
        "paid": done,
        "part paid": due,
        "cancelled": Booking.objects.filter(status="cancelled").first(),
        "expired": Booking.objects.filter(status="expired").first(),
        "completed": Booking.objects.filter(status="completed").first(),
        "pending": Booking.objects.filter(status="pending", hold_expires_at__gt=now()).first() or due,
    }
    free = Session.objects.public().bookable().with_seats(2).filter(course__price=0)[0]
    buyer = meet_person(name="Fay Free", email=f"fay{free.seats_taken}@example.com")
    examples["free"] = book_seats(session=free, buyer=buyer, by=None)
    world.paths["free proof"] = proof_link(examples["free"]).rstrip("/").rsplit("/", 1)[1]
    world.paths["paid names"] = names_token(done)
    for name, booking in examples.items():
        world.paths |= {f"{name} booking": token_of(booking), f"{name} booking id": str(booking.pk)}


def _certificates(world: World) -> None:
    """One of each status; they come with the demo."""
    from tenant_apps.certificates.models import STATUSES, Certificate
    from tenant_apps.certificates.selectors import booking_token, token_of

    for status in STATUSES:
        row = Certificate.objects.of_status(status).select_related("booking").order_by("pk")[0]
        world.paths |= {
            f"{status} certificate": row.code, f"{status} certificate id": str(row.pk),
            f"{status} certificate token": token_of(row),
        }  # fmt: skip
    of_booking = Certificate.objects.standing().exclude(booking=None).select_related("booking").order_by("pk")[0]
    assert of_booking.booking is not None
    world.paths["certificates of people"] = booking_token(of_booking.booking)


def _reviews(world: World) -> None:
    """A course with reviews, one of them, and the link of somebody who came."""
    from tenant_apps.bookings.review_links import review_token
    from tenant_apps.reviews.models import FeedbackQuestion, Review

    said = Review.objects.shown().exclude(answer="").select_related("course", "attendee").order_by("-pk")[0]
    world.paths |= {
        "reviewed course": said.course.slug, "review": review_token(said.attendee), "review id": str(said.pk),
        "asking course id": str(FeedbackQuestion.objects.order_by("pk")[0].course_id),
    }  # fmt: skip


def _terms(world: World) -> None:
    """A former version of the booking terms, and a draft of the next one."""
    from tenant_apps.terms.models import TermsVersion
    from tenant_apps.terms.versions import save_draft

    former = TermsVersion.objects.published()[1]
    save_draft("booking", title=former.title, text=f"{former.text}\n\nAnd bring a pen.")
    world.paths["terms version"] = str(former.pk)
    _children(world)


def _children(world: World) -> None:
    """A child that comes, with all that is asked of them; and a booking whose buyer was not asked for the terms."""
    from tenant_apps.bookings.accepting import to_accept
    from tenant_apps.bookings.models import Attendee, Booking
    from tenant_apps.bookings.selectors import names_token, token_of

    rows = Attendee.objects.filter(booking__status="confirmed", booking__session__starts_at__gt=_in(days=3))
    child = rows.filter(care__date_of_birth__isnull=False).select_related("booking").order_by("pk")[0]
    open_ones = Booking.objects.filter(status="confirmed", acceptances=None).order_by("-pk")
    not_asked = next(one for one in open_ones if to_accept(one))
    world.paths |= {
        "child": str(child.pk), "child booking": token_of(child.booking), "child names": names_token(child.booking),
        "looked after": f"bookings/{child.booking_id}/names/{child.pk}", "not asked booking": token_of(not_asked),
    }  # fmt: skip


def _questions(world: World) -> None:
    """A course that asks something, and somebody who comes to a date of it."""
    from tenant_apps.bookings.answer_links import answers_token
    from tenant_apps.bookings.models import Answer
    from tenant_apps.bookings.selectors import names_token, token_of

    coming = Answer.objects.filter(attendee__booking__status="confirmed", kind="line")
    coming = coming.filter(attendee__booking__session__starts_at__gt=_in(days=3))
    related = coming.select_related("question", "attendee__booking__session")
    said = related.order_by("attendee__booking__session__starts_at", "pk")[0]
    booking = said.attendee.booking
    world.paths |= {
        "questions course id": str(said.question.course_id), "question id": str(said.question_id),
        "asking session": str(booking.session_id), "asked booking": token_of(booking),
        "asked booking id": str(booking.pk), "asked names": names_token(booking),
        "asked attendee": answers_token(said.attendee),
    }  # fmt: skip


def _materials(world: World) -> None:
    """A file of a course, a link of a date, both with their pages, and the link of somebody who sits there."""
    from tenant_apps.bookings.models import Attendee
    from tenant_apps.materials.models import Kind, Material
    from tenant_apps.materials.selectors import BOOKED, attendee_token

    file = Material.objects.filter(course__isnull=False, kind=Kind.FILE).order_by("pk")[0]
    link = Material.objects.filter(session__isnull=False, kind=Kind.RECORDING).order_by("pk")[0]
    seat = Attendee.objects.filter(booking__session=link.session_id, booking__status__in=BOOKED).order_by("pk")[0]
    world.paths |= {
        "course with materials": str(file.course_id), "session with materials": str(link.session_id),
        "file id": str(file.pk), "recording id": str(link.pk), "attendee materials": attendee_token(seat),
    }  # fmt: skip


def _people(world: World) -> None:
    from shared_apps.accounts.models import User
    from tenant_apps.messaging.models import Message
    from tenant_apps.people.models import Person, Trainer

    trainer: Any = Trainer.objects.active().filter(sessions__isnull=False).distinct().first()
    world.paths |= {
        "colleague id": str(User.objects.get(email=world.email("office")).pk),
        "given up id": str(_given_up().pk),
        **{f"{name} job id": str(job.pk) for name, job in _jobs(world).items()},
        "view id": str(_view(world).pk),
        "message id": str(Message.objects.latest("created_at").pk),
        "trainer slug": trainer.slug,
        "trainer id": str(trainer.pk),
        "student id": str(Person.objects.filter(bookings__isnull=False, student__isnull=False)[0].pk),
    }


def _view(world: World) -> Any:
    """A view that the owner saved."""
    from shared_apps.accounts.models import User
    from shared_apps.lists.models import SavedView

    owner = User.objects.get(email=world.email("owner"))
    return SavedView.objects.get_or_create(
        list_name="bookings", owner=owner, name="Money due, by date", defaults={"query": "money=due&sort=date"}
    )[0]


def _jobs(world: World) -> dict[str, Any]:
    """Long work in its states: the demo has lists that are made at once."""
    from shared_apps.accounts.models import User
    from shared_apps.core.time import now
    from shared_apps.jobs.models import Job

    owner = User.objects.get(email=world.email("owner"))
    over: dict[str, Any] = {"finished_at": now(), "total": 48_211, "by": owner, "kind": "quality"}
    errors = [{"what": "", "why": "This booking has ended already."}, {"what": "", "why": "The bank took the money."}]
    return {
        "running": Job.objects.create(
            title="Bookings as a file", status="running", done=21_500, next_try_at=_in(days=900),
            **{**over, "finished_at": None},
        ),
        "done": Job.objects.create(title="Students as a file", status="done", done=48_211, **over),
        "partly done": Job.objects.create(
            title="Calling off Boilers, 3 Dec", status="done", done=48_211, errors=errors, error_count=214, **over
        ),
    }  # fmt: skip


def _given_up() -> Any:
    """Something that failed for hours: the demo has nothing of that kind."""
    from shared_apps.events.models import MOST_ATTEMPTS, Delivery, Event

    failed = {"handler": "bookings.tell_of_expiry", "attempts": MOST_ATTEMPTS, "error": "TemplateSyntaxError: line 4"}
    event = Event.objects.filter(name="booking.expired").exclude(deliveries__handler=failed["handler"]).first()
    found = Delivery.objects.given_up().first()
    return found or Delivery.objects.create(event=event or Event.objects.create(name="booking.expired"), **failed)


def _accounts(world: World) -> None:
    from allauth.account.models import EmailAddress, EmailConfirmation
    from allauth.account.utils import user_pk_to_url_str

    from shared_apps.accounts.models import User
    from shared_apps.accounts.password_reset import TenantPasswordResetTokens
    from shared_apps.accounts.services import create_user
    from tenant_apps.people.identity import own_email_token

    _ensure_guarded(world.email("secure"), "Sam Secure", ["student"])
    if not User.objects.filter(email=world.email("waiting")).exists():
        create_user(email=world.email("waiting"), name="Wanda Waiting", roles=["student"], password=DEMO_PASSWORD)
    waiting_address = EmailAddress.objects.get(email=world.email("waiting"))
    confirmation = EmailConfirmation.create(waiting_address)
    confirmation.sent = _in(days=0)
    confirmation.save()
    student = User.objects.get(email=world.email("student"))
    student.person.pending_email = f"new.{student.email}"
    student.person.save(update_fields=["pending_email"])
    trainer = User.objects.filter(person__trainer__active=True).exclude(roles__contains=["owner"]).first()
    world.paths |= {
        "own email token": own_email_token(student.person),
        "account id": str(student.person.pk),
        "trainer user id": str(trainer.pk if trainer else student.pk),
        "confirmation key": confirmation.key,
        "reset key": f"{user_pk_to_url_str(student)}-{TenantPasswordResetTokens().make_token(student)}",
    }


def _ensure_guarded(email: str, name: str, roles: list[str]) -> None:
    """Somebody who signs in with a code from an app."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP

    from shared_apps.accounts.models import User
    from shared_apps.accounts.services import create_user

    if not User.objects.filter(email=email).exists():
        user = create_user(email=email, name=name, roles=roles, verified=True, password=DEMO_PASSWORD)
        TOTP.activate(user, SECRET)
        RecoveryCodes.activate(user)


def _fill(session: Any) -> Any:
    from tests import make

    while session.seats_left:
        make.booking(session=session, seats=min(session.seats_left, 10))
        session.refresh_from_db()
    return session


def _offers(world: World) -> None:
    """Somebody was offered a seat of a full session, another one gave up theirs, and two wait."""
    from shared_apps.core.states import Actor
    from tenant_apps.bookings.offer_links import offer_token
    from tenant_apps.bookings.services import cancel_booking
    from tenant_apps.bookings.waiting_links import Asked, join_link, place_token
    from tenant_apps.bookings.waiting_list import join_waiting_list
    from tenant_apps.scheduling.models import Offer, Session
    from tenant_apps.scheduling.offers import decline_offer
    from tests import make

    course = Session.objects.get(pk=world["open session"]).course
    session = make.session(course=course, capacity=2, in_days=200)
    taken = [make.booking(session=session) for _ in range(2)]
    people = [make.person(name=name) for name in ("Wanda Waits", "Dan Declines")]
    places = [join_waiting_list(session=session, person=person, by=None) for person in people]
    for booking in taken:
        cancel_booking(booking, by=None)
    offered, declined = (Offer.objects.select_related("person").get(entry_id=place.pk) for place in places)
    decline_offer(declined, by=None, acting=Actor.BUYER)
    make.booking(session=session)
    waits = join_waiting_list(session=session, person=make.person(name="Wim Waits"), seats=2, by=None)
    asked = Asked(str(session.pk), "Ada Asks", "ada.asks@example.com", "", 1)
    world.paths |= {
        "open offer": offer_token(offered), "declined offer": offer_token(declined),
        "asks to wait": join_link(asked).rstrip("/").rsplit("/", 1)[1], "waited for session": str(session.pk),
        "offered place": place_token(places[0]), "former place": place_token(places[1]), "place": place_token(waits),
        "in line id": str(waits.pk), "offered place id": str(places[0].pk),
    }  # fmt: skip


def _series(world: World) -> None:
    """A series that lies ahead, of which one date is changed by itself."""
    from tenant_apps.scheduling.models import Session
    from tenant_apps.scheduling.services import update_session
    from tests import make

    series = make.series(course=Session.objects.get(pk=world["open session"]).course, trainer=None, count=8)
    sessions = list(series.sessions.order_by("series_date"))
    update_session(sessions[3], capacity=4, by=None)
    world.paths |= {"series id": str(series.pk), "session of series": str(sessions[1].pk)}


def _interest(world: World) -> None:
    """Somebody wants to hear when a course has a date."""
    from tenant_apps.interest.links import Asked, confirm_link, own_token
    from tenant_apps.interest.services import register_interest
    from tests import make

    course = make.course(title="Fireplaces and flues")
    interest = register_interest(course=course, person=make.person(name="Ina Interested"), seats=3, by=None)
    asked = Asked(str(course.pk), "Ada Asks", "ada.asks@example.com", 2)
    world.paths |= {
        "asked for course": course.slug, "own interest": own_token(interest),
        "asks for dates": confirm_link(asked).rstrip("/").rsplit("/", 1)[1],
    }  # fmt: skip


def _without_dates(courses: Any, bookable: Any, *, or_else: Any) -> Any:
    from django.contrib.auth.models import AnonymousUser

    shown = courses.objects.visible_to(AnonymousUser())
    return shown.exclude(pk__in=bookable.values("course_id")).first() or or_else


def _in(*, days: int) -> Any:
    from shared_apps.core.time import now

    return now() + timedelta(days=days)
