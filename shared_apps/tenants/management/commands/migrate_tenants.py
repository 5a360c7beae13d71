from collections.abc import Iterator
from contextlib import closing, contextmanager

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from shared_apps.resilience.pooler import UnsafePooler, require_safe_pooler
from shared_apps.tenants import spares
from shared_apps.tenants.context import public_context
from shared_apps.tenants.expand import dangers
from shared_apps.tenants.migrating import groups, migrate, missing
from shared_apps.tenants.models import Tenant, TenantStatus
from shared_apps.tenants.schemas import migrate_here, prepare_template

LOCK = "hashtext('muster migrate tenants')"


class Command(BaseCommand):
    help = (
        "Bring public, the template and every tenant to the present migrations. A failing tenant stops nobody;"
        " running this again goes on with those that are left."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--plan", action="store_true", help="Say what would be done, and do nothing.")
        parser.add_argument("--tenant", action="append", metavar="SLUG", help="Only this one (may be repeated).")

    def handle(self, *args: object, tenant: list[str] | None, plan: bool, verbosity: int, **options: object) -> None:
        try:
            require_safe_pooler(connection.get_connection_params())
        except UnsafePooler as error:
            raise CommandError(str(error)) from error
        if plan:
            self._tell_plan(tenant)
            return
        with only_one():
            if missing("public"):
                with public_context():
                    migrate_here(verbosity)
            prepare_template()  # first: what can't even make an empty tenant must not touch one in use
            if dropped := spares.drop_outdated():
                self.stdout.write(f"{dropped} spare schemas of former migrations dropped")
            self._migrate_tenants(tenant, verbosity)

    def _migrate_tenants(self, asked: list[str] | None, verbosity: int) -> None:
        names = tenants(asked)
        tell = self.stdout.write if verbosity > 1 else lambda _: None
        outcome = migrate(list(names), tell=tell)
        while new := tenants(asked).keys() - names.keys():  # made by the former code meanwhile
            names |= tenants(asked)
            late = migrate(sorted(new), tell=tell)
            outcome.migrated += late.migrated
            outcome.failed |= late.failed
        for schema, error in outcome.failed.items():
            self.stderr.write(f"{names[schema]}: {error}")
        self.stdout.write(f"{len(outcome.migrated)} tenants migrated, {len(outcome.current)} had everything")
        if outcome.failed:
            slugs = ", ".join(names[schema] for schema in outcome.failed)
            raise CommandError(f"Not migrated: {slugs}. Mend the cause and run this again.")

    def _tell_plan(self, slugs: list[str] | None) -> None:
        if lacking := missing("public"):
            self.stdout.write(f"public lacks {', '.join(f'{one.app_label}.{one.name}' for one in lacking)}")
        if not has_tenants():
            return
        names = tenants(slugs)
        for group in groups(list(names)):
            if not group.lacks:
                self.stdout.write(f"{len(group.schemas)} tenants have everything")
                continue
            way = "as SQL, in one transaction each" if group.as_sql else "the ordinary way"
            which = ", ".join(names[schema] for schema in group.schemas[:5])
            more = f" and {len(group.schemas) - 5} more" if len(group.schemas) > 5 else ""
            self.stdout.write(f"{which}{more}, {way}:")
            for migration in group.lacks:
                self.stdout.write(f"  {migration.app_label}.{migration.name}")
                for danger in dangers(migration, state_before(migration)):
                    self.stdout.write(f"    the former code may stumble over this: {danger}")


def tenants(slugs: list[str] | None) -> dict[str, str]:
    """The slugs by schema of all that are not closed, or of those asked for."""
    with public_context():
        found = Tenant.objects.exclude(status=TenantStatus.CLOSED).order_by("created_at")
        if slugs:
            found = found.filter(slug__in=slugs)
        names = dict(found.values_list("schema_name", "slug"))
    if unknown := set(slugs or ()) - set(names.values()):
        raise CommandError(f"There is no tenant called {', '.join(sorted(unknown))}.")
    return names


def has_tenants() -> bool:
    with public_context():
        return Tenant._meta.db_table in connection.introspection.table_names()


def state_before(migration: Migration) -> ProjectState:
    """The models as they are before `migration`."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return loader.project_state((migration.app_label, migration.name), at_end=False)


@contextmanager
def only_one() -> Iterator[None]:
    """Refuse to begin while another run is at work. The lock ends with its connection, so it can't be left behind."""
    guard = connection.copy()
    with closing(guard), guard.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock({LOCK})")
        if not cursor.fetchone()[0]:
            raise CommandError("Another run of this is at work. Wait for its end.")
        try:
            yield
        finally:
            cursor.execute(f"SELECT pg_advisory_unlock({LOCK})")  # closing may only give it back to a pool
