from django.db import migrations

from shared_apps.timers.operations import WakesAt

# Whoever holds seats to be paid for is reminded ten minutes after: also those who hold them while this is installed.
REMIND = """
INSERT INTO timers_timer (id, created_at, kind, subject_id, payload, due_at, next_try_at, attempts, error)
SELECT gen_random_uuid(), now(), 'bookings.remind_of_hold', id, '{}', created_at + interval '10 minutes',
    created_at + interval '10 minutes', 0, ''
FROM bookings_booking WHERE status = 'pending' AND order_id IS NOT NULL ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0007_links_called_in"), ("tenants", "0005_wake_ups"), ("timers", "0001_initial")]

    operations = [
        WakesAt("bookings_booking", "hold_expires_at", waits="{row}.status = 'pending'", also=("status",)),
        migrations.RunSQL([(REMIND, None)], migrations.RunSQL.noop),
    ]
