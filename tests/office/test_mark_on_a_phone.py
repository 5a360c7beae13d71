"""The register as a phone sends it: what was marked without a signal, what is sent twice, who may."""

import json
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from pypdf import PdfReader

from shared_apps.core.time import now
from shared_apps.files.models import File
from tenant_apps.scheduling.models import Attendance, AttendanceMark
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]
ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/150.0 Mobile Safari/537.36"


@pytest.fixture
def teacher():
    return make.user("trainer")


@pytest.fixture
def day(teacher, request):
    """Today's day of a session of the teacher's, with Ada and Ben."""
    session = make.session(trainer=make.trainer(user=teacher))
    make.confirmed_booking(session=session, seats=2, attendees=[{"name": "Ada"}, {"name": "Ben"}])
    if getattr(request, "param", None) == "with a company":
        cora = make.person(name="Cora Corp")
        make.confirmed_booking(session=session, buyer=cora, seats=3, attendees=[{"name": "Dan"}])
    session.refresh_from_db()
    day = session.days.get()
    day.starts_at = session.starts_at = now() - timedelta(hours=1)
    day.ends_at = session.ends_at = now() + timedelta(hours=6)
    day.save()
    session.save()
    return day


def people(day):
    return {row.name: row for booking in day.session.bookings.all() for row in booking.attendees.all()}


def sent(day, name, status="attended", *, minutes_ago=0, clock=0, **more):
    return {
        "key": str(uuid4()), "day": str(day.pk), "attendee": str(people(day)[name].pk), "status": status,
        "at": milliseconds(clock) - minutes_ago * 60_000, **more,
    }  # fmt: skip


def milliseconds(wrong_by=0):
    return int((now() + timedelta(hours=wrong_by)).timestamp() * 1000)


def send(client, marks, *, user, clock=0):
    body = {"user": str(user.pk), "now": milliseconds(clock), "marks": marks}
    return client.post(
        "/admin/today/marks/", json.dumps(body), content_type="application/json", headers={"user-agent": ANDROID}
    )


def test_taps_are_written_down_with_when_and_on_what(desk, teacher, day):
    answer = send(desk(user=teacher), [sent(day, "Ada", minutes_ago=40), sent(day, "Ben", "absent")], user=teacher)
    assert (answer.status_code, len(answer.json()["done"]), answer.json()["refused"]) == (200, 2, {})
    row = Attendance.objects.get(attendee_id=people(day)["Ada"].pk)
    assert (row.status, row.by, row.device) == ("attended", teacher, "Chrome on Android")
    assert timedelta(minutes=39) < now() - row.marked_at < timedelta(minutes=41)


def test_what_was_answered_and_lost_is_sent_again_and_written_once(desk, teacher, day):
    marks, client = [sent(day, "Ada", "late")], desk(user=teacher)
    first, again = send(client, marks, user=teacher), send(client, marks, user=teacher)
    assert first.json()["done"] == again.json()["done"] == [marks[0]["key"]]
    assert AttendanceMark.objects.count() == 1


def test_two_devices_at_once_end_in_the_later_mark_and_both_are_kept(desk, teacher, day):
    office = make.user("admin")
    send(desk(user=office), [sent(day, "Ada", "attended", minutes_ago=1)], user=office)
    answer = send(desk(user=teacher), [sent(day, "Ada", "absent", minutes_ago=20)], user=teacher)
    ada = str(people(day)["Ada"].pk)
    assert answer.json()["stands"][str(day.pk)][ada]["status"] == "attended"
    assert AttendanceMark.objects.count() == 2


def test_a_device_whose_clock_is_wrong_is_corrected(desk, teacher, day):
    send(desk(user=teacher), [sent(day, "Ada", minutes_ago=10, clock=-5)], user=teacher, clock=-5)
    row = Attendance.objects.get()
    assert timedelta(minutes=9) < now() - row.marked_at < timedelta(minutes=11)


def test_one_that_is_refused_keeps_no_other_back(desk, teacher, day):
    marks = [sent(day, "Ada"), {**sent(day, "Ben"), "attendee": str(uuid4())}]
    answer = send(desk(user=teacher), marks, user=teacher).json()
    assert (answer["done"], list(answer["refused"])) == ([marks[0]["key"]], [marks[1]["key"]])


def test_marks_of_another_account_on_this_device_wait_for_it(desk, teacher, day):
    office = make.user("admin")
    answer = send(desk(user=office), [sent(day, "Ada")], user=teacher)
    assert (answer.status_code, Attendance.objects.count()) == (409, 0)


def test_a_trainer_marks_nobody_of_another_one(desk, day):
    other = make.user("trainer")
    make.trainer(user=other)
    answer = send(desk(user=other), [sent(day, "Ada")], user=other)
    assert (answer.json()["done"], len(answer.json()["refused"]), Attendance.objects.count()) == ([], 1, 0)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"user": 1, "now": 1, "marks": [1]}', b"\xff", b'{"marks": {}}'])
