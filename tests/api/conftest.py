"""A provider's API as a program sees it."""

from collections.abc import Callable
from typing import Any

import pytest

from shared_apps.jobs.models import Job
from shared_apps.tenants.context import tenant_context
from tenant_apps.bookings.models import WaitingListEntry
from tenant_apps.certificates.models import Certificate
from tenant_apps.feeds.services import make_own_feed
from tenant_apps.interest.links import own_token
from tenant_apps.interest.models import Interest
from tenant_apps.materials.models import Material
from tenant_apps.messaging.models import Notice
from tests import make
from tests.support.people import SiteClient


class Api:
    """Calls as one user (or nobody) at one provider; paths without the prefix."""

    def __init__(self, tenant: Any, *, on_host: bool = False, token: str = "") -> None:
        self.client = SiteClient(tenant, api=True, on_host=on_host)
        self.headers = {"authorization": f"Bearer {token}"} if token else {}

    def call(self, method: str, path: str, data: Any = None, *, key: str = "", **options: Any) -> Any:
        headers = {**self.headers, **options.pop("headers", {}), **({"idempotency-key": key} if key else {})}
        body = {} if data is None else {"data": data, "content_type": "application/json"}
        return getattr(self.client, method)(path, **body, headers=headers, **options)

    def get(self, path: str, **options: Any) -> Any:
        return self.call("get", path, **options)

    def post(self, path: str, data: Any = None, **options: Any) -> Any:
        return self.call("post", path, {} if data is None else data, **options)

    def patch(self, path: str, data: Any, **options: Any) -> Any:
        return self.call("patch", path, data, **options)

    def delete(self, path: str, **options: Any) -> Any:
        return self.call("delete", path, **options)


@pytest.fixture
def api() -> Callable[..., Api]:
    """`api(alpha)`: nobody; `api(alpha, user)`: that user, with a token."""

    def make_api(tenant: Any, user: Any = None, *, on_host: bool = False) -> Api:
        token = ""
        if user is not None:
            from shared_apps.accounts import tokens

            with tenant_context(tenant):
                token = tokens.issue(user)["access_token"]
        return Api(tenant, on_host=on_host, token=token)

    return make_api


@pytest.fixture
def sign_in(api: Any) -> Callable[..., Any]:
    """`sign_in(alpha, user)`: the answer of the login endpoint."""
    return lambda tenant, user, **more: api(tenant).post(
        "/auth/login", {"email": user.email, "password": make.PASSWORD, **more}
    )


@pytest.fixture
def place_of(tenant):
    """Fills a path's parameters with what exists."""
    with tenant_context(tenant):
        user, person = make.student_user()
        trainer = make.trainer()
        booking = make.confirmed_booking(attendees=[{"name": "Ada"}])
        job = Job.objects.create(kind="tests.none", title="Counting", by=user)
        notice = Notice.objects.create(kind="bookings/confirmed", user=user, title="Booked", text="Booked")
        waits = WaitingListEntry.objects.create(session=booking.session, person=make.person())
        interest = Interest.objects.create(course=make.course(), person=make.person())
        terms = make.terms()
        feed = make_own_feed(user)
        certificate = Certificate.objects.create(
            number="Z-00001", person=person, course=booking.session.course, session=booking.session, name="Ada Byron",
            course_title="A course", begins_on=make.today(), ends_on=make.today(), issued_at=booking.created_at,
        )  # fmt: skip
        material = Material.objects.create(session=booking.session, kind="link", title="A", url="https://example.org/")
    session = booking.session
    ids = {
        "certificates": certificate.pk,
        "calendar-feeds": feed.pk,
        "verify": certificate.code,
        "materials": material.pk,
        "jobs": job.pk,
        "terms": terms.pk,
        "notifications": notice.pk,
        "courses": session.course_id,
        "sessions": session.pk,
        "bookings": booking.pk,
        "attendees": booking.attendees.get().pk,
        "waiting-list": waits.pk,
        "interest": own_token(interest),
        "students": person.pk,
        "trainers": trainer.pk,
        "users": user.pk,
        "payments": "stripe",
        "{payment_id}": booking.order.payments.get().pk,
    }

    def fill(path):
        parts = path.strip("/").split("/")
        filled = [ids.get(part) or ids[parts[n - 1]] if part.startswith("{") else part for n, part in enumerate(parts)]
        return "/" + "/".join(str(part) for part in filled)

    return fill
