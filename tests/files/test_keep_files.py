"""What is kept is counted, served to whom it is for, and removed when nobody needs it."""

from contextlib import suppress
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from shared_apps.core.time import now
from shared_apps.files.errors import NoRoomLeft
from shared_apps.files.links import link_to_file
from shared_apps.files.models import File
from shared_apps.files.pictures import clean_photo
from shared_apps.tenants.context import tenant_context
from shared_apps.timers.retention import tidy
from tenant_apps.catalogue.models import Course
from tests import make


class Power(Exception):
    """The machine went off."""


pytestmark = pytest.mark.django_db


def on_disk(folder) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def path_of(link: str) -> str:
    return urlsplit(link).path.removeprefix("/alpha")


def keep(course, upload) -> None:
    content = clean_photo(upload)
    course.image.save(content.name, content)


@pytest.fixture
def report(alpha) -> File:
    """A private file of alpha."""
    with tenant_context(alpha):
        default_storage.save("private/report.csv", ContentFile(b"name\nAda\n"))
        return File.objects.get()


def test_a_course_s_picture_is_offered_in_the_sizes_that_it_has(alpha, client_of, photo):
    with tenant_context(alpha):
        course = make.session().course
        content = clean_photo(photo())
        course.image.save(content.name, content)
        size = content.size + sum(map(len, content.sizes.values()))
        assert (File.objects.get().size, File.objects.get().path) == (size, course.image.name)
        stem = course.image.name.removesuffix("-w1600.webp")
        Course.objects.update(published=True)
        page = client_of(alpha).get(f"/courses/{course.slug}/").content.decode()
    offered = [f"{stem}-w1600.{width}.webp {width}w" for width in (320, 640, 1280)] + [f"{stem}-w1600.webp 1600w"]
    assert ", ".join(f"/alpha/media/{one}" for one in offered) in page
    for one in offered:
        answer = client_of(alpha).get(f"/media/{one.split()[0]}")
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")


def test_there_is_no_more_room_than_there_is(alpha, folder, settings, committed):
    settings.FILE_QUOTA_MEGABYTES = 1
    with tenant_context(alpha):
        default_storage.save("a.txt", ContentFile(bytes(900_000)))
        with pytest.raises(NoRoomLeft):
            default_storage.save("b.txt", ContentFile(bytes(200_000)))
        assert File.objects.count() == 1
        with committed():
            default_storage.delete("a.txt")
        default_storage.save("b.txt", ContentFile(bytes(200_000)))
    assert on_disk(folder) == [f"{alpha.schema_name}/b.txt"]


def test_what_no_row_names_is_removed_after_a_day_and_nothing_else(alpha, beta, folder, photo, committed):
    with tenant_context(beta):
        other = make.session().course
        keep(other, photo(size=(60, 40)))
    with tenant_context(alpha):
        course = make.session().course
        keep(course, photo())
        replaced = course.image.name
        keep(course, photo())
        with time_machine.travel(now() + timedelta(hours=23)):
            tidy()
        assert File.objects.filter(path=replaced).exists()
        with time_machine.travel(now() + timedelta(hours=25)), committed():
            tidy()
        assert [file.path for file in File.objects.all()] == [Course.objects.get().image.name]
    stem = course.image.name.removesuffix(".webp")
    kept = [f"{alpha.schema_name}/{stem}{size}.webp" for size in ("", ".1280", ".320", ".640")]
    assert on_disk(folder) == sorted([*kept, f"{beta.schema_name}/{other.image.name}"])


def test_what_a_transaction_that_is_rolled_back_had_written_counts_within_a_day_and_then_goes(
    alpha, folder, committed, photo
):
    with tenant_context(alpha):
        with suppress(Power), transaction.atomic():
            default_storage.save("private/jobs/x.csv", ContentFile(b"all customers"))
            default_storage.save("courses/x-w1600.webp", clean_photo(photo()))
            raise Power
        assert (File.objects.count(), len(on_disk(folder))) == (0, 5)
        tidy()
        assert not File.objects.exists()  # a transaction may be at it still
        with time_machine.travel(now() + timedelta(hours=2)):
            assert tidy()["files without a row"] == 5
            assert File.objects.room_taken() == sum(path.stat().st_size for path in folder.rglob("*.*"))
            assert tidy()["files without a row"] == 0
        with time_machine.travel(now() + timedelta(hours=27)), committed():
            assert tidy()["files of nobody"] == 5
        assert (File.objects.count(), on_disk(folder)) == (0, [])


def test_a_file_whose_removal_is_rolled_back_is_there_as_before(alpha, folder, committed):
    with tenant_context(alpha):
        default_storage.save("a.txt", ContentFile(b"a"))
        with committed(), suppress(Power), transaction.atomic():
            default_storage.delete("a.txt")
            raise Power
        assert (File.objects.count(), default_storage.exists("a.txt")) == (1, True)
        with committed():
            default_storage.delete("a.txt")
            assert default_storage.exists("a.txt")
        assert (File.objects.count(), on_disk(folder)) == (0, [])


def test_what_is_removed_after_the_commit_is_removed_where_it_was_and_nowhere_else(alpha, beta, folder, committed):
    for tenant in (alpha, beta):
        with tenant_context(tenant):
            default_storage.save("a.txt", ContentFile(b"a"))
    with tenant_context(beta), committed(), tenant_context(alpha):
        default_storage.delete("a.txt")
    assert on_disk(folder) == [f"{beta.schema_name}/a.txt"]


def test_a_private_file_opens_for_whom_its_link_was_made(alpha, client_of, report):
    with tenant_context(alpha):
        owner = make.user("owner")
        link = path_of(link_to_file(report, to=owner, name="report.csv"))
        answer = client_of(alpha).sign_in(owner).get(link)
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, b"name\nAda\n")
    assert answer["Content-Disposition"] == 'attachment; filename="report.csv"'
    assert "no-store" in answer["Cache-Control"]


def test_a_private_file_opens_for_nobody_else_and_in_no_other_way(alpha, beta, client_of, report):
    with tenant_context(alpha):
        owner, admin = make.user("owner"), make.user("admin")
        link = path_of(link_to_file(report, to=owner, name="report.csv"))
        over = path_of(link_to_file(report, to=owner, name="report.csv", lasts=timedelta(seconds=-1)))
    with tenant_context(beta):
        neighbour = make.user("owner")
    mine = client_of(alpha).sign_in(owner)
    token = link.rsplit("/", 2)[1]
    assert client_of(alpha).sign_in(admin).get(link).status_code == 404
    assert client_of(alpha).get(link).status_code == 302  # to sign in
    assert client_of(beta).sign_in(neighbour).get(link).status_code == 404
    assert mine.get(over).status_code == 404
    assert mine.get(link.replace(token, token[:-1] + ("A" if token[-1] != "A" else "B"))).status_code == 404
    assert mine.get(f"/media/{report.path}").status_code == 404
    for path in ("private//report.csv", "./private/report.csv", "x/../private/report.csv", "%70rivate/report.csv"):
        assert mine.get(f"/media/{path}").status_code in (301, 302, 404), path
    with tenant_context(alpha):
        default_storage.delete(report.path)
    assert mine.get(link).status_code == 404


def test_a_private_file_has_no_address_of_its_own(tenant, report):
    with pytest.raises(ValueError, match="no address"):
        default_storage.url(report.path)
