"""While tenants are migrated one by one, the code that runs knows nothing of it and serves them all."""

import pytest
from django.db import DatabaseError, models
from django.db import migrations as m
from django.db.migrations.loader import MigrationLoader

from shared_apps.tenants.context import tenant_context
from shared_apps.tenants.expand import dangers
from shared_apps.tenants.migrating import migrate
from tenant_apps.bookings.models import Booking, BookingStatus
from tenant_apps.catalogue.models import Course
from tests import make

ADDS = """
migrations.AddField("course", "level", models.CharField(max_length=20, db_default="basic")),
migrations.AddField("course", "sold_out_at", models.DateTimeField(null=True)),
migrations.AddIndex("course", models.Index(fields=["level"], name="course_level")),
migrations.CreateModel("Badge", [
    ("id", models.BigAutoField(primary_key=True)), ("course", models.ForeignKey("catalogue.course", models.CASCADE)),
]),
"""
DEMANDS = 'migrations.AddField("course", "level", models.CharField(max_length=20, default="basic")),'


@pytest.mark.django_db(transaction=True)
def test_code_that_does_not_know_what_was_added_works_with_it_and_without(release, client_of, alpha, beta, columns):
    release(ADDS)
    assert migrate([alpha.schema_name]).failed == {}
    assert "level" in columns(alpha, "catalogue_course") - columns(beta, "catalogue_course")
    for tenant in (alpha, beta):
        with tenant_context(tenant):
            booking = make.confirmed_booking()
            course = booking.session.course
            course.title = "Another title"
            course.save()
            for path in ("/", "/courses/", f"/courses/{course.slug}/"):
                assert client_of(tenant).get(path).status_code == 200
            assert client_of(tenant, api=True).get("/courses").json()["results"][0]["title"] == "Another title"
            assert Booking.objects.get().status == BookingStatus.CONFIRMED


@pytest.mark.django_db(transaction=True)
def test_a_column_with_a_default_in_python_alone_would_break_it(release, alpha, beta):
    """The control: Django takes such a default off the column again."""
    release(DEMANDS)
    assert migrate([alpha.schema_name]).failed == {}
    with tenant_context(beta):
        make.course()
    with tenant_context(alpha), pytest.raises(DatabaseError, match="level"):
        make.course()
    with tenant_context(alpha):
        assert not Course.objects.exists()


def dangers_of(*operations: m.operations.base.Operation, **marks: bool) -> list[str]:
    """What the former code might stumble over if the catalogue's next migration did this."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    migration = type("Migration", (m.Migration,), {"operations": list(operations), **marks})
    return dangers(migration("0999_next", "catalogue"), loader.project_state())


def test_what_only_adds_or_allows_is_no_danger():
    assert not dangers_of(
        m.AddField("course", "a", models.CharField(max_length=9, db_default="")),
        m.AddField("course", "b", models.IntegerField(null=True)),
        m.AddField("course", "c", models.ManyToManyField("catalogue.category")),
        m.CreateModel("Badge", [("id", models.BigAutoField(primary_key=True))]),
        m.AddField("badge", "course", models.ForeignKey("catalogue.course", models.CASCADE)),  # nobody writes it yet
        m.AddIndex("course", models.Index(fields=["title"], name="by_title")),
        m.AlterField("course", "title", models.CharField(max_length=160, help_text="What it is called")),
        m.AlterField("course", "summary", models.CharField(max_length=240, null=True)),
    )


@pytest.mark.parametrize(
    "operation",
    [
        m.AddField("course", "a", models.IntegerField(default=0)),
        m.RemoveField("course", "title"),
        m.RenameField("course", "title", "name"),
        m.AlterField("course", "title", models.CharField(max_length=2)),
        m.AlterField("course", "title", models.CharField(max_length=200)),
        m.AlterField("course", "title", models.CharField(max_length=160, unique=True)),
        m.AlterField("course", "title", models.TextField()),
        m.AlterField("course", "price", models.DecimalField(max_digits=10, decimal_places=2)),
        m.DeleteModel("course"),
        m.RenameModel("category", "subject"),
    ],
    ids=lambda operation: operation.describe(),
)
def test_what_takes_away_is_a_danger_until_the_migration_says_that_it_means_to(operation):
    assert dangers_of(operation)
    assert not dangers_of(operation, contracts=True)


def test_our_migrations_only_add_or_say_that_they_take_away():
    loader = MigrationLoader(None, ignore_no_migrations=True)
    ours = [one for one in loader.disk_migrations.values() if one.__module__.startswith(("shared_apps", "tenant_apps"))]
    assert len(ours) > 10
    found = {str(one): dangers(one, loader.project_state((one.app_label, one.name), at_end=False)) for one in ours}
    assert {name: what for name, what in found.items() if what} == {}
