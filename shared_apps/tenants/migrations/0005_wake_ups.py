from django.db import migrations, models

# The arguments of the trigger are the column with the time, and, for a row that is new, how much later to look:
# whoever wrote it does the work right after its commit, and only if that fails somebody must find it.
# A transaction writes one wake-up for each schema, or another one if something is due even earlier. What it has written
# is kept in a setting that is local to it, which a savepoint that is rolled back takes back together with the row.
FUNCTION = """
CREATE FUNCTION public.wake_tenant() RETURNS trigger LANGUAGE plpgsql AS $wake$
DECLARE
    due timestamptz;
    woken text := current_setting('muster.woken', true);
BEGIN
    EXECUTE format('SELECT ($1).%I', TG_ARGV[0]) USING NEW INTO due;
    IF due IS NULL THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' AND TG_NARGS > 1 THEN
        due := due + TG_ARGV[1]::interval;
    END IF;
    IF split_part(woken, ' ', 1) = TG_TABLE_SCHEMA AND split_part(woken, ' ', 2)::numeric <= extract(epoch FROM due) THEN
        RETURN NULL;
    END IF;
    INSERT INTO public.tenants_wakeup (schema_name, at) VALUES (TG_TABLE_SCHEMA, due);
    PERFORM set_config('muster.woken', TG_TABLE_SCHEMA || ' ' || extract(epoch FROM due), true);
    RETURN NULL;
END $wake$
"""  # noqa: E501
# What waits at the tenants that exist is found by looking once; from then on each look leaves a wake-up for the next.
LOOK = """
INSERT INTO public.tenants_wakeup (schema_name, at)
SELECT schema_name, now() FROM public.tenants_tenant UNION ALL SELECT 'public', now()
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0004_accounts_before_and_refusing")]

    operations = [
        migrations.CreateModel(
            name="WakeUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("schema_name", models.CharField(max_length=63)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["at"], name="wake_up_due"),
                    models.Index(fields=["schema_name"], name="wake_up_of_tenant"),
                ],
            },
        ),
        migrations.RunSQL([(FUNCTION, None)], "DROP FUNCTION public.wake_tenant() CASCADE"),
        migrations.RunSQL([(LOOK, None)], migrations.RunSQL.noop),
    ]