def test_what_can_t_be_read_is_refused_as_a_whole(desk, teacher, body):
    answer = desk(user=teacher).post("/admin/today/marks/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_somebody_signs_with_a_finger_and_we_draw_it(desk, teacher, day):
    drawn = {"lines": [[10, 10, 200, 90, 900, -5], [50, 50]]}
    client = desk(user=teacher)
    send(client, [sent(day, "Ada", signature=drawn), sent(day, "Ben", signature={"name": "Ben Bow"})], user=teacher)
    ada, ben = (Attendance.objects.get(attendee_id=people(day)[name].pk) for name in ("Ada", "Ben"))
    with ada.signature.open() as file:
        picture = file.read().decode()
    assert 'd="M10,10 200,90 600,0"' in picture
    assert File.objects.get(path=ada.signature.name).is_private
    assert (ben.signed_as, bool(ben.signature), ben.came) == ("Ben Bow", False, True)
    page = client.get(f"/admin/today/{day.pk}/").content.decode()
    assert "/files/" in page


@pytest.mark.parametrize(
    "signature",
    [{"lines": []}, {"lines": [[1]]}, {"lines": [["<", "script"]]}, {"name": "x"}, {"lines": "M0"}, ["a"], 7],
)
def test_what_is_no_signature_is_refused(desk, teacher, day, signature):
    answer = send(desk(user=teacher), [sent(day, "Ada", signature=signature)], user=teacher).json()
    assert (answer["done"], len(answer["refused"]), Attendance.objects.count()) == ([], 1, 0)


def test_without_a_script_the_register_is_saved_as_a_form(desk, teacher, day):
    client, ada = desk(user=teacher), people(day)["Ada"].pk
    client.post(f"/admin/today/{day.pk}/", {f"status-{ada}": "late", f"note-{ada}": "Bus"})
    client.post(f"/admin/today/{day.pk}/", {"everybody": "attended"})
    marked = dict(Attendance.objects.values_list("attendee_id", "status"))
    assert marked == {ada: "late", people(day)["Ben"].pk: "attended"}


def test_the_list_says_how_far_each_register_is(desk, teacher, day):
    client = desk(user=teacher)
    assert "0 of 2 marked" in client.get("/admin/today/").content.decode()
    send(client, [sent(day, "Ada")], user=teacher)
    assert "1 of 2 marked" in client.get("/admin/today/").content.decode()


def test_the_sheet_to_sign_has_everybody_and_what_is_marked(desk, teacher, day):
    client = desk(user=teacher)
    send(client, [sent(day, "Ada", signature={"lines": [[10, 10, 300, 90]]}), sent(day, "Ben", "absent")], user=teacher)
    answer = client.get(f"/admin/today/{day.pk}/sign-in.pdf")
    pages = PdfReader(BytesIO(answer.content)).pages
    text = pages[0].extract_text()
    assert (answer["Content-Type"], len(pages)) == ("application/pdf", 1)
    assert [word in text for word in ("Ada", "Ben", "Present", "Absent", "Signature")] == [True] * 5
    assert desk("sales").get(f"/admin/today/{day.pk}/sign-in.pdf").status_code == 404


def test_it_can_be_put_on_a_phone_s_screen(desk, teacher, client_of, tenant):
    manifest = desk(user=teacher).get("/admin/today/app.webmanifest").json()
    assert (manifest["display"], manifest["scope"]) == ("standalone", manifest["start_url"])
    worker = desk(user=teacher).get("/admin/today/worker.js")
    assert worker["Content-Type"].startswith("text/javascript")


@pytest.mark.parametrize("day", ["with a company"], indirect=True)
def test_who_arrives_on_a_seat_that_nobody_named_is_named_at_the_door(desk, teacher, day):
    company = day.session.bookings.get(seats=3)
    client = desk(user=teacher)
    page = client.get(f"/admin/today/{day.pk}/arrivals/").content.decode()
    assert "Cora Corp · 2 not named" in page
    client.post(f"/admin/today/{day.pk}/arrivals/", {"booking": company.pk, "name": "Eve Early"})
    eve = company.attendees.get(name="Eve Early")
    assert (eve.position, Attendance.objects.get(attendee_id=eve.pk).status) == (2, "attended")
    client.post(f"/admin/today/{day.pk}/arrivals/", {"booking": company.pk, "name": "Finn"})
    full = client.post(f"/admin/today/{day.pk}/arrivals/", {"booking": company.pk, "name": "Gus"})
    assert full.status_code == 422
    assert company.attendees.count() == 3


def test_the_office_is_told_of_registers_that_are_not_filled_in(desk, teacher, day):
    title = "The register of"
    day.ends_at = now() - timedelta(minutes=5)
    day.starts_at = now() - timedelta(hours=5)
    day.save()
    assert title in desk("admin").get("/admin/").content.decode()
    send(desk(user=teacher), [sent(day, "Ada"), sent(day, "Ben", "absent")], user=teacher)
    page = desk("admin")
    assert title not in page.get("/admin/").content.decode()
    assert "1 came," in " ".join(page.get(f"/admin/sessions/{day.session_id}/").content.decode().split())
