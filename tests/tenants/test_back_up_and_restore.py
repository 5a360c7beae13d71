"""A provider is one file, out of which all of it comes back: rows, hosts and uploaded files."""

import io
import json
import os
import pwd
import shutil
import tarfile
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from shared_apps.tenants import routing
from shared_apps.tenants.accounts import account_at, is_account_of
from shared_apps.tenants.archive import files_of
from shared_apps.tenants.context import tenant_context
from shared_apps.tenants.errors import SchemaInTheWay
from shared_apps.tenants.health import check_all
from shared_apps.tenants.models import Domain, SchemaState, Tenant, WakeUp
from shared_apps.tenants.provisioning import create_tenant
from shared_apps.tenants.services import add_domain, suspend_tenant
from shared_apps.tenants.wake_ups import lease_due
from tenant_apps.bookings.models import Booking
from tests import make
from tests.support.accounts import account_of, pay_with

pytestmark = pytest.mark.django_db(transaction=True)
PICTURE = b"a picture of the workshop"


@pytest.fixture
def archive(alpha, tmp_path):
    """Alpha with a booking, a picture and a domain of its own, backed up."""
    with tenant_context(alpha):
        make.confirmed_booking()
        default_storage.save("brand/workshop.png", ContentFile(PICTURE))
    add_domain(tenant=alpha, domain="alpha.example", by="the operator", primary=True)
    call_command("backup_tenant", "alpha", folder=tmp_path / "backups", verbosity=0)
    [path] = (tmp_path / "backups").iterdir()
    yield path
    for folder in files_of("x").parent.glob("*t_alpha"):
        shutil.rmtree(folder)


def lose(tenant, *, schema=True):
    """As if the provider had never been; with `schema=False` its tables are left behind."""
    if schema:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {tenant.schema_name} CASCADE")
    shutil.rmtree(files_of(tenant.schema_name))
    Tenant.objects.filter(pk=tenant.pk).delete()
    routing.cache.clear()


def bookings(tenant):
    with tenant_context(tenant):
        return Booking.objects.count()


def rewritten(path, change):
    """The archive with another manifest."""
    other = path.with_name("other.tar")
    with tarfile.open(path) as old, tarfile.open(other, "w") as new:
        for member in old:
            data = old.extractfile(member).read() if member.isfile() else b""
            if member.name == "manifest.json":
                data = json.dumps(change(json.loads(data))).encode()
                member.size = len(data)
            new.addfile(member, io.BytesIO(data))
    return other


def test_a_provider_that_was_lost_comes_back_whole(alpha, archive, client, client_of, capsys):
    lose(alpha)
    WakeUp.objects.all().delete()
    assert client_of(alpha).get("/").status_code == 404
    call_command("restore_tenant", str(archive))
    assert lease_due() == ["t_alpha"], "what waits in the archive is looked for"
    assert "Alpha Training is back at" in capsys.readouterr().out
    back = Tenant.objects.get(slug="alpha")
    assert (back.pk, back.created_at.date(), back.status) == (alpha.pk, alpha.created_at.date(), "active")
    assert bookings(back) == 1
    hosts = {row.domain: (row.is_primary, bool(row.verified_at)) for row in Domain.objects.filter(tenant=back)}
    assert hosts == {"alpha.localhost": (False, True), "alpha.example": (True, True)}
    assert client_of(back).get("/").status_code == 200
    assert client.get("/", headers={"host": "alpha.example"}).status_code == 200
    with tenant_context(back):
        assert default_storage.open("brand/workshop.png").read() == PICTURE
    assert SchemaState.objects.get(tenant=back).status == "migrated"
    assert check_all()[1] == []


def test_only_the_operator_can_read_an_archive(archive):
    assert archive.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in archive.parent.iterdir()] == [archive.name]


def test_a_provider_that_is_there_is_not_overwritten(alpha, archive):
    with tenant_context(alpha):
        make.confirmed_booking()
    with pytest.raises(CommandError, match=r"There is a tenant called alpha.*--replace"):
        call_command("restore_tenant", str(archive))
    assert bookings(alpha) == 2


def test_yesterday_replaces_today_and_today_is_kept(alpha, archive, client_of, capsys):
    with tenant_context(alpha):
        make.confirmed_booking()
        default_storage.save("brand/new.png", ContentFile(b"new"))
    add_domain(tenant=alpha, domain="new.example", by="the operator")
    call_command("restore_tenant", str(archive), replace=True)
    assert bookings(alpha) == 1
    assert client_of(alpha).get("/").status_code == 200
    assert {path.name for path in files_of("t_alpha").rglob("*.png")} == {"workshop.png"}
    aside = capsys.readouterr().out.split("schema ")[1].split(",")[0]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {aside}.bookings_booking")
        assert cursor.fetchone() == (2,)
    assert (files_of(aside) / "brand/new.png").read_bytes() == b"new"
    assert Domain.objects.filter(tenant=alpha).count() == 3


def test_rows_that_cannot_be_loaded_change_nothing(alpha, archive, client_of):
    broken = rewritten(archive, lambda said: said)
    with tarfile.open(archive) as old, tarfile.open(broken, "w") as new:
        new.addfile(old.getmember("manifest.json"), old.extractfile("manifest.json"))
        rows = tarfile.TarInfo("rows.dump")
        rows.size = 7
        new.addfile(rows, io.BytesIO(b"nothing"))
    with pytest.raises(CommandError, match="pg_restore failed"):
        call_command("restore_tenant", str(broken), replace=True)
    assert bookings(alpha) == 1
    assert client_of(alpha).get("/").status_code == 200
    assert files_of("t_alpha").exists()


