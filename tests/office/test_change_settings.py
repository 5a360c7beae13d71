import io
import re
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from shared_apps.core.limits import Rate
from tenant_apps.branding.models import Brand, TextVersion
from tenant_apps.branding.office import forms as branding_forms
from tenant_apps.payments.models import PaymentSettings
from tenant_apps.terms.models import BookingTerms
from tenant_apps.terms.services import change_terms

pytestmark = pytest.mark.django_db


PARTS = ("", "words/", "contact/", "booking/", "money/")
LOOK, WORDS, CONTACT, BOOKING, MONEY = (f"/admin/settings/{part}" for part in PARTS)


def look(**fields):
    colours = {"primary_colour": "#aa3300", "accent_colour": "#226644"}
    return {**colours, "display_font": "fraunces", "course_layout": "cards", "tagline": "We weld.", **fields}


def words(**fields):
    return {"trainer_word": "Instructor", **fields}


def booking(policy=((14, 100), (7, 50)), **fields):
    data = {
        "hold_minutes": 45, "deposit_percent": 20, "balance_due_days": 10, "offer_hours": 12,
        "names_until_hours": 24,
        "policy-TOTAL_FORMS": len(policy), "policy-INITIAL_FORMS": 0,
    }  # fmt: skip
    for n, (days, percent) in enumerate(policy):
        data |= {f"policy-{n}-days": days, f"policy-{n}-percent": percent}
    return data | fields


def upload(kind, *, name="logo.png", size=(1200, 600)):
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind)
    return SimpleUploadedFile(name, out.getvalue() + b"<script>alert(1)</script>", "image/png")


def test_the_owner_changes_look_and_terms(desk, happened):
    owner = desk("owner")
    assert owner.post(LOOK, look()).status_code == 302
    assert owner.post(BOOKING, booking(policy=((21, 80), ("", "")))).status_code == 302
    brand, terms = Brand.objects.load(), BookingTerms.objects.load()
    assert (brand.primary_colour, brand.display_font, brand.tagline) == ("#aa3300", "fraunces", "We weld.")
    assert (terms.hold_minutes, terms.deposit_percent, terms.balance_due_days) == (45, 20, 10)
    assert terms.offer_hours == 12
    assert terms.cancellation_policy == [{"days": 21, "percent": 80}]
    assert happened().count("settings.changed") == 2


def test_the_owner_changes_the_choices_about_money_and_the_history_says_so(desk, happened):
    owner = desk("owner")
    assert owner.post(MONEY, {"takes_bank_transfer": "on", "vat_number": "GB 123"}).status_code == 302
    chosen = PaymentSettings.objects.load()
    assert (chosen.takes_bank_transfer, chosen.vat_number) == (True, "GB 123")
    owner.post(MONEY, {"takes_bank_transfer": "on", "vat_number": "GB 123"})
    assert happened().count("settings.changed") == 1
    assert "VAT number: nothing → GB 123" in owner.get("/admin/activity/").content.decode()


