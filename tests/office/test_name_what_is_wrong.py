"""What is wrong with a form is told above it in the order in which its fields stand on the page."""

import re

import pytest

from tests import make

pytestmark = pytest.mark.django_db
FORMS = [
    "courses/new/", "courses/{course}/", "courses/{course}/sessions/new/", "sessions/{session}/edit/",
    "sessions/{session}/duplicate/", "places/new/", "trainers/new/", "students/new/", "team/new/", "bookings/new/",
    "bookings/{booking}/contact/", "bookings/{booking}/payment/", "bookings/{booking}/give-back/",
    "bookings/{booking}/credit/", "bookings/{booking}/cancel/", "settings/", "settings/words/", "settings/contact/",
    "settings/booking/", "settings/money/",
]  # fmt: skip


@pytest.mark.parametrize("path", FORMS)
def test_errors_are_named_in_the_order_of_the_page(desk, path):
    booking = make.booking()
    make.pay(booking, amount=50)
    ids = {"booking": booking.pk, "session": booking.session_id, "course": booking.session.course_id}
    counts = [f"{name}-{count}_FORMS" for name in ("modules", "policy", "days") for count in ("TOTAL", "INITIAL")]
    answer = desk("owner").post(f"/admin/{path.format(**ids)}", dict.fromkeys(counts, 0))
    page = answer.content.decode()
    named = re.findall(r'href="#(id_[^"]+)"', page.partition('id="form-errors"')[2].partition("</ul>")[0])
    tags = [re.search(rf'<[^>]*\bid="{name}"[^>]*>', page) for name in named]
    places = [tag.start() for tag in tags if tag and 'type="hidden"' not in tag[0]]
    assert places == sorted(places), named
