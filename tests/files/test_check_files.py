"""`check_files` finds what is in the storage and nobody counts, and what a row names and is not there."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from shared_apps.files.models import File
from shared_apps.files.pictures import clean_photo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def said(capsys, **options) -> list[str]:
    call_command("check_files", **options)
    return [line for line in capsys.readouterr().out.splitlines() if line.startswith("alpha")]


def test_all_is_well_with_what_was_kept(capsys, photo):
    default_storage.save("courses/x-w1600.webp", clean_photo(photo()))
    assert said(capsys) == ["alpha: 4 files, 0 have no row, 0 are missing"]


def test_a_file_of_a_former_release_gets_a_row_when_that_is_asked_for(alpha, capsys, folder):
    (folder / alpha.schema_name / "brand").mkdir(parents=True)
    (folder / alpha.schema_name / "brand" / "logo.png").write_bytes(b"logo")
    assert said(capsys) == ["alpha: 1 files, 1 have no row, 0 are missing"]
    assert not File.objects.exists()
    assert said(capsys, mend=True) == ["alpha: 1 files, 1 have a row now, 0 are missing"]
    assert File.objects.values_list("path", "size", "type").get() == ("brand/logo.png", 4, "image/png")


def test_a_file_that_is_gone_is_told(alpha, capsys, folder):
    default_storage.save("a.txt", ContentFile(b"a"))
    (folder / alpha.schema_name / "a.txt").unlink()
    assert said(capsys, mend=True) == [
        "alpha: a.txt is not in the storage, or not in all of its sizes",
        "alpha: 0 files, 0 have a row now, 1 are missing",
    ]


def test_the_folder_of_a_tenant_that_is_gone_is_told_and_removed_when_that_is_asked_for(alpha, capsys, folder):
    default_storage.save("a.txt", ContentFile(b"a"))
    (folder / "t_gone").mkdir()
    (folder / "t_gone" / "a.txt").write_bytes(b"all customers")
    call_command("check_files")
    assert "t_gone is the folder of a tenant that is gone" in capsys.readouterr().out
    for other in (alpha.schema_name, "..", "t_nobody"):
        with pytest.raises(CommandError):
            call_command("check_files", remove=other)
    call_command("check_files", remove="t_gone")
    assert [path.name for path in folder.iterdir()] == [alpha.schema_name]
    call_command("check_files")
    assert "t_gone" not in capsys.readouterr().out.replace("t_gone is removed", "")


def test_a_file_that_nobody_can_open_because_of_its_name_is_told(alpha, capsys, folder):
    (folder / alpha.schema_name).mkdir()
    (folder / alpha.schema_name / "my logo.png").write_bytes(b"logo")
    assert said(capsys, mend=True) == [
        "alpha: 'my logo.png' is not named as our files are: nobody can open it",
        "alpha: 0 files, 0 have a row now, 0 are missing",
    ]
