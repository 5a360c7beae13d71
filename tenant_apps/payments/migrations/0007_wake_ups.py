from django.db import migrations

from shared_apps.timers.operations import WakesAt

# Once an hour it is asked whether an account that refused us obeys again: of those that refuse us today, from now on.
LOOK_AGAIN = """
INSERT INTO timers_timer (id, created_at, kind, payload, due_at, next_try_at, attempts, error)
SELECT gen_random_uuid(), now(), 'payments.look_at_account_again', '{}', now(), now(), 0, ''
FROM public.tenants_tenant WHERE schema_name = current_schema() AND stripe_disconnected_at IS NOT NULL
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0006_payment_settings"), ("tenants", "0005_wake_ups"), ("timers", "0001_initial")]

    operations = [
        WakesAt(
            "payments_payment", "next_check_at", waits="{row}.status IN ('pending', 'processing')", also=("status",)
        ),
        WakesAt(
            "payments_refund", "next_try_at", waits="{row}.status IN ('pending', 'completed')", also=("status",),
            grace="10 seconds",
        ),
        WakesAt(
            "payments_providerevent", "next_try_at", waits="{row}.status = 'received'", also=("status",),
            grace="10 seconds",
        ),
        migrations.RunSQL([(LOOK_AGAIN, None)], migrations.RunSQL.noop),
    ]  # fmt: skip
