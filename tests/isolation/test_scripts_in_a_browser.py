"""A browser that listens for anything our texts might start: dialogs, scripts, and what the policy had to stop."""

import pytest

from shared_apps.tenants.context import tenant_context
from tenant_apps.bookings.selectors import token_of
from tests import make
from tests.isolation.scripts import MARK
from tests.isolation.test_stored_scripts import poison

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def poisoned(site, alpha, settings):
    """The pages of a provider whose every text is a script."""
    settings.TENANT_CACHE_SECONDS = 0
    with tenant_context(alpha):
        owner, (student, person) = make.user("owner"), make.student_user()
        trainer = make.trainer()
        booking = make.confirmed_booking(
            session=make.session(course=make.course(lead_trainer=trainer), trainer=trainer), buyer=person,
            attendees=[{"name": "Ada", "email": "ada@example.com"}],
        )  # fmt: skip
        session = booking.session
        course, book, manage = session.course, f"/sessions/{session.pk}/book/", f"/bookings/{token_of(booking)}/"
        public = ["/", "/courses/", f"/courses/{course.slug}/", f"/trainers/{trainer.slug}/", "/about/", book, manage]
        rows = [f"bookings/{booking.pk}/", f"students/{person.pk}/", f"courses/{course.pk}/", f"sessions/{session.pk}/"]
        poison(0)
    office = ["/admin/", "/admin/bookings/", "/admin/settings/", *(f"/admin/{row}" for row in rows)]
    return owner, student, {"": public, "student": ["/my/bookings/", "/my/profile/"], "owner": office}, f"{site}/alpha"


def test_nothing_runs_that_somebody_wrote(poisoned, new_page):
    """`new_page` fails for every breach of the policy; this adds dialogs and calls of the payload's function."""
    owner, student, paths, at = poisoned
    started, shown = [], 0
    for role, places in paths.items():
        page = new_page()
        page.add_init_script(f"window.{MARK} = () => console.warn('came alive')")
        page.on("dialog", lambda dialog: (started.append(dialog.message), dialog.dismiss()))
        page.on("console", lambda message: started.append(message.text) if "came alive" in message.text else None)
        page.on("request", lambda request: started.append(request.url) if f"//{MARK}" in request.url else None)
        if role:
            page.goto(f"{at}/accounts/login/")
            page.locator("main [name=login]").fill({"owner": owner, "student": student}[role].email)
            page.locator("main [name=password]").fill(make.PASSWORD)
            page.locator("main [name=password]").press("Enter")
            page.wait_for_url(lambda url: "/accounts/login/" not in url)
        for path in places:
            assert page.goto(f"{at}{path}").status == 200, path
            page.mouse.move(300, 300)
            shown += MARK in page.content()
            assert page.locator(f"[{MARK}]").count() == 0, path
    assert started == []
    assert shown > 10
