import django.db.models.deletion
from django.db import migrations, models

import shared_apps.core.ids

# The release before this one knows three columns of the tenant and nothing of the table. Both run for a while, so
# whatever either writes is written to the other place too. A trigger does not answer what a trigger has written.
TABLE_FOLLOWS = """
CREATE FUNCTION public.accounts_follow_tenant() RETURNS trigger LANGUAGE plpgsql AS $follow$
DECLARE
    present varchar := nullif(NEW.stripe_account, '');
BEGIN
    UPDATE public.tenants_provideraccount SET replaced_at = now()
    WHERE tenant_id = NEW.id AND provider = 'stripe' AND replaced_at IS NULL AND account IS DISTINCT FROM present;
    INSERT INTO public.tenants_provideraccount (id, created_at, tenant_id, provider, account, disconnected_at)
    SELECT gen_random_uuid(), now(), NEW.id, 'stripe', present, NEW.stripe_disconnected_at WHERE present IS NOT NULL
    ON CONFLICT (provider, account) DO UPDATE SET
        tenant_id = excluded.tenant_id, disconnected_at = excluded.disconnected_at, replaced_at = NULL;
    INSERT INTO public.tenants_provideraccount (id, created_at, tenant_id, provider, account, replaced_at)
    SELECT gen_random_uuid(), now(), NEW.id, 'stripe', former, now()
    FROM unnest(NEW.former_stripe_accounts) AS former WHERE former <> ''
    ON CONFLICT (provider, account) DO NOTHING;
    RETURN NULL;
END $follow$;
CREATE TRIGGER accounts_follow_tenant AFTER INSERT OR UPDATE OF
    stripe_account, former_stripe_accounts, stripe_disconnected_at
ON public.tenants_tenant FOR EACH ROW WHEN (pg_trigger_depth() = 0)
EXECUTE FUNCTION public.accounts_follow_tenant()
"""
COLUMNS_FOLLOW = """
CREATE FUNCTION public.tenant_follows_accounts() RETURNS trigger LANGUAGE plpgsql AS $follow$
BEGIN
    UPDATE public.tenants_tenant AS tenant SET
        (stripe_account, stripe_disconnected_at) = (
            SELECT max(account), max(disconnected_at) FROM public.tenants_provideraccount
            WHERE tenant_id = tenant.id AND provider = 'stripe' AND replaced_at IS NULL
        ),
        former_stripe_accounts = ARRAY(
            SELECT account FROM public.tenants_provideraccount
            WHERE tenant_id = tenant.id AND provider = 'stripe' AND replaced_at IS NOT NULL ORDER BY replaced_at, id
        )
    WHERE tenant.id IN (OLD.tenant_id, NEW.tenant_id);
    RETURN NULL;
END $follow$;
CREATE TRIGGER tenant_follows_accounts AFTER INSERT OR UPDATE OR DELETE
ON public.tenants_provideraccount FOR EACH ROW WHEN (pg_trigger_depth() = 0)
EXECUTE FUNCTION public.tenant_follows_accounts()
"""
# Before there are triggers, which would write back what is copied so far; until the commit nobody else writes tenants.
# Present accounts first: one that another tenant had before belongs to whoever has it now.
COPY = """
LOCK TABLE public.tenants_tenant IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO public.tenants_provideraccount (id, created_at, tenant_id, provider, account, disconnected_at)
SELECT gen_random_uuid(), now(), id, 'stripe', stripe_account, stripe_disconnected_at
FROM public.tenants_tenant WHERE stripe_account <> '';
INSERT INTO public.tenants_provideraccount (id, created_at, tenant_id, provider, account, replaced_at)
SELECT gen_random_uuid(), now(), tenant.id, 'stripe', former.account, now()
FROM public.tenants_tenant AS tenant, unnest(tenant.former_stripe_accounts) AS former (account)
WHERE former.account <> '' ORDER BY tenant.created_at DESC
ON CONFLICT (provider, account) DO NOTHING
"""
DROP = """
DROP FUNCTION public.accounts_follow_tenant() CASCADE;
DROP FUNCTION public.tenant_follows_accounts() CASCADE
"""


class Migration(migrations.Migration):
    """Accounts at payment providers have a table.

    A later release takes away both triggers, their functions and the columns stripe_account, former_stripe_accounts and
    stripe_disconnected_at of tenants_tenant. Before that, payments 0003 and 0007, which read them, have to be squashed.
    """

    dependencies = [("tenants", "0006_features")]

    operations = [
        migrations.CreateModel(
            name="ProviderAccount",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=shared_apps.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "provider",
                    models.CharField(help_text="The name of the payment provider, as payments carry it", max_length=20),
                ),
                ("account", models.CharField(help_text="What the provider calls it", max_length=60)),
                (
                    "disconnected_at",
                    models.DateTimeField(blank=True, help_text="Since when it refuses us", null=True),
                ),
                (
                    "replaced_at",
                    models.DateTimeField(blank=True, help_text="Since when it is a former one", null=True),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="accounts", to="tenants.tenant"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "account"), name="an_account_belongs_to_one_tenant"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at", None)), fields=("tenant", "provider"),
                        name="one_present_account_per_provider",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("account", ""), _negated=True), models.Q(("provider", ""), _negated=True)
                        ),
                        name="accounts_have_names",
                    ),
                ],
            },
        ),
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
        migrations.RunSQL([(TABLE_FOLLOWS, None), (COLUMNS_FOLLOW, None)], DROP),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField("tenant", "stripe_account"),
                migrations.RemoveField("tenant", "former_stripe_accounts"),
                migrations.RemoveField("tenant", "stripe_disconnected_at"),
            ]
        ),
    ]  # fmt: skip
