"""PDFs are drawn ahead by a worker, kept, and drawn anew when what they show has changed."""

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from shared_apps.core.time import now
from shared_apps.events.bus import deliver_due
from shared_apps.files.models import File
from shared_apps.files.owners import of_nobody
from shared_apps.timers.due import do_due_work
from shared_apps.web import pdf
from tenant_apps.bookings.models import Booking
from tenant_apps.bookings.selectors import token_of
from tenant_apps.branding.models import Brand
from tenant_apps.branding.services import change_brand
from tenant_apps.documents import papers
from tenant_apps.documents.models import Document, Paper
from tenant_apps.payments.receipts import RECEIPT
from tenant_apps.people.privacy import erase_person
from tests import make

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not pdf.pdf_available(), reason="Pango is missing"),
]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def drawings(monkeypatch):
    """How often something was drawn."""
    drawn = []
    real = papers.render_pdf
    monkeypatch.setattr(papers, "render_pdf", lambda html: drawn.append(html) or real(html))
    return drawn


@pytest.fixture
def booking(tenant):
    """Paid, and what follows from that is done: the receipt is drawn."""
    made = make.confirmed_booking()
    deliver_due()
    do_due_work()
    return made


def fetch(client_of, tenant, booking):
    answer = client_of(tenant).get(f"/bookings/{token_of(booking)}/receipt.pdf")
    assert answer.content.startswith(b"%PDF")
    return answer.content


def keep_now(receipt):
    return papers.pdf_to_keep(RECEIPT, subject=receipt.pk, about=receipt.about_id)


def test_a_receipt_is_there_before_anybody_asks_for_it(tenant, client_of, drawings, booking):
    assert len(drawings) == 1
    first = fetch(client_of, tenant, booking)
    assert fetch(client_of, tenant, booking) == first
    assert len(drawings) == 1
    assert Paper.objects.get().wanted_at is None


def test_another_colour_makes_it_anew_and_the_former_file_belongs_to_nobody(tenant, client_of, drawings, booking):
    former = Paper.objects.get().file.name
    change_brand({"primary_colour": "#7a1f5c"}, by=None)
    deliver_due()
    do_due_work()
    fetch(client_of, tenant, booking)
    fetch(client_of, tenant, booking)
    assert len(drawings) == 2
    paper = Paper.objects.get()
    assert paper.file.name != former
    File.objects.update(created_at=now().replace(year=2020))
    assert [file.path for file in of_nobody(now())] == [former]


def test_nobody_waits_for_a_worker_that_is_away(tenant, client_of, drawings):
    booking = make.confirmed_booking()
    fetch(client_of, tenant, booking)
    assert len(drawings) == 1
    assert not Paper.objects.get().file  # who looks writes nothing
    do_due_work()
    fetch(client_of, tenant, booking)
    assert len(drawings) == 2  # the worker's, which is kept


def test_a_file_that_was_lost_is_drawn_again(tenant, client_of, booking):
    default_storage.delete(Paper.objects.get().file.name)
    fetch(client_of, tenant, booking)


def test_where_there_is_no_room_it_is_handed_out_all_the_same(tenant, client_of, settings, drawings):
    settings.FILE_QUOTA_MEGABYTES = 0
    booking = make.confirmed_booking()
    fetch(client_of, tenant, booking)
    assert not Paper.objects.exclude(file="").exists()


def test_one_that_can_not_be_drawn_is_tried_a_few_times_and_holds_nothing_up(tenant, monkeypatch):
    monkeypatch.setattr(papers, "render_pdf", lambda html: 1 / 0)
    make.confirmed_booking()
    deliver_due()
    for _turn in range(papers.MOST_ATTEMPTS + 2):
        papers.draw_due()
    paper = Paper.objects.get()
    assert (paper.attempts, paper.wanted_at, paper.error) == (papers.MOST_ATTEMPTS, None, "division by zero")


def test_the_pdf_of_somebody_who_is_forgotten_goes_too(tenant, booking):
    Booking.objects.update(status="completed")
    erase_person(booking.buyer, by=make.user("owner"))
    assert not Paper.objects.filter(about_id=booking.order_id).exists()
    assert Document.objects.exists()


@pytest.mark.parametrize("at_once", [False, True], ids=["when it is due", "by a job that needs it"])
def test_nothing_is_kept_of_somebody_who_is_forgotten_while_it_is_drawn(tenant, monkeypatch, at_once):
    booking, real, shown = make.confirmed_booking(), papers.render_pdf, []
    deliver_due()
    receipt = Document.objects.get()

    def slow(html):
        if not shown:
            shown.append(html)
            Booking.objects.update(status="completed")
            erase_person(booking.buyer, by=make.user("owner"))
        return real(html)

    monkeypatch.setattr(papers, "render_pdf", slow)
    keep_now(receipt) if at_once else papers.draw_due()
    do_due_work()
    assert booking.contact_name in shown[0]
    assert not Paper.objects.filter(digest=papers._digest(shown[0])).exists()
    assert not Paper.objects.exclude(file="").exists()


def test_what_changes_while_it_is_drawn_is_drawn_again(tenant, monkeypatch):
    make.confirmed_booking()
    deliver_due()
    real = papers.render_pdf
    monkeypatch.setattr(
        papers, "render_pdf", lambda html: Brand.objects.update(primary_colour="#7a1f5c") and real(html)
    )
    papers.draw_due()
    assert not Paper.objects.get().file
    papers.draw_due()
    paper = Paper.objects.get()
    assert paper.file
    assert paper.wanted_at is None


@pytest.mark.django_db(transaction=True)
def test_a_job_that_draws_while_somebody_is_being_erased_keeps_no_file_of_them(tenant, begin_behind):
    booking = make.confirmed_booking()
    deliver_due()
    Booking.objects.update(status="completed")
    Paper.objects.all().delete()  # as for a receipt that no worker was told to draw
    receipt = Document.objects.get()
    with transaction.atomic():
        erase_person(booking.buyer, by=make.user("owner"))
        drawing = begin_behind(lambda: keep_now(receipt))
    assert drawing.result(20).startswith(b"%PDF")
    assert not Paper.objects.exclude(file="").exists()
