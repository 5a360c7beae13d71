import io

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from shared_apps.tenants import spares
from shared_apps.tenants.context import tenant_context
from shared_apps.tenants.health import check_all
from shared_apps.tenants.migrating import groups, migrate
from shared_apps.tenants.models import SchemaDump, SchemaState, SpareSchema, Tenant
from shared_apps.tenants.schemas import migrate_here, migrations_fingerprint
from tenant_apps.catalogue.models import Course
from tests import make
from tests.support.catalog import described

pytestmark = pytest.mark.django_db(transaction=True)
ADDED = 'migrations.AddField("course", "level", models.CharField(max_length=20, db_default="basic")),'
# Of everything that migrations do, in an order in which later ones need to know what earlier ones made.
EVERYTHING = """
migrations.AddField("course", "level", models.CharField(max_length=20, db_default="basic")),
migrations.AddField("course", "seen_at", models.DateTimeField(db_default=Now())),
migrations.AddField("course", "badge", models.UUIDField(default=uuid.uuid4)),
migrations.AddField("course", "code", models.CharField(max_length=9, null=True, unique=True)),
migrations.AlterField("course", "code", models.CharField(max_length=12, null=True)),
migrations.AddField("course", "title_length", models.GeneratedField(
    expression=models.functions.Length("title"), output_field=models.IntegerField(), db_persist=True)),
migrations.CreateModel("Badge", [
    ("id", models.BigAutoField(primary_key=True)),
    ("name", models.CharField(max_length=30, db_index=True)),
    ("percent", models.PositiveSmallIntegerField(default=0)),
    ("course", models.ForeignKey("catalogue.course", models.CASCADE, related_name="badges")),
    ("categories", models.ManyToManyField("catalogue.category")),
]),
migrations.AlterUniqueTogether("badge", {("name", "course")}),
migrations.AlterField("badge", "name", models.CharField(max_length=30, unique=True)),
migrations.AlterField("badge", "course", models.ForeignKey("catalogue.course", models.PROTECT, null=True)),
migrations.AlterUniqueTogether("badge", set()),
migrations.RenameField("badge", "percent", "share"),
migrations.AlterField("badge", "share", models.DecimalField(max_digits=5, decimal_places=2, default=0)),
migrations.AddIndex("badge", models.Index(Lower("name"), name="badge_lower_name", condition=Q(share__gt=0))),
migrations.AddIndex("course", GinIndex(fields=["search"], name="course_search_again")),
migrations.AddConstraint("badge", models.CheckConstraint(condition=Q(share__lte=100), name="all_is_enough")),
migrations.AddConstraint("badge", models.UniqueConstraint(Lower("name"), "share", name="badges_differ")),
migrations.RenameModel("Badge", "Medal"),
migrations.RemoveField("audience", "position"),
migrations.AlterModelOptions("audience", {"ordering": ["name"]}),
migrations.RunSQL("CREATE FUNCTION shout(text) RETURNS text LANGUAGE sql AS $$ SELECT upper($1) || '; 100%' -- ! $$"),
migrations.RunSQL([("UPDATE catalogue_category SET name = %s || name", ["The 5% "])]),
migrations.RunSQL("CREATE VIEW loud AS SELECT shout(title) FROM catalogue_course -- with a remark"),
"""


@pytest.fixture
def schemas(alpha, beta, more_tenants) -> list[str]:
    return [tenant.schema_name for tenant in (alpha, beta, *more_tenants(2))]


def address() -> str:
    """Of this test's database, for a connection that Django knows nothing of."""
    params = connection.get_connection_params()
    return psycopg.conninfo.make_conninfo(host=params["host"], dbname=params["dbname"], user=params["user"])


def state(tenant: str) -> tuple[str, str]:
    row = SchemaState.objects.get(tenant__schema_name=tenant)
    return row.status, row.error


def test_sql_written_down_at_one_tenant_makes_of_others_what_migrating_makes(release, schemas):
    for schema in schemas:
        with tenant_context(Tenant.objects.get(schema_name=schema)):
            make.session()
    release(EVERYTHING)
    ordinary, first, second, third = schemas
    with tenant_context(Tenant.objects.get(schema_name=ordinary)):
        migrate_here()
    assert described(first) != described(ordinary)
    outcome = migrate([first, second, third])
    assert (outcome.migrated, outcome.failed) == ([first, second, third], {})
    wanted = described(ordinary)
    assert len(wanted) > 700
    for schema in (first, second, third):
        assert described(schema) == wanted
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name FROM {third}.catalogue_category ORDER BY name LIMIT 1")
        assert cursor.fetchone()[0].startswith("The 5% ")
        cursor.execute(f"INSERT INTO {third}.catalogue_medal (name, share) VALUES ('a', 1) RETURNING id")
        assert cursor.fetchone() == (1,)


def test_tenants_of_one_history_are_one_group_and_none_is_left_behind(release, schemas):
    assert [len(group.schemas) for group in groups(schemas) if group.lacks] == []
    release(ADDED)
    migrate(schemas[:1])
    found = {len(group.schemas): group.names() for group in groups(schemas)}
    assert found == {1: [], 3: ["catalogue.0999_next"]}
    outcome = migrate(schemas)
    assert (len(outcome.migrated), len(outcome.current)) == (3, 1)
    assert {state(schema) for schema in schemas} == {("migrated", "")}
    assert set(SchemaState.objects.values_list("fingerprint", flat=True)) == {migrations_fingerprint()}
    assert migrate(schemas).current == schemas