@pytest.mark.parametrize(
    ("part", "sent"),
    [
        (LOOK, look(primary_colour="red")),
        (CONTACT, {"contact_phone": "0117 496 0000", "contact_email": "x"}),
        (BOOKING, booking(hold_minutes=1)),
        (BOOKING, booking(deposit_percent=101)),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_changes(desk, part, sent):
    assert desk("owner").post(part, sent).status_code == 422
    brand = Brand.objects.load()
    assert (brand.tagline, brand.contact_phone, BookingTerms.objects.load().hold_minutes) == ("", "", 30)


def test_the_part_that_is_shown_is_marked(desk):
    names = {LOOK: "Look", WORDS: "Words", CONTACT: "Contact", BOOKING: "Booking", MONEY: "Money"}
    for part, name in names.items():
        tabs = desk("owner").get(part).content.decode().partition('aria-label="Parts of the settings"')[2]
        assert re.search(
            rf'aria-current="page"\s*>\s*<svg.*?</svg>\s*{name}\s*<', tabs.partition("</nav>")[0], re.DOTALL
        )


def test_saving_one_part_leaves_the_others_alone(desk):
    owner = desk("owner")
    owner.post(LOOK, look())
    owner.post(WORDS, words(about="We are small."))
    owner.post(CONTACT, {"contact_email": "us@example.com", "contact_phone": "", "address": ""})
    owner.post(BOOKING, booking())
    brand = Brand.objects.load()
    assert (brand.tagline, brand.about, brand.contact_email) == ("We weld.", "We are small.", "us@example.com")


def test_all_that_is_wrong_stands_in_one_box_with_links_to_it(desk):
    wrong = booking(policy=((14, 100), (7, "")), hold_minutes=1, deposit_percent=101)
    page = desk("owner").post(BOOKING, wrong).content.decode()
    assert page.count("There is a problem") == 1
    assert re.search(r"<title>\s*Error:", page)
    for field in ("id_hold_minutes", "id_deposit_percent", "id_policy-1-days"):
        assert f'href="#{field}"' in page
        assert f'id="{field}"' in page
    assert "Minutes to pay: Enter 5 or more." in " ".join(page.split())
    assert "Enter 100 or less." in page
    twice = desk("owner").post(BOOKING, booking(policy=((7, 100), (7, 50)))).content.decode()
    assert 'href="#policy"' in twice
    assert re.search(r"<title>\s*Error:", twice)


def test_a_text_that_is_too_long_is_refused_and_not_lost(desk):
    answer = desk("owner").post(WORDS, words(privacy="x" * 20_001))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Shorten it to at most 20000." in page
    assert "x" * 20_001 in page


def test_what_was_not_touched_is_not_changed(desk, happened):
    owner = desk("owner")
    owner.post(WORDS, words(about="One.\r\n\r\nTwo.", privacy="Pay\r\nsoon."))
    texts = TextVersion.objects.count()
    before = happened().count("settings.changed")
    owner.post(WORDS, words(about="One.\r\n\r\nTwo.", privacy="Pay\r\nsoon."))
    assert happened().count("settings.changed") == before
    owner.post(WORDS, words(about="One.\r\n\r\nTwo.", privacy="Pay\r\nsoon.", trainer_word="Coach"))
    assert happened().count("settings.changed") == before + 1
    assert TextVersion.objects.count() == texts


def test_each_text_has_a_version_and_a_date_of_its_own(desk):
    Brand.objects.load()
    Brand.objects.update(privacy="We keep little.", updated_at=datetime(2026, 3, 4, 12, tzinfo=UTC))
    owner, visitor = desk("owner"), desk()
    owner.post(WORDS, words(privacy="We keep little.", about="Only this"))
    owner.post(WORDS, words(privacy="We keep less.", introduction="We weld."))
    kept = TextVersion.objects.filter(name="privacy").order_by("version")
    assert list(kept.values_list("version", "text")) == [(1, "We keep little."), (2, "We keep less.")]
    since = kept[1].since
    owner.post(WORDS, words(privacy="We keep less.", introduction="We braze."))
    assert kept[1].since == since
    assert "Version 2, unchanged since" in " ".join(visitor.get("/privacy/").content.decode().split())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_made_anew_so_that_nothing_rides_along(desk, kind, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    desk("owner").post(LOOK, look(logo=upload(kind)))
    logo = Brand.objects.load().logo
    content = logo.read()
    assert b"script" not in content
    assert logo.name.endswith(".png")
    picture = Image.open(io.BytesIO(content))
    assert (picture.format, picture.size) == ("PNG", (800, 400))


def test_the_logo_in_use_can_be_looked_at_from_the_settings(desk, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    owner = desk("owner")
    owner.post(LOOK, look(logo=upload("PNG")))
    [address] = set(re.findall(r'(?:href|src)="([^"]*/media/[^"]*)"', owner.get(LOOK).content.decode()))
    assert owner.get(address).status_code == 200


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("logo.svg", b"<!DOCTYPE svg><svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        upload("GIF"),
        upload("BMP", size=(900, 900)),
        SimpleUploadedFile("empty.png", b"\x89PNG\r\n\x1a\n", "image/png"),
    ],
    ids=["svg", "gif", "too big", "broken"],
)
def test_what_is_no_picture_of_ours_is_refused(desk, file):
    file.seek(0)
    answer = desk("owner").post(LOOK, look(logo=file))
    assert answer.status_code == 422
    assert not Brand.objects.load().logo


def test_who_sends_many_drawings_may_still_send_a_picture(desk, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    settings.RATE_LIMITS = True
    monkeypatch.setattr(branding_forms, "MOST_DRAWINGS", Rate(1, 3600))
    drawing = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><path d='M0 0h9v9z'/></svg>"
    office = desk("owner")
    for status in (302, 422):
        logo = SimpleUploadedFile("logo.svg", drawing, "image/svg+xml")
        assert office.post(LOOK, look(logo=logo)).status_code == status
    assert office.post(LOOK, look(logo=upload("PNG"))).status_code == 302


def test_saving_without_a_file_keeps_the_logo(desk, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    owner = desk("owner")
    owner.post(LOOK, look(logo=upload("PNG")))
    before = Brand.objects.load().logo.name
    owner.post(LOOK, look())
    assert Brand.objects.load().logo.name == before
    owner.post(LOOK, look(**{"logo-clear": "on"}))
    assert not Brand.objects.load().logo


@pytest.mark.parametrize(
    ("part", "sent"), [(LOOK, look()), (WORDS, words()), (CONTACT, {}), (BOOKING, booking()), (MONEY, {})]
)
def test_the_office_does_not_change_settings(desk, part, sent):
    assert desk("admin").post(part, sent).status_code == 404


def test_the_preview_derives_colours_as_pages_do(desk):
    owner = desk("owner")
    asked = {"primary": "#aa3300", "accent": "#226644"}
    shown = owner.get("/admin/settings/look.json", asked).json()
    owner.post(LOOK, look(primary_colour=asked["primary"], accent_colour=asked["accent"]))
    css = desk().get("/brand.css").content.decode()
    for theme in ("light", "dark"):
        assert f"--color-primary:{shown[theme]['--color-primary']};" in css


@pytest.mark.parametrize("wrong", ["red", "", "#12345", "#aa3300;}", "#aa33001"])
def test_the_preview_takes_colours_only(desk, wrong):
    assert desk("owner").get("/admin/settings/look.json", {"primary": wrong, "accent": "#226644"}).status_code == 400


def test_another_cancellation_table_has_a_version_of_its_own_and_both_stand_in_the_history(desk, client_of, tenant):
    shown = client_of(tenant).get("/terms/").content.decode()
    assert "unchanged since" not in shown.partition('id="cancelling"')[2]
    rows = [{"days": 7, "percent": 80}]
    change_terms({"cancellation_policy": rows}, by=None)
    part = client_of(tenant).get("/terms/").content.decode().partition('id="cancelling"')[2]
    assert "Version 2, unchanged since" in part
    first, second = TextVersion.objects.filter(name="cancelling").order_by("version")
    assert "80%" in second.text
    assert first.text != second.text
    history = desk("owner").get("/admin/activity/").content.decode()
    assert first.text[:20] in history
    assert second.text[:20] in history