def test_an_archive_that_lies_where_nothing_can_be_written_changes_nothing(alpha, archive, client_of):
    with archive.open() as file, pytest.raises(CommandError, match="No such file or directory"):
        call_command("restore_tenant", f"/proc/self/fd/{file.fileno()}", replace=True)
    assert bookings(alpha) == 1
    assert client_of(alpha).get("/").status_code == 200


def test_a_folder_that_can_not_be_made_is_named_with_the_command_that_makes_it_for_this_user(alpha):
    user = pwd.getpwuid(os.geteuid()).pw_name
    with pytest.raises(CommandError) as refused:
        call_command("backup_tenant", "alpha", folder=Path("/dev/null/backups"))
    assert str(refused.value) == (
        "/dev/null/backups is not there and can't be made (Not a directory). "
        f"As root, make it for {user}: install -d -m 700 -o {user} /dev/null/backups"
    )


def test_tables_that_nobody_owns_are_in_the_way_of_a_restore_and_of_a_new_provider(alpha, archive):
    lose(alpha, schema=False)
    with pytest.raises(CommandError, match="schema t_alpha that belongs to no tenant"):
        call_command("restore_tenant", str(archive))
    with pytest.raises(SchemaInTheWay):
        create_tenant(name="Alpha", slug="alpha")
    assert not Tenant.objects.filter(slug="alpha").exists()


def test_a_host_that_another_provider_has_by_now_is_not_taken_back(alpha, beta, archive):
    lose(alpha)
    add_domain(tenant=beta, domain="alpha.example", by="the operator")
    with pytest.raises(CommandError, match=r"Another tenant has alpha\.example now"):
        call_command("restore_tenant", str(archive))
    assert not Tenant.objects.filter(slug="alpha").exists()


def test_payment_accounts_come_back_as_they_were_and_one_that_came_since_is_a_former_one(alpha, archive):
    pay_with(alpha, "acct_since")
    call_command("restore_tenant", str(archive), replace=True)
    back = Tenant.objects.get(slug="alpha")
    assert account_of(back) == "acct_alpha"
    assert is_account_of(back, provider="stripe", account="acct_since")
    lose(alpha)
    call_command("restore_tenant", str(archive))
    assert account_of(Tenant.objects.get(slug="alpha")) == "acct_alpha"


def test_a_payment_account_that_another_provider_has_by_now_is_not_taken_back(alpha, beta, archive):
    lose(alpha)
    pay_with(beta, "acct_alpha")
    with pytest.raises(CommandError, match="Another tenant has the payment account acct_alpha now"):
        call_command("restore_tenant", str(archive))
    pay_with(beta, "acct_beta")
    call_command("restore_tenant", str(archive))
    assert account_of(Tenant.objects.get(slug="alpha")) == "acct_alpha"
    assert not is_account_of(Tenant.objects.get(slug="beta"), provider="stripe", account="acct_alpha")


def test_an_archive_of_a_release_that_had_the_account_with_the_tenant_is_read(alpha, archive):
    def as_before(said):
        tenant, *others = said["records"]
        columns = {"stripe_account": "acct_old", "former_stripe_accounts": ["acct_older"]}
        tenant["fields"] |= columns | {"stripe_disconnected_at": "2026-11-01T12:00:00Z"}
        domains = [one for one in others if one["model"] == "tenants.domain"]
        return said | {"records": [tenant, *domains]}

    older = rewritten(archive, as_before)
    lose(alpha)
    call_command("restore_tenant", str(older))
    back = Tenant.objects.get(slug="alpha")
    assert account_of(back) == "acct_old"
    assert account_at("stripe", tenant=back).disconnected_at
    assert is_account_of(back, provider="stripe", account="acct_older")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda said: said | {"format": 2}, "another format"),
        (lambda said: said | {"migrations": [["catalogue", "9999_next"]]}, "a later release.*catalogue.9999_next"),
    ],
)
def test_what_this_release_cannot_read_is_refused_with_a_sentence(alpha, archive, change, said):
    with pytest.raises(CommandError, match=said):
        call_command("restore_tenant", str(rewritten(archive, change)), replace=True)
    assert bookings(alpha) == 1


def test_what_is_no_archive_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(CommandError, match="can't be read: No such file"):
        call_command("restore_tenant", str(tmp_path / "nothing.tar"))
    (tmp_path / "text").write_text("hello")
    with pytest.raises(CommandError, match="is not an archive that backup_tenant has written"):
        call_command("restore_tenant", str(tmp_path / "text"))


def test_a_suspended_provider_comes_back_suspended(alpha, archive, tmp_path):
    suspend_tenant(tenant=alpha, by="the operator")
    call_command("backup_tenant", all=True, folder=tmp_path / "all", verbosity=0)
    assert len(list((tmp_path / "all").glob("*.tar"))) == 2
    lose(alpha)
    call_command("restore_tenant", str(next((tmp_path / "all").glob("alpha-*"))))
    assert Tenant.objects.get(slug="alpha").status == "suspended"