def test_one_that_fails_stops_nobody_and_can_be_done_again(release, schemas, columns):
    failing = Tenant.objects.get(schema_name=schemas[1])
    with tenant_context(failing):
        make.course(title="Twice")
        make.course(title="Twice")
    before = described(schemas[1])
    unique = 'migrations.AddConstraint("course", models.UniqueConstraint(fields=["title"], name="titles_differ")),'
    release(ADDED + unique)
    outcome = migrate(schemas)
    assert list(outcome.failed) == [schemas[1]]
    assert len(outcome.migrated) == 3
    status, error = state(schemas[1])
    assert status == "failed"
    assert "titles_differ" in error
    assert described(schemas[1]) == before

    with tenant_context(failing):
        Course.objects.first().delete()
    outcome = migrate(schemas)
    assert outcome.migrated == [schemas[1]]
    assert len(outcome.current) == 3
    assert state(schemas[1]) == ("migrated", "")
    assert "level" in columns(failing, "catalogue_course")


def test_the_first_of_a_group_may_fail_as_well(release, schemas):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {schemas[0]}.catalogue_course ADD COLUMN level text")
    release(ADDED)
    outcome = migrate(schemas)
    assert list(outcome.failed) == [schemas[0]]
    assert outcome.migrated == schemas[1:]


def test_what_is_not_sql_is_done_the_ordinary_way(release, schemas):
    forwards = """
    Course = apps.get_model("catalogue", "Course")
    Course.objects.update(summary="touched in " + schema_editor.connection.schema_name)
    """
    release(ADDED + "migrations.RunPython(forwards),", forwards=forwards)
    for schema in schemas[:2]:
        with tenant_context(Tenant.objects.get(schema_name=schema)):
            make.course()
    [group] = groups(schemas)
    assert not group.as_sql
    assert migrate(schemas).migrated == schemas
    for schema in schemas[:2]:
        with tenant_context(Tenant.objects.get(schema_name=schema)):
            assert Course.objects.get().summary == f"touched in {schema}"
    assert {state(schema)[0] for schema in schemas} == {"migrated"}


def test_an_index_made_without_locking_is_done_the_ordinary_way(release, schemas):
    index = 'AddIndexConcurrently("course", models.Index(fields=["summary"], name="by_summary")),'
    release(f"__import__('django.contrib.postgres.operations', fromlist=['_']).{index}", atomic=False)
    assert migrate(schemas).migrated == schemas
    for schema in schemas:
        assert any("by_summary" in part for _, _, part in described(schema))


def test_a_tenant_in_use_is_waited_for_and_holds_up_nobody(release, schemas, monkeypatch):
    """Its table is locked until another tenant has been migrated; then it has its turn."""
    release(ADDED)
    with psycopg.connect(address()) as other:
        other.execute(f"LOCK TABLE {schemas[1]}.catalogue_course IN ACCESS SHARE MODE")
        order = []

        def tell(line: str) -> None:
            order.append(line.split(":")[0])
            if len(order) == 3:
                other.rollback()

        outcome = migrate(schemas, tell=tell)
    assert outcome.failed == {}
    assert order == [schemas[0], schemas[2], schemas[3], schemas[1]]


def test_a_missing_schema_is_reported(release, schemas):
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {schemas[2]} CASCADE")
    release(ADDED)
    outcome = migrate(schemas)
    assert list(outcome.failed) == [schemas[2]]
    assert len(outcome.migrated) == 3


def command(*args: str, verbosity: int = 1) -> str:
    out = io.StringIO()
    call_command("migrate_tenants", *args, stdout=out, stderr=out, verbosity=verbosity)
    return out.getvalue()


def test_the_command_brings_template_tenants_and_new_ones_to_the_same(release, schemas, more_tenants):
    spares.refill()
    release(ADDED)
    plan = command("--plan")
    assert "alpha, beta, school-0, school-1, as SQL, in one transaction each:\n  catalogue.0999_next" in plan
    assert not SchemaDump.objects.filter(fingerprint=migrations_fingerprint()).exists()

    assert command("--tenant", "beta").endswith("1 tenants migrated, 0 had everything\n")
    assert not SpareSchema.objects.exists()
    assert "3 tenants migrated, 1 had everything" in command()
    assert "4 tenants have everything" in command("--plan")
    spares.refill()
    Tenant.objects.filter(slug__startswith="school").delete()
    with connection.cursor() as cursor:
        for schema in schemas[2:]:
            cursor.execute(f"DROP SCHEMA {schema} CASCADE")
    [from_spare] = more_tenants(1)
    assert SpareSchema.objects.count() == 2
    with tenant_context(from_spare), connection.cursor() as cursor:
        cursor.execute("SELECT level FROM catalogue_course")
    health, orphans = check_all()
    assert all(tenant.well for tenant in health)
    assert orphans == []


def test_only_one_run_at_a_time(alpha):
    with psycopg.connect(address()) as other:
        other.execute("SELECT pg_advisory_lock(hashtext('muster migrate tenants'))")
        with pytest.raises(CommandError, match="Another run"):
            command()
    assert "2 had everything" in command()


def test_an_unknown_tenant_is_an_error(alpha):
    with pytest.raises(CommandError, match="no tenant called nobody"):
        command("--tenant", "nobody")
